/** Waiting for effects: resolves when nothing is in flight, and says what still is when the time is up. */
import { expect, test } from 'vitest';
import { type Clock, createClock } from '../../../../src/kernel/clock.ts';
import { createSettled, isRetryInFlight } from '../../../../src/kernel/settled.ts';

/** A clock whose host timers run when the test says so. */
function heldClock() {
  const clock = createClock();
  const held = new Set<{ delayMs: number; work: () => void }>();
  const afterHostMs: Clock['afterHostMs'] = (delayMs, work) => {
    const timer = { delayMs, work };
    held.add(timer);
    return () => void held.delete(timer);
  };
  const run = (maxMs: number) => {
    for (const timer of [...held]) if (timer.delayMs <= maxMs && held.delete(timer)) timer.work();
  };
  return { clock: { ...clock, afterHostMs }, held, run };
}

test('resolves at once when nothing was ever registered', async () => {
  expect(await createSettled(createClock()).wait(5000)).toMatchObject({ settled: true, busy: [] });
});

test('resolves when the last probe is empty, after everybody has reacted to the change', async () => {
  const settled = createSettled(createClock());
  const busy = new Set(['a', 'b']);
  settled.register(() => [...busy]);
  expect(settled.busy()).toEqual(['a', 'b']);
  const waiting = settled.wait(5000);
  busy.delete('a');
  settled.changed();
  // Who hears of a's end begins c in the same turn: the waiter must not have looked in between.
  busy.add('c');
  busy.delete('b');
  settled.changed();
  let isSettled = false;
  void waiting.then(() => {
    isSettled = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  expect(isSettled).toBe(false);
  busy.delete('c');
  settled.changed();
  expect(await waiting).toMatchObject({ settled: true, busy: [] });
});

test('says what is in flight when the time is up', async () => {
  const { clock, run } = heldClock();
  const settled = createSettled(clock);
  settled.register(() => ['2 facts for fc']);
  settled.register(() => ['1 delivery']);
  const waiting = settled.wait(1000);
  run(1000);
  expect(await waiting).toMatchObject({ settled: false, busy: ['2 facts for fc', '1 delivery'] });
});

test('a waiter resolves long before its time is up when work ends and nobody tells', async () => {
  const { clock, run, held } = heldClock();
  const settled = createSettled(clock);
  const busy = ['a'];
  settled.register(() => busy);
  const waiting = settled.wait(600_000);
  await new Promise((resolve) => setImmediate(resolve));
  run(1000);
  busy.pop();
  run(1000);
  expect(await waiting).toMatchObject({ settled: true });
  expect(held.size).toBe(0);
});

test('answers every waiter, and leaves no timer behind', async () => {
  const { clock, held } = heldClock();
  const settled = createSettled(clock);
  let busy = ['a'];
  settled.register(() => busy);
  const waiting = [settled.wait(10), settled.wait(1000), settled.wait(100_000)];
  busy = [];
  settled.changed();
  expect((await Promise.all(waiting)).map((answer) => answer.settled)).toEqual([true, true, true]);
  expect(held.size).toBe(0);
});

test('a probe that throws fails the waiters with its error instead of the process', async () => {
  const settled = createSettled(createClock());
  settled.register(() => {
    throw new Error('the probe is broken');
  });
  await expect(settled.wait(1000)).rejects.toThrow('the probe is broken');
});

test.each([Number.POSITIVE_INFINITY, 2 ** 31, 2 ** 40])('a wait of %d ms is long, not none', async (timeoutMs) => {
  const settled = createSettled(createClock());
  let busy = ['a'];
  settled.register(() => busy);
  const waiting = settled.wait(timeoutMs);
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
  busy = [];
  settled.changed();
  expect(await waiting).toMatchObject({ settled: true });
});

test.each([
  ['real', 999, true],
  ['real', 1000, true],
  ['real', 1001, false],
  // Nothing runs by itself there: time that was set past it waits for somebody to move it.
  ['virtual', 999, false],
  ['virtual', 1001, false],
] as const)('on the %s clock at 1000 a retry that is due at %i is in flight: %s', (mode, dueAtMs, isInFlight) => {
  expect(isRetryInFlight({ mode, nowMs: () => 1000 }, dueAtMs)).toBe(isInFlight);
});
