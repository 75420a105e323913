/** Which request the running code belongs to, through timers, promises and sockets, so that each log line finds its call. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { EventEmitter } from 'node:events';
import { Socket } from 'node:net';

const store = new AsyncLocalStorage<string>();
let current = '';
let running = false;

/** Runs `work` as part of the request; what it leaves behind stays marked with that request. */
export function runAsRequest<Result>(requestId: string, work: () => Result): Result {
  return store.run(requestId, work);
}

export function beginRequest(requestId: string): void {
  current = requestId;
  running = true;
}

/** False when the request had ended already: its answer is given once. */
export function endRequest(requestId: string): boolean {
  if (!running || current !== requestId) return false;
  running = false;
  return true;
}

/** The request of the code that runs now; the latest one for code that belongs to none (module level). */
export function owningRequest(): string {
  return store.getStore() ?? current;
}

/** Code that belongs to no request: what a module starts while it loads serves all calls. */
export function runUnowned<Result>(work: () => Result): Result {
  return store.exit(work);
}

/**
 * A pooled connection is opened by one call and answers the next ones too. Its events would carry the first call's mark
 * for ever, so while another call runs they count for that.
 */
export function markSocketEventsForRunningRequest(): void {
  const { emit } = EventEmitter.prototype;
  type Emitted = Parameters<typeof emit>;
  Reflect.set(Socket.prototype, 'emit', function emitForRunningRequest(this: Socket, ...emitted: Emitted): boolean {
    const owner = store.getStore();
    if (!running || owner === undefined || owner === current) return emit.apply(this, emitted);
    return store.run(current, () => emit.apply(this, emitted));
  });
}
