/** The rules in force: kept in the store, and compiled in memory so that an event finds its rules at once. */
import type { TriggerChanged } from '../../../src/ports/facts.ts';
import type { CompiledPattern, PatternIndex } from '../pattern/index.ts';
import { createPatternIndex } from '../pattern/index.ts';
import type { RuleRow, RuleStore, TargetRow } from '../store/rules.ts';
import { compileExact } from './filter-pattern.ts';
import { freeRuleName } from './free-rule-name.ts';
import { functionTarget } from './function-target.ts';
import { DEFAULT_BUS, type Owner } from './names.ts';
import type { ParsedTrigger, TriggerConfig } from './trigger-config.ts';
import { parseTriggerConfig } from './trigger-config.ts';

export interface Rulebook {
  /** Enabled rules of the bus that the event matches. */
  match(bus: string, event: unknown): RuleRow[];
  /** Makes, changes or removes the rule of an FC trigger. Runs in the fact's transaction. */
  applyTrigger(changed: TriggerChanged): RuleChange;
  /** Keeps a rule and puts it in force. Runs in an open transaction, as its last step. */
  put(rule: RuleRow): void;
  remove(rule: RuleRow): void;
  /** Removes every rule. Runs in an open transaction. */
  clear(): void;
}

export type RuleChange =
  | { is: 'put'; rule: RuleRow; before: RuleRow | undefined }
  | { is: 'removed'; rule: RuleRow }
  /** Deleted before it was ever seen. */
  | { is: 'none' };

export interface RulebookNeeds {
  rules: RuleStore;
  region: string;
  accountId: string;
  nowMs(): number;
}

export function createRulebook({ rules, region, accountId, nowMs }: RulebookNeeds): Rulebook {
  const buses = new Map<string, PatternIndex<string>>();
  for (const rule of rules.list()) enter(rule);

  function enter(rule: RuleRow): void {
    const index = buses.get(rule.bus) ?? createPatternIndex<string>();
    buses.set(rule.bus, index);
    const pattern = rule.status === 'ENABLE' ? patternOf(rule) : undefined;
    if (pattern) index.add(rule.name, pattern);
    else index.remove(rule.name);
  }

  function put(rule: RuleRow): void {
    rules.put(rule);
    enter(rule);
  }

  function remove(rule: RuleRow): void {
    rules.remove(rule);
    const index = buses.get(rule.bus);
    index?.remove(rule.name);
    // Buses come and go.
    if (index?.size === 0) buses.delete(rule.bus);
  }

  function applyTrigger(changed: TriggerChanged): RuleChange {
    const before = rules.ofTrigger(changed.functionName, changed.triggerName);
    if (changed.config === undefined || changed.config === null) {
      if (!before) return { is: 'none' };
      remove(before);
      return { is: 'removed', rule: before };
    }
    const rule = ruleOf(changed, before);
    put(rule);
    return { is: 'put', rule, before };
  }

  function ruleOf(changed: TriggerChanged, before: RuleRow | undefined): RuleRow {
    const { functionName, triggerName } = changed;
    const parsed = parseTriggerConfig(changed.config);
    return {
      bus: DEFAULT_BUS,
      // UNVERIFIED EVB-012: how EventBridge names the rules it makes for triggers is not documented.
      name: before?.name ?? freeRuleName(rules, { bus: DEFAULT_BUS, name: `${functionName}-${triggerName}` }),
      description: `Made by the trigger ${triggerName} of the function ${functionName}.`,
      patternText: parsed.ok ? parsed.config.patternText : parsed.patternText,
      status: parsed.ok && !parsed.config.isEnabled ? 'DISABLE' : 'ENABLE',
      targets: parsed.ok ? [targetOf(changed, parsed.config, { region, accountId })] : [],
      createdBy: { kind: 'trigger', functionName, triggerName },
      createdAtMs: before?.createdAtMs ?? nowMs(),
      changedAtMs: nowMs(),
      notServed: messageOf(parsed),
    };
  }

  return {
    match(bus, event) {
      const names = buses.get(bus)?.match(event) ?? [];
      // A name without a row belongs to a transaction that was taken back; its fact comes again.
      return names.map((name) => rules.get(bus, name)).filter((rule) => rule !== undefined);
    },
    applyTrigger,
    put,
    remove,
    clear() {
      for (const rule of rules.list()) rules.remove(rule);
      buses.clear();
    },
  };
}

function patternOf(rule: RuleRow): CompiledPattern | undefined {
  if (rule.notServed !== undefined) return undefined;
  const compiled = compileExact(rule.patternText);
  return compiled.ok ? compiled.pattern : undefined;
}

function targetOf({ functionName, qualifier }: TriggerChanged, config: TriggerConfig, owner: Owner): TargetRow {
  return {
    id: functionName,
    ...functionTarget({ functionName, qualifier, invocationType: config.invocationType }, owner),
    madeFrom: config.eventSchema === 'RawData' ? 'data' : 'event',
    retry: config.retry,
    errorsTolerance: config.errorsTolerance,
    deadLetterQueue: config.deadLetterQueueArn === undefined ? undefined : { Arn: config.deadLetterQueueArn },
    batch: config.batch,
    concurrencyMax: config.concurrencyMax,
    blocked: undefined,
  };
}

function messageOf(parsed: ParsedTrigger): string | undefined {
  return parsed.ok ? undefined : parsed.message;
}
