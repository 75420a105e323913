/** The history's table: numbers never used twice, and nothing left behind. */
import { expect, onTestFinished, test } from 'vitest';
import { remakeOssEvent } from '../../../../../emulators/eventbridge/service/cloud-event.ts';
import type { EventRow } from '../../../../../emulators/eventbridge/store/events.ts';
import { openEventStore } from '../../../../../emulators/eventbridge/store/events.ts';
import { openDatabase } from '../../../../../src/kernel/database.ts';
import { temporaryFolder } from '../../../../support/temporary-folder.ts';

function open(folder = temporaryFolder()) {
  const database = openDatabase(folder, { sync: false });
  onTestFinished(() => database.close());
  return { database, store: openEventStore(database, remakeOssEvent) };
}

function event(id: string, factId?: number): Omit<EventRow, 'sequence'> {
  const rest = { source: 'acs.oss', type: 't', subject: undefined, callerAccessKeyId: undefined, hops: 0, matched: [] };
  return { id, bus: 'default', ...rest, publishedAtMs: 1, factId, text: `{"id":"${id}"}` };
}

test('an event is found by number and id, and the fact it was made from is known', async () => {
  const { database, store } = open();
  const row = await database.transact(() => store.add(event('A', 7)));
  expect(row.sequence).toBe(1);
  for (const found of [store.get(1), store.byId('A'), store.oldest(1)[0]]) expect(found).toEqual(row);
  expect(store.byId('B')).toBeUndefined();
  expect(store.count()).toBe(1);
  expect(store.lastFactId()).toBe(7);
  await database.transact(() => store.add(event('of no fact')));
  await database.transact(() => store.clear());
  expect(store.lastFactId()).toBe(7);
});

test('a number is not used twice, not even after everything was cleared', async () => {
  const { database, store } = open();
  await database.transact(() => store.add(event('A')));
  await database.transact(() => store.clear());
  expect(store.count()).toBe(0);
  expect(store.byId('A')).toBeUndefined();
  const row = await database.transact(() => store.add(event('A')));
  expect(row.sequence).toBe(2);
});

test('an event set aside has left the history, and its content is still there', async () => {
  const { database, store } = open();
  const row = await database.transact(() => store.add(event('A', 1)));
  await database.transact(() => store.takeOut([{ event: row, isOwed: true }]));
  expect([store.byId('A'), ...store.oldest(1), ...store.newestFirst()]).toEqual([undefined]);
  expect(store.get(1)).toEqual(row);
  expect(store.isSetAside(1)).toBe(true);
  await database.transact(() => store.dropSetAside(1));
  expect(store.get(1)).toBeUndefined();
});

test('taking out an old event leaves a younger one of the same id findable', async () => {
  const { database, store } = open();
  const [old, young] = await database.transact(() => [store.add(event('A')), store.add(event('A'))]);
  await database.transact(() => old && store.takeOut([{ event: old, isOwed: false }]));
  expect(store.byId('A')).toEqual(young);
});

test('the oldest are those that were not taken out, also after a taking out that was taken back', async () => {
  const { database, store } = open();
  const rows = await database.transact(() => ['A', 'B', 'C', 'D'].map((id) => store.add(event(id))));
  const takeOut = (from: number, to: number) =>
    store.takeOut(rows.slice(from, to).map((row) => ({ event: row, isOwed: false })));
  await database.transact(() => takeOut(0, 1));
  expect(store.oldest(2)).toEqual(rows.slice(1, 3));
  const failing = database.transact(() => {
    takeOut(1, 3);
    expect(store.oldest(9)).toEqual(rows.slice(3));
    throw new Error('power cut');
  });
  await expect(failing).rejects.toThrow('power cut');
  expect([store.oldest(1), store.count()]).toEqual([rows.slice(1, 2), 3]);
  await database.transact(() => takeOut(1, 4));
  expect([store.oldest(1), store.count()]).toEqual([[], 0]);
  const young = await database.transact(() => store.add(event('E')));
  expect(store.oldest(1)).toEqual([young]);
});

test('a transaction that fails leaves no event and no count', async () => {
  const { database, store } = open();
  const failing = database.transact(() => {
    store.add(event('A', 1));
    throw new Error('power cut');
  });
  await expect(failing).rejects.toThrow('power cut');
  expect(store.count()).toBe(0);
  expect((await database.transact(() => store.add(event('B')))).sequence).toBe(1);
});

test('what was kept is there after the database was opened again', async () => {
  const folder = temporaryFolder();
  const first = openDatabase(folder, { sync: false });
  await first.transact(() => openEventStore(first, remakeOssEvent).add(event('A', 1)));
  await first.close();
  const { store } = open(folder);
  expect([...store.newestFirst()].map(({ id }) => id)).toEqual(['A']);
});
