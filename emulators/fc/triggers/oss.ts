/** FC's native OSS trigger: a change of an object becomes an asynchronous call, once a trigger and fact. */
import { createHash } from 'node:crypto';
import type { Clock } from '../../../src/kernel/clock.ts';
import type { Database } from '../../../src/kernel/database.ts';
import type { Ids } from '../../../src/kernel/ids.ts';
import type { Fact, Outbox } from '../../../src/kernel/outbox.ts';
import { FACTS, type ObjectChanged } from '../../../src/ports/facts.ts';
import { objectEvent } from '../../../src/ports/object-event.ts';
import type { AsyncInvocation, AsyncStore } from '../store/async-store.ts';
import type { StoredTrigger } from '../store/function-store.ts';
import { bucketOfSourceArn, isMeant, type OssTriggerConfig, ossTriggerConfigSchema } from './oss-config.ts';

export interface OssTriggerNeeds {
  clock: Clock;
  ids: Pick<Ids, 'fcRequestId'>;
  database: Pick<Database, 'afterCommit'>;
  outbox: Outbox;
  store: AsyncStore;
  /** Rows that are kept now and want to be run. */
  take(rows: readonly AsyncInvocation[]): void;
}

export interface OssTriggers {
  /** The triggers there are from now on. */
  know(triggers: readonly StoredTrigger[]): void;
}

interface Known {
  functionName: string;
  triggerName: string;
  config: OssTriggerConfig;
}

const LISTENER = 'fc.oss-trigger';

export function listenForObjects({ clock, ids, database, outbox, store, take }: OssTriggerNeeds): OssTriggers {
  let byBucket = new Map<string, Known[]>();

  function handle(fact: Fact): void {
    const change = fact.body as ObjectChanged;
    const meant = byBucket.get(change.bucket)?.filter(({ config }) => isMeant(config, change)) ?? [];
    if (meant.length === 0 || !store.takeFact(LISTENER, fact.id)) return;
    const rows = meant.map((trigger) =>
      invocationOf(trigger, { fact, change, requestId: ids.fcRequestId(), nowMs: clock.nowMs() }),
    );
    for (const row of rows) store.put(row);
    database.afterCommit(() => take(rows));
  }

  outbox.listen({
    name: LISTENER,
    types: [FACTS.objectChanged],
    // Without a trigger every upload would be read again for nobody.
    wants: () => byBucket.size > 0,
    handle,
  });
  return {
    know(triggers) {
      byBucket = new Map();
      for (const { functionName, triggerName, triggerType, sourceArn, triggerConfig, isServed } of triggers) {
        const bucket = triggerType === 'oss' && isServed ? bucketOfSourceArn(sourceArn ?? '') : undefined;
        if (bucket === undefined) continue;
        const known = { functionName, triggerName, config: ossTriggerConfigSchema.parse(triggerConfig) };
        byBucket.set(bucket, [...(byBucket.get(bucket) ?? []), known]);
      }
    },
  };
}

interface Cause {
  fact: Fact;
  change: ObjectChanged;
  requestId: string;
  nowMs: number;
}

function invocationOf(
  { functionName, triggerName }: Known,
  { fact, change, requestId, nowMs }: Cause,
): AsyncInvocation {
  const ruleId = createHash('sha1').update(`${change.accountId}/${functionName}/${triggerName}`).digest('hex');
  return {
    requestId,
    functionName,
    qualifier: 'LATEST',
    payload: Buffer.from(JSON.stringify({ events: [ossTriggerEvent(change, ruleId)] })),
    cause: { kind: 'trigger', triggerName, factId: fact.id },
    taskId: undefined,
    queuedAtMs: nowMs,
    dueAtMs: nowMs,
    runs: 0,
    throttles: 0,
  };
}

/** One record of the handler's `events`: what the event itself says, and by which trigger it came. */
export function ossTriggerEvent(change: ObjectChanged, ruleId: string): Record<string, unknown> {
  const { oss, ...event } = objectEvent(change);
  return { ...event, oss: { ...oss, ruleId } };
}
