/** Knows whether anything is still in flight, so that a caller can wait for effects instead of sleeping. */
import type { Cancel, Clock } from './clock.ts';

/** What one part of the product still has under way, in words; empty when it is at rest. */
export type BusyProbe = () => string[];

export interface Settled {
  /** Adds a probe; it is asked every time something `changed`. */
  register(probe: BusyProbe): void;
  /** Called by whoever finishes (or starts) something, so that waiters look again. */
  changed(): void;
  /** What is in flight now, in words. */
  busy(): string[];
  /** Resolves when all probes are empty; `settled: false` with what is in flight after `timeoutMs` of host time. */
  wait(timeoutMs: number): Promise<SettledAnswer>;
}

export interface SettledAnswer {
  settled: boolean;
  /** Host milliseconds that were waited. */
  waitedMs: number;
  busy: string[];
}

/**
 * Whether a retry counts as in flight: from the moment it is due. Before that nothing happens however long one waits
 * (minutes, for a failing function), and where time is virtual it stands still until somebody moves it.
 */
export function isRetryInFlight({ mode, nowMs }: Pick<Clock, 'mode' | 'nowMs'>, dueAtMs: number): boolean {
  return mode === 'real' && dueAtMs <= nowMs();
}

/**
 * Whether a window that closes by itself counts as in flight: while it is open, for it is short and what it gathers is
 * owed. Where time is virtual it stays open until somebody moves the clock.
 */
export function isWindowInFlight({ mode }: Pick<Clock, 'mode'>): boolean {
  return mode === 'real';
}

/** Waiters also look by themselves this often, for work that ended without a word. */
const LOOK_EVERY_MS = 50;

export function createSettled(clock: Clock): Settled {
  const probes: BusyProbe[] = [];
  const waiters = new Set<() => void>();
  let looking = false;
  let cancelLook: Cancel | undefined;

  const busy = () => probes.flatMap((probe) => probe());

  function changed(): void {
    if (looking || waiters.size === 0) return;
    looking = true;
    // One look a turn, after everybody who reacts to this change has had their turn.
    setImmediate(() => {
      looking = false;
      for (const look of [...waiters]) look();
    });
  }

  function lookAgainLater(): void {
    cancelLook?.();
    cancelLook = undefined;
    if (waiters.size === 0) return;
    cancelLook = clock.afterHostMs(LOOK_EVERY_MS, () => {
      for (const look of [...waiters]) look();
      lookAgainLater();
    });
  }

  return {
    register: (probe) => void probes.push(probe),
    changed,
    busy,
    wait(timeoutMs) {
      const startedMs = clock.monotonicMs();
      return new Promise((resolve, reject) => {
        const look = ({ isLast }: { isLast: boolean }) => {
          try {
            const left = busy();
            if (left.length > 0 && !isLast) return;
            const waitedMs = Math.round(clock.monotonicMs() - startedMs);
            resolve({ settled: left.length === 0, waitedMs, busy: left });
          } catch (error) {
            reject(error);
          }
          waiters.delete(lookOnce);
          cancel();
          if (waiters.size === 0) lookAgainLater();
        };
        const lookOnce = () => look({ isLast: false });
        const cancel = clock.afterHostMs(timeoutMs, () => look({ isLast: true }));
        waiters.add(lookOnce);
        if (waiters.size === 1) lookAgainLater();
        changed();
      });
    },
  };
}
