/** Batch windows, as triggers and event streamings write them. */
import { ASYNC_BATCH_BYTES_MAX, SYNC_BATCH_BYTES_MAX, WINDOW_EVENTS_MAX } from '../limits.ts';
import type { BatchRow } from '../store/rules.ts';

export interface WindowInput {
  CountBasedWindow?: number | undefined;
  TimeBasedWindow?: number | undefined;
}

/**
 * Help page "Advanced features of triggers": 1 to 10,000 events, 0 to 15 seconds, and no more than a call's body holds.
 * UNVERIFIED EVB-153: what one that is left out means. Without a time nothing is waited for; with a time alone, that is
 * the only bound; with neither, an event goes by itself.
 */
export function batchOf(given: WindowInput | undefined, { isAsync }: { isAsync: boolean }): BatchRow {
  const { CountBasedWindow: count = 0, TimeBasedWindow: seconds = 0 } = given ?? {};
  return {
    countMax: count > 0 ? count : seconds > 0 ? WINDOW_EVENTS_MAX : 1,
    windowMs: seconds * 1000,
    bytesMax: isAsync ? ASYNC_BATCH_BYTES_MAX : SYNC_BATCH_BYTES_MAX,
  };
}
