/** Runs accepted asynchronous invocations: in order, as many at once as the function may, again after failures, also after a restart. */
import type { Cancel, Clock } from '../../../../src/kernel/clock.ts';
import type { Database } from '../../../../src/kernel/database.ts';
import type { Logger } from '../../../../src/kernel/logger.ts';
import { isRetryInFlight, type Settled } from '../../../../src/kernel/settled.ts';
import { FcError } from '../../errors.ts';
import { errorTypeHeader } from '../../instances/call-outcome.ts';
import { ASYNC_QUEUE_ROWS_MAX } from '../../limits.ts';
import type { AsyncInvocation, AsyncStore } from '../../store/async-store.ts';
import type { FunctionStore, StoredFunction } from '../../store/function-store.ts';
import type { Recorder } from './journal.ts';
import { journalText, newRecord, ranRecord } from './records.ts';
import { isTooOld, pauseAfterError, pauseAfterThrottle } from './retry.ts';
import type { RunAnswer, Runner } from './runner.ts';

export interface AsyncQueueNeeds {
  clock: Clock;
  database: Database;
  logger: Logger;
  settled: Settled;
  functions: FunctionStore;
  store: AsyncStore;
  recorder: Recorder;
  runner: Runner;
  /** Multiplies every pause before a retry. */
  retryTimeScale?: number | undefined;
}

export interface AsyncQueue {
  /** From now on invocations are run, those that an earlier process left among them. Safe to repeat. */
  start(): void;
  /** Keeps the invocation and answers once it is kept; `durable`: once it would survive a power cut. */
  put(row: AsyncInvocation, options: { durable: boolean }): Promise<void>;
  /** Rows that somebody else's transaction kept: runs them. */
  take(rows: readonly AsyncInvocation[]): void;
  /** A call of this function ended. */
  wake(functionName: string): void;
  /** Nothing new is started; what runs ends as it ends, and is taken up again by the next process when it can't. */
  stop(): void;
  /** Resolves when every run under way has been followed to its end. */
  followed(): Promise<void>;
  /** Forgets everything in memory: the tables are cleared by the caller. */
  forget(): void;
}

/** One function's invocations that wait for their turn, oldest first. */
interface Lane {
  ready: string[];
  running: number;
}

/** Whether a call ended by our doing: its process was killed, or never started. */
function wasCut(answer: RunAnswer): boolean {
  if (!answer.ran) return answer.error.code === 'InternalServerError';
  return answer.result.outcome === 'exited' || answer.result.outcome === 'canceled';
}

