/** Rules and their targets, as the API makes and changes them. */
import type { Database } from '../../../src/kernel/database.ts';
import type { Logger } from '../../../src/kernel/logger.ts';
import { EventBridgeError } from '../errors.ts';
import type { EventBridgeLimits } from '../limits.ts';
import type { Lane } from '../store/deliveries.ts';
import type { RuleRow } from '../store/rules.ts';
import type { EventBridgeStore } from '../store/store.ts';
import { dropLanes } from './delivery-outcome.ts';
import { requireBus } from './event-buses.ts';
import { checkPattern } from './filter-pattern.ts';
import { isName, type Owner } from './names.ts';
import { type CountedPage, type PageQuery, pageStart, takePage } from './paging.ts';
import type { Rulebook } from './rulebook.ts';
import { type ReadTargets, readTargets, type TargetProblem } from './target-input.ts';
import { listTargets, type RuleTarget, type TargetQuery } from './target-list.ts';

export interface RuleName {
  bus: string;
  rule: string;
}

export interface RuleInput extends RuleName {
  patternText: string;
  /** Undefined: ENABLE for a new rule, unchanged for an old one. */
  status: RuleRow['status'] | undefined;
  description: string | undefined;
  atMs: number;
}

export interface Rules {
  create(input: RuleInput & { targets: readonly unknown[] }): Promise<void>;
  /** Leaves the targets alone. */
  update(input: RuleInput): Promise<void>;
  setStatus(name: RuleName, status: RuleRow['status'], atMs: number): Promise<void>;
  delete(name: RuleName): Promise<void>;
  get(name: RuleName): RuleRow;
  list(query: PageQuery & { bus: string; namePrefix: string }): CountedPage<RuleRow>;
  /** Adds targets, or replaces those of the same id: all of them or, when one can't be used, none. */
  putTargets(name: RuleName, targets: readonly unknown[], atMs: number): Promise<TargetProblem[]>;
  deleteTargets(name: RuleName, ids: readonly string[], atMs: number): Promise<TargetProblem[]>;
  /** All rules of the bus, or all buses, when no rule is named. */
  listTargets(query: TargetQuery): CountedPage<RuleTarget>;
}

export interface RuleNeeds {
  database: Database;
  logger: Logger;
  store: EventBridgeStore;
  rulebook: Rulebook;
  limits: EventBridgeLimits;
  owner: Owner;
  /** Told of every lane that may go on. */
  touch(lane: Lane): void;
}

export function createRules(needs: RuleNeeds): Rules {
  const { database, logger, store, rulebook, limits, touch } = needs;

  function get({ bus, rule }: RuleName): RuleRow {
    requireBus(store.buses.get, bus);
    const found = store.rules.get(bus, rule);
    if (!found) throw new EventBridgeError('EventRuleNotExisted', { bus, rule });
    return found;
  }

  /** Puts the changed rule in force; deliveries that a failure held go on, unless it is disabled. */
  async function change(name: RuleName, work: (before: RuleRow) => RuleRow): Promise<void> {
    await database.transact(() => {
      const before = get(name);
      const after = work(before);
      dropLanes(store, before, after.targets);
      if (after.status === 'DISABLE') return rulebook.put(after);
      for (const { id } of after.targets) touch({ bus: name.bus, rule: name.rule, target: id });
      rulebook.put({ ...after, targets: after.targets.map((target) => ({ ...target, blocked: undefined })) });
    });
  }

  function warn({ bus, rule }: RuleName, hints: readonly string[]): void {
    for (const hint of hints) logger.warn('About an event rule.', { bus, rule, hint });
  }

  return {
    get,
    async create(input) {
      const { bus, rule, patternText, status = 'ENABLE', description = '', atMs } = input;
      if (!isName(rule)) throw new EventBridgeError('EventRuleNameInvalid', { rule });
      requireBus(store.buses.get, bus);
      const hints = checkPattern(patternText);
      const read = await readLimited(input.targets, needs);
      const [problem] = read.problems;
      if (problem)
        throw new EventBridgeError('EventRuleTargetsInvalid', { reason: `${problem.id}: ${problem.message}` });
      await database.transact(() => {
        requireBus(store.buses.get, bus);
        if (store.rules.has(bus, rule)) throw new EventBridgeError('EventRuleAlreadyExist', { rule });
        const count = store.rules.count(bus);
        const limit = limits.rulesPerBusMax;
        if (count >= limit) throw new EventBridgeError('EventRuleCountExceedLimit', { count, limit });
        rulebook.put({
          ...{ bus, name: rule, description, patternText, status, targets: read.targets },
          ...{ createdBy: { kind: 'api' }, createdAtMs: atMs, changedAtMs: atMs, notServed: undefined },
        });
      });
      warn(input, [...hints, ...read.hints]);
    },
    async update(input) {
      const hints = checkPattern(input.patternText);
      await change(input, (before) => ({
        ...before,
        patternText: input.patternText,
        status: input.status ?? before.status,
        description: input.description ?? before.description,
        changedAtMs: input.atMs,
        // What was wrong with a trigger's own pattern need not be wrong with this one.
        notServed: undefined,
      }));
      warn(input, hints);
    },
    setStatus: (name, status, atMs) => change(name, (before) => ({ ...before, status, changedAtMs: atMs })),
    async delete(name) {
      const { createdBy } = await database.transact(() => {
        const rule = get(name);
        dropLanes(store, rule, []);
        rulebook.remove(rule);
        return rule;
      });
      if (createdBy.kind === 'trigger')
        warn(name, [
          `It was the rule of the trigger ${createdBy.triggerName} of ${createdBy.functionName}, which fires no more until it is changed.`,
        ]);
    },
    list({ bus, namePrefix, ...query }) {
      requireBus(store.buses.get, bus);
      const after = pageStart(query);
      const found = store.rules.ofBus(bus, { prefix: namePrefix, ...(after === undefined ? {} : { after }) });
      const page = takePage(found, query, ({ name }) => name);
      const total =
        namePrefix === '' ? store.rules.count(bus) : [...store.rules.ofBus(bus, { prefix: namePrefix })].length;
      return { ...page, total };
    },
    async putTargets(name, raw, atMs) {
      get(name);
      const { targets, problems, hints } = await readLimited(raw, needs);
      // UNVERIFIED EVB-192: a bad target keeps the good ones beside it out, too.
      if (problems.length > 0) return problems;
      await change(name, (before) => {
        const put = new Map([...before.targets, ...targets].map((target) => [target.id, target]));
        const count = before.targets.length;
        const limit = limits.targetsPerRuleMax;
        if (put.size > limit) throw new EventBridgeError('EventRuleTargetCountExceedLimit', { count, limit });
        return { ...before, targets: [...put.values()], changedAtMs: atMs };
      });
      warn(name, hints);
      return [];
    },
    async deleteTargets(name, ids, atMs) {
      const gone = new Set(ids);
      await change(name, (before) => ({
        ...before,
        targets: before.targets.filter(({ id }) => !gone.has(id)),
        changedAtMs: atMs,
      }));
      // UNVERIFIED EVB-024: an id that is not there is no problem.
      return [];
    },
    listTargets: (query) => listTargets(store, query),
  };
}

async function readLimited(
  raw: readonly unknown[],
  { owner, limits: { targetsPerRuleMax: limit } }: Pick<RuleNeeds, 'owner' | 'limits'>,
): Promise<ReadTargets> {
  if (raw.length > limit) throw new EventBridgeError('EventRuleTargetCountExceedLimit', { count: raw.length, limit });
  return readTargets(raw, owner);
}
