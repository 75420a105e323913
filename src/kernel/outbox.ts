/** What a room tells the others: facts handled in the transaction of the change itself, or kept there and read with durable cursors, at least once. */
import type { Cancel, Clock } from './clock.ts';
import type { Database, Table } from './database.ts';
import { isDiskError } from './disk-error.ts';
import type { Logger } from './logger.ts';
import type { Settled } from './settled.ts';

/** A fact as it lies in the outbox. `id` rises by one a fact and is never used twice. */
export interface Fact<Body = unknown> {
  id: number;
  type: string;
  /** Kernel time in ms. */
  at: number;
  /** As it was appended; of one that was kept, as it lies there: perhaps by an earlier version. */
  body: Body;
  wasKept: boolean;
}

export interface Outbox {
  /** Appends inside the caller's open transaction; the fact exists exactly when that change does. */
  append(type: string, body: unknown): void;
  /**
   * Starts a listener. `name` owns a durable cursor, so it must stay the same across versions.
   * All listeners start in one turn: facts that every started listener has passed are trimmed, whoever else would come.
   */
  listen(listener: Listener): void;
  /**
   * All listeners there will be are listening. From now on a fact is handled in the transaction of its change wherever each of
   * them can, and is then not kept: nobody has to hear of it later.
   */
  complete(): void;
  /** Facts a listener has not handled yet. */
  lag(): { listener: string; facts: number }[];
  /** Resolves when every listener has handled all that lies in the outbox now; one that fails is not waited for. */
  heard(): Promise<void>;
  /** Moves every listener past what lies in the outbox: after a reset nobody hears of what was before. */
  forget(): Promise<void>;
  close(): Promise<void>;
}

export interface Listener {
  name: string;
  /** Only these fact types are handed over; the cursor passes the others by. */
  types: readonly string[];
  /**
   * Runs inside a transaction: that of the change itself, or one that also moves the cursor. Synchronous, table writes only; what
   * it leaves in memory must do no harm when the transaction is taken back, or be left to `Database.afterCommit`.
   * It may see a fact again after a crash, so what it writes is keyed by the fact's id. What it throws in the transaction of the
   * change takes that back.
   */
  handle(fact: Fact): void;
  /** Types that it can only handle after their change. */
  later?: readonly string[];
  /** False while no fact would mean anything to it: its cursor then passes them by unread. Asked inside the transaction, like `handle`. */
  wants?(): boolean;
}

export interface OutboxNeeds {
  database: Database;
  logger: Logger;
  settled: Settled;
  clock: Pick<Clock, 'nowMs' | 'afterHostMs'>;
}

/** Facts handled in one listener transaction: bounds how long the write lock is held. */
const BATCH_MAX = 256;
/** Facts kept for the slowest listener are trimmed in steps of this many. */
const TRIM_STEP = 1024;
/** Numbers are set aside in steps of this many, so that most facts that are not kept write nothing for theirs. */
const NUMBERS_STEP = 1024;
/** A disk that was full may have room again by then. */
const DISK_RETRY_MS = 1_000;

interface Reader {
  listener: Listener;
  cursor: number;
  running: Promise<void> | undefined;
  /** A failed batch waits for the next fact instead of spinning. */
  failed: boolean;
}

