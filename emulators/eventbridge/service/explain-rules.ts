/** Why the rules of an event's bus did not match it, and which rules of other buses would have. */
import type { EventTrace } from '../../../src/ports/event-history.ts';
import { ELSEWHERE_MAX } from '../limits.ts';
import { describeMismatch, explainMismatch, type LintCode, type Mismatch } from '../pattern/index.ts';
import type { EventRow } from '../store/events.ts';
import type { RuleRow } from '../store/rules.ts';
import type { EventBridgeStore } from '../store/store.ts';
import { compileExact, showFailure } from './filter-pattern.ts';
import { DEFAULT_BUS } from './names.ts';
import type { Rulebook } from './rulebook.ts';

export interface RulesAndEvent {
  store: EventBridgeStore;
  rulebook: Rulebook;
  row: EventRow;
  /** Read from the row's text. */
  event: unknown;
}

/** Rules are looked at as they are now: the sentence says so when that is not how the event met them. */
export function explainUnmatched({ store, row, event }: RulesAndEvent): EventTrace['unmatched'] {
  const matchedNames = new Set(row.matched.map(({ rule }) => rule));
  const others = [...store.rules.ofBus(row.bus)].filter((rule) => !matchedNames.has(rule.name));
  const { onlyRule } = row;
  return others.map((rule) =>
    onlyRule === undefined || onlyRule === rule.name
      ? explainRule(rule, event, row.publishedAtMs)
      : { rule: rule.name, reason: `Not asked: the event was sent again to the rule ${onlyRule} alone.`, failures: [] },
  );
}

/** Only of an event that no rule of its own bus matched: then it may have been published to the wrong one. */
export function findElsewhere({ store, rulebook, row, event }: RulesAndEvent): EventTrace['elsewhere'] {
  if (row.matched.length > 0 || row.onlyRule !== undefined) return [];
  const known = new Set([row.bus, ...store.events.busesOf(row.id)]);
  const found: EventTrace['elsewhere'] = [];
  for (const bus of [DEFAULT_BUS, ...store.buses.list().map(({ name }) => name)]) {
    if (known.has(bus)) continue;
    for (const { name } of rulebook.match(bus, event)) {
      if (found.length === ELSEWHERE_MAX) return found;
      found.push({ bus, rule: name });
    }
  }
  return found;
}

function explainRule(rule: RuleRow, event: unknown, publishedAtMs: number): EventTrace['unmatched'][number] {
  const caveat = rule.changedAtMs > publishedAtMs ? ' (the rule was made or changed after this event)' : '';
  const plain = (reason: string) => ({ rule: rule.name, reason: `${reason}${caveat}`, failures: [] });
  if (rule.notServed !== undefined) return plain(`The rule is not served: ${rule.notServed}`);
  const compiled = compileExact(rule.patternText);
  const failures = compiled.ok ? explainMismatch(compiled.pattern, event) : undefined;
  const [first] = failures ?? [];
  if (compiled.ok && failures && first) {
    const reason = `${describeMismatch(first)}${hintFor(first, compiled.warnings)}${caveat}`;
    return { rule: rule.name, reason, failures: failures.map(showFailure) };
  }
  if (rule.behind !== undefined) return plain(`It matches, but not the rule ${rule.behind}, behind which it stands.`);
  return plain(rule.status === 'DISABLE' ? 'The rule is disabled.' : 'The rule matches the event now.');
}

/** What looks like a mistake in a pattern, where it may be why nothing matched. */
const TELLING: ReadonlySet<LintCode> = new Set<LintCode>([
  'no-wildcards',
  'oss-path',
  'oss-type',
  'unknown-attribute',
  'never-matches',
]);

function hintFor({ path }: Mismatch, warnings: readonly { path: string; code: LintCode; message: string }[]): string {
  const telling = warnings.find((warning) => warning.path === path && TELLING.has(warning.code));
  return telling === undefined ? '' : ` (${telling.message})`;
}
