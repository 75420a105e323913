/** Keeps event rules and their targets; knows no event and no pattern. */
import type { Database } from '../../../src/kernel/database.ts';

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
  /** Why no event ever matches this rule here: an event source or a mode that is not served, a bad pattern. */
  notServed: string | undefined;
}

export interface RuleOrigin {
  kind: 'trigger';
  functionName: string;
  triggerName: string;
}

export interface TargetRow {
  id: string;
  type: 'acs.fc.function';
  endpoint: string;
  functionName: string;
  qualifier: string | undefined;
  invocationType: 'Sync' | 'Async';
  /** The whole event, or its `data` alone. */
  eventSchema: 'CloudEvents' | 'RawData';
  retry: RetryRow;
  errorsTolerance: 'ALL' | 'NONE';
  deadLetterQueueArn: string | undefined;
  /** Deliveries at the same time; undefined is the room's default. */
  concurrencyMax: number | undefined;
  /** Set when errors are not tolerated and one delivery failed for good: the others wait. */
  blocked: BlockRow | undefined;
}

export interface RetryRow {
  strategy: 'BACKOFF_RETRY' | 'EXPONENTIAL_DECAY_RETRY';
  /** Undefined is the strategy's own. */
  retriesMax: number | undefined;
  eventAgeMaxMs: number | undefined;
}

export interface BlockRow {
  deliveryId: string;
  reason: string;
}

/** Writes only inside the database's open transaction. */
export interface RuleStore {
  get(bus: string, name: string): RuleRow | undefined;
  ofTrigger(functionName: string, triggerName: string): RuleRow | undefined;
  list(): RuleRow[];
  put(rule: RuleRow): void;
  remove(rule: RuleRow): void;
}

export function openRuleStore(database: Database): RuleStore {
  const rules = database.table<RuleRow>('eventbridge.rules');
  const byTrigger = database.table<[bus: string, name: string]>('eventbridge.trigger-rules');

  const get = (bus: string, name: string) => rules.get([bus, name]);
  return {
    get,
    ofTrigger(functionName, triggerName) {
      const key = byTrigger.get([functionName, triggerName]);
      return key && get(...key);
    },
    list: () => [...rules.range()].map(({ value }) => value),
    put(rule) {
      rules.put([rule.bus, rule.name], rule);
      byTrigger.put([rule.createdBy.functionName, rule.createdBy.triggerName], [rule.bus, rule.name]);
    },
    remove(rule) {
      rules.remove([rule.bus, rule.name]);
      byTrigger.remove([rule.createdBy.functionName, rule.createdBy.triggerName]);
    },
  };
}
