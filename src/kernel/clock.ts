/** The kernel's time: every timer, back-off, expiry and date in the product reads it, so a test can move it. */

export interface Clock {
  readonly mode: ClockMode;
  /** Kernel time in milliseconds since the epoch. */
  nowMs(): number;
  now(): Date;
  /** Host time in milliseconds since the epoch: signature windows are checked against it, for SDKs sign with the host's clock. */
  hostNowMs(): number;
  /** A monotonic host reading in milliseconds, for durations that really passed. */
  monotonicMs(): number;
  /** Runs `work` once when kernel time reaches `dueMs`. Returns the cancellation. */
  at(dueMs: number, work: () => void): Cancel;
  /** Runs `work` once after `delayMs` of HOST time, whatever the mode: for watchdogs over real processes and sockets. */
  afterHostMs(delayMs: number, work: () => void): Cancel;
  /** Resolves after `ms` of kernel time; rejects with the signal's reason when it is aborted first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export type ClockMode = 'real' | 'virtual';
export type Cancel = () => void;

/** What only the stack and the admin API may do with the clock. */
export interface ControlledClock extends Clock {
  /** Switches between real and virtual time; the present moment is kept. */
  setMode(mode: ClockMode): void;
  /** Moves kernel time to `toMs`, running every timer that falls due in order and awaiting `settle` after each. */
  advanceTo(toMs: number, settle: () => Promise<void>): Promise<void>;
  /** Sets kernel time, from 1970 to 9999, without running what lies between: timers keep their due times. */
  setNow(toMs: number): void;
  /** Timers not yet due, soonest first: what `settled` and `clock show` can name. */
  pending(): number[];
}

/** setTimeout fires at once for longer delays, so long waits are taken in laps. */
const HOST_TIMER_MAX_MS = 2 ** 31 - 1;

interface Timer {
  dueMs: number;
  order: number;
  work: () => void;
  cancelHost: Cancel | undefined;
}

/** A clock that starts in `mode`, at host time. */
export function createClock(mode: ClockMode = 'real'): ControlledClock {
  let current = mode;
  let offsetMs = 0;
  let frozenMs = Date.now();
  let order = 0;
  const timers = new Set<Timer>();

  const nowMs = () => (current === 'virtual' ? frozenMs : Date.now() + offsetMs);

  function arm(timer: Timer): void {
    timer.cancelHost?.();
    timer.cancelHost = undefined;
    if (current === 'virtual') return;
    const waitMs = Math.min(Math.max(0, timer.dueMs - nowMs()), HOST_TIMER_MAX_MS);
    timer.cancelHost = afterHostMs(waitMs, () => (nowMs() >= timer.dueMs ? fire(timer) : arm(timer)));
  }

  function fire(timer: Timer): void {
    timer.cancelHost?.();
    if (timers.delete(timer)) timer.work();
  }

  function at(dueMs: number, work: () => void): Cancel {
    const timer: Timer = { dueMs, order: order++, work, cancelHost: undefined };
    timers.add(timer);
    // What is due already still runs in a later turn, in both modes: callers never see their own timer fire inside at().
    if (current === 'virtual' && dueMs <= nowMs()) timer.cancelHost = afterHostMs(0, () => fire(timer));
    else arm(timer);
    return () => {
      timer.cancelHost?.();
      timers.delete(timer);
    };
  }

  function firstDue(toMs: number): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of timers) {
      if (timer.dueMs > toMs) continue;
      if (!first || timer.dueMs < first.dueMs || (timer.dueMs === first.dueMs && timer.order < first.order))
        first = timer;
    }
    return first;
  }

  function setNow(toMs: number): void {
    refuseImpossible(toMs);
    const beforeMs = nowMs();
    if (current === 'virtual') frozenMs = toMs;
    else offsetMs = toMs - Date.now();
    rearm(beforeMs);
  }

  function rearm(beforeMs: number): void {
    // What was due before already waits for its turn on the host's timer, and keeps it when time starts to stand still.
    for (const timer of timers) if (current === 'real' || timer.dueMs > beforeMs) arm(timer);
  }

  return {
    get mode() {
      return current;
    },
    nowMs,
    now: () => new Date(nowMs()),
    hostNowMs: () => Date.now(),
    monotonicMs: () => performance.now(),
    at,
    afterHostMs,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const onAbort = () => {
          cancel();
          reject(signal?.reason);
        };
        const cancel = at(nowMs() + ms, () => {
          signal?.removeEventListener('abort', onAbort);
          resolve();
        });
        signal?.addEventListener('abort', onAbort, { once: true });
      }),
    setMode(next) {
      const keptMs = nowMs();
      current = next;
      if (next === 'virtual') frozenMs = keptMs;
      else offsetMs = keptMs - Date.now();
      rearm(keptMs);
    },
    setNow,
    async advanceTo(toMs, settle) {
      refuseImpossible(toMs);
      if (toMs < nowMs()) throw new RangeError('Time only moves forward; use set to go back.');
      await settle();
      for (let timer = firstDue(toMs); timer; timer = firstDue(toMs)) {
        if (timer.dueMs > nowMs()) setNow(timer.dueMs);
        fire(timer);
        await settle();
      }
      if (toMs > nowMs()) setNow(toMs);
      await settle();
    },
    pending: () => [...timers].map((timer) => timer.dueMs).sort((a, b) => a - b),
  };
}

/** Every date form of the cloud has four digits for the year, and ids begin with unix seconds. */
const MOMENT_MAX_MS = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

function refuseImpossible(toMs: number): void {
  if (!(toMs >= 0 && toMs <= MOMENT_MAX_MS))
    throw new RangeError('Time runs from 1970 to 9999; that moment is not in it.');
}

function afterHostMs(delayMs: number, work: () => void): Cancel {
  const handle = setTimeout(work, Math.min(delayMs, HOST_TIMER_MAX_MS));
  return () => clearTimeout(handle);
}