export function createOutbox({ database, logger, settled, clock }: OutboxNeeds): Outbox {
  const facts = database.table<Omit<Fact, 'id' | 'wasKept'>>('outbox.facts');
  const cursors = database.table<number>('outbox.cursors');
  const readers: Reader[] = [];
  let last = lastId(facts, cursors);
  /** Rows written since they were last trimmed; some may have been taken back. */
  let untrimmed = facts.count();
  /** Numbers up to it are set aside, and that is committed. */
  let numbersTo = 0;
  let isComplete = false;
  let woken = false;
  let closed = false;
  let cancelRetry: Cancel | undefined;

  settled.register(() =>
    readers
      .filter((reader) => reader.cursor < last)
      .map((reader) => `${last - reader.cursor} facts for ${reader.listener.name}`),
  );

  function append(type: string, body: unknown): void {
    // A transaction that throws gives its number back to nobody: a gap is harmless, a number used twice is not.
    const fact = { id: last + 1, type, at: clock.nowMs(), body, wasKept: false };
    const isNow = isComplete && readers.every((reader) => canHandleNow(reader, type));
    last = fact.id;
    if (isNow) {
      setNumberAside(fact.id);
      for (const reader of readers) handleNow(reader, fact);
      return;
    }
    facts.put(fact.id, { type, at: fact.at, body });
    untrimmed++;
    wake();
  }

  /** Not while it has earlier ones to hear first, or has failed: what fails apart from the change can be tried again. */
  function canHandleNow({ listener, cursor, failed }: Reader, type: string): boolean {
    return cursor === last && !failed && !listener.later?.includes(type);
  }

  function handleNow(reader: Reader, fact: Fact): void {
    const { listener } = reader;
    // The transaction may be taken back: then there is no such fact, and to have passed it by is right all the same.
    reader.cursor = fact.id;
    if (!listener.types.includes(fact.type) || listener.wants?.() === false) return;
    try {
      listener.handle(fact);
    } catch (error) {
      reader.failed = true;
      const what = 'A listener failed on a fact, and with it the change that the fact tells of.';
      logger.error(what, { listener: listener.name, type: fact.type, error });
      throw error;
    }
  }

  function setNumberAside(id: number): void {
    if (id <= numbersTo || id <= (cursors.get(LAST_ID) ?? 0)) return;
    cursors.put(LAST_ID, id + NUMBERS_STEP);
    database.afterCommit(() => {
      numbersTo = id + NUMBERS_STEP;
    });
  }

  function wake(): void {
    if (woken || closed) return;
    woken = true;
    setImmediate(() => {
      woken = false;
      for (const reader of readers) reader.running ??= drain(reader).finally(() => after(reader));
    });
  }

  function after(reader: Reader): void {
    reader.running = undefined;
    settled.changed();
    if (reader.cursor < last && !reader.failed) wake();
  }

  async function drain(reader: Reader): Promise<void> {
    while (!closed && reader.cursor < last) {
      try {
        // A transaction of its own is ordered after the one that appended, so everything up to `last` is decided by then.
        const moved = await database.transact(() => handleBatch(reader), { durable: false });
        reader.cursor = Math.max(reader.cursor, moved);
        reader.failed = false;
        await trim();
      } catch (error) {
        logger.error('A listener failed on a fact; it stays in the outbox and is tried at the next one.', {
          listener: reader.listener.name,
          cursor: reader.cursor,
          error,
        });
        reader.failed = true;
        if (isDiskError(error)) retryLater();
        return;
      }
    }
  }

  /** No next fact need come: what the full disk keeps from being written is often the last there was. */
  function retryLater(): void {
    cancelRetry ??= clock.afterHostMs(DISK_RETRY_MS, () => {
      cancelRetry = undefined;
      wake();
    });
  }

  function handleBatch(reader: Reader): number {
    const upTo = last;
    let seen = 0;
    let cursor = reader.cursor;
    if (reader.listener.wants?.() === false) {
      cursors.put(reader.listener.name, upTo);
      return upTo;
    }
    for (const { key, value } of facts.range({ start: reader.cursor, exclusiveStart: true })) {
      cursor = Number(key);
      const { type, at, body } = value;
      if (reader.listener.types.includes(type)) reader.listener.handle({ id: cursor, type, at, body, wasKept: true });
      if (++seen === BATCH_MAX) break;
    }
    // Numbers between the last row and `upTo` belong to transactions that were taken back.
    if (seen < BATCH_MAX) cursor = Math.max(cursor, upTo);
    cursors.put(reader.listener.name, cursor);
    return cursor;
  }

  async function trim(): Promise<void> {
    if (untrimmed < TRIM_STEP) return;
    untrimmed = 0;
    const passed = Array.from(facts.range({ end: slowestCursor() + 1 }), ({ key }) => key);
    if (passed.length === 0) return;
    await database.transact(
      () => {
        for (const key of passed) facts.remove(key);
        cursors.put(LAST_ID, Math.max(last, cursors.get(LAST_ID) ?? 0));
      },
      { durable: false },
    );
  }

  /** Of listeners of an earlier run too: after a restart they begin one by one, and what they have not heard must wait for them. */
  function slowestCursor(): number {
    const names = new Set(readers.map(({ listener }) => listener.name));
    const waiting = Array.from(cursors.range()).filter(({ key }) => key !== LAST_ID && !names.has(String(key)));
    return Math.min(...readers.map(({ cursor }) => cursor), ...waiting.map(({ value }) => value));
  }

  return {
    append,
    listen(listener) {
      const cursor = cursors.get(listener.name) ?? 0;
      readers.push({ listener, cursor, running: undefined, failed: false });
      wake();
    },
    complete() {
      isComplete = true;
    },
    lag: () => readers.map(({ listener, cursor }) => ({ listener: listener.name, facts: last - cursor })),
    async heard() {
      const upTo = last;
      const behind = () => readers.filter((reader) => reader.cursor < upTo && !reader.failed);
      for (let left = behind(); left.length > 0 && !closed; left = behind()) {
        // A reader that was only just woken begins in the next turn.
        await Promise.all(left.map((reader) => reader.running ?? new Promise((next) => setImmediate(next))));
      }
    },
    async forget() {
      await database.transact(() => {
        for (const reader of readers) {
          reader.cursor = last;
          cursors.put(reader.listener.name, last);
        }
      });
      settled.changed();
    },
    async close() {
      closed = true;
      cancelRetry?.();
      await Promise.all(readers.map((reader) => reader.running));
    },
  };
}

/** No number above it was ever given: neither trimming every row away nor keeping none starts the count again. */
const LAST_ID = '(last)';

function lastId(facts: Table<unknown>, cursors: Table<number>): number {
  let last = 0;
  for (const { value } of cursors.range()) last = Math.max(last, value);
  for (const { key } of facts.range({ start: Number.MAX_SAFE_INTEGER, reverse: true, limit: 1 }))
    last = Math.max(last, Number(key));
  return last;
}
