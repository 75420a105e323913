/** Event streamings as the API spells them: what was sent, as it was sent. */
import type { XmlValue } from '../../../src/protocols/xml.ts';
import type { StreamingMetric } from '../service/streaming-metrics.ts';
import type { JsonObject, PartRow, StreamingRow } from '../store/streamings.ts';

type Shape = Readonly<Record<string, XmlValue>>;

export function streamingShape(row: StreamingRow): Shape {
  return {
    EventStreamingName: row.name,
    Description: row.description,
    // Letter by letter as it was sent: Terraform compares.
    FilterPattern: row.patternText,
    Source: partShape(row.source),
    Sink: partShape(row.sink),
    RunOptions: row.runOptions.sent && sent(row.runOptions.sent),
    Transforms: row.transforms?.map(sent),
    Status: row.status,
  };
}

/** `@alicloud/eventbridge` 1.3.2 source: the members of EventStreamingMetric; times in ms. */
export function streamingMetricShape(metric: StreamingMetric): Shape {
  return {
    Name: metric.name,
    TPS: metric.perSecond,
    DelayTime: metric.waitingMs,
    DiffOffset: metric.waiting,
    LastDateSyncTime: metric.lastDeliveredAtMs,
    LastHeartBeat: metric.seenAtMs,
    Status: metric.status,
  };
}

function partShape({ kind, parameters }: PartRow): Shape {
  return { [kind]: sent(parameters) };
}

/** It came as JSON. */
function sent(value: JsonObject): Shape {
  return value as Shape;
}
