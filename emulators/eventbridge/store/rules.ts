/** Keeps event rules and their targets; knows no event and no pattern. */
import type { Database } from '../../../src/kernel/database.ts';
import type { Param } from '../transform/param.ts';

export interface RuleRow {
  bus: string;
  name: string;
  description: string;
  /** The pattern as it was sent: clients compare it letter by letter. */
  patternText: string;
  status: 'ENABLE' | 'DISABLE';
  targets: TargetRow[];
  createdBy: RuleOrigin;
  createdAtMs: number;
  changedAtMs: number;
  /** Of the events that match, only those that this rule of the bus matches, too. */
  behind?: string | undefined;
  /** Why no event ever matches this rule here: an event source or a mode that is not served, a bad pattern. */
  notServed: string | undefined;
}

export type RuleOrigin =
  | { kind: 'trigger'; functionName: string; triggerName: string }
  | { kind: 'streaming'; name: string }
  /** Created by a call of the API, or named in the settings. */
  | { kind: 'api' | 'config' };

export interface TargetRow {
  id: string;
  /** `acs.fc.function`, `http` …: also those that are kept and not delivered to. */
  type: string;
  endpoint: string;
  params: Param[];
  /** What the parameters are made from: the event, or its `data` alone (RawData of an FC trigger). */
  madeFrom: 'event' | 'data';
  retry: RetryRow;
  errorsTolerance: 'ALL' | 'NONE';
  /** As it was sent; `Arn` says where what can't be delivered goes. */
  deadLetterQueue: Readonly<Record<string, unknown>> | undefined;
  /** Events are delivered as arrays, gathered until a window closes; undefined: each by itself. */
  batch?: BatchRow | undefined;
  /** Calls at the same time; undefined is the room's default. */
  concurrencyMax: number | undefined;
  /** Set when errors are not tolerated and one delivery failed for good: the others wait. */
  blocked: BlockRow | undefined;
  /** Its event streaming is paused: what is owed waits. */
  isHeld?: boolean;
}

export interface RetryRow {
  strategy: 'BACKOFF_RETRY' | 'EXPONENTIAL_DECAY_RETRY';
  /** Undefined is the strategy's own. */
  retriesMax: number | undefined;
  eventAgeMaxMs: number | undefined;
}

/** A batch closes when the first of these is reached. */
export interface BatchRow {
  countMax: number;
  /** Since its first event; 0: nothing is waited for. */
  windowMs: number;
  /** Of the array as JSON. */
  bytesMax: number;
}

export interface BlockRow {
  deliveryId: string;
  reason: string;
}

/** Writes only inside the database's open transaction. */
export interface RuleStore {
  get(bus: string, name: string): RuleRow | undefined;
  has(bus: string, name: string): boolean;
  ofTrigger(functionName: string, triggerName: string): RuleRow | undefined;
  list(): RuleRow[];
  /** Of one bus, in the order of their names, from `after` on (left out itself). */
  ofBus(bus: string, from?: { prefix?: string; after?: string }): Iterable<RuleRow>;
  /** Of one bus; counted as they come and go, so that it costs the same however many there are. */
  count(bus: string): number;
  put(rule: RuleRow): void;
  remove(rule: RuleRow): void;
}

/** Of rules those that deliver now: each delivery asks for its own. */
const RULES_REMEMBERED_MAX = 500;

export function openRuleStore(database: Database): RuleStore {
  const rules = database.table('eventbridge.rules', { parse: current, rowsMax: RULES_REMEMBERED_MAX });
  const byTrigger = database.table<[bus: string, name: string]>('eventbridge.trigger-rules');
  const counts = database.table<number>('eventbridge.rule-counts');

  const get = (bus: string, name: string) => rules.get([bus, name]);
  const has = (bus: string, name: string) => rules.has([bus, name]);
  const count = (bus: string) => counts.get(bus) ?? 0;
  return {
    get,
    has,
    count,
    ofTrigger(functionName, triggerName) {
      const key = byTrigger.get([functionName, triggerName]);
      return key && get(...key);
    },
    list: () => [...rules.range()].map(({ value }) => value),
    *ofBus(bus, { prefix = '', after } = {}) {
      const isPast = after !== undefined && after >= prefix;
      for (const { value } of rules.range({ start: [bus, isPast ? after : prefix], exclusiveStart: isPast })) {
        if (value.bus !== bus || !value.name.startsWith(prefix)) return;
        yield value;
      }
    },
    put(rule) {
      if (!has(rule.bus, rule.name)) counts.put(rule.bus, count(rule.bus) + 1);
      rules.put([rule.bus, rule.name], rule);
      const { createdBy } = rule;
      if (createdBy.kind === 'trigger')
        byTrigger.put([createdBy.functionName, createdBy.triggerName], [rule.bus, rule.name]);
    },
    remove({ bus, name, createdBy }) {
      if (has(bus, name)) counts.put(bus, Math.max(0, count(bus) - 1));
      rules.remove([bus, name]);
      if (createdBy.kind === 'trigger') byTrigger.remove([createdBy.functionName, createdBy.triggerName]);
    },
  };
}

/** A target as 0.1 kept it: of triggers only, its parameters as fields. */
interface FirstTargetRow {
  functionName: string;
  qualifier: string | undefined;
  invocationType: string;
  eventSchema: string;
  deadLetterQueueArn: string | undefined;
}

/** Folders outlive versions. */
function current(stored: unknown): RuleRow {
  const rule = stored as RuleRow;
  if (rule.targets.every(({ params }) => params !== undefined)) return rule;
  const targets = (rule.targets as unknown as (TargetRow & FirstTargetRow)[]).map((target) => ({
    ...target,
    params: [
      ORIGINAL_BODY,
      constantParam('functionName', target.functionName),
      ...(target.qualifier ? [constantParam('Qualifier', target.qualifier)] : []),
      constantParam('InvocationType', target.invocationType),
    ],
    madeFrom: target.eventSchema === 'RawData' ? ('data' as const) : ('event' as const),
    deadLetterQueue: target.deadLetterQueueArn === undefined ? undefined : { Arn: target.deadLetterQueueArn },
  }));
  return { ...rule, targets };
}

/** The event as it is. */
export const ORIGINAL_BODY: Param = { key: 'Body', form: 'ORIGINAL', value: '', template: '' };

/** A parameter whose text is the same for every event. */
export function constantParam(key: string, value: string): Param {
  return { key, form: 'CONSTANT', value, template: '' };
}
