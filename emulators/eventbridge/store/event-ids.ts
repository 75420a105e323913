/** Which kept events have an id: made from the history when somebody first asks, for most of what is published nobody ever does. */
import type { Database } from '../../../src/kernel/database.ts';
import type { KeptRow } from './events.ts';

/** Answers what is committed; told inside the transactions that change the history. */
export interface EventIds {
  /** Sequences of the events with this id, in rising order. */
  of(id: string): readonly number[];
  added(event: KeptRow): void;
  takenOut(event: KeptRow): void;
  cleared(): void;
}

interface History {
  history(): Iterable<KeptRow>;
  idOf(event: KeptRow): string;
}

export function createEventIds(database: Pick<Database, 'afterCommit'>, { history, idOf }: History): EventIds {
  let known: Map<string, number[]> | undefined;

  function add(event: KeptRow): void {
    if (!known) return;
    const { sequence } = event;
    const id = idOf(event);
    const sequences = known.get(id);
    if (!sequences) known.set(id, [sequence]);
    // What was committed just before the first question was in the history then.
    else if (sequence > (sequences.at(-1) ?? 0)) sequences.push(sequence);
  }

  function remove(event: KeptRow): void {
    if (!known) return;
    const id = idOf(event);
    const left = known.get(id)?.filter((sequence) => sequence !== event.sequence) ?? [];
    if (left.length > 0) known.set(id, left);
    else known.delete(id);
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
