/** Knows whether anything is still in flight, so that a caller can wait for effects instead of sleeping. */
import type { Clock } from './clock.ts';

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

export function createSettled(clock: Clock): Settled {
  const probes: BusyProbe[] = [];
  const waiters = new Set<() => void>();
  let looking = false;

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

  return {
    register: (probe) => void probes.push(probe),
    changed,
    busy,
    wait(timeoutMs) {
      const startedMs = clock.monotonicMs();
      return new Promise((resolve) => {
        const finish = (left: string[]) => {
          waiters.delete(look);
          cancel();
          resolve({ settled: left.length === 0, waitedMs: Math.round(clock.monotonicMs() - startedMs), busy: left });
        };
        const look = () => {
          const left = busy();
          if (left.length === 0) finish(left);
        };
        const cancel = clock.afterHostMs(timeoutMs, () => finish(busy()));
        waiters.add(look);
        changed();
      });
    },
  };
}
