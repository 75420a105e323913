/** Load is told when it begins and when it ends, and not in between. */
import { expect, test } from 'vitest';
import { watchLoad } from '../../../../src/kernel/load-watch.ts';

function watch(...shares: number[]) {
  const told: boolean[] = [];
  const onCall = watchLoad(
    (isBusy) => told.push(isBusy),
    () => shares.shift() ?? 0,
  );
  return { told, shares, onCall };
}

test('512 calls that left the process little rest are load; a few are not, however busy it was', () => {
  const { told, shares, onCall } = watch(0.9);
  for (let calls = 0; calls < 511; calls++) onCall(100);
  expect([told, shares]).toEqual([[], [0.9]]);
  onCall(100);
  expect([told, shares]).toEqual([[true], []]);
});

test('a long list counts for as many calls as leave as much to collect', () => {
  const { told, onCall } = watch(0.9);
  for (let calls = 0; calls < 13; calls++) onCall(300 * 1024);
  expect(told).toEqual([]);
  onCall(300 * 1024);
  expect(told).toEqual([true]);
});

test('each change is told once', () => {
  const { told, onCall } = watch(0.2, 0.8, 0.9, 0.5, 0.1, 0.7);
  for (let calls = 0; calls < 6 * 512; calls++) onCall(100);
  expect(told).toEqual([true, false, true]);
});

test('a process that does nothing but calls is busy', () => {
  const told: boolean[] = [];
  const onCall = watchLoad((isBusy) => told.push(isBusy));
  for (let calls = 0; calls < 512; calls++) onCall(100);
  expect(told).toEqual([true]);
});
