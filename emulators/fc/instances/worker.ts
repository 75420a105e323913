/** A runtime's process as an instance sees it, whatever language runs inside and whatever carries the messages. */
import type { FromWorker, ToWorker } from './messages.ts';

export interface Worker {
  readonly pid: number;
  /** Resolves once the bare bootstrap listens; rejects when it never will. */
  readonly booted: Promise<void>;
  /** Resolves when the process is gone and its output is read; never rejects. */
  readonly exited: Promise<WorkerExit>;
  /** False as soon as it is known that the process can take no message. */
  isAlive(): boolean;
  send(message: ToWorker): void;
  /** Who hears the worker from now on; until then messages are held back. */
  listen(listener: WorkerListener): void;
  /** SIGKILL to the process and everything it started. Safe to repeat. */
  kill(): void;
}

export interface WorkerListener {
  onMessage(message: FromWorker): void;
  /** Output that did not come through the runtime: native code, child processes. */
  onRawOutput(text: string): void;
  /** The worker sent what is no message; it must be stopped for this reason. */
  onGarbage(reason: string): void;
}

export interface WorkerExit {
  code: number | null;
  signal: NodeJS.Signals | null;
  /** The runtime itself reported that its heap was full. */
  heapExhausted: boolean;
}

/** Starts a bare bootstrap whose heap fits functions of this memory size. */
export type WorkerLauncher = (options: { memoryMB: number }) => Worker;
