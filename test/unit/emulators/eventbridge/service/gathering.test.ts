/** Which deliveries a batch takes: every one once, within its bounds, and each row read about once. */
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { createGathering } from '../../../../../emulators/eventbridge/service/gathering.ts';
import {
  type DeliveryRow,
  type Lane,
  openDeliveryStore,
} from '../../../../../emulators/eventbridge/store/deliveries.ts';
import type { BatchRow } from '../../../../../emulators/eventbridge/store/rules.ts';
import { openDatabase } from '../../../../../src/kernel/database.ts';
import { temporaryFolder } from '../../../../support/temporary-folder.ts';

const LANE: Lane = { bus: 'default', rule: 'r', target: 't' };
const ROOMY: BatchRow = { countMax: 10_000, windowMs: 10_000, bytesMax: 1_000_000 };

function open() {
  const database = openDatabase(temporaryFolder(), { sync: false });
  onTestFinished(() => database.close());
  const store = openDeliveryStore(database);
  const taken = new Set<number>();
  const state = { nowMs: 0, rowsRead: 0, last: 0 };
  const gathering = createGathering({
    lane: LANE,
    deliveries: {
      open(lane, range) {
        const rows = store.open(lane, range);
        state.rowsRead += rows.length;
        return rows;
      },
    },
    nowMs: () => state.nowMs,
    isTaken: (sequence) => taken.has(sequence),
  });
  return {
    ...{ store, state, taken, gathering },
    /** Published now, of so many bytes each. */
    add: (...bytes: number[]) =>
      database.transact(() => {
        for (const each of bytes) store.add(row(++state.last, state.nowMs, each));
      }),
    put: (delivery: DeliveryRow) =>
      database.transact(() => {
        const before = store.get(delivery.sequence, delivery);
        if (before) store.replace(before, delivery);
        else store.add(delivery);
      }),
    /** All batches that are closed now. */
    take(batch: BatchRow): number[][] {
      const batches: number[][] = [];
      for (let next = gathering.next(batch); next; next = gathering.next(batch)) {
        for (const sequence of next) taken.add(sequence);
        batches.push(next);
      }
      return batches;
    },
  };
}

function row(sequence: number, dueAtMs: number | undefined, bytes = 10): DeliveryRow {
  const rest = { id: `d${sequence}`, targetType: 'acs.fc.function', reason: undefined, attempts: [] };
  return { ...LANE, sequence, dueAtMs, bytes, state: 'pending', ...rest };
}

/** As one that failed in a batch. */
function again(sequence: number, dueAtMs: number, id: string): DeliveryRow {
  const made = { atMs: 0, durationMs: 0, ok: false, error: 'no', invocationRequestId: undefined };
  return { ...row(sequence, dueAtMs), state: 'retrying', attempts: [{ ...made, batch: { id, size: 2, position: 1 } }] };
}

test('an array may be as large as a call, to the byte', async () => {
  // "[" + 4 × (10 + a comma) - a comma + "]" are 45 bytes.
  for (const [bytesMax, wanted] of [
    [45, [1, 2, 3, 4]],
    [44, [1, 2, 3]],
  ] as const) {
    const { add, take, state } = open();
    await add(10, 10, 10, 10);
    state.nowMs = 10_000;
    expect(take({ ...ROOMY, bytesMax })[0]).toEqual(wanted);
  }
});

test('an event that is larger than any call goes alone, at once', async () => {
  const { add, take } = open();
  await add(10, 5000, 10);
  expect(take({ ...ROOMY, bytesMax: 100 })).toEqual([[1], [2]]);
});

test('a batch that failed comes whole, before what gathers meanwhile, and not before it is due', async () => {
  const { add, put, take, state, gathering } = open();
  await put(again(101, 5000, 'one'));
  await put(again(102, 5000, 'two'));
  await put(again(103, 5000, 'one'));
  await add(10);
  expect(take(ROOMY)).toEqual([]);
  expect(gathering.nextDueAtMs()).toBe(5000);
  state.nowMs = 5000;
  expect(take(ROOMY)).toEqual([[101, 103], [102]]);
  state.nowMs = 10_000;
  expect(take(ROOMY)).toEqual([[1]]);
});

test('a row is read about once, however many events come one by one into one window', async () => {
  const { add, take, state } = open();
  const count = 3000;
  for (let index = 0; index < count; index++) {
    state.nowMs = index;
    await add(10);
    expect(take({ ...ROOMY, windowMs: count })).toEqual([]);
  }
  expect(state.rowsRead).toBe(count);
  state.nowMs = count;
  expect(take({ ...ROOMY, windowMs: count })[0]).toHaveLength(count);
});

test('a backlog is taken in full batches without being read again for each', async () => {
  const { add, take, state } = open();
  await add(...Array.from({ length: 5000 }, () => 10));
  const batches = take({ ...ROOMY, countMax: 10, windowMs: 0 });
  expect(batches).toHaveLength(500);
  expect(state.rowsRead).toBe(5000);
});

test('whatever comes, closes and fails: every delivery is in one batch at a time, and none is forgotten', async () => {
  const step = fc.oneof(
    fc.record({ is: fc.constant('add' as const), bytes: fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 6 }) }),
    fc.record({ is: fc.constant('wait' as const), ms: fc.integer({ min: -50, max: 200 }) }),
    fc.record({ is: fc.constant('end' as const), ok: fc.boolean(), laterMs: fc.integer({ min: 0, max: 100 }) }),
  );
  const batch = fc.record({
    countMax: fc.integer({ min: 1, max: 5 }),
    windowMs: fc.constantFrom(0, 50, 100),
    bytesMax: fc.integer({ min: 20, max: 150 }),
  });
  await fc.assert(
    fc.asyncProperty(batch, fc.array(step, { maxLength: 40 }), async (bounds, steps) => {
      const room = open();
      const { state, taken, gathering, add, put, store } = room;
      state.nowMs = 10_000;
      const running: { sequences: number[]; id: string }[] = [];
      const ended = new Set<number>();
      const names = new Map<number, string>();
      function takeAll(): void {
        for (let next = gathering.next(bounds); next; next = gathering.next(bounds)) {
          for (const sequence of next) expect([sequence, taken.has(sequence)]).toEqual([sequence, false]);
          expect(next.length).toBeLessThanOrEqual(bounds.countMax);
          for (const sequence of next) taken.add(sequence);
          running.push({ sequences: next, id: names.get(next[0] ?? 0) ?? `b${next[0]}` });
        }
      }
      async function end({ ok, laterMs }: { ok: boolean; laterMs: number }): Promise<void> {
        const first = running.shift();
        if (!first) return;
        for (const sequence of first.sequences) {
          if (ok) ended.add(sequence);
          else names.set(sequence, first.id);
          await put(ok ? row(sequence, undefined) : again(sequence, state.nowMs + laterMs, first.id));
          taken.delete(sequence);
        }
        if (!ok) gathering.restart();
      }
      for (const each of steps) {
        if (each.is === 'add') await add(...each.bytes);
        else if (each.is === 'wait') state.nowMs += each.ms;
        else await end(each);
        takeAll();
      }
      state.nowMs += 1000;
      takeAll();
      while (running.length > 0) {
        await end({ ok: true, laterMs: 0 });
        takeAll();
      }
      expect(ended.size).toBe(state.last);
      expect(store.openCount()).toBe(0);
    }),
    { numRuns: 60 },
  );
});
