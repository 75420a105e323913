/** Events are found by their ids whatever was added, taken out or taken back before and after the first question. */
import fc from 'fast-check';
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

function event(id: string, bus = 'default', hops = 0): Omit<EventRow, 'sequence'> {
  const rest = { source: 's', type: 't', subject: undefined, callerAccessKeyId: undefined, factId: undefined };
  return { id, bus, hops, ...rest, matched: [], publishedAtMs: 1, text: '{}' };
}

test('an id names the event on the bus it came to first, and one a bus', async () => {
  const { database, store } = open();
  const [first, forwarded] = await database.transact(() => [
    store.add(event('A', 'orders')),
    store.add(event('A', 'audit', 1)),
  ]);
  expect(store.byId('A')).toEqual(first);
  expect(store.byId('A', 'audit')).toEqual(forwarded);
  expect(store.byId('A', 'other')).toBeUndefined();
  expect(store.busesOf('A')).toEqual(['audit', 'orders']);
  await database.transact(() => first && store.takeOut([{ event: first, isOwed: false }]));
  expect(store.byId('A')).toEqual(forwarded);
  expect(store.busesOf('A')).toEqual(['audit']);
});

test('of two with the same id on one bus the younger is meant', async () => {
  const { database, store } = open();
  const [, young] = await database.transact(() => [store.add(event('A')), store.add(event('A'))]);
  expect(store.byId('A')).toEqual(young);
  expect(store.byId('A', 'default')).toEqual(young);
});

test('ids are known again after a restart', async () => {
  const folder = temporaryFolder();
  const before = open(folder);
  const row = await before.database.transact(() => before.store.add(event('A')));
  expect(before.store.byId('A')).toEqual(row);
  await before.database.close();
  expect(open(folder).store.byId('A')).toEqual(row);
});

const ID = fc.constantFrom('A', 'B', 'C');
const STEP = fc.oneof(
  fc.record({ does: fc.constant('add' as const), id: ID, bus: fc.constantFrom('x', 'y'), isKept: fc.boolean() }),
  fc.record({ does: fc.constant('take out' as const), isKept: fc.boolean() }),
  fc.record({ does: fc.constant('clear' as const), isKept: fc.boolean() }),
  fc.record({ does: fc.constant('ask' as const), isKept: fc.constant(true) }),
);

test('what is found by id is what the history has, also where transactions were taken back', async () => {
  const { database, store } = open();
  await fc.assert(
    fc.asyncProperty(fc.array(STEP, { maxLength: 40 }), async (steps) => {
      await database.transact(() => store.clear());
      const running: Promise<unknown>[] = [];
      for (const step of steps) {
        if (step.does === 'ask') {
          expectAlike(store);
          continue;
        }
        const work = () => {
          const [oldest] = store.oldest(1);
          if (step.does === 'add') store.add(event(step.id, step.bus));
          else if (step.does === 'clear') store.clear();
          else if (oldest) store.takeOut([{ event: oldest, isOwed: false }]);
          if (!step.isKept) throw new Error('taken back');
        };
        const done = database.transact(work).catch(() => undefined);
        running.push(done);
        // Every second one shares its commit with the next.
        if (running.length % 2 === 0) await Promise.all(running);
      }
      await Promise.all(running);
      expectAlike(store);
    }),
    { numRuns: 60 },
  );
});

function expectAlike(store: ReturnType<typeof openEventStore>): void {
  const newest = [...store.newestFirst()];
  for (const id of ['A', 'B', 'C']) {
    const having = newest.filter((row) => row.id === id);
    expect(store.byId(id)).toEqual(having[0]);
    expect(store.busesOf(id)).toEqual([...new Set(having.map(({ bus }) => bus))].sort());
  }
}
