/**
 * Many compiled patterns in one structure: an event finds the rules it matches without trying them one by one.
 *
 * Equal conditions of different rules are one shared condition. Each rule waits at a single condition of its own, the
 * least crowded one (its anchor). A match walks the event once, learns which anchors are met, and only then looks at
 * the remaining conditions of the rules waiting there; each of those is evaluated at most once an event. So ten
 * thousand rules on one `source` cost nothing as long as something else tells them apart.
 */
import type { CompiledPattern, FieldCondition } from './compiled-pattern.ts';
import { meetsField, valueAt } from './evaluate.ts';
import type { MatchRun, SharedCondition } from './field-index.ts';
import { crowdOfNew } from './field-index.ts';
import { createPathNode, ensureField, findField, pruneField, walkEvent } from './path-tree.ts';

export interface PatternIndex<Id> {
  /** Puts a rule in, or another pattern under an id already there. The other rules stay where they are. */
  add(id: Id, pattern: CompiledPattern): void;
  /** False when there was no such rule. */
  remove(id: Id): boolean;
  /** The ids of all rules the event (parsed JSON) matches, in the order they were first added. */
  match(event: unknown): Id[];
  readonly size: number;
  /** How many steps the last match took: for tests and metrics that must not depend on the machine's speed. */
  readonly lastSteps: number;
}

interface Rule<Id> {
  readonly id: Id;
  readonly order: number;
  readonly anchor: Anchor<Id> | undefined;
  /** What must hold besides the anchor. */
  readonly others: readonly SharedCondition[];
}

interface Anchor<Id> extends SharedCondition {
  readonly waiting: Set<Rule<Id>>;
}

export function createPatternIndex<Id>(): PatternIndex<Id> {
  return new SharedPatternIndex<Id>();
}

class SharedPatternIndex<Id> implements PatternIndex<Id> {
  readonly #rules = new Map<Id, Rule<Id>>();
  readonly #conditions = new Map<string, Anchor<Id>>();
  readonly #root = createPathNode();
  /** Rules that an absent field can satisfy everywhere, `{}` among them: no value leads to them. */
  readonly #unanchored = new Set<Rule<Id>>();
  #lastOrder = 0;
  #lastRun: MatchRun = { number: 0, met: [], steps: 0 };

  get size(): number {
    return this.#rules.size;
  }

  get lastSteps(): number {
    return this.#lastRun.steps;
  }

  add(id: Id, pattern: CompiledPattern): void {
    const order = this.#rules.get(id)?.order ?? ++this.#lastOrder;
    this.remove(id);
    const conditions = pattern.fields.map((field) => this.#share(field));
    const anchor = this.#chooseAnchor(conditions);
    const rule = { id, order, anchor, others: conditions.filter((condition) => condition !== anchor) };
    this.#rules.set(id, rule);
    if (!anchor) {
      this.#unanchored.add(rule);
      return;
    }
    if (anchor.waiting.size === 0) ensureField(this.#root, anchor.field.path).add(anchor);
    anchor.waiting.add(rule);
  }

  remove(id: Id): boolean {
    const rule = this.#rules.get(id);
    if (!rule) return false;
    this.#rules.delete(id);
    this.#unanchored.delete(rule);
    if (rule.anchor) {
      rule.anchor.waiting.delete(rule);
      if (rule.anchor.waiting.size === 0) this.#unlist(rule.anchor);
      this.#release(rule.anchor);
    }
    for (const condition of rule.others) this.#release(condition);
    return true;
  }

  match(event: unknown): Id[] {
    const run: MatchRun = { number: this.#lastRun.number + 1, met: [], steps: 0 };
    this.#lastRun = run;
    walkEvent(this.#root, event, run);

    const matched: Rule<Id>[] = [];
    // Only anchors of this index were ever listed in its tree.
    for (const condition of run.met as Anchor<Id>[]) collectMatching(condition.waiting, event, run, matched);
    collectMatching(this.#unanchored, event, run, matched);
    return matched.sort((one, other) => one.order - other.order).map((rule) => rule.id);
  }

  #share(field: FieldCondition): Anchor<Id> {
    const condition = this.#conditions.get(field.key) ?? {
      field,
      users: 0,
      checkedIn: 0,
      isMet: false,
      waiting: new Set(),
    };
    this.#conditions.set(field.key, condition);
    condition.users += 1;
    return condition;
  }

  #release(condition: SharedCondition): void {
    condition.users -= 1;
    if (condition.users === 0) this.#conditions.delete(condition.field.key);
  }

  /** The condition that will bring this rule up the least often for nothing; on a tie the later, as `data` is finer. */
  #chooseAnchor(conditions: readonly Anchor<Id>[]): Anchor<Id> | undefined {
    let chosen: Anchor<Id> | undefined;
    let lowest = Infinity;
    for (const condition of conditions) {
      if (condition.field.acceptsAbsent) continue;
      const crowd = condition.waiting.size + this.#crowd(condition.field);
      if (crowd > lowest) continue;
      lowest = crowd;
      chosen = condition;
    }
    return chosen;
  }

  #crowd(field: FieldCondition): number {
    return findField(this.#root, field.path)?.crowd(field) ?? crowdOfNew(field);
  }

  #unlist(anchor: Anchor<Id>): void {
    const { path } = anchor.field;
    findField(this.#root, path)?.delete(anchor);
    pruneField(this.#root, path);
  }
}

function collectMatching<Id>(rules: Set<Rule<Id>>, event: unknown, run: MatchRun, matched: Rule<Id>[]): void {
  for (const rule of rules) {
    run.steps += 1;
    if (rule.others.every((condition) => isMet(condition, event, run))) matched.push(rule);
  }
}

/** Evaluated on first demand, then remembered for the rest of this match. */
function isMet(condition: SharedCondition, event: unknown, run: MatchRun): boolean {
  run.steps += 1;
  if (condition.checkedIn !== run.number) {
    condition.checkedIn = run.number;
    condition.isMet = meetsField(condition.field, valueAt(event, condition.field.path));
  }
  return condition.isMet;
}
