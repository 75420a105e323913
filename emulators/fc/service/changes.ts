/** What a deploy changed, in the words of the template: for whoever watches the terminal. */
import { isDeepStrictEqual } from 'node:util';
import type { FunctionStore, StoredFunction, StoredTrigger } from '../store/function-store.ts';

export interface FunctionChange {
  functionName: string;
  is: 'added' | 'changed' | 'removed';
  /** Keys of the template that say something else now, and triggers by name; empty for what is added or removed. */
  what: string[];
}

export type Deployment = ReadonlyMap<string, { record: StoredFunction; triggers: StoredTrigger[] }>;

export function snapshot(store: FunctionStore): Deployment {
  return new Map(
    store
      .list()
      .map((record) => [record.functionName, { record, triggers: store.triggersOf(record.functionName) }] as const),
  );
}

export function changesBetween(before: Deployment, after: Deployment): FunctionChange[] {
  const changes: FunctionChange[] = [];
  for (const [functionName, { record, triggers }] of after) {
    const earlier = before.get(functionName);
    if (!earlier) changes.push({ functionName, is: 'added', what: [] });
    else {
      const what = [...changedKeys(earlier.record, record), ...changedTriggers(earlier.triggers, triggers)];
      if (what.length > 0) changes.push({ functionName, is: 'changed', what });
    }
  }
  for (const functionName of before.keys())
    if (!after.has(functionName)) changes.push({ functionName, is: 'removed', what: [] });
  return changes;
}

/** Where our name for something is not the template's; undefined: not the user's business. */
const TEMPLATE_KEYS: Readonly<Record<string, string | undefined>> = {
  ...{ functionId: undefined, source: undefined, generation: undefined, codeSizeBytes: undefined },
  ...{ createdAtMs: undefined, lastModifiedAtMs: undefined },
  ...{ codeDir: 'code', codeChecksum: 'code', memoryMB: 'memorySize', diskMB: 'diskSize', timeoutSeconds: 'timeout' },
  ...{ idleTimeoutSeconds: 'idleTimeout', reservedConcurrency: 'concurrencyConfig', async: 'asyncInvokeConfig' },
  ...{ logProject: 'logConfig', logStore: 'logConfig', initializer: 'instanceLifecycleConfig' },
  preStop: 'instanceLifecycleConfig',
};

function changedKeys(before: StoredFunction, after: StoredFunction): string[] {
  const keys = differing({ ...before, others: undefined }, { ...after, others: undefined });
  const known = keys.flatMap((key) => (key in TEMPLATE_KEYS ? (TEMPLATE_KEYS[key] ?? []) : key));
  return [...new Set([...known, ...differing(before.others, after.others)])];
}

function differing(before: object, after: object): string[] {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].filter((key) => !isDeepStrictEqual(Reflect.get(before, key), Reflect.get(after, key)));
}

function changedTriggers(before: readonly StoredTrigger[], after: readonly StoredTrigger[]): string[] {
  const earlier = new Map(before.map((trigger) => [trigger.triggerName, trigger]));
  const names = new Set(after.map(({ triggerName }) => triggerName));
  return [
    ...after.flatMap((trigger) => {
      const known = earlier.get(trigger.triggerName);
      if (!known) return [`new trigger ${trigger.triggerName}`];
      return isDeepStrictEqual(known, trigger) ? [] : [`trigger ${trigger.triggerName}`];
    }),
    ...before.flatMap(({ triggerName }) => (names.has(triggerName) ? [] : [`trigger ${triggerName} removed`])),
  ];
}
