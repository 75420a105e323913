/** Names of rules that nobody has named. */
import { RULE_NAME_CHARACTERS_MAX } from '../limits.ts';
import type { RuleStore } from '../store/rules.ts';

/** The name itself, cut where it is too long, or with a number behind it where it is taken. */
export function freeRuleName(rules: Pick<RuleStore, 'has'>, wanted: { bus: string; name: string }): string {
  // `a-b` + `c` and `a` + `b-c` make the same name, and so may two names once they are cut.
  for (let count = 1; ; count++) {
    const suffix = count === 1 ? '' : `-${count}`;
    const name = `${wanted.name.slice(0, RULE_NAME_CHARACTERS_MAX - suffix.length)}${suffix}`;
    if (!rules.has(wanted.bus, name)) return name;
  }
}
