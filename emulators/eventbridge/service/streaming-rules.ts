/** The rules by which event streamings read their buses: put with the first start, held in a pause, gone with the streaming. */
import { EventBridgeError } from '../errors.ts';
import type { RuleRow } from '../store/rules.ts';
import { SINK_TARGET, type StreamingRow } from '../store/streamings.ts';
import { dropLanes } from './delivery-outcome.ts';
import { requireBus } from './event-buses.ts';
import { freeRuleName } from './free-rule-name.ts';
import { type Plan, planOf } from './streaming-plan.ts';
import type { StreamingNeeds } from './streamings.ts';

/** All but `isRunning` run in an open transaction, and answer the streaming as it is to be kept. */
export interface StreamingRules {
  /** Puts its rule in force. Throws when it can't run. */
  run(row: StreamingRow): StreamingRow;
  /** Has the rule follow what the streaming says now, if it has one. */
  follow(row: StreamingRow): StreamingRow;
  /** With what is owed by it. */
  remove(row: StreamingRow): void;
  /** False when a failure blocks it, or somebody deleted its rule. */
  isRunning(row: StreamingRow): boolean;
}

/**
 * Help page "Event bus" of event streams: rules that are made for them are named `EVENTSTREAMING_` and more.
 * UNVERIFIED EVB-160: with what more, and since when there is one; here since the first start, so nothing from before it.
 */
const NAME_PREFIX = 'EVENTSTREAMING_';

export function createStreamingRules(needs: Omit<StreamingNeeds, 'database' | 'logger'>): StreamingRules {
  const { store, rulebook, limits, owner, nowMs, touch } = needs;
  const ruleOf = ({ rule }: StreamingRow) => rule && store.rules.get(rule.bus, rule.name);

  function run(row: StreamingRow): StreamingRow {
    const plan = planOf(row, owner);
    if (!plan.ok) throw new EventBridgeError('EventStreamingStartFailed', { name: row.name, reason: plan.reason });
    return put(row, plan);
  }

  function put(row: StreamingRow, { bus, behind, target }: Plan & { ok: true }): StreamingRow {
    requireBus(store.buses.get, bus);
    if (behind !== undefined && !store.rules.has(bus, behind))
      throw new EventBridgeError('EventRuleNotExisted', { bus, rule: behind });
    const before = ruleOf(row);
    const kept = before?.bus === bus ? before : undefined;
    if (!kept) remove(row);
    const name = kept?.name ?? freeName(bus, row.name);
    rulebook.put({
      ...{ bus, name, behind, description: `Made by the event streaming ${row.name}.` },
      patternText: row.patternText ?? '{}',
      status: 'ENABLE',
      // UNVERIFIED EVB-161: what comes in a pause waits, as it would in a queue.
      targets: [{ ...target, isHeld: row.status === 'PAUSED' }],
      createdBy: { kind: 'streaming', name: row.name },
      ...{ createdAtMs: kept?.createdAtMs ?? nowMs(), changedAtMs: nowMs(), notServed: undefined },
    });
    // What was held, or blocked by a failure, goes on.
    touch({ bus, rule: name, target: target.id });
    return { ...row, rule: { bus, name } };
  }

  function freeName(bus: string, streaming: string): string {
    const count = store.rules.count(bus);
    const limit = limits.rulesPerBusMax;
    if (count >= limit) throw new EventBridgeError('EventRuleCountExceedLimit', { count, limit });
    return freeRuleName(store.rules, { bus, name: `${NAME_PREFIX}${streaming}` });
  }

  function remove(row: StreamingRow): void {
    const rule = ruleOf(row);
    if (row.rule) store.streamingWork.remove(row.rule);
    if (!rule) return;
    dropLanes(store, rule, []);
    rulebook.remove(rule);
  }

  return {
    run,
    remove,
    follow(row) {
      if (row.status === 'RUNNING') return run(row);
      if (!ruleOf(row)) return row;
      const plan = planOf(row, owner);
      if (plan.ok) return put(row, plan);
      remove(row);
      return { ...row, rule: undefined };
    },
    isRunning(row) {
      const rule = ruleOf(row);
      return rule?.status === 'ENABLE' && isOpen(rule);
    },
  };
}

function isOpen({ targets }: RuleRow): boolean {
  return targets.some(({ id, blocked }) => id === SINK_TARGET && blocked === undefined);
}
