/** One function instance: a worker process, its state, and the one call it works on. Every call is answered exactly once. */
import type { Cancel, Clock } from '../../../src/kernel/clock.ts';
import { type CallLog, createCallLog } from './call-log.ts';
import {
  type CallKind,
  type CallOutcome,
  endMarker,
  HANDLED_PROBLEM,
  type Interruption,
  interruptionMessage,
  type OutcomeKind,
  platformError,
  startMarker,
  UNHANDLED_PROBLEM,
} from './call-outcome.ts';
import { type InstanceEvent, type InstanceState, nextState, runningRequest } from './instance-state.ts';
import { BOOT_TIMEOUT_MS } from './limits.ts';
import { type MemoryReader, watchMemory } from './memory-watch.ts';
import type { AssignMessage, CallMessage, FromWorker } from './messages.ts';
import type { Worker, WorkerExit } from './worker.ts';

export interface InstanceNeeds {
  id: string;
  worker: Worker;
  clock: Clock;
  memoryMB: number;
  memoryReader: MemoryReader;
  /** Hears lines that a finished call's leftovers print, with that call's request id. */
  onLateLine(requestId: string, line: string): void;
  /** The process is gone, for this reason. Called once. */
  onStopped(reason: string): void;
}

export interface InstanceCall {
  message: CallMessage;
  timeoutMs: number;
  /** Takes the call's lines; shared by an initializer and the invocation that caused it. */
  log: CallLog;
  signal?: AbortSignal | undefined;
}

interface RunningCall {
  kind: CallKind;
  requestId: string;
  timeoutMs: number;
  log: CallLog;
  startedMs: number;
  endedMs: number | undefined;
  peakRssBytes: number;
  /** Why the process was killed under this call; undefined while it may still answer. */
  interruption: Interruption | undefined;
  settle(outcome: CallOutcome): void;
  release: Cancel[];
}

const MEGABYTE = 1024 * 1024;

export class Instance {
  readonly id: string;
  #state: InstanceState = { is: 'starting' };
  #call: RunningCall | undefined;
  #assigned: (() => void) | undefined;
  /** What comes without a mark counts for the running request, or for the one that ran last. */
  #lastRequestId = '';
  #late: { requestId: string; log: CallLog } | undefined;
  readonly #needs: InstanceNeeds;

