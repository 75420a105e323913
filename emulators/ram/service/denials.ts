/** The refused calls of late, each with what was looked at and what would mend it. In memory: it is for the person at the desk. */
import type { Denial, DenialLog } from '../../../src/ports/access-decider.ts';
import { DENIALS_MAX } from '../limits.ts';

export interface DenialJournal extends DenialLog {
  add(denial: Denial): void;
  clear(): void;
}

/** `list` has the latest first. */
export function createDenials(): DenialJournal {
  const denials: Denial[] = [];
  return {
    list: (limit) => denials.slice(-Math.max(1, limit)).reverse(),
    add(denial) {
      denials.push(denial);
      if (denials.length > DENIALS_MAX) denials.shift();
    },
    clear: () => void denials.splice(0),
  };
}
