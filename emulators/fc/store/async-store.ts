/** Keeps asynchronous invocations from acceptance to their end, so that a restart finds every one that was not finished. */
import type { Database } from '../../../src/kernel/database.ts';
import type { InvocationCause } from '../../../src/ports/function-invoker.ts';

export interface AsyncInvocation {
  requestId: string;
  functionName: string;
  qualifier: string;
  payload: Uint8Array;
  cause: InvocationCause;
  taskId: string | undefined;
  /** Kernel time in ms. */
  queuedAtMs: number;
  /** Kernel time before which it is not run. */
  dueAtMs: number;
  /** Runs of the function so far. */
  runs: number;
  /** Times it was turned away since its last run: decides the back-off. */
  throttles: number;
}

export interface AsyncStore {
  get(requestId: string): AsyncInvocation | undefined;
  /** Oldest first. */
  all(): Iterable<AsyncInvocation>;
  /** The three below write inside the caller's transaction. */
  put(row: AsyncInvocation): void;
  remove(requestId: string): void;
  /** Remembers the function's task id; false when it was used before. */
  takeTaskId(functionName: string, taskId: string, atMs: number): boolean;
  /** Whether this fact was already turned into an invocation by this trigger; remembers that it was. */
  takeFact(listener: string, factId: number): boolean;
  clear(): void;
}

export function openAsyncStore(database: Database, { taskIdsMax }: { taskIdsMax: number }): AsyncStore {
  const rows = database.table<AsyncInvocation>('fc.async');
  const taskIds = database.table<number>('fc.async.task-ids');
  const facts = database.table<number>('fc.async.facts');
  let taskIdsKept = taskIds.count();

  function forgetOldestTaskIds(): void {
    const byAge = Array.from(taskIds.range()).sort((a, b) => a.value - b.value);
    // A tenth at a time, so that the sorting is paid once for many ids.
    for (const { key } of byAge.slice(0, Math.ceil(taskIdsMax / 10))) {
      taskIds.remove(key);
      taskIdsKept--;
    }
  }

  return {
    get: (requestId) => rows.get(requestId),
    all: () =>
      Array.from(rows.range(), ({ value }) => value).sort(
        (a, b) => a.queuedAtMs - b.queuedAtMs || (a.requestId < b.requestId ? -1 : 1),
      ),
    put: (row) => rows.put(row.requestId, row),
    remove: (requestId) => rows.remove(requestId),
    takeTaskId(functionName, taskId, atMs) {
      if (taskIds.has([functionName, taskId])) return false;
      taskIds.put([functionName, taskId], atMs);
      taskIdsKept++;
      if (taskIdsKept > taskIdsMax) forgetOldestTaskIds();
      return true;
    },
    takeFact(listener, factId) {
      // Facts come in rising order, so the highest one seen says it for all.
      if ((facts.get(listener) ?? 0) >= factId) return false;
      facts.put(listener, factId);
      return true;
    },
    clear() {
      for (const { key } of Array.from(rows.range())) rows.remove(key);
      for (const { key } of Array.from(taskIds.range())) taskIds.remove(key);
      taskIdsKept = 0;
    },
  };
}
