/** Gathers what is owed to a lane into batches: each closes with its last event, its last byte or its last moment. */
import { GATHER_STEP } from '../limits.ts';
import type { DeliveryStore, DueDelivery, Lane } from '../store/deliveries.ts';
import type { BatchRow } from '../store/rules.ts';

/*
 * A cache and nothing more: which events wait, and since when, is in the lane's rows. So a crash loses no window, and an
 * event is read once while its window is open, however many come after it.
 */
export interface Gathering {
  /** The next batch that may be sent now: the sequences of its events. Undefined when none is closed yet. */
  next(batch: BatchRow): number[] | undefined;
  /** When the open window closes, if nothing fills it before; undefined when nothing waits in one. */
  closesAtMs(batch: BatchRow): number | undefined;
  /** When something is due that is not yet. */
  nextDueAtMs(): number | undefined;
  /** Events in the open window. */
  waiting(): number;
  /** Looks at everything anew: a batch could not take all it was given. */
  restart(): void;
}

export interface GatheringNeeds {
  lane: Lane;
  deliveries: Pick<DeliveryStore, 'open'>;
  nowMs(): number;
  /** Is being delivered: open, and yet not to be gathered. */
  isTaken(sequence: number): boolean;
}

/** The brackets of an array, and the comma after each of its elements but the last. */
const ARRAY_BYTES = 1;
const COMMA_BYTES = 1;

export function createGathering({ lane, deliveries, nowMs, isTaken }: GatheringNeeds): Gathering {
  /** In the open window, the first that was published first. */
  let fresh: DueDelivery[] = [];
  let freshBytes = ARRAY_BYTES;
  /** Batches that failed and are due again, whole. */
  const again = new Map<string, number[]>();
  let cursor: DueDelivery | undefined;

  function restart(): void {
    fresh = [];
    freshBytes = ARRAY_BYTES;
    again.clear();
    cursor = undefined;
  }

  /** One more than fits is enough to know that a window is full. */
  function isFull({ countMax, bytesMax }: BatchRow): boolean {
    return fresh.length >= countMax || freshBytes > bytesMax;
  }

  function look(batch: BatchRow): void {
    // A clock that was set back: what came since then stands before the cursor.
    if (cursor && cursor.dueAtMs > nowMs()) restart();
    while (!isFull(batch)) {
      const limit = Math.min(GATHER_STEP, batch.countMax - fresh.length);
      const rows = deliveries.open(lane, { after: cursor, untilMs: nowMs(), limit });
      if (rows.length === 0) return;
      for (const row of rows) {
        if (isFull(batch)) return;
        cursor = row;
        if (isTaken(row.sequence)) continue;
        if (row.batchId === undefined) add(row);
        else if (!again.has(row.batchId)) again.set(row.batchId, membersOf(row, row.batchId));
      }
    }
  }

  function add(row: DueDelivery): void {
    fresh.push(row);
    freshBytes += sizeOf(row);
  }

  /** All events of a batch are due again at the same moment. */
  function membersOf({ dueAtMs }: DueDelivery, batchId: string): number[] {
    const after = { dueAtMs, sequence: -1 };
    return deliveries
      .open(lane, { after, untilMs: dueAtMs })
      .filter((row) => row.batchId === batchId && !isTaken(row.sequence))
      .map(({ sequence }) => sequence);
  }

  function closesAtMs({ windowMs }: BatchRow): number | undefined {
    return fresh[0] && fresh[0].dueAtMs + windowMs;
  }

  function takeFresh({ countMax, bytesMax }: BatchRow): number[] {
    let bytes = ARRAY_BYTES;
    let count = 0;
    for (const row of fresh.slice(0, countMax)) {
      bytes += sizeOf(row);
      // An event that is too large for any batch goes alone: its target says so.
      if (count > 0 && bytes > bytesMax) break;
      count++;
    }
    const taken = fresh.splice(0, count);
    for (const row of taken) freshBytes -= sizeOf(row);
    return taken.map(({ sequence }) => sequence);
  }

  return {
    next(batch) {
      look(batch);
      for (const [id, sequences] of again) {
        again.delete(id);
        if (sequences.length > 0) return sequences;
      }
      const closes = closesAtMs(batch);
      if (closes === undefined) return undefined;
      return isFull(batch) || closes <= nowMs() ? takeFresh(batch) : undefined;
    },
    closesAtMs,
    nextDueAtMs() {
      const after = { dueAtMs: nowMs(), sequence: Number.MAX_SAFE_INTEGER };
      return deliveries.open(lane, { after, limit: 1 })[0]?.dueAtMs;
    },
    waiting: () => fresh.length,
    restart,
  };
}

function sizeOf({ bytes = 0 }: DueDelivery): number {
  return bytes + COMMA_BYTES;
}
