/** When an asynchronous invocation is tried again, and when it is given up. */
import { ASYNC_RETRY_DELAY_MS, THROTTLE_DELAY_MAX_MS, THROTTLE_DELAY_MS } from '../../limits.ts';

export interface RetryLimits {
  retriesMax: number;
  ageSecondsMax: number;
}

export interface Tried {
  /** Runs so far, this one included. */
  runs: number;
  queuedAtMs: number;
}

/** Help page "Retry policies": older than the maximum age, an event is not run again. */
export function isTooOld(
  { queuedAtMs }: Pick<Tried, 'queuedAtMs'>,
  { ageSecondsMax }: RetryLimits,
  nowMs: number,
): boolean {
  return nowMs - queuedAtMs > ageSecondsMax * 1000;
}

/** After an error of the function: the pause before the next run, or undefined when there is none. */
export function pauseAfterError({ runs }: Tried, { retriesMax }: RetryLimits): number | undefined {
  return runs > retriesMax ? undefined : ASYNC_RETRY_DELAY_MS;
}

/** After being turned away for the `throttles`-th time: 0.5, 1, 2, 4 … s. */
export function pauseAfterThrottle(throttles: number): number {
  return Math.min(THROTTLE_DELAY_MAX_MS, THROTTLE_DELAY_MS * 2 ** Math.max(0, throttles - 1));
}
