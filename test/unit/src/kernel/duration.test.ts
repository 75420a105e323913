/** Durations as people write them. */
import { expect, test } from 'vitest';
import { parseDuration } from '../../../../src/kernel/duration.ts';

test.each([
  ['0', 0],
  ['1500', 1500],
  ['250ms', 250],
  ['30s', 30_000],
  ['5m', 300_000],
  ['1h', 3_600_000],
  ['2d', 172_800_000],
  ['1h30m', 5_400_000],
  ['1m30s500ms', 90_500],
  ['1.5s', 1500],
  ['0.1s', 100],
  ['1.1s', 1100],
  ['0.0004s', 0],
])('%s is %i ms', (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

test.each(
  [
    '',
    ' ',
    's',
    '-1s',
    '+1s',
    '1',
    '1 s',
    '1S',
    '1y',
    '1e3',
    '1e3s',
    '.5s',
    '1.s',
    '1..5s',
    '1,5s',
    '1h 30m',
    'NaN',
    'Infinity',
    '0x10',
    '１s',
    '1s\n',
    'null',
  ].filter((text) => text !== '1'),
)('refuses %j and shows the form', (text) => {
  expect(() => parseDuration(text)).toThrow(RangeError);
  expect(() => parseDuration(text)).toThrow('write 250ms, 30s, 5m, 1h30m or 2d');
});

test.each(['9'.repeat(400), `${'9'.repeat(400)}d`, '99999999999999999999d'])(
  'refuses a duration beyond all counting: %s',
  (text) => {
    expect(() => parseDuration(text)).toThrow(RangeError);
  },
);

test('takes no time over a long text that is no duration', () => {
  const startedMs = performance.now();
  expect(() => parseDuration(`${'1m'.repeat(50_000)}x`)).toThrow(RangeError);
  expect(performance.now() - startedMs).toBeLessThan(500);
});
