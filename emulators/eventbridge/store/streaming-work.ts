/** Keeps what event streamings have delivered of late: enough for a rate, and the time of the last. */
import type { Database } from '../../../src/kernel/database.ts';

export interface WorkRow {
  /** Events delivered, by spans of SPAN_MS, oldest first; those of no use any more are gone. */
  spans: { atMs: number; count: number }[];
  lastDeliveredAtMs: number;
}

/** The rule by which a streaming reads its bus. */
export interface WorkKey {
  bus: string;
  name: string;
}

/** Writes only inside the database's open transaction. */
export interface StreamingWorkStore {
  get(rule: WorkKey): WorkRow | undefined;
  add(rule: WorkKey, delivered: { count: number; atMs: number }): void;
  remove(rule: WorkKey): void;
  clear(): void;
}

/** Ours: the last minute, in steps of ten seconds, so that a row stays small however many events there are. */
export const SPAN_MS = 10_000;
export const SPANS = 6;

/** When the oldest span begins that counts at this moment. */
export function firstSpanMs(nowMs: number): number {
  return spanOf(nowMs) - (SPANS - 1) * SPAN_MS;
}

export function openStreamingWorkStore(database: Database): StreamingWorkStore {
  const rows = database.table<WorkRow>('eventbridge.streaming-work');
  const keyOf = ({ bus, name }: WorkKey) => [bus, name];

  return {
    get: (rule) => rows.get(keyOf(rule)),
    add(rule, { count, atMs }) {
      const before = rows.get(keyOf(rule));
      const span = spanOf(atMs);
      const counted = (before?.spans ?? []).filter((each) => each.atMs >= firstSpanMs(atMs) && each.atMs < span);
      const current = before?.spans.find((each) => each.atMs === span)?.count ?? 0;
      rows.put(keyOf(rule), { spans: [...counted, { atMs: span, count: current + count }], lastDeliveredAtMs: atMs });
    },
    remove: (rule) => rows.remove(keyOf(rule)),
    clear() {
      for (const key of [...rows.range()].map((row) => row.key)) rows.remove(key);
    },
  };
}

function spanOf(atMs: number): number {
  return atMs - (atMs % SPAN_MS);
}
