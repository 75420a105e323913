/** How many events a bus takes in a second of the host. */
import { expect, test } from 'vitest';
import { createThrottle } from '../../../../../emulators/eventbridge/service/throttle.ts';
import { openRoom } from '../room.ts';

function throttle() {
  let hostMs = 500;
  const { take } = createThrottle({ ...openRoom().clock, hostNowMs: () => hostMs });
  const to = (ms: number): void => {
    hostMs = ms;
  };
  return { take, to };
}

test('a bus takes its number and not one more, and all or nothing of a batch', () => {
  const { take } = throttle();
  expect(take('a', 6, 10)).toBe(true);
  expect(take('a', 5, 10)).toBe(false);
  expect(take('a', 4, 10)).toBe(true);
  expect(take('a', 1, 10)).toBe(false);
  expect(take('b', 10, 10)).toBe(true);
});

test('the next second begins anew for every bus, also when the clock of the host goes back', () => {
  const { take, to } = throttle();
  for (const second of [1, 2, 1]) {
    to(second * 1000);
    for (const bus of ['a', 'b']) {
      expect(take(bus, 10, 10)).toBe(true);
      expect(take(bus, 1, 10)).toBe(false);
    }
  }
});
