/** Rows that were read, parsed, in memory: reading and parsing one again costs as much as the rest of a small call. */
import type { Key } from './database.ts';
import { createRecent } from './recent.ts';

/** How a table's rows are read, and how many stay in memory. They are shared, so nobody may change one. */
export interface Reading<Value> {
  parse(stored: unknown): Value;
  rowsMax: number;
}

/** What the transaction whose work is running has written: each entry is called once its outcome can be read. */
export interface WriteLog {
  written: (() => void)[] | undefined;
}

export interface RowMemory<Value> {
  get(key: Key, read: () => unknown): Value | undefined;
  /** The running transaction writes this row. */
  touch(key: Key): void;
  parse(stored: unknown): Value;
}

/**
 * A row that was written is read from the database until the end of its transaction: before, those inside see what they wrote and
 * all others what was there. What nobody writes is the same for both, so anybody may remember it.
 */
export function createRowMemory<Value>({ parse, rowsMax }: Reading<Value>, log: WriteLog): RowMemory<Value> {
  const rows = createRecent<Value>(rowsMax);
  const unsettled = new Map<string, number>();

  function settle(name: string): void {
    const left = (unsettled.get(name) ?? 0) - 1;
    if (left > 0) unsettled.set(name, left);
    else unsettled.delete(name);
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
    touch(key) {
      const name = nameOf(key);
      rows.delete(name);
      unsettled.set(name, (unsettled.get(name) ?? 0) + 1);
      log.written?.push(() => settle(name));
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
