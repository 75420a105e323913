/** Keeps published events in the order they came; knows no rule and no limit. */
import type { Database } from '../../../src/kernel/database.ts';
import { createEventIds } from './event-ids.ts';

export interface EventRow {
  /** Rises by one an event and is never used twice. */
  sequence: number;
  id: string;
  bus: string;
  source: string;
  type: string;
  subject: string | undefined;
  publishedAtMs: number;
  /** The outbox fact it was made from. */
  factId: number | undefined;
  /** The key that signed the call it tells of. */
  callerAccessKeyId: string | undefined;
  matched: { rule: string; targets: string[] }[];
  /** Buses it was forwarded through to get here. */
  hops: number;
  /** The event as JSON, once: what targets get is these very bytes. */
  text: string;
}

/** Writes only inside the database's open transaction. */
export interface EventStore {
  /** Also finds an event that has left the history while its deliveries still need it. */
  get(sequence: number): EventRow | undefined;
  /** Outside of a transaction. On this bus; without one, on the bus where the id came first. */
  byId(id: string, bus?: string): EventRow | undefined;
  /** The buses that have an event of this id, in the order of their names. */
  busesOf(id: string): string[];
  /** The first so many, oldest first. */
  oldest(count: number): EventRow[];
  /** When the oldest was published; asked with every event, so its row is not read each time. */
  oldestAtMs(): number | undefined;
  newestFirst(): Iterable<EventRow>;
  /** The last fact that an event was made from: facts come in the order of their numbers. */
  lastFactId(): number;
  /** Events in the history. */
  count(): number;
  add(event: Omit<EventRow, 'sequence'>): EventRow;
  /** Takes events out of the history; those that are owed to somebody are set aside, for deliveries that are not finished. */
  takeOut(leaving: readonly { event: EventRow; isOwed: boolean }[]): void;
  isSetAside(sequence: number): boolean;
  dropSetAside(sequence: number): void;
  clear(): void;
}

/** Numbers that must move with the transaction that moves them. */
interface Counts {
  /** The last sequence given. */
  last: number;
  /** Events in the history. */
  stored: number;
  /** The last fact that an event was made from. */
  factId: number;
}

const COUNTS = 'events';

export function openEventStore(database: Database): EventStore {
  const events = database.table<EventRow>('eventbridge.events');
  const setAside = database.table<EventRow>('eventbridge.events-set-aside');
  const counts = database.table<Counts>('eventbridge.event-counts');
  /** Where 0.1 kept these, one a row. */
  const earlierCounts = database.table<number>('eventbridge.event-counters');

  const countsNow = (): Counts =>
    counts.get(COUNTS) ?? { last: earlierCounts.get('last') ?? 0, stored: earlierCounts.get('stored') ?? 0, factId: 0 };
  const ids = createEventIds(database, () => rows({}));
  const ofId = (id: string) => ids.of(id).flatMap((sequence) => events.get(sequence) ?? []);
  /** Of the oldest as last read. It may lag behind after a transaction that was taken back; the next removal sets it right. */
  let oldestAtMs: number | undefined;
  function* rows(range: { reverse?: boolean; start?: number; limit?: number }): Iterable<EventRow> {
    for (const { value } of events.range(range)) yield value;
  }

  return {
    get: (sequence) => events.get(sequence) ?? setAside.get(sequence),
    byId(id, bus) {
      const found = ofId(id);
      if (bus !== undefined) return found.findLast((event) => event.bus === bus);
      // Where it came first may have left the history before the buses it was forwarded to.
      return found.findLast(({ hops }) => !hops) ?? found[0];
    },
    busesOf: (id) => [...new Set(ofId(id).map(({ bus }) => bus))].sort(),
    oldest: (count) => [...rows({ limit: count })],
    oldestAtMs() {
      if (oldestAtMs === undefined) for (const { publishedAtMs } of rows({ limit: 1 })) oldestAtMs = publishedAtMs;
      return oldestAtMs;
    },
    newestFirst: () => rows({ reverse: true, start: Number.MAX_SAFE_INTEGER }),
    count: () => countsNow().stored,
    lastFactId: () => countsNow().factId,
    add(given) {
      const { last, stored, factId } = countsNow();
      const event: EventRow = { sequence: last + 1, ...given };
      counts.put(COUNTS, { last: event.sequence, stored: stored + 1, factId: given.factId ?? factId });
      events.put(event.sequence, event);
      ids.added(event);
      return event;
    },
    takeOut(leaving) {
      oldestAtMs = undefined;
      for (const { event, isOwed } of leaving) {
        events.remove(event.sequence);
        ids.takenOut(event);
        if (isOwed) setAside.put(event.sequence, event);
      }
      const { last, stored, factId } = countsNow();
      counts.put(COUNTS, { last, stored: stored - leaving.length, factId });
    },
    isSetAside: (sequence) => setAside.has(sequence),
    dropSetAside: (sequence) => setAside.remove(sequence),
    clear() {
      oldestAtMs = undefined;
      for (const table of [events, setAside]) {
        for (const key of [...table.range()].map((row) => row.key)) table.remove(key);
      }
      ids.cleared();
      // The last number stays: one used twice could be taken for the delivery of an event that is gone.
      const { last, factId } = countsNow();
      counts.put(COUNTS, { last, stored: 0, factId });
    },
  };
}
