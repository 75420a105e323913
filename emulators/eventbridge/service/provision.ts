/** Event buses and rules of the settings: made at the start, changed when they changed, gone when they are named no longer. */

import type { Database } from '../../../src/kernel/database.ts';
import { writeExact } from '../../../src/kernel/exact-json.ts';
import type { Logger } from '../../../src/kernel/logger.ts';
import type { EventBridgeLimits } from '../limits.ts';
import type { Lane } from '../store/deliveries.ts';
import type { RuleRow } from '../store/rules.ts';
import type { EventBridgeStore } from '../store/store.ts';
import { dropLanes } from './delivery-outcome.ts';
import { validateFilterPattern } from './filter-pattern.ts';
import { DEFAULT_BUS, isName, type Owner } from './names.ts';
import type { Rulebook } from './rulebook.ts';
import { readTargets } from './target-input.ts';

export interface ConfiguredBus {
  name: string;
  description?: string | undefined;
  rules: readonly ConfiguredRule[];
}

export interface ConfiguredRule {
  name: string;
  description?: string | undefined;
  /** JSON, or the same as text. */
  filterPattern: unknown;
  status?: RuleRow['status'] | undefined;
  /** As PutTargets takes them. */
  targets: readonly unknown[];
}

export interface ProvisionNeeds {
  database: Database;
  store: EventBridgeStore;
  rulebook: Rulebook;
  limits: EventBridgeLimits;
  logger: Logger;
  owner: Owner;
  nowMs(): number;
  touch(lane: Lane): void;
}

type WantedRule = Pick<RuleRow, 'bus' | 'name' | 'description' | 'patternText' | 'status' | 'targets'> & {
  hints: readonly string[];
};

/** Answers what of the settings can't be used, in sentences; then nothing is changed. */
export async function provisionBuses(needs: ProvisionNeeds, buses: readonly ConfiguredBus[]): Promise<string[]> {
  const { database, store, limits } = needs;
  if (buses.length === 0 && !hasConfigured(store)) return [];
  const problems: string[] = [];
  const rules: WantedRule[] = [];
  const count = buses.filter(({ name }) => name !== DEFAULT_BUS).length;
  if (count > limits.busesMax)
    problems.push(`eventBuses: there are ${count} buses; limits.eventBuses is ${limits.busesMax}.`);
  for (const [index, bus] of buses.entries()) {
    const where = `eventBuses.${index} (${bus.name})`;
    if (!isName(bus.name)) problems.push(`${where}: this is no name of an event bus.`);
    if (buses.findIndex(({ name }) => name === bus.name) !== index) problems.push(`${where}: it is named twice.`);
    if (bus.rules.length > limits.rulesPerBusMax)
      problems.push(`${where}: it has ${bus.rules.length} rules; limits.eventRulesPerBus is ${limits.rulesPerBusMax}.`);
    for (const rule of bus.rules) {
      const read = await readRule(needs, bus, rule);
      if ('problem' in read) problems.push(`${where}, rule ${rule.name}: ${read.problem}`);
      else rules.push(read.rule);
    }
  }
  if (problems.length > 0) return problems;
  await database.transact(() => {
    putBuses(needs, buses);
    for (const rule of rules) putRule(needs, rule);
    removeOthers(needs, buses, rules);
  });
  return [];
}

function hasConfigured({ buses, rules }: EventBridgeStore): boolean {
  return buses.list().some((bus) => bus.isConfigured) || rules.list().some((rule) => rule.createdBy.kind === 'config');
}

async function readRule(
  { store, limits, owner }: ProvisionNeeds,
  bus: ConfiguredBus,
  { name, description = '', filterPattern, status = 'ENABLE', targets: raw }: ConfiguredRule,
): Promise<{ rule: WantedRule } | { problem: string }> {
  if (!isName(name)) return { problem: 'this is no name of a rule.' };
  if (bus.rules.filter((other) => other.name === name).length > 1) return { problem: 'it is named twice.' };
  const trigger = store.rules.get(bus.name, name)?.createdBy;
  if (trigger?.kind === 'trigger')
    return { problem: `the trigger ${trigger.triggerName} of ${trigger.functionName} has a rule of this name.` };
  const patternText = typeof filterPattern === 'string' ? filterPattern : writeExact(filterPattern);
  const valid = validateFilterPattern(patternText);
  if (!valid.ok) return { problem: valid.message };
  if (raw.length > limits.targetsPerRuleMax)
    return { problem: `it has ${raw.length} targets; a rule has at most ${limits.targetsPerRuleMax}.` };
  const { targets, problems, hints } = await readTargets(raw, owner);
  const [problem] = problems;
  if (problem) {
    const what = problem.code === 'EventRuleTargetIdDuplicate' ? 'it is named twice' : problem.message;
    return { problem: `target ${problem.id}: ${what}.` };
  }
  return { rule: { bus: bus.name, name, description, patternText, status, targets, hints } };
}

function putBuses({ store, nowMs }: ProvisionNeeds, buses: readonly ConfiguredBus[]): void {
  for (const { name, description = '' } of buses) {
    if (name === DEFAULT_BUS) continue;
    const createdAtMs = store.buses.get(name)?.createdAtMs ?? nowMs();
    store.buses.put({ name, description, createdAtMs, isConfigured: true });
  }
}

/** A rule that says what it said stays as it is, with what holds its targets. */
function putRule({ store, rulebook, logger, nowMs, touch }: ProvisionNeeds, wanted: WantedRule): void {
  const before = store.rules.get(wanted.bus, wanted.name);
  const { description, patternText, status, targets } = wanted;
  if (before?.createdBy.kind === 'config' && saysOf(before) === saysOf(wanted)) return;
  if (before) dropLanes(store, before, targets);
  for (const { id } of targets) touch({ bus: wanted.bus, rule: wanted.name, target: id });
  rulebook.put({
    ...{ bus: wanted.bus, name: wanted.name, description, patternText, status, targets },
    ...{ createdBy: { kind: 'config' }, createdAtMs: before?.createdAtMs ?? nowMs(), changedAtMs: nowMs() },
    notServed: undefined,
  });
  for (const hint of wanted.hints) logger.warn('About an event rule.', { bus: wanted.bus, rule: wanted.name, hint });
}

function saysOf({ description, patternText, status, targets }: Omit<WantedRule, 'hints'>): string {
  return JSON.stringify([
    description,
    patternText,
    status,
    targets.map((target) => ({ ...target, blocked: undefined })),
  ]);
}

function removeOthers(
  { store, rulebook }: ProvisionNeeds,
  buses: readonly ConfiguredBus[],
  rules: readonly WantedRule[],
): void {
  const wanted = new Set(rules.map(({ bus, name }) => JSON.stringify([bus, name])));
  for (const rule of store.rules.list()) {
    if (rule.createdBy.kind !== 'config' || wanted.has(JSON.stringify([rule.bus, rule.name]))) continue;
    dropLanes(store, rule, []);
    rulebook.remove(rule);
  }
  for (const { name, isConfigured } of store.buses.list()) {
    const isNamed = buses.some((bus) => bus.name === name);
    if (isConfigured && !isNamed && store.rules.count(name) === 0) store.buses.remove(name);
  }
}
