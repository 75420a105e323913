/** What an event streaming does when it runs: the bus it reads and the target it feeds, or why it can't run here. */
import type { TargetRow } from '../store/rules.ts';
import { SINK_TARGET, type StreamingRow } from '../store/streamings.ts';
import { batchOf } from './batch-window.ts';
import type { Owner } from './names.ts';
import { EVENT_BUS_SOURCE } from './streaming-kinds.ts';
import { SINKS } from './streaming-sinks.ts';

export type Plan =
  /** `behind`: only events that this rule of the bus matches, too. */
  { ok: true; bus: string; behind: string | undefined; target: TargetRow } | { ok: false; reason: string };

export function planOf({ source, sink, runOptions, transforms }: StreamingRow, owner: Owner): Plan {
  if (source.kind !== EVENT_BUS_SOURCE) return no(`its source ${notServed(source.kind, EVENT_BUS_SOURCE)}`);
  const { EventBusName: bus, EventRuleName: behind } = source.parameters;
  if (typeof bus !== 'string' || bus === '') return no(`${EVENT_BUS_SOURCE} names no EventBusName.`);
  if (transforms && transforms.length > 0) return no('its Transforms are kept, but not served by LocalYun yet.');
  if (runOptions.read.throttling !== undefined)
    return no('RunOptions.Throttling is kept, but not served by LocalYun yet.');
  const make = Object.hasOwn(SINKS, sink.kind) ? SINKS[sink.kind] : undefined;
  if (!make) return no(`its sink ${notServed(sink.kind, Object.keys(SINKS).join(' or '))}`);
  const made = make(sink, owner);
  if ('problem' in made) return no(`its sink ${sink.kind} ${made.problem}`);
  const { retry, errorsTolerance, deadLetterQueue, maximumTasks, batchWindow } = runOptions.read;
  const { takes, concurrency, ...delivered } = made;
  const batch = batchOf(batchWindow, { isAsync: takes === 'asynchronous batches' });
  if (takes === 'events' && batch.countMax > 1)
    return no(`its sink ${sink.kind} takes one event at a time: RunOptions.BatchWindow is not served with it yet.`);
  return {
    ok: true,
    bus,
    behind: typeof behind === 'string' && behind !== '' ? behind : undefined,
    target: {
      ...{ id: SINK_TARGET, ...delivered, madeFrom: 'event', retry, errorsTolerance, deadLetterQueue },
      batch: takes === 'events' ? undefined : batch,
      // UNVERIFIED EVB-155: the sink's own Concurrency wins over MaximumTasks; both are calls at the same time.
      concurrencyMax: concurrency ?? maximumTasks,
      blocked: undefined,
    },
  };
}

function notServed(kind: string, served: string): string {
  return `${kind} is kept, but not served by LocalYun yet: only ${served} is.`;
}

function no(reason: string): Plan {
  return { ok: false, reason };
}
