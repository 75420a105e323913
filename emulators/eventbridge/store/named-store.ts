/** Keeps rows by their names: what has no more to its keys than that. */
import type { Database } from '../../../src/kernel/database.ts';

/** Writes only inside the database's open transaction. */
export interface NamedStore<Row extends { name: string }> {
  get(name: string): Row | undefined;
  /** In the order of their names. */
  list(): Row[];
  put(row: Row): void;
  remove(name: string): void;
  clear(): void;
}

export function openNamedStore<Row extends { name: string }>(database: Database, table: string): NamedStore<Row> {
  const rows = database.table<Row>(table);
  const list = () => [...rows.range()].map(({ value }) => value);
  return {
    get: (name) => rows.get(name),
    list,
    put: (row) => rows.put(row.name, row),
    remove: (name) => rows.remove(name),
    clear() {
      for (const { name } of list()) rows.remove(name);
    },
  };
}
