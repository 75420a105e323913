/** Which kept events have an id: made from the history when somebody first asks, for most of what is published nobody ever does. */
import type { Database } from '../../../src/kernel/database.ts';
import type { EventRow } from './events.ts';

/** Answers what is committed; told inside the transactions that change the history. */
export interface EventIds {
  /** Sequences of the events with this id, in rising order. */
  of(id: string): readonly number[];
  added(event: EventRow): void;
  takenOut(event: EventRow): void;
  cleared(): void;
}

export function createEventIds(
  database: Pick<Database, 'afterCommit'>,
  history: () => Iterable<Pick<EventRow, 'id' | 'sequence'>>,
): EventIds {
  let known: Map<string, number[]> | undefined;

  function add({ id, sequence }: Pick<EventRow, 'id' | 'sequence'>): void {
    const sequences = known?.get(id);
    if (!sequences) known?.set(id, [sequence]);
    // What was committed just before the first question was in the history then.
    else if (sequence > (sequences.at(-1) ?? 0)) sequences.push(sequence);
  }

  function remove({ id, sequence }: EventRow): void {
    const left = known?.get(id)?.filter((other) => other !== sequence) ?? [];
    if (left.length > 0) known?.set(id, left);
    else known?.delete(id);
  }

  return {
    of(id) {
      if (!known) {
        known = new Map();
        for (const event of history()) add(event);
      }
      return known.get(id) ?? [];
    },
    added: (event) => database.afterCommit(() => add(event)),
    takenOut: (event) => database.afterCommit(() => remove(event)),
    cleared: () =>
      database.afterCommit(() => {
        known = undefined;
      }),
  };
}
