/** Rows that were read, parsed, in memory: reading and parsing one again costs as much as the rest of a small call. */
import type { Key } from './database.ts';
import { createRecent } from './recent.ts';

/** How a table's rows are read, and how many stay in memory. They are shared, so nobody may change one, also after writing it. */
export interface Reading<Value> {
  /** What lies in the database may be an earlier version's. What is written here is what it would make of it. */
  parse(stored: unknown): Value;
  rowsMax: number;
}

/** What the transaction whose work is running has written: each entry is called once its outcome can be read. */
export interface WriteLog {
  written: ((isKept: boolean) => void)[] | undefined;
}

export interface RowMemory<Value> {
  get(key: Key, read: () => unknown): Value | undefined;
  /** The running transaction writes this row, or removes it: then `stored` is undefined. */
  touch(key: Key, stored: Value | undefined): void;
  parse(stored: unknown): Value;
}

/** A row that running transactions have written. */
interface Unsettled<Value> {
  writes: number;
  /** What the last of them wrote. */
  stored: Value | undefined;
  /** One of them was taken back, and it may have been the last. */
  isOpen: boolean;
}

/**
 * A row that was written is read from the database until the end of its transaction: before, those inside see what they wrote and
 * all others what was there. What nobody writes is the same for both, so anybody may remember it. Writes follow one another, so
 * once none is running the last one's is what lies there.
 */
export function createRowMemory<Value>({ parse, rowsMax }: Reading<Value>, log: WriteLog): RowMemory<Value> {
  const rows = createRecent<Value>(rowsMax);
  const unsettled = new Map<string, Unsettled<Value>>();

  function settle(name: string, row: Unsettled<Value>, isKept: boolean): void {
    row.writes--;
    if (!isKept) row.isOpen = true;
    if (row.writes > 0) return;
    unsettled.delete(name);
    if (!row.isOpen && row.stored !== undefined) rows.set(name, row.stored);
  }

  return {
    parse,
    get(key, read) {
      const name = nameOf(key);
      const known = rows.get(name);
      if (known !== undefined) return known;
      const stored = read();
      if (stored === undefined) return undefined;
      const row = parse(stored);
      if (!unsettled.has(name)) rows.set(name, row);
      return row;
    },
    touch(key, stored) {
      const name = nameOf(key);
      rows.delete(name);
      const row = unsettled.get(name) ?? { writes: 0, stored, isOpen: false };
      row.writes++;
      row.stored = stored;
      unsettled.set(name, row);
      log.written?.push((isKept) => settle(name, row, isKept));
    },
  };
}

/** Another name for another key: lengths first, so that no two tuples run into one another. */
function nameOf(key: Key): string {
  if (typeof key !== 'object') return String(key);
  let lengths = '';
  for (const atom of key) lengths += `${String(atom).length},`;
  return lengths + key.join('');
}
