/** How many events a bus takes in a second. */
import type { Clock } from '../../../src/kernel/clock.ts';

export interface Throttle {
  /** False when the second is used up; nothing is then taken. */
  take(bus: string, count: number, perSecond: number): boolean;
}

/** Counted in whole seconds of the host, whatever the kernel's clock says: it is the machine that is spared. */
export function createThrottle(clock: Clock): Throttle {
  /** Of this second alone: buses come and go. */
  const used = new Map<string, number>();
  let counted: number | undefined;
  return {
    take(bus, count, perSecond) {
      const second = Math.floor(clock.hostNowMs() / 1000);
      if (second !== counted) used.clear();
      counted = second;
      const already = used.get(bus) ?? 0;
      if (already + count > perSecond) return false;
      used.set(bus, already + count);
      return true;
    },
  };
}
