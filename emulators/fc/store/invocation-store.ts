/** Keeps what became of invocations, newest last, at most so many of them. */
import type { Database } from '../../../src/kernel/database.ts';
import type { InvocationRecord } from '../../../src/ports/invocation-journal.ts';

export interface InvocationStore {
  /** Newest first, lazily. */
  newest(): Iterable<InvocationRecord>;
  get(requestId: string): InvocationRecord | undefined;
  /** Inside the caller's transaction; writing one request again replaces its record where it stands. */
  put(record: InvocationRecord): void;
  /** Forgets the oldest beyond `keptMax`, inside the caller's transaction. */
  trim(keptMax: number): void;
  clear(): void;
  count(): number;
}

export function openInvocationStore(database: Database): InvocationStore {
  const records = database.table<InvocationRecord>('fc.invocations');
  const numbers = database.table<number>('fc.invocations.numbers');
  let last = 0;
  for (const { key } of records.range({ start: Number.MAX_SAFE_INTEGER, reverse: true, limit: 1 })) last = Number(key);
  let kept = records.count();

  return {
    *newest() {
      for (const { value } of records.range({ start: Number.MAX_SAFE_INTEGER, reverse: true })) yield value;
    },
    get(requestId) {
      const number = numbers.get(requestId);
      return number === undefined ? undefined : records.get(number);
    },
    put(record) {
      const known = numbers.get(record.requestId);
      if (known === undefined) kept++;
      const number = known ?? ++last;
      records.put(number, record);
      numbers.put(record.requestId, number);
    },
    trim(keptMax) {
      if (kept <= keptMax) return;
      const oldest = Array.from(records.range({ limit: kept - keptMax }));
      for (const { key, value } of oldest) {
        records.remove(key);
        numbers.remove(value.requestId);
      }
      kept -= oldest.length;
    },
    clear() {
      for (const { key, value } of Array.from(records.range())) {
        records.remove(key);
        numbers.remove(value.requestId);
      }
      kept = 0;
    },
    count: () => kept,
  };
}
