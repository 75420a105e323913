/** Lists in pages: as many as `Limit`, then a token that says where the next page starts. */
import { EventBridgeError } from '../errors.ts';
import { PAGE_MAX } from '../limits.ts';

export interface PageQuery {
  limit: number | undefined;
  nextToken: string | undefined;
}

export interface Page<Item> {
  items: Item[];
  /** Undefined on the last page. */
  nextToken: string | undefined;
}

export interface CountedPage<Item> extends Page<Item> {
  /** Of all pages together. */
  total: number;
}

/** One page of a whole list, which is sorted by name. Throws NextTokenInvalid and LimitSizeInvalid. */
export function pageOf<Item>(
  all: readonly Item[],
  query: PageQuery,
  nameOf: (item: Item) => string,
): CountedPage<Item> {
  const start = pageStart(query);
  const rest = start === undefined ? all : all.filter((item) => nameOf(item) > start);
  return { ...takePage(rest, query, nameOf), total: all.length };
}

/** The name after which the page starts; undefined for the first. Throws NextTokenInvalid. */
export function pageStart({ nextToken }: PageQuery): string | undefined {
  if (!nextToken) return undefined;
  const name = Buffer.from(nextToken, 'base64url').toString('utf8');
  if (tokenOf(name) !== nextToken) throw new EventBridgeError('NextTokenInvalid');
  return name;
}

/** Takes one page off items that start at `pageStart`. Throws LimitSizeInvalid. */
export function takePage<Item>(items: Iterable<Item>, query: PageQuery, nameOf: (item: Item) => string): Page<Item> {
  const limit = pageLimit(query);
  const taken: Item[] = [];
  for (const item of items) {
    if (taken.length === limit) return { items: taken, nextToken: tokenOf(nameOf(taken[limit - 1] as Item)) };
    taken.push(item);
  }
  return { items: taken, nextToken: undefined };
}

/** UNVERIFIED EVB-023: the size of a page when the caller names none; 100 is the most it may name. */
function pageLimit({ limit = PAGE_MAX }: PageQuery): number {
  if (!Number.isInteger(limit) || limit < 1 || limit > PAGE_MAX) throw new EventBridgeError('LimitSizeInvalid');
  return limit;
}

function tokenOf(name: string): string {
  return Buffer.from(name).toString('base64url');
}
