/** Outcomes that are kept together: how many transactions they take, and what one bad one costs the others. */
import { expect, test } from 'vitest';
import type { Attempted } from '../../../../../emulators/eventbridge/service/delivery-outcome.ts';
import { createOutcomeKeeper } from '../../../../../emulators/eventbridge/service/outcome-keeper.ts';

const attempted = (batchId: string): Attempted => ({
  ...{
    deliveries: [],
    batchId,
    attempt: { atMs: 0, durationMs: 0 },
    outcome: { error: undefined },
    nowMs: 0,
    delays: new Map(),
  },
  notes: new Map(),
});

/** Each transaction ends when it is told to. Like a real one it keeps all its work did, or nothing. */
function heldDatabase() {
  const ends: (() => void)[] = [];
  const transact = async <Result>(work: () => Result): Promise<Result> => {
    const result = work();
    await new Promise<void>((end) => ends.push(end));
    return result;
  };
  return { ends, transact };
}

test('what is reported while a transaction is under way is kept by the next one, all of it', async () => {
  const database = heldDatabase();
  const recorded: unknown[] = [];
  const { keep } = createOutcomeKeeper({ database, record: ({ batchId }) => recorded.push(batchId) });

  const first = [keep(attempted('a')), keep(attempted('b'))];
  await expect.poll(() => recorded).toEqual(['a', 'b']);
  let isKept = false;
  const later = Promise.all(['c', 'd', 'e'].map((id) => keep(attempted(id)))).then(() => {
    isKept = true;
  });
  database.ends[0]?.();
  await Promise.all(first);
  await expect.poll(() => recorded).toEqual(['a', 'b', 'c', 'd', 'e']);
  expect(isKept).toBe(false);
  database.ends[1]?.();
  await later;
  expect(database.ends).toHaveLength(2);
});

test('one that can not be kept is told so, and the others of its transaction are kept', async () => {
  const kept: unknown[] = [];
  let pending: unknown[] = [];
  const database = {
    async transact<Result>(work: () => Result): Promise<Result> {
      pending = [];
      const result = work();
      kept.push(...pending);
      return result;
    },
  };
  const record = ({ batchId }: Attempted) => {
    if (batchId === 'bad') throw new Error('no room');
    pending.push(batchId);
  };
  const { keep } = createOutcomeKeeper({ database, record });
  const ends = await Promise.allSettled(['a', 'bad', 'b'].map((id) => keep(attempted(id))));
  expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(kept).toEqual(['a', 'b']);
  await keep(attempted('c'));
  expect(kept).toEqual(['a', 'b', 'c']);
});
