/** When a failed delivery is tried again, to the letter of Help page "Event target parameters", Retry policies. */
import type { Random } from '../../../src/kernel/random.ts';
import type { RetryRow } from '../store/rules.ts';

/** BACKOFF_RETRY: three retries, each 10 to 20 seconds after the failure. */
const BACKOFF_RETRIES = 3;
const BACKOFF_MIN_MS = 10_000;
const BACKOFF_MAX_MS = 20_000;

/** EXPONENTIAL_DECAY_RETRY: 176 retries over a day: 1, 2, 4 … 256 seconds, then 512 each time. */
const DECAY_RETRIES = 176;
const DECAY_FIRST_MS = 1000;
const DECAY_MAX_MS = 512_000;

export interface Failure {
  retry: RetryRow;
  /** Attempts that have failed so far, this one included. */
  failures: number;
  random: Random;
  /** 1 waits as the cloud does; 0.01 a hundredth of it. */
  timeScale: number;
}

/** Milliseconds of kernel time until the next attempt; undefined when there is none left. */
export function nextRetryDelayMs({ retry, failures, random, timeScale }: Failure): number | undefined {
  if (failures > retriesOf(retry)) return undefined;
  const delayMs =
    retry.strategy === 'BACKOFF_RETRY'
      ? random.between(BACKOFF_MIN_MS, BACKOFF_MAX_MS)
      : Math.min(DECAY_FIRST_MS * 2 ** (failures - 1), DECAY_MAX_MS);
  return Math.round(delayMs * timeScale);
}

/** UNVERIFIED EVB-007: MaximumRetryAttempts lowers the strategy's own number and never raises it. */
function retriesOf({ strategy, retriesMax }: RetryRow): number {
  const own = strategy === 'BACKOFF_RETRY' ? BACKOFF_RETRIES : DECAY_RETRIES;
  return Math.min(own, retriesMax ?? own);
}
