/** How an event streaming is doing: how fast it delivers, how much waits, since when. */
import type { EventBridgeStore } from '../store/store.ts';
import { firstSpanMs } from '../store/streaming-work.ts';
import { SINK_TARGET, type StreamingRow } from '../store/streamings.ts';

export interface StreamingMetric {
  name: string;
  status: StreamingRow['status'];
  /** Events delivered a second, over the last minute. */
  perSecond: number;
  /** Events that wait to be delivered, and how long the oldest of them has. */
  waiting: number;
  waitingMs: number;
  lastDeliveredAtMs: number | undefined;
  /** When it was last known to run: now, or not at all. */
  seenAtMs: number | undefined;
}

/** UNVERIFIED EVB-222: what the members that the clients know of mean; the pages have none of them. */
export function metricOf(
  { streamingWork, deliveries, events }: EventBridgeStore,
  { name, status, rule }: StreamingRow,
  nowMs: number,
): StreamingMetric {
  const work = rule && streamingWork.get(rule);
  const sinceMs = firstSpanMs(nowMs);
  const delivered = (work?.spans ?? []).reduce((sum, { atMs, count }) => sum + (atMs < sinceMs ? 0 : count), 0);
  const open = rule ? deliveries.open({ bus: rule.bus, rule: rule.name, target: SINK_TARGET }) : [];
  const oldest =
    open.length > 0 ? open.reduce((least, { sequence }) => Math.min(least, sequence), Infinity) : undefined;
  const oldestAtMs = oldest === undefined ? undefined : events.get(oldest)?.publishedAtMs;
  return {
    ...{ name, status, waiting: open.length },
    // The span that has begun counts for as much of it as there was; the first moment of one would divide by the rest alone.
    perSecond: (delivered * 1000) / (nowMs - sinceMs + 1),
    waitingMs: oldestAtMs === undefined ? 0 : Math.max(0, nowMs - oldestAtMs),
    lastDeliveredAtMs: work?.lastDeliveredAtMs,
    seenAtMs: status === 'RUNNING' ? nowMs : undefined,
  };
}
