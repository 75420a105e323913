/** What the room's tables keep, and how much of it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { newRecord } from '../../../../../emulators/fc/service/invocations/records.ts';
import { type AsyncInvocation, openAsyncStore } from '../../../../../emulators/fc/store/async-store.ts';
import { type InvocationStore, openInvocationStore } from '../../../../../emulators/fc/store/invocation-store.ts';
import { type Database, openDatabase } from '../../../../../src/kernel/database.ts';

let folder: string;
let database: Database;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'localyun-fc-stores-'));
  database = openDatabase(folder, { sync: false });
});
afterEach(async () => {
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});

const record = (requestId: string) =>
  newRecord({ requestId, functionName: 'f', type: 'sync', cause: { kind: 'api' }, queuedAtMs: 0 });
const putAll = (store: InvocationStore, ids: string[]) =>
  database.transact(() => {
    for (const id of ids) store.put(record(id));
  });
const row = (requestId: string, queuedAtMs: number): AsyncInvocation => ({
  ...{
    requestId,
    queuedAtMs,
    functionName: 'f',
    qualifier: 'LATEST',
    payload: Buffer.from('é'),
    cause: { kind: 'api' },
  },
  ...{ taskId: undefined, dueAtMs: 0, runs: 0, throttles: 0 },
});

test('the journal forgets the oldest, by request id too, and goes on counting after a restart', async () => {
  const store = openInvocationStore(database);
  await putAll(store, ['a', 'b', 'c']);
  const again = openInvocationStore(database);
  await database.transact(() => {
    again.put(record('d'));
    again.trim(2);
  });
  expect([...again.newest()].map(({ requestId }) => requestId)).toEqual(['d', 'c']);
  expect(again.get('a')).toBeUndefined();
  expect(again.count()).toBe(2);
});

test('writing one invocation again replaces its record where it stands', async () => {
  const store = openInvocationStore(database);
  await putAll(store, ['a', 'b']);
  await database.transact(() => store.put({ ...record('a'), result: 'later' }));
  expect([...store.newest()].map(({ requestId }) => requestId)).toEqual(['b', 'a']);
  expect(store.get('a')?.result).toBe('later');
});

test('waiting invocations come back oldest first, their payload byte for byte', async () => {
  const store = openAsyncStore(database, { taskIdsMax: 10 });
  await database.transact(() => [row('x', 3), row('y', 1), row('z', 2)].forEach(store.put));
  const all = [...openAsyncStore(database, { taskIdsMax: 10 }).all()];
  expect(all.map(({ requestId }) => requestId)).toEqual(['y', 'z', 'x']);
  expect(Buffer.from(all[0]?.payload ?? []).toString()).toBe('é');
});

test('a transaction that throws keeps none of its rows', async () => {
  const store = openAsyncStore(database, { taskIdsMax: 10 });
  const broken = database.transact(() => {
    store.put(row('x', 1));
    throw new Error('in the middle');
  });
  await expect(broken).rejects.toThrow('in the middle');
  expect([...store.all()]).toEqual([]);
});

test("task ids are a function's own, used once, and the oldest are forgotten beyond the maximum", async () => {
  const store = openAsyncStore(database, { taskIdsMax: 3 });
  const take = (name: string, id: string, atMs: number) => database.transact(() => store.takeTaskId(name, id, atMs));
  expect(await take('f', 'one', 1)).toBe(true);
  expect(await take('f', 'one', 2)).toBe(false);
  expect(await take('g', 'one', 2)).toBe(true);
  expect(await take('f', 'two', 3)).toBe(true);
  expect(await take('f', 'three', 4)).toBe(true);
  expect(await take('f', 'one', 5)).toBe(true);
  expect(await take('f', 'three', 6)).toBe(false);
});

test('a fact is taken once', async () => {
  const store = openAsyncStore(database, { taskIdsMax: 3 });
  const take = (id: number) => database.transact(() => store.takeFact('listener', id));
  expect([await take(1), await take(3), await take(3), await take(2), await take(4)]).toEqual([
    true,
    true,
    false,
    false,
    true,
  ]);
});