export function createAsyncQueue(needs: AsyncQueueNeeds): AsyncQueue {
  const { clock, database, logger, settled, functions, store, recorder, runner, retryTimeScale = 1 } = needs;
  const lanes = new Map<string, Lane>();
  /** Waiting for their due time, with what cancels the wait. */
  const delayed = new Map<string, { functionName: string; dueAtMs: number; cancel: Cancel }>();
  /** Everything in memory, so that no row is taken twice. */
  const known = new Set<string>();
  const runs = new Set<Promise<void>>();
  let isStarted = false;
  let isStopped = false;
  let epoch = 0;

  settled.register(busy);

  function busy(): string[] {
    const inLanes = [...lanes].flatMap(([name, { ready, running }]) =>
      ready.length + running > 0 ? [`${ready.length + running} asynchronous invocations of ${name}`] : [],
    );
    const due = [...delayed.values()].filter(({ dueAtMs }) => isRetryInFlight(clock, dueAtMs));
    return [...inLanes, ...due.map(({ functionName }) => `a retry of ${functionName}`)];
  }

  function take(rows: readonly AsyncInvocation[]): void {
    // Before the start they only lie in the store, where the start finds them.
    if (!isStarted) return;
    const woken = new Set<string>();
    for (const row of rows) {
      if (known.has(row.requestId)) continue;
      known.add(row.requestId);
      note(row);
      if (row.dueAtMs > clock.nowMs()) delay(row);
      else {
        laneOf(row.functionName).ready.push(row.requestId);
        woken.add(row.functionName);
      }
    }
    for (const functionName of woken) wake(functionName);
  }

  /** Shows the invocation as one that waits. */
  function note(row: AsyncInvocation): void {
    const before = recorder.get(row.requestId) ?? newRecord({ ...row, type: 'async' });
    recorder.note({ ...before, attempt: row.runs, state: row.runs > 0 ? 'retrying' : 'queued' });
  }

  function delay({ requestId, functionName, dueAtMs }: AsyncInvocation): void {
    const cancel = clock.at(dueAtMs, () => {
      delayed.delete(requestId);
      laneOf(functionName).ready.push(requestId);
      wake(functionName);
    });
    delayed.set(requestId, { functionName, dueAtMs, cancel });
    settled.changed();
  }

  function wake(functionName: string): void {
    const lane = lanes.get(functionName);
    if (!lane || isStopped) return;
    const stored = functions.get(functionName);
    while (lane.ready.length > 0 && (!stored || runner.hasRoom(stored))) {
      const requestId = lane.ready.shift();
      if (requestId !== undefined) track(runOne(lane, requestId, stored));
    }
  }

  function track(run: Promise<void>): void {
    runs.add(run);
    void run.finally(() => runs.delete(run));
  }

  async function runOne(lane: Lane, requestId: string, stored: StoredFunction | undefined): Promise<void> {
    const startedIn = epoch;
    lane.running++;
    try {
      const row = store.get(requestId);
      // The transaction that was to keep it was taken back: it was never accepted.
      if (!row) return void known.delete(requestId);
      if (!stored) return drop(row, `function '${row.functionName}' does not exist any more`);
      if (isTooOld(row, stored.async, clock.nowMs()))
        return drop(row, `the event waited longer than ${stored.async.ageSecondsMax} s`);
      const answer = await attempt(row, stored);
      // What ended because we end, or were reset, is no failure of the function's.
      if (startedIn !== epoch || (isStopped && wasCut(answer))) return;
      await conclude(row, stored, answer);
    } catch (error) {
      logger.error('an asynchronous invocation could not be followed', { requestId, error });
    } finally {
      lane.running--;
      settled.changed();
    }
  }

  async function attempt(row: AsyncInvocation, stored: StoredFunction): Promise<RunAnswer> {
    const { requestId, payload, runs } = row;
    const before = recorder.get(requestId) ?? newRecord({ ...row, type: 'async' });
    recorder.note({
      ...before,
      state: 'running',
      attempt: runs,
      event: journalText(payload),
      startedAt: clock.now().toISOString(),
    });
    try {
      return await runner.run(stored, { requestId, payload, retryCount: runs });
    } catch (error) {
      // Newest help page "Retry policies": a fault of the platform's is not tried again.
      logger.error('an asynchronous invocation failed on our side', {
        requestId,
        functionName: stored.functionName,
        error,
      });
      return { ran: false, error: new FcError('InternalServerError', {}, { cause: error }) };
    }
  }

  async function conclude(row: AsyncInvocation, stored: StoredFunction, answer: RunAnswer): Promise<void> {
    if (!answer.ran) {
      if (answer.error.code !== 'ResourceExhausted') return giveUp(row, answer.error);
      const throttles = row.throttles + 1;
      note(row);
      return again({ ...row, throttles }, pauseAfterThrottle(throttles));
    }
    const before = recorder.get(row.requestId) ?? newRecord({ ...row, type: 'async' });
    const record = ranRecord(before, { ...answer, endedAtMs: clock.nowMs() });
    const runs = row.runs + 1;
    const pauseMs = errorTypeHeader(answer.result.outcome) && pauseAfterError({ ...row, runs }, stored.async);
    if (pauseMs === undefined) return finish(row.requestId, record);
    recorder.note({ ...record, state: 'retrying', endedAt: undefined });
    return again({ ...row, runs, throttles: 0 }, pauseMs);
  }

  async function again(row: AsyncInvocation, pauseMs: number): Promise<void> {
    const next = { ...row, dueAtMs: clock.nowMs() + pauseMs * retryTimeScale };
    await database.transact(() => store.put(next), { durable: false });
    if (!isStopped && known.has(row.requestId)) delay(next);
  }

  function drop(row: AsyncInvocation, reason: string): void {
    const before = recorder.get(row.requestId) ?? newRecord({ ...row, type: 'async' });
    finish(row.requestId, {
      ...before,
      state: 'dropped',
      endedAt: clock.now().toISOString(),
      result: reason,
      event: journalText(row.payload),
    });
  }

  function giveUp(row: AsyncInvocation, error: FcError): void {
    const before = recorder.get(row.requestId) ?? newRecord({ ...row, type: 'async' });
    const result = JSON.stringify({ Code: error.code, ...error.details });
    finish(row.requestId, { ...before, state: 'failed', endedAt: clock.now().toISOString(), result });
  }

  function finish(requestId: string, record: Parameters<Recorder['finish']>[0]): void {
    known.delete(requestId);
    recorder.finish(record, () => store.remove(requestId));
  }

  function laneOf(functionName: string): Lane {
    let lane = lanes.get(functionName);
    if (!lane) {
      lane = { ready: [], running: 0 };
      lanes.set(functionName, lane);
    }
    return lane;
  }

  return {
    start() {
      isStarted = true;
      take([...store.all()]);
    },
    async put(row, { durable }) {
      if (known.size >= ASYNC_QUEUE_ROWS_MAX)
        throw new FcError('ResourceExhausted', {
          reason: `${ASYNC_QUEUE_ROWS_MAX} asynchronous invocations are waiting already`,
        });
      await database.transact(() => keep(row), { durable });
      take([row]);
    },
    take,
    wake,
    stop() {
      isStopped = true;
      for (const { cancel } of delayed.values()) cancel();
    },
    followed: async () => void (await Promise.all(runs)),
    forget() {
      epoch++;
      for (const { cancel } of delayed.values()) cancel();
      delayed.clear();
      lanes.clear();
      known.clear();
      settled.changed();
    },
  };

  /** UNVERIFIED FC-057: the code of a task id's second use. */
  function keep(row: AsyncInvocation): void {
    const { functionName, taskId } = row;
    if (taskId !== undefined && !store.takeTaskId(functionName, taskId, row.queuedAtMs))
      throw new FcError('InvalidArgument', {
        reason: `async task '${taskId}' of function '${functionName}' exists already`,
      });
    store.put(row);
  }
}
