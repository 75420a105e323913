/** What became of invocations: those under way in memory, finished ones written in batches behind the answers' backs. */
import type { Clock } from '../../../../src/kernel/clock.ts';
import type { Database } from '../../../../src/kernel/database.ts';
import type { Logger } from '../../../../src/kernel/logger.ts';
import type { Outbox } from '../../../../src/kernel/outbox.ts';
import type { Settled } from '../../../../src/kernel/settled.ts';
import { FACTS, type InvocationFinished } from '../../../../src/ports/facts.ts';
import type { InvocationJournal, InvocationRecord } from '../../../../src/ports/invocation-journal.ts';
import { INVOCATIONS_KEPT_MAX, INVOCATIONS_TRIM_STEP, TOLD_CHARACTERS_MAX } from '../../limits.ts';
import type { InvocationStore } from '../../store/invocation-store.ts';
import { journalText } from './records.ts';

export interface JournalNeeds {
  clock: Clock;
  database: Database;
  logger: Logger;
  outbox: Outbox;
  settled: Settled;
  store: InvocationStore;
  /** Event of an invocation that still waits: its row has it, so memory need not. */
  waitingEvent(requestId: string): Uint8Array | undefined;
}

export interface Recorder {
  journal: InvocationJournal;
  /** Shows this record from now on. */
  note(record: InvocationRecord): void;
  /** The last word on an invocation. `alongside` runs in the transaction that keeps it. */
  finish(record: InvocationRecord, alongside?: () => void): void;
  get(requestId: string): InvocationRecord | undefined;
  flush(): Promise<void>;
  /** Forgets all, inside the caller's transaction. */
  clear(): void;
}

/** Finished invocations wait this long for company, so that a burst of calls is one transaction. */
const FLUSH_DELAY_MS = 5;
const LIST_LIMIT_DEFAULT = 100;

interface Unwritten {
  record: InvocationRecord;
  alongside: (() => void) | undefined;
}

export function createRecorder({
  clock,
  database,
  logger,
  outbox,
  settled,
  store,
  waitingEvent,
}: JournalNeeds): Recorder {
  const live = new Map<string, InvocationRecord>();
  let unwritten: Unwritten[] = [];
  let flushing: Promise<void> | undefined;
  let isScheduled = false;

  settled.register(() => (unwritten.length > 0 || flushing ? ['invocation records being written'] : []));

  function schedule(): void {
    if (isScheduled) return;
    isScheduled = true;
    clock.afterHostMs(FLUSH_DELAY_MS, () => {
      isScheduled = false;
      void flush();
    });
  }

  async function flush(): Promise<void> {
    await flushing;
    if (unwritten.length === 0) return flushing;
    const batch = unwritten;
    unwritten = [];
    flushing = write(batch).finally(() => {
      flushing = undefined;
      settled.changed();
    });
    await flushing;
  }

  function tellFailure({ functionName, requestId, state, errorType, result, attempt }: InvocationRecord): void {
    const what =
      state === 'retrying' ? 'failed and will be tried again' : state === 'dropped' ? 'was dropped' : 'failed';
    const told = { requestId, run: attempt + 1, errorType, result: result?.slice(0, TOLD_CHARACTERS_MAX) };
    logger.warn(`a call of ${functionName} ${what}`, told);
  }

  async function write(batch: readonly Unwritten[]): Promise<void> {
    try {
      await database.transact(() => keep(batch), { durable: false });
    } catch (error) {
      logger.error('invocation records could not be kept', { count: batch.length, error });
    }
    for (const { record } of batch) if (live.get(record.requestId) === record) live.delete(record.requestId);
  }

  function keep(batch: readonly Unwritten[]): void {
    for (const { record, alongside } of batch) {
      store.put(record);
      alongside?.();
      const { requestId, functionName, errorType, state } = record;
      const fact: InvocationFinished = { requestId, functionName, outcome: errorType ?? state };
      outbox.append(FACTS.invocationFinished, fact);
    }
    if (store.count() > INVOCATIONS_KEPT_MAX + INVOCATIONS_TRIM_STEP) store.trim(INVOCATIONS_KEPT_MAX);
  }

  function* newest(): Generator<InvocationRecord> {
    const shown = [...live.values()].reverse();
    yield* shown.map(filled);
    const ids = new Set(shown.map(({ requestId }) => requestId));
    for (const record of store.newest()) if (!ids.has(record.requestId)) yield record;
  }

  function filled(record: InvocationRecord): InvocationRecord {
    const event = record.event === '' ? waitingEvent(record.requestId) : undefined;
    return event === undefined ? record : { ...record, event: journalText(event) };
  }

  const get = (requestId: string) => live.get(requestId) ?? store.get(requestId);
  return {
    journal: {
      list({ function: functionName, limit = LIST_LIMIT_DEFAULT }) {
        const found: InvocationRecord[] = [];
        for (const record of newest()) {
          if (found.length >= limit) break;
          if (functionName === undefined || record.functionName === functionName) found.push(record);
        }
        return found;
      },
      show(requestId) {
        const found = get(requestId);
        return found && filled(found);
      },
    },
    note(record) {
      live.set(record.requestId, record);
      if (record.state === 'retrying') tellFailure(record);
    },
    finish(record, alongside) {
      if (record.state === 'failed' || record.state === 'dropped') tellFailure(record);
      live.set(record.requestId, record);
      unwritten.push({ record, alongside });
      schedule();
    },
    get,
    flush,
    clear() {
      live.clear();
      unwritten = [];
      store.clear();
    },
  };
}
