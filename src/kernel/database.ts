/** One LMDB environment for every room's metadata: named tables, one transaction, acknowledged once on disk. */
import { type Database as LmdbTable, open } from 'lmdb';

/** Ordered by LMDB's own key order: tuples element by element, strings by UTF-8 bytes, numbers by value. */
export type Key = string | number | boolean | readonly (string | number | boolean)[];

export interface Range {
  start?: Key;
  end?: Key;
  /** Skips a row whose key equals `start`. */
  exclusiveStart?: boolean;
  /** Largest key first; `start` is then the upper end. */
  reverse?: boolean;
  limit?: number;
}

/** A named table. Reads see the last commit, or inside `transact` the writes made so far. */
export interface Table<Value> {
  get(key: Key): Value | undefined;
  has(key: Key): boolean;
  /** Writes only inside `Database.transact`; anywhere else it throws. */
  put(key: Key, value: Value): void;
  remove(key: Key): void;
  /** Rows in key order, read lazily from one snapshot. */
  range(range?: Range): Iterable<{ key: Key; value: Value }>;
  count(range?: Range): number;
}

export interface Database {
  readonly path: string;
  table<Value>(name: string): Table<Value>;
  /**
   * Runs `work`, which must be synchronous, in one atomic write transaction: all of it is kept, or, when it throws, none.
   * Resolves once the change would survive a power cut (`durable: false`: once it is visible to readers).
   */
  transact<Result>(work: () => Result, options?: { durable?: boolean }): Promise<Result>;
  close(): Promise<void>;
}

/** Rows of all tables together; a new table is one name among these. */
const TABLES_MAX = 200;

/** Opens or creates the database under `path`. `sync: false` skips the disk flush: for throw-away state. */
export function openDatabase(path: string, { sync }: { sync: boolean }): Database {
  const environment = open({ path, maxDbs: TABLES_MAX, noSync: !sync, cache: false });
  const tables = new Map<string, Table<unknown>>();
  let writing = false;
  let closed = false;

  function table<Value>(name: string): Table<Value> {
    let found = tables.get(name);
    if (!found) {
      found = wrap(environment.openDB<unknown, LmdbKey>({ name }), () => writing);
      tables.set(name, found);
    }
    return found as Table<Value>;
  }

  async function transact<Result>(work: () => Result, { durable = true } = {}): Promise<Result> {
    if (closed) throw new Error('The database is closed.');
    // A child transaction, for only it forgets what was written when `work` throws; lmdb batches many into one commit.
    const result = await environment.childTransaction(() => {
      writing = true;
      try {
        return work();
      } finally {
        writing = false;
      }
    });
    // lmdb overlaps syncing: its commit promise resolves before the data is on disk.
    if (durable && sync) await environment.flushed;
    return result;
  }

  return {
    path,
    table,
    transact,
    async close() {
      closed = true;
      await environment.close();
    },
  };
}

type LmdbKey = string | number | boolean | (string | number | boolean)[];

function wrap(lmdb: LmdbTable<unknown, LmdbKey>, isWriting: () => boolean): Table<unknown> {
  const key = (given: Key) => given as LmdbKey;
  const assertWriting = () => {
    if (!isWriting()) throw new Error('A table is written only inside Database.transact.');
  };
  const options = ({ start, end, exclusiveStart, reverse, limit }: Range) => ({
    ...(start === undefined ? {} : { start: key(start) }),
    ...(end === undefined ? {} : { end: key(end) }),
    ...(exclusiveStart ? { exclusiveStart } : {}),
    ...(reverse ? { reverse } : {}),
    ...(limit === undefined ? {} : { limit }),
  });
  return {
    get: (given) => lmdb.get(key(given)),
    has: (given) => lmdb.doesExist(key(given)),
    put(given, value) {
      assertWriting();
      lmdb.putSync(key(given), value);
    },
    remove(given) {
      assertWriting();
      lmdb.removeSync(key(given));
    },
    range: (range = {}) =>
      lmdb.getRange(options(range)).map(({ key: found, value }) => ({ key: found as Key, value })) as Iterable<{
        key: Key;
        value: unknown;
      }>,
    count: (range = {}) => lmdb.getKeysCount(options(range)),
  };
}
