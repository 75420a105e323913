/** Rows of a table by the first element of their key. */
import type { Table } from '../../../src/kernel/database.ts';
import { bucketOf } from './rows.ts';

/** Rows whose key begins with `first`, read before any of them is changed. */
export function rowsOf<Row>(table: Table<Row>, first: string) {
  const rows = [];
  for (const row of table.range({ start: [first] })) {
    if (bucketOf(row.key) !== first) break;
    rows.push(row);
  }
  return rows;
}
