/** What a room tells the others: facts appended in the transaction of the change itself, read with durable cursors, at least once. */
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
  body: Body;
}

export interface Outbox {
  /** Appends inside the caller's open transaction; the fact exists exactly when that change does. */
  append(type: string, body: unknown): void;
  /**
   * Starts a listener. `name` owns a durable cursor, so it must stay the same across versions.
   * All listeners start in one turn: facts that every started listener has passed are trimmed, whoever else would come.
   */
  listen(listener: Listener): void;
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
   * Runs inside a transaction that also moves the cursor: synchronous, table writes only.
   * It may see a fact again after a crash, so what it writes is keyed by the fact's id.
   */
  handle(fact: Fact): void;
  /** False while no fact would mean anything to it: its cursor then passes them by unread. Asked inside the transaction, like `handle`. */
  wants?(): boolean;
  /** Runs after that transaction became visible: the place to wake whoever does the work. */
  afterCommit?(): void;
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
  const facts = database.table<Omit<Fact, 'id'>>('outbox.facts');
  const cursors = database.table<number>('outbox.cursors');
  const readers: Reader[] = [];
  let last = lastId(facts, cursors);
  let trimmedTo = firstId(facts) ?? last + 1;
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
    facts.put(last + 1, { type, at: clock.nowMs(), body });
    last += 1;
    wake();
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
        reader.listener.afterCommit?.();
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
      if (reader.listener.types.includes(type)) reader.listener.handle({ id: cursor, type, at, body });
      if (++seen === BATCH_MAX) break;
    }
    // Numbers between the last row and `upTo` belong to transactions that were taken back.
    if (seen < BATCH_MAX) cursor = Math.max(cursor, upTo);
    cursors.put(reader.listener.name, cursor);
    return cursor;
  }

  async function trim(): Promise<void> {
    // Nobody waits for less than what those here have heard: the others' cursors, which must be read, count only beyond.
    if (Math.min(...readers.map(({ cursor }) => cursor)) - trimmedTo < TRIM_STEP) return;
    const slowest = slowestCursor();
    if (slowest - trimmedTo < TRIM_STEP) return;
    await database.transact(
      () => {
        for (let id = trimmedTo; id <= slowest; id++) facts.remove(id);
        cursors.put(LAST_ID, last);
      },
      { durable: false },
    );
    trimmedTo = slowest + 1;
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

/** The highest number ever given, so that trimming every row away does not start the count again. */
const LAST_ID = '(last)';

function lastId(facts: Table<unknown>, cursors: Table<number>): number {
  let last = 0;
  for (const { value } of cursors.range()) last = Math.max(last, value);
  for (const { key } of facts.range({ start: Number.MAX_SAFE_INTEGER, reverse: true, limit: 1 }))
    last = Math.max(last, Number(key));
  return last;
}

function firstId(facts: Table<unknown>): number | undefined {
  for (const { key } of facts.range({ limit: 1 })) return Number(key);
  return undefined;
}
