/** Writes triggers down and tells of them, in the caller's transaction: those of templates and those of the API alike. */
import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../../../src/kernel/clock.ts';
import type { Ids } from '../../../src/kernel/ids.ts';
import type { Outbox } from '../../../src/kernel/outbox.ts';
import { FACTS, type TriggerChanged } from '../../../src/ports/facts.ts';
import type { FunctionStore, StoredTrigger, TriggerOrigin } from '../store/function-store.ts';
import { unservedTrigger } from '../triggers/trigger-types.ts';
import type { TriggerDefinition } from './function-definition.ts';

export interface TriggerKeeping {
  clock: Clock;
  ids: Pick<Ids, 'uuid'>;
  outbox: Outbox;
  store: FunctionStore;
}

/** What a trigger is kept with besides its definition. */
export interface TriggerBelongings {
  functionName: string;
  madeBy: TriggerOrigin;
  /** The configuration's own text, where it was sent as one. */
  configText?: string;
}

/** Makes the function's template triggers those that are wanted; what the API made stays, unless its name is wanted. */
export function keepTemplateTriggers(
  needs: TriggerKeeping,
  functionName: string,
  wanted: readonly TriggerDefinition[],
): void {
  const names = new Set(wanted.map(({ triggerName }) => triggerName));
  for (const trigger of needs.store.triggersOf(functionName))
    if (trigger.madeBy !== 'api' && !names.has(trigger.triggerName)) dropTrigger(needs, trigger);
  for (const trigger of wanted) keepTrigger(needs, trigger, { functionName, madeBy: 'template' });
}

/** Nothing is told when it is as it was. */
export function keepTrigger(
  { clock, ids, outbox, store }: TriggerKeeping,
  definition: TriggerDefinition,
  { functionName, madeBy, configText }: TriggerBelongings,
): StoredTrigger {
  const before = store.trigger(functionName, definition.triggerName);
  const nowMs = clock.nowMs();
  const after: StoredTrigger = {
    ...definition,
    ...{ functionName, madeBy },
    ...(configText === undefined ? {} : { configText }),
    triggerId: before?.triggerId ?? ids.uuid(),
    isServed: unservedTrigger(definition) === undefined,
    createdAtMs: before?.createdAtMs ?? nowMs,
    lastModifiedAtMs: before?.lastModifiedAtMs ?? nowMs,
  };
  if (before && isDeepStrictEqual(plain({ madeBy: 'template', ...before }), plain(after))) return before;
  const kept = { ...after, lastModifiedAtMs: nowMs };
  store.putTrigger(kept);
  tell(outbox, kept, kept.triggerConfig);
  return kept;
}

export function dropTrigger({ outbox, store }: Pick<TriggerKeeping, 'outbox' | 'store'>, trigger: StoredTrigger): void {
  store.removeTrigger(trigger);
  tell(outbox, trigger, undefined);
}

function tell(
  outbox: Outbox,
  { functionName, qualifier, triggerName, triggerType }: StoredTrigger,
  config: unknown,
): void {
  const fact: TriggerChanged = { functionName, qualifier, triggerName, triggerType, config };
  outbox.append(FACTS.triggerChanged, fact);
}

/** Without what is undefined: a stored record may have lost those keys. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
