/** What is owed: per lane in order of time, counted, and found again. */
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import type { DeliveryRow, Lane } from '../../../../../emulators/eventbridge/store/deliveries.ts';
import { openDeliveryStore } from '../../../../../emulators/eventbridge/store/deliveries.ts';
import { openDatabase } from '../../../../../src/kernel/database.ts';
import { temporaryFolder } from '../../../../support/temporary-folder.ts';

const A: Lane = { bus: 'default', rule: 'a', target: 't' };

function open() {
  const database = openDatabase(temporaryFolder(), { sync: false });
  onTestFinished(() => database.close());
  return { database, store: openDeliveryStore(database) };
}

function row(sequence: number, dueAtMs: number | undefined, lane = A): DeliveryRow {
  const state = dueAtMs === undefined ? 'delivered' : 'pending';
  const rest = { id: `d${sequence}`, targetType: 'acs.fc.function', state, reason: undefined, attempts: [] } as const;
  return { ...lane, sequence, dueAtMs, ...rest, attempts: [] };
}

test('a lane’s open deliveries come soonest first, and no further than asked', async () => {
  const { database, store } = open();
  await database.transact(() => [row(1, 300), row(2, 100), row(3, 200), row(4, undefined)].forEach(store.add));
  expect(store.open(A)).toEqual([
    { sequence: 2, dueAtMs: 100 },
    { sequence: 3, dueAtMs: 200 },
    { sequence: 1, dueAtMs: 300 },
  ]);
  expect(store.open(A, { limit: 1 })).toEqual([{ sequence: 2, dueAtMs: 100 }]);
});

test('a delivery that is replaced moves in its lane instead of standing there twice, and leaves it when finished', async () => {
  const { database, store } = open();
  await database.transact(() => store.add(row(1, 100)));
  await database.transact(() => store.replace(row(1, 100), row(1, 500)));
  expect(store.open(A)).toEqual([{ sequence: 1, dueAtMs: 500 }]);
  expect([100, 500].map((dueAtMs) => store.isOpen(A, { sequence: 1, dueAtMs }))).toEqual([false, true]);
  expect(store.openCount()).toBe(1);
  await database.transact(() => store.replace(row(1, 500), row(1, undefined)));
  expect(store.open(A)).toEqual([]);
  expect(store.openCount()).toBe(0);
  expect(store.get(1, A)).toMatchObject({ state: 'delivered' });
});

test('a transaction that fails takes the count back with the rows', async () => {
  const { database, store } = open();
  const failing = database.transact(() => {
    store.add(row(1, 100));
    throw new Error('power cut');
  });
  await expect(failing).rejects.toThrow('power cut');
  expect(store.openCount()).toBe(0);
  expect(store.open(A)).toEqual([]);
});

test('an event’s deliveries are its own, and go together', async () => {
  const { database, store } = open();
  const other = { ...A, rule: 'b' };
  await database.transact(() => [row(1, 5), row(1, undefined, other), row(2, 5), row(10, 5)].forEach(store.add));
  expect(store.ofEvent(1).map(({ rule }) => rule)).toEqual(['a', 'b']);
  await database.transact(() => store.remove(store.ofEvent(1)));
  expect(store.ofEvent(1)).toEqual([]);
  expect(store.open(A).map(({ sequence }) => sequence)).toEqual([2, 10]);
  expect(store.openCount()).toBe(2);
});

test('lanes whose names begin alike are kept apart, and each is found once', async () => {
  const name = fc.stringMatching(/^[a-z0-9_|-]{1,12}$/);
  const lane = fc.record({ bus: fc.constantFrom('default', 'd'), rule: name, target: name });
  const { database, store } = open();
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(lane, fc.nat(1e13)), { maxLength: 30 }), async (owed) => {
      await database.transact(() => {
        store.clear();
        for (const [index, [where, dueAtMs]] of owed.entries()) store.add(row(index + 1, dueAtMs, where));
      });
      const keys = new Set(owed.map(([where]) => JSON.stringify(where)));
      const lanes = store.lanesWithOpen();
      expect(lanes.map((found) => JSON.stringify(found)).sort()).toEqual([...keys].sort());
      const found = lanes.flatMap((each) => store.open(each));
      expect(found.map(({ sequence }) => sequence).sort((a, b) => a - b)).toEqual(owed.map((_, index) => index + 1));
      expect(store.openCount()).toBe(owed.length);
    }),
    { numRuns: 30 },
  );
});
