/** Rows of a table by the first element of their key. */
import { bucketOf, type Tables } from './rows.ts';

/** Rows whose key begins with `first`, read before any of them is changed. */
export function rowsOf(table: Tables[keyof Tables], first: string) {
  const rows = [];
  for (const row of table.range({ start: [first] })) {
    if (bucketOf(row.key) !== first) break;
    rows.push(row);
  }
  return rows;
}
