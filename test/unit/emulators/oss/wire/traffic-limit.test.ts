/** Transfers as slow as asked for, on a clock that jumps instead of waiting. */
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { paced, trafficLimit } from '../../../../../emulators/oss/wire/traffic-limit.ts';

function jumpingClock() {
  let nowMs = 1000;
  return {
    monotonicMs: () => nowMs,
    afterHostMs(delayMs: number, work: () => void) {
      nowMs += delayMs;
      queueMicrotask(work);
      return () => {};
    },
  };
}

test.each([
  ['one piece', [Buffer.alloc(1_000_000, 'a')]],
  ['many pieces', Array.from({ length: 1000 }, () => Buffer.alloc(1000, 'a'))],
])('%s of a megabyte takes ten seconds at 100 KB a second', async (_what, chunks) => {
  const clock = jumpingClock();
  const bytes = await buffer(Readable.from(paced(chunks, { bytesPerSecond: 100_000, clock })));
  expect(bytes.equals(Buffer.alloc(1_000_000, 'a'))).toBe(true);
  expect(clock.monotonicMs() - 1000).toBeGreaterThanOrEqual(9_800);
  expect(clock.monotonicMs() - 1000).toBeLessThanOrEqual(10_000);
});

test('time that passed anyway is not waited for', async () => {
  const clock = jumpingClock();
  async function* slowSource() {
    for (let i = 0; i < 10; i++) {
      clock.afterHostMs(1000, () => {});
      yield Buffer.alloc(1000);
    }
  }
  await buffer(Readable.from(paced(slowSource(), { bytesPerSecond: 100_000, clock })));
  expect(clock.monotonicMs() - 1000).toBe(10_000);
});

test('a source that breaks breaks what is read of it', async () => {
  const source = Readable.from(
    (async function* () {
      yield Buffer.from('x');
      throw new Error('gone');
    })(),
  );
  const slowed = Readable.from(paced(source, { bytesPerSecond: 102_400, clock: jumpingClock() }));
  await expect(buffer(slowed)).rejects.toThrow('gone');
});

const limit = (headers: Record<string, string>, query: [string, string][] = []) => trafficLimit({ headers, query });

test('a limit is bits a second, in the header or in the address', () => {
  expect(limit({})).toBeUndefined();
  expect(limit({ 'x-oss-traffic-limit': '819200' })).toBe(102_400);
  expect(limit({}, [['x-oss-traffic-limit', '838860800']])).toBe(104_857_600);
});

test.each(['245759', '838860801', 'x', '', '-1'])('the limit %j is refused', (text) => {
  expect(() => limit({ 'x-oss-traffic-limit': text })).toThrow(expect.objectContaining({ code: 'InvalidArgument' }));
});

test('two limits are refused', () => {
  expect(() => limit({ 'x-oss-traffic-limit': '819200' }, [['x-oss-traffic-limit', '819200']])).toThrow(
    expect.objectContaining({ code: 'InvalidArgument' }),
  );
});
