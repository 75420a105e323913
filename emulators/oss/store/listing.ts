/** Listing with prefix and delimiter: walks rows in key order and leaps over everything under a common prefix. */
import { afterPrefix, clampKey, compareKeys } from './key-order.ts';

export type Entry<Row> = { key: string; row: Row } | { commonPrefix: string };

export interface Walk<Row> {
  /** Rows from this key on, in key order, of one bucket; read lazily. `row` is asked for once, of those that are listed. */
  rowsFrom(start: string): Iterable<{ readonly key: string; readonly row: Row }>;
  /** The key of the first row from this one on, where it is cheaper than the row: what is under a common prefix needs no more. */
  keyFrom?(start: string): string | undefined;
  prefix: string;
  delimiter: string;
  /** The first key wanted; undefined when nothing can follow. */
  start: string | undefined;
}

/** A row of a table under its name in the bucket. */
export class FoundRow<Row> {
  readonly key: string;
  readonly #found: { readonly value: Row };

  constructor(key: string, found: { readonly value: Row }) {
    this.key = key;
    this.#found = found;
  }

  get row(): Row {
    return this.#found.value;
  }
}

/** Rows and common prefixes in one ascending row. */
export function* walk<Row>({ rowsFrom, keyFrom, prefix, delimiter, start }: Walk<Row>): Iterable<Entry<Row>> {
  if (start === undefined) return;
  let from: string | undefined = compareKeys(start, prefix) > 0 ? start : prefix;
  while (from !== undefined) {
    const first = delimiter === '' ? undefined : keyFrom?.(clampKey(from));
    const folder = first?.startsWith(prefix) ? commonPrefixOf(first, prefix, delimiter) : undefined;
    if (folder !== undefined) {
      yield { commonPrefix: folder };
      from = afterPrefix(folder);
      continue;
    }
    let leap: string | undefined;
    for (const found of rowsFrom(clampKey(from))) {
      const { key } = found;
      if (!key.startsWith(prefix)) return;
      const commonPrefix = commonPrefixOf(key, prefix, delimiter);
      if (commonPrefix === undefined) {
        yield { key, row: found.row };
        continue;
      }
      yield { commonPrefix };
      leap = afterPrefix(commonPrefix);
      break;
    }
    from = leap;
  }
}

/**
 * Where a page that follows `after` starts. A marker that is itself a common prefix passes everything under it by.
 * UNVERIFIED OSS-001: a marker inside a common prefix ("dir/a") still lists that prefix when keys of it follow.
 */
export function startAfter(after: string, prefix: string, delimiter: string): string | undefined {
  if (after === '') return '';
  const isCommonPrefix = after.startsWith(prefix) && commonPrefixOf(after, prefix, delimiter) === after;
  return isCommonPrefix ? afterPrefix(after) : nextKey(after);
}

/** The first text after `key`: U+0000 is the smallest character. A marker too long to be a key needs none. */
function nextKey(key: string): string {
  return clampKey(key) === key ? `${key}\u0000` : key;
}

function commonPrefixOf(key: string, prefix: string, delimiter: string): string | undefined {
  if (delimiter === '') return undefined;
  const cut = key.indexOf(delimiter, prefix.length);
  return cut < 0 ? undefined : key.slice(0, cut + delimiter.length);
}
