/** Keeps event streamings: what they were made with, and what of it is read once. */
import type { Database } from '../../../src/kernel/database.ts';
import type { Param } from '../transform/param.ts';
import { type NamedStore, openNamedStore } from './named-store.ts';
import type { RetryRow } from './rules.ts';

export interface StreamingRow {
  name: string;
  description: string;
  /** As it was sent; undefined: every event. */
  patternText: string | undefined;
  /** Exactly one of the API's kinds each, such as SourceEventBusParameters and SinkFcParameters. */
  source: PartRow;
  sink: PartRow & { params: Param[] };
  /** As it was sent, with what the stream does with it. */
  runOptions: { sent: JsonObject | undefined; read: RunOptionsRow };
  transforms: JsonObject[] | undefined;
  tags: Record<string, string>;
  status: 'READY' | 'RUNNING' | 'PAUSED';
  /** The rule it has on the bus it reads, from its first start on. */
  rule: { bus: string; name: string } | undefined;
  createdAtMs: number;
}

/** The one target of the rule by which a streaming reads its bus. */
export const SINK_TARGET = 'sink';

export type JsonObject = Readonly<Record<string, unknown>>;

export interface PartRow {
  kind: string;
  /** As they were sent. */
  parameters: JsonObject;
}

export interface RunOptionsRow {
  retry: RetryRow;
  errorsTolerance: 'ALL' | 'NONE';
  deadLetterQueue: JsonObject | undefined;
  maximumTasks: number | undefined;
  batchWindow: { CountBasedWindow?: number | undefined; TimeBasedWindow?: number | undefined } | undefined;
  throttling: number | undefined;
}

export function openStreamingStore(database: Database): NamedStore<StreamingRow> {
  return openNamedStore(database, 'eventbridge.streamings');
}
