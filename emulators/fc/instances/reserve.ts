/** Bare bootstraps kept ready, so that a cold start need not wait for a process to boot. */
import type { Logger } from '../../../src/kernel/logger.ts';
import { RESERVE_CLASSES_MAX } from './limits.ts';
import type { Worker, WorkerLauncher } from './worker.ts';

export interface Reserve {
  /** A bootstrap for this memory size, booted if one was ready. It is the caller's from now on. */
  take(memoryMB: number): Worker;
  /** Boots in the background what is missing for this memory size. */
  fill(memoryMB: number): void;
  waiting(): { memoryMB: number; pid: number }[];
  close(): Promise<void>;
}

/** A bootstrap is bound to a memory size (see the launcher), so each size in use has its own; the least used gives way. */
export function createReserve({
  launch,
  perClass,
  logger,
}: {
  launch: WorkerLauncher;
  perClass: number;
  logger: Logger;
}): Reserve {
  const classes = new Map<number, Worker[]>();
  let closed = false;

  function fill(memoryMB: number): void {
    if (closed || perClass === 0) return;
    const waiting = classes.get(memoryMB) ?? [];
    // Set anew, the class moves to the end: the first one is the least recently used.
    classes.delete(memoryMB);
    classes.set(memoryMB, waiting);
    while (waiting.length < perClass) waiting.push(watched(launch({ memoryMB }), waiting));
    for (const [oldest, unused] of classes) {
      if (classes.size <= RESERVE_CLASSES_MAX) return;
      classes.delete(oldest);
      for (const worker of unused) worker.kill();
    }
  }

  /** A bootstrap that ends while it waits is dropped, and not replaced at once: it would end again. */
  function watched(worker: Worker, waiting: Worker[]): Worker {
    void worker.exited.then(({ code, signal }) => {
      const at = waiting.indexOf(worker);
      if (at === -1) return;
      waiting.splice(at, 1);
      if (!closed) logger.warn('a bare bootstrap ended unused', { pid: worker.pid, code, signal });
    });
    return worker;
  }

  return {
    fill,
    take(memoryMB) {
      if (closed) throw new Error('the instance pool is closed');
      const waiting = classes.get(memoryMB) ?? [];
      for (let worker = waiting.shift(); worker; worker = waiting.shift()) if (worker.isAlive()) return worker;
      return launch({ memoryMB });
    },
    waiting: () => [...classes].flatMap(([memoryMB, workers]) => workers.map(({ pid }) => ({ memoryMB, pid }))),
    async close() {
      closed = true;
      const workers = [...classes.values()].flat();
      classes.clear();
      for (const worker of workers) worker.kill();
      await Promise.all(workers.map(({ exited }) => exited));
    },
  };
}
