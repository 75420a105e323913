/** How many events a bus takes in a second of the host. */
import { expect, test } from 'vitest';
import { defaultLimits } from '../../../../../emulators/eventbridge/limits.ts';
import { createThrottle } from '../../../../../emulators/eventbridge/service/throttle.ts';
import { call } from '../api.ts';
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

test('the system bus takes 10,000, others 3,000; what is beyond the limit is refused, and none of it published', async () => {
  expect(defaultLimits).toMatchObject({ defaultBusEventsPerSecond: 10_000, busEventsPerSecond: 3000 });
  const room = openRoom({ limits: { defaultBusEventsPerSecond: 2, busEventsPerSecond: 1 } });
  await call(room, 'CreateEventBus', { EventBusName: 'shop' });
  const put = async (EventBusName: string, count: number) => {
    const list = Array.from({ length: count }, (_, index) => ({ Id: `e${index}`, Source: 's', Type: 't', Data: '1' }));
    return (await call(room, 'PutEvents', { EventBusName, EventList: JSON.stringify(list) })).body.Code;
  };
  expect([await put('default', 3), await put('shop', 2)]).toEqual(['TooManyRequests', 'TooManyRequests']);
  expect(room.bridge.history.list({})).toEqual([]);
  expect([await put('default', 2), await put('shop', 1)]).toEqual(['Success', 'Success']);
});
