/** Virtual time moves on command; real time fires by itself; both cancel. */
import { expect, test } from 'vitest';
import { type ControlledClock, createClock } from '../../../../src/kernel/clock.ts';

const nothing = async () => {};

test('runs due timers in order of their due time, then of their making', async () => {
  const clock = createClock('virtual');
  const start = clock.nowMs();
  const ran: string[] = [];
  clock.at(start + 20, () => ran.push('b'));
  clock.at(start + 10, () => ran.push('a'));
  clock.at(start + 20, () => ran.push('c'));
  clock.at(start + 31, () => ran.push('late'));
  await clock.advanceTo(start + 30, nothing);
  expect(ran).toEqual(['a', 'b', 'c']);
  expect(clock.nowMs()).toBe(start + 30);
  expect(clock.pending()).toEqual([start + 31]);
});

test('runs timers that a timer made, when they fall due on the way', async () => {
  const clock = createClock('virtual');
  const start = clock.nowMs();
  const seen: number[] = [];
  const again = () => {
    seen.push(clock.nowMs() - start);
    if (seen.length < 5) clock.at(clock.nowMs() + 100, again);
  };
  clock.at(start + 100, again);
  await clock.advanceTo(start + 350, nothing);
  expect(seen).toEqual([100, 200, 300]);
});

test('settles after each timer before the next one runs', async () => {
  const clock = createClock('virtual');
  const start = clock.nowMs();
  const order: string[] = [];
  clock.at(start + 1, () => order.push('first'));
  clock.at(start + 2, () => order.push('second'));
  await clock.advanceTo(start + 2, async () => void order.push('settled'));
  expect(order).toEqual(['settled', 'first', 'settled', 'second', 'settled', 'settled']);
});

test('never goes back by advancing', async () => {
  const clock = createClock('virtual');
  await expect(clock.advanceTo(clock.nowMs() - 1, nothing)).rejects.toThrow(RangeError);
});

test('a timer due already runs in a later turn, not inside at()', async () => {
  const clock = createClock('virtual');
  let ran = false;
  await new Promise<void>((resolve) => {
    clock.at(clock.nowMs(), () => {
      ran = true;
      resolve();
    });
    expect(ran).toBe(false);
  });
});

test('a cancelled timer does not run', async () => {
  const clock = createClock('virtual');
  let ran = false;
  const cancel = clock.at(clock.nowMs() + 5, () => {
    ran = true;
  });
  cancel();
  await clock.advanceTo(clock.nowMs() + 10, nothing);
  expect(ran).toBe(false);
});

test('a sleeper wakes with the reason of its signal', async () => {
  const clock = createClock('virtual');
  const stop = new AbortController();
  const sleeping = clock.sleep(1000, stop.signal);
  stop.abort(new Error('enough'));
  await expect(sleeping).rejects.toThrow('enough');
  await expect(clock.sleep(1000, stop.signal)).rejects.toThrow('enough');
  expect(clock.pending()).toEqual([]);
});

test('keeps the moment when it changes from real to virtual and back', () => {
  const clock = createClock('real');
  clock.setNow(Date.UTC(2030, 0, 1));
  clock.setMode('virtual');
  const frozen = clock.nowMs();
  expect(Math.abs(frozen - Date.UTC(2030, 0, 1))).toBeLessThan(1000);
  expect(clock.nowMs()).toBe(frozen);
  clock.setMode('real');
  expect(clock.nowMs()).toBeGreaterThanOrEqual(frozen);
});

test('real timers fire, also those set before the clock was moved past them', async () => {
  const clock = createClock('real');
  const hours = new Promise<void>((resolve) => void clock.at(clock.nowMs() + 3_600_000, resolve));
  clock.setNow(clock.nowMs() + 3_600_001);
  await hours;
  expect(clock.pending()).toEqual([]);
});

test.each<[string, (clock: ControlledClock) => unknown]>([
  ['made virtual', (clock) => clock.setMode('virtual')],
  ['set forward', (clock) => clock.setNow(clock.nowMs() + 60_000)],
  ['set back', (clock) => clock.setNow(clock.nowMs() - 60_000)],
])('a timer that was due already still runs when the clock is %s before its turn', async (_what, move) => {
  const clock = createClock('virtual');
  const ran = new Promise<void>((resolve) => void clock.at(clock.nowMs(), resolve));
  move(clock);
  await ran;
  expect(clock.pending()).toEqual([]);
});

test('a due timer of real time runs although time stands still from then on', async () => {
  const clock = createClock('real');
  const ran = new Promise<void>((resolve) => void clock.at(clock.nowMs() - 1, resolve));
  clock.setMode('virtual');
  await ran;
});

test('setting virtual time runs nothing of what lies between, until it is advanced', async () => {
  const clock = createClock('virtual');
  let ran = false;
  clock.at(clock.nowMs() + 1000, () => {
    ran = true;
  });
  clock.setNow(clock.nowMs() + 2000);
  await new Promise((resolve) => setImmediate(resolve));
  expect(ran).toBe(false);
  await clock.advanceTo(clock.nowMs(), nothing);
  expect(ran).toBe(true);
});

test.each([Number.NaN, Number.POSITIVE_INFINITY, 1e300, 8.64e15 + 1, Date.UTC(10_000, 0, 1), -1])(
  'refuses the moment %d, which no date form of the cloud can write, and keeps its own',
  async (moment) => {
    const clock = createClock('virtual');
    const before = clock.nowMs();
    expect(() => clock.setNow(moment)).toThrow(RangeError);
    await expect(clock.advanceTo(moment, nothing)).rejects.toThrow(RangeError);
    expect(clock.nowMs()).toBe(before);
  },
);

test('a host timer beyond what the host can count waits for long instead of firing at once', async () => {
  const clock = createClock('real');
  let fired = false;
  const cancels = [2 ** 31, 1e12, Number.POSITIVE_INFINITY].map((delayMs) =>
    clock.afterHostMs(delayMs, () => {
      fired = true;
    }),
  );
  await new Promise<void>((resolve) => void clock.afterHostMs(5, resolve));
  for (const cancel of cancels) cancel();
  expect(fired).toBe(false);
});
