/** One LMDB environment for every room's metadata: named tables, one transaction, acknowledged once on disk. */
import { getSystemErrorName } from 'node:util';
import { type DatabaseOptions, type Database as LmdbTable, open, type RangeOptions } from 'lmdb';
import { createCommitGroups } from './commit-groups.ts';
import { checkDatabaseFile } from './database-file.ts';
import { asBound, fromLmdb, isLong, isTooLong, key, type LmdbKey } from './database-key.ts';
import { createRowMemory, type Reading, type RowMemory, type WriteLog } from './row-memory.ts';
import { createRowShapes, type RowShapes, type ShapeTable } from './row-shapes.ts';

/**
 * Numbers by value come before texts, texts stand by their UTF-8 bytes, tuples element by element.
 * A tuple of one is the same key as its element and comes back as it. A key takes at most 1978 bytes: no row has a longer one, and to write one throws.
 */
export type Key = string | number | boolean | readonly (string | number | boolean)[];

export interface Range {
  /** The first key that may be among the rows. */
  start?: Key;
  /** The first key past the rows; with `reverse` that is below them. */
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
  /** Rows in key order, read lazily from one snapshot. A table with `reading` parses a row when its value is asked for, each time. */
  range(range?: Range): Iterable<{ key: Key; value: Value }>;
  /** Their keys alone, in the same way: a row's value costs more to read than to find it. */
  keys(range?: Range): Iterable<Key>;
  count(range?: Range): number;
}

export interface Database {
  readonly path: string;
  table<Value>(name: string, reading?: Reading<Value>): Table<Value>;
  /**
   * Runs `work`, which must be synchronous, in one atomic write transaction: all of it is kept, or, when it throws, none.
   * Resolves once the change would survive a power cut (`durable: false`: once it is visible to readers).
   */
  transact<Result>(work: () => Result, options?: { durable?: boolean }): Promise<Result>;
  /** Inside `transact`: `done` runs once readers see what it wrote, and never when it is taken back. In the order of the calls. */
  afterCommit(done: () => void): void;
  close(): Promise<void>;
}

/** Rows of all tables together; a new table is one name among these. */
const TABLES_MAX = 200;

/** Opens or creates the database under `path`. `sync: false` skips the disk flush: for throw-away state. */
export function openDatabase(path: string, { sync }: { sync: boolean }): Database {
  const environment = openEnvironment(path, sync);
  const tables = new Map<string, Table<unknown>>();
  // Of each batch lmdb makes a promise of its own, right after this event, which it gives to nobody: rejected unheard, it
  // would end the process, where every caller of a commit that failed has been told already.
  environment.on('beforecommit', () => queueMicrotask(() => void environment.committed.then(ignore, ignore)));
  const log: WriteLog = { written: undefined };
  /** What the transaction whose work is running wants done after it. */
  let following: (() => void)[] | undefined;
  const shapesOfTables = openShapes(environment);
  const groups = createCommitGroups();
  let closed = false;

  function table<Value>(name: string, reading?: Reading<Value>): Table<Value> {
    let found = tables.get(name);
    if (!found) {
      const isWriting = () => log.written !== undefined;
      const shapes = createRowShapes(name, shapesOfTables, log);
      const options: EncodedTable = { name, ...shapes.encoder };
      const plain = wrap(environment.openDB<unknown, LmdbKey>(options), { isWriting, written: shapes.keep });
      found = reading ? remembering(plain, createRowMemory(reading, log)) : plain;
      tables.set(name, found);
    }
    return found as Table<Value>;
  }

  async function transact<Result>(work: () => Result, { durable = true } = {}): Promise<Result> {
    if (closed) throw new Error('The database is closed.');
    if (groups.isFull()) await groups.place();
    const hasRun = groups.enter();
    const written: ((isKept: boolean) => void)[] = [];
    const after: (() => void)[] = [];
    let isKept = false;
    // A child transaction, for only it forgets what was written when `work` throws; lmdb batches many into one commit.
    const committed = environment.childTransaction(() => {
      hasRun();
      log.written = written;
      following = after;
      try {
        const done = work();
        // Tables are closed by the time a later turn would write, and the lock must not be held across turns.
        if (done instanceof Promise) throw abandoned(done);
        return done;
      } finally {
        log.written = undefined;
        following = undefined;
      }
    });
    // Of this batch, so asked for at once: a later one may fail, and then never says that it was flushed.
    const flushed = durable && sync ? environment.flushed.then(ignore) : undefined;
    // What fails is told by `committed` first.
    flushed?.catch(ignore);
    try {
      const result = await committed;
      for (const done of after) done();
      // lmdb overlaps syncing: its commit promise resolves before the data is on disk.
      await flushed;
      isKept = true;
      return result;
    } catch (error) {
      throw await reasonOf(error);
    } finally {
      // Of a commit that could not begin nothing has run.
      hasRun();
      for (const settle of written) settle(isKept);
    }
  }

  /** What was asked for before is done first. */
  async function closeAfterAll(): Promise<void> {
    if (groups.isFull()) await groups.place();
    await environment.close();
  }

  let closing: Promise<void> | undefined;
  return {
    path,
    table,
    transact,
    afterCommit(done) {
      if (!following) throw new Error('What follows a transaction is said inside Database.transact.');
      following.push(done);
    },
    close() {
      closed = true;
      closing ??= closeAfterAll();
      return closing;
    },
  };
}