  constructor(needs: InstanceNeeds) {
    this.id = needs.id;
    this.#needs = needs;
    needs.worker.listen({
      onMessage: (message) => this.#take(message),
      onRawOutput: (text) => this.#output(this.#lastRequestId, text),
      onGarbage: (reason) => this.#apply({ type: 'stop', reason }),
    });
    void needs.worker.exited.then((exit) => this.#onExited(exit));
  }

  get state(): InstanceState {
    return this.#state;
  }

  get pid(): number {
    return this.#needs.worker.pid;
  }

  /** Can take a call now, as far as anyone knows. */
  isIdle(): boolean {
    return this.#state.is === 'idle' && this.#needs.worker.isAlive();
  }

  /** Gives the process its function. `initializer`: the request that `initialize` will run under, when there is one. */
  async assign(message: AssignMessage, initializer?: string): Promise<void> {
    await this.#needs.worker.booted;
    const assigned = new Promise<void>((resolve) => {
      this.#assigned = resolve;
    });
    const cancel = this.#needs.clock.afterHostMs(BOOT_TIMEOUT_MS, () =>
      this.#apply({ type: 'stop', reason: `no answer to assign in ${BOOT_TIMEOUT_MS} ms` }),
    );
    this.#needs.worker.send(message);
    await Promise.race([assigned, this.#needs.worker.exited]);
    cancel();
    if (this.#state.is === 'starting') this.#apply({ type: 'assigned', initializer });
    if (this.#state.is === 'stopped') throw new Error(`instance ${this.id} did not start: ${this.#state.reason}`);
  }

  /** Runs the initializer, the handler or the preStop hook. Never rejects: what goes wrong is the outcome. */
  run({ message, timeoutMs, log, signal }: InstanceCall): Promise<CallOutcome> {
    return new Promise((settle) => {
      const { type: kind, requestId } = message;
      const { clock, memoryReader: reader } = this.#needs;
      const call: RunningCall = {
        ...{ kind, requestId, timeoutMs, log, settle, endedMs: undefined, peakRssBytes: 0, interruption: undefined },
        startedMs: clock.monotonicMs(),
        release: [],
      };
      this.#call = call;
      this.#lastRequestId = requestId;
      log.line(startMarker(kind, requestId));
      if (kind !== 'initialize') this.#apply({ type: kind, requestId });
      else if (runningRequest(this.#state) !== requestId)
        this.#apply({ type: 'stop', reason: `initialize ${requestId} while ${this.#state.is}` });
      // Out of turn, or canceled before it began: the process ends, and its exit answers the call.
      if (this.#state.is === 'stopped') return this.#whenGone(call);
      if (signal?.aborted) return this.#interrupt(call, 'canceled');

      const onAbort = () => this.#interrupt(call, 'canceled');
      signal?.addEventListener('abort', onAbort, { once: true });
      call.release.push(
        () => signal?.removeEventListener('abort', onAbort),
        clock.afterHostMs(timeoutMs, () => this.#interrupt(call, 'timeout')),
        watchMemory({ clock, reader, pid: this.pid }, (rssBytes) => this.#onMemory(call, rssBytes)),
      );
      this.#needs.worker.send(message);
    });
  }

  /** Takes no more calls. A running one goes on. */
  drain(): void {
    this.#apply({ type: 'drain' });
  }

  /** Ends the process at once, and resolves when it is gone. */
  async stop(reason: string): Promise<void> {
    this.#apply({ type: 'stop', reason });
    await this.#needs.worker.exited;
  }

  #apply(event: InstanceEvent): void {
    if (this.#state.is === 'stopped') return;
    const state = nextState(this.#state, event, this.#needs.clock.nowMs());
    this.#state = state;
    if (state.is === 'stopped') this.#needs.worker.kill();
  }

  #take(message: FromWorker): void {
    switch (message.type) {
      case 'booted':
        this.#apply({ type: 'stop', reason: 'booted twice' });
        break;
      case 'assigned':
        if (this.#assigned) this.#assigned();
        else this.#apply({ type: 'stop', reason: 'assigned twice' });
        this.#assigned = undefined;
        break;
      case 'log':
        this.#output(message.requestId, message.text);
        break;
      case 'returned':
      case 'failed':
        this.#onAnswer(message);
        break;
      default:
        message satisfies never;
    }
  }

  #output(requestId: string, text: string): void {
    if (this.#call?.requestId === requestId) this.#call.log.append(text);
    else this.#lateLog(requestId).append(text);
  }

  /** One log for what a finished request still prints, bounded like a call's own. */
  #lateLog(requestId: string): CallLog {
    if (this.#late?.requestId !== requestId)
      this.#late = { requestId, log: createCallLog((line) => this.#needs.onLateLine(requestId, line)) };
    return this.#late.log;
  }

  #onAnswer(message: Extract<FromWorker, { type: 'returned' | 'failed' }>): void {
    const call = this.#call;
    const expected = runningRequest(this.#state);
    this.#apply(message);
    if (!call || call.requestId !== expected || expected !== message.requestId) return;
    call.endedMs = this.#needs.clock.monotonicMs();
    call.peakRssBytes = Math.max(call.peakRssBytes, message.rssBytes);
    const outcome = outcomeOf(message, call.kind);
    const problem = message.type === 'returned' ? undefined : message.handled ? HANDLED_PROBLEM : UNHANDLED_PROBLEM;
    // One turn later, so that what native code and child processes wrote before the answer is in the log too.
    setImmediate(() => this.#settle(call, { outcome, payload: message.payload, problem }));
  }

  #onMemory(call: RunningCall, rssBytes: number): void {
    call.peakRssBytes = Math.max(call.peakRssBytes, rssBytes);
    if (rssBytes > this.#needs.memoryMB * MEGABYTE) this.#interrupt(call, 'outOfMemory');
  }

  /** Kills the process under a call that must not go on; its exit then answers the call. */
  #interrupt(call: RunningCall, interruption: Interruption): void {
    if (this.#call !== call || call.endedMs !== undefined) return;
    call.interruption = interruption;
    call.endedMs = this.#needs.clock.monotonicMs();
    this.#apply({ type: 'stop', reason: `${interruption} in ${call.requestId}` });
    this.#whenGone(call);
  }

  #whenGone(call: RunningCall): void {
    void this.#needs.worker.exited.then((exit) => this.#settleInterrupted(call, exit));
  }

  #onExited(exit: WorkerExit): void {
    this.#apply({ type: 'stop', reason: `process exited with ${exit.signal ?? `code ${exit.code}`}` });
    if (this.#call) this.#settleInterrupted(this.#call, exit);
    if (this.#state.is === 'stopped') this.#needs.onStopped(this.#state.reason);
  }

  #settleInterrupted(call: RunningCall, exit: WorkerExit): void {
    // An answer that arrived before the exit stands.
    if (call.endedMs !== undefined && call.interruption === undefined) return;
    call.endedMs ??= this.#needs.clock.monotonicMs();
    const interruption = call.interruption ?? (exit.heapExhausted ? 'outOfMemory' : 'exited');
    const problem = interruptionMessage(interruption, { ...call, ...measures(call) });
    const payload = interruption === 'canceled' ? Buffer.alloc(0) : platformError(problem);
    const failed = call.kind === 'initialize' && interruption !== 'canceled';
    this.#settle(call, { outcome: failed ? 'initializationError' : interruption, payload, problem });
  }

  #settle(call: RunningCall, end: { outcome: OutcomeKind; payload: Uint8Array; problem: string | undefined }): void {
    if (this.#call !== call) return;
    this.#call = undefined;
    for (const release of call.release) release();
    call.log.line(endMarker(call.kind, call.requestId, end.problem));
    call.settle({ outcome: end.outcome, payload: end.payload, ...measures(call) });
  }
}

function outcomeOf(message: Extract<FromWorker, { type: 'returned' | 'failed' }>, kind: CallKind): OutcomeKind {
  if (message.type === 'returned') return 'returned';
  if (kind === 'initialize') return 'initializationError';
  return message.handled ? 'handledError' : 'unhandledError';
}

function measures(call: RunningCall): { durationMs: number; maxMemoryMB: number } {
  const durationMs = (call.endedMs ?? call.startedMs) - call.startedMs;
  return { durationMs, maxMemoryMB: Math.round((call.peakRssBytes / MEGABYTE) * 100) / 100 };
}
