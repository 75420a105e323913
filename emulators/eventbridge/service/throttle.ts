/** How many events a bus takes in a second. */
import type { Clock } from '../../../src/kernel/clock.ts';

export interface Throttle {
  /** False when the second is used up; nothing is then taken. */
  take(bus: string, count: number, perSecond: number): boolean;
}

/** Counted in whole seconds of the host, whatever the kernel's clock says: it is the machine that is spared. */
export function createThrottle(clock: Clock): Throttle {
  const used = new Map<string, { second: number; count: number }>();
  return {
    take(bus, count, perSecond) {
      const second = Math.floor(clock.hostNowMs() / 1000);
      const before = used.get(bus);
      const already = before?.second === second ? before.count : 0;
      if (already + count > perSecond) return false;
      used.set(bus, { second, count: already + count });
      return true;
    },
  };
}