/** What lies there is no database, or one that LMDB can't read. */
export class DatabaseDamage extends Error {
  override name = 'DatabaseDamage';
}

/** The same of an error that a table's read or write met, which is LMDB's own. */
export function isDatabaseDamage(error: unknown): boolean {
  return (
    error instanceof DatabaseDamage ||
    (error instanceof Error && /^MDB_(CORRUPTED|PAGE_|INVALID|PANIC|BAD_TXN)/.test(error.message))
  );
}

function openEnvironment(path: string, sync: boolean) {
  try {
    checkDatabaseFile(path);
    return open({ path, maxDbs: TABLES_MAX, noSync: !sync, cache: false });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new DatabaseDamage(`The database in ${path} can't be opened: ${reason}`, { cause: error });
  }
}

function ignore(): void {}

/**
 * lmdb rejects a commit before it knows why, tells the system's error by its number, and in some cases never: the disk it is
 * all the same, for nothing else keeps a commit from being written.
 */
async function reasonOf(error: unknown): Promise<unknown> {
  if (!(error instanceof Error && 'commitError' in error)) return error;
  const told = Promise.resolve(error.commitError).catch((reason: unknown) => reason);
  const cause = await Promise.race([told, nextTurn().then(nextTurn)]);
  if (!(cause instanceof Error)) return Object.assign(new Error('The database could not be written.'), { code: 'EIO' });
  const number = 'code' in cause ? Number(cause.code) : 0;
  const code = number > 0 ? getSystemErrorName(-number) : 'EIO';
  return Object.assign(new Error(`The database could not be written: ${cause.message}`, { cause }), { code });
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function abandoned(work: Promise<unknown>): Error {
  // What becomes of it is nobody's business any more: the caller hears of the refusal.
  work.catch(() => undefined);
  return new Error('The work of a transaction must be synchronous; this one returned a promise.');
}

/** lmdb hands these two to its encoder, as it does those of its own `sharedStructuresKey`; its types don't say so. */
type EncodedTable = DatabaseOptions & { name: string } & RowShapes['encoder'];

/** Beside the rows' tables; its name is none of theirs. */
const SHAPES = '~shapes';

function openShapes(environment: ReturnType<typeof openEnvironment>): ShapeTable {
  const table = environment.openDB<string, string>({ name: SHAPES, encoding: 'string' });
  return { get: (name) => table.get(name), put: (name, text) => void table.putSync(name, text) };
}

interface Writing {
  isWriting(): boolean;
  /** A row was. */
  written(): void;
}

function wrap(lmdb: LmdbTable<unknown, LmdbKey>, { isWriting, written }: Writing): Table<unknown> {
  const assertWriting = () => {
    if (!isWriting()) throw new Error('A table is written only inside Database.transact.');
  };
  const options = ({ start, end, exclusiveStart, reverse, limit }: Range) => {
    const given: RangeOptions = {};
    if (start !== undefined) given.start = asBound(key(start));
    if (end !== undefined) given.end = asBound(key(end));
    if (exclusiveStart) given.exclusiveStart = true;
    if (reverse) given.reverse = true;
    if (limit !== undefined) given.limit = limit;
    return given;
  };
  return {
    get(given) {
      const asked = key(given);
      return isTooLong(asked) ? undefined : lmdb.get(asked);
    },
    has(given) {
      const asked = key(given);
      return !isTooLong(asked) && lmdb.doesExist(asked);
    },
    put(given, value) {
      assertWriting();
      lmdb.putSync(key(given), value);
      written();
    },
    remove(given) {
      assertWriting();
      const asked = key(given);
      // What is a little too long LMDB looks for in vain, and throws when it is to be taken away.
      if (!isLong(asked) || (!isTooLong(asked) && lmdb.doesExist(asked))) lmdb.removeSync(asked);
    },
    range: (range = {}) =>
      lmdb.getRange(options(range)).map(({ key: found, value }) => ({ key: fromLmdb(found), value })) as Iterable<{
        key: Key;
        value: unknown;
      }>,
    keys: (range = {}) => lmdb.getKeys(options(range)).map(fromLmdb) as Iterable<Key>,
    // lmdb counts past a limit.
    count: (range = {}) => Math.min(lmdb.getKeysCount(options(range)), range.limit ?? Number.POSITIVE_INFINITY),
  };
}

/** A row that is parsed when it is looked at: of many, only the key is. */
class StoredRow {
  readonly key: Key;
  readonly #stored: unknown;
  readonly #parse: (stored: unknown) => unknown;

  constructor(key: Key, stored: unknown, parse: (stored: unknown) => unknown) {
    this.key = key;
    this.#stored = stored;
    this.#parse = parse;
  }

  get value(): unknown {
    return this.#parse(this.#stored);
  }
}

/** The table with what was read of it in memory. */
function remembering(table: Table<unknown>, memory: RowMemory<unknown>): Table<unknown> {
  return {
    ...table,
    get: (key) => memory.get(key, () => table.get(key)),
    put(key, value) {
      table.put(key, value);
      memory.touch(key, value);
    },
    remove(key) {
      table.remove(key);
      memory.touch(key, undefined);
    },
    *range(range) {
      for (const { key, value } of table.range(range)) yield new StoredRow(key, value, memory.parse);
    },
  };
}
