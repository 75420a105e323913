/**
 * Many compiled patterns in one structure: an event finds the rules it matches without trying them one by one.
 *
 * Equal conditions of different rules are one shared condition. Each rule waits at a single condition of its own, the
 * least crowded one (its anchor); brought up there too often for nothing, it moves to the one that failed. A match walks the event once, learns which anchors are met, and only then looks at
 * the remaining conditions of the rules waiting there; each of those is evaluated at most once an event. So ten
 * thousand rules on one `source` cost nothing as long as something else tells them apart.
 */
import { accessesOf } from './access.ts';
import type { CompiledPattern, FieldCondition } from './compiled-pattern.ts';
import { createConditionTree } from './condition-tree.ts';
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
  readonly conditions: readonly Anchor<Id>[];
  anchor: Anchor<Id> | undefined;
  /** How often the anchor brought it up for nothing since it last moved, and how often it bears that. */
  wasted: number;
  patience: number;
}

interface Anchor<Id> extends SharedCondition {
  readonly waiting: Set<Rule<Id>>;
  /** Whether a value leads to it; conditions that hold without a field, or must be tried, make poor anchors. */
  readonly isFindable: boolean;
}

/** Moving costs about as much as this many checks in vain; doubled at each move, it cannot become a habit. */
const FIRST_PATIENCE = 16;

export function createPatternIndex<Id>(): PatternIndex<Id> {
  return new SharedPatternIndex<Id>();
}

class SharedPatternIndex<Id> implements PatternIndex<Id> {
  readonly #rules = new Map<Id, Rule<Id>>();
  readonly #conditions = createConditionTree<Anchor<Id>>();
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
    const rule = { id, order, conditions, anchor: undefined, wasted: 0, patience: FIRST_PATIENCE };
    this.#rules.set(id, rule);
    this.#anchorAt(rule, this.#chooseAnchor(conditions));
  }

  remove(id: Id): boolean {
    const rule = this.#rules.get(id);
    if (!rule) return false;
    this.#rules.delete(id);
    this.#leaveAnchor(rule);
    for (const condition of rule.conditions) this.#release(condition);
    return true;
  }

  match(event: unknown): Id[] {
    const run: MatchRun = { number: this.#lastRun.number + 1, met: [], steps: 0 };
    this.#lastRun = run;
    walkEvent(this.#root, event, run);

    const found: Findings<Id> = { matched: [], restless: [] };
    // Only anchors of this index were ever listed in its tree.
    for (const condition of run.met as Anchor<Id>[]) checkRules(condition.waiting, event, run, found);
    checkRules(this.#unanchored, event, run, found);
    for (const { rule, to } of found.restless) this.#move(rule, to);
    return found.matched.sort((one, other) => one.order - other.order).map((rule) => rule.id);
  }

  #share(field: FieldCondition): Anchor<Id> {
    const condition = this.#conditions.ensure(field, () => createAnchor<Id>(field));
    condition.users += 1;
    return condition;
  }

  #release(condition: SharedCondition): void {
    condition.users -= 1;
    if (condition.users === 0) this.#conditions.delete(condition.field);
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

  #anchorAt(rule: Rule<Id>, anchor: Anchor<Id> | undefined): void {
    rule.anchor = anchor;
    if (!anchor) {
      this.#unanchored.add(rule);
      return;
    }
    if (anchor.waiting.size === 0) ensureField(this.#root, anchor.field.path).add(anchor);
    anchor.waiting.add(rule);
  }

  #leaveAnchor(rule: Rule<Id>): void {
    const { anchor } = rule;
    this.#unanchored.delete(rule);
    anchor?.waiting.delete(rule);
    if (!anchor || anchor.waiting.size > 0) return;
    findField(this.#root, anchor.field.path)?.delete(anchor);
    pruneField(this.#root, anchor.field.path);
  }

  /** What keeps failing is rarer than what keeps holding: the better place to wait. */
  #move(rule: Rule<Id>, to: Anchor<Id>): void {
    this.#leaveAnchor(rule);
    this.#anchorAt(rule, to);
    rule.wasted = 0;
    rule.patience *= 2;
  }
}

function createAnchor<Id>(field: FieldCondition): Anchor<Id> {
  const isFindable = !field.acceptsAbsent && accessesOf(field).every((access) => access.by !== 'scan');
  return { field, users: 0, checkedIn: 0, isMet: false, waiting: new Set(), isFindable };
}

interface Findings<Id> {
  readonly matched: Rule<Id>[];
  /** Rules to move once the match is over, for the places they wait at are being read. */
  readonly restless: { rule: Rule<Id>; to: Anchor<Id> }[];
}

function checkRules<Id>(rules: Set<Rule<Id>>, event: unknown, run: MatchRun, found: Findings<Id>): void {
  for (const rule of rules) {
    run.steps += 1;
    const failed = rule.conditions.find((condition) => !isMet(condition, event, run));
    if (!failed) found.matched.push(rule);
    else if (failed.isFindable && ++rule.wasted >= rule.patience) found.restless.push({ rule, to: failed });
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
