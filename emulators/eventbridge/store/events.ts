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
  /** It was sent again to this rule alone. */
  onlyRule?: string | undefined;
  /** Buses it was forwarded through to get here. */
  hops: number;
  /** The event as JSON, once: what targets get is these very bytes. */
  text: string;
}

/** An event that lies here as what it was made from, a quarter of its size: its own words are made again when somebody asks. */
export interface MadeRow extends Omit<EventRow, keyof Remade> {
  madeFrom: unknown;
}

export interface Remade extends Pick<EventRow, 'id' | 'source' | 'type' | 'subject' | 'text'> {}

/** As it lies in its table. */
export type KeptRow = EventRow | MadeRow;

/** The same from the same, whenever it is asked; `text` may be a getter. */
export type Remake = (row: Pick<MadeRow, 'madeFrom' | 'bus' | 'publishedAtMs'>) => Remade;

/** Writes only inside the database's open transaction. */
export interface EventStore {
  /** Also finds an event that has left the history while its deliveries still need it. */
  get(sequence: number): EventRow | undefined;
  /** Outside of a transaction. On this bus; without one, on the bus where the id came first. */
  byId(id: string, bus?: string): EventRow | undefined;
  /** The buses that have an event of this id, in the order of their names. */
  busesOf(id: string): string[];
  /** The first so many, oldest first. */
  oldest(count: number): KeptRow[];
  /** When the oldest was published; asked with every event, so its row is not read each time. */
  oldestAtMs(): number | undefined;
  newestFirst(): Iterable<EventRow>;
  /** The last fact that an event was made from: facts come in the order of their numbers. */
  lastFactId(): number;
  /** Events in the history. */
  count(): number;
  add(event: Omit<EventRow, 'sequence'> | Omit<MadeRow, 'sequence'>): KeptRow;
  /** Takes events out of the history; those that are owed to somebody are set aside, for deliveries that are not finished. */
  takeOut(leaving: readonly { event: KeptRow; isOwed: boolean }[]): void;
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

export function openEventStore(database: Database, remake: Remake): EventStore {
  const events = database.table<KeptRow>('eventbridge.events');
  const setAside = database.table<KeptRow>('eventbridge.events-set-aside');
  const counts = database.table<Counts>('eventbridge.event-counts');
  /** Where 0.1 kept these, one a row. */
  const earlierCounts = database.table<number>('eventbridge.event-counters');

  const countsNow = (): Counts =>
    counts.get(COUNTS) ?? { last: earlierCounts.get('last') ?? 0, stored: earlierCounts.get('stored') ?? 0, factId: 0 };
  /** Of the oldest as last read. It may lag behind after a transaction that was taken back; the next removal sets it right. */
  let oldestAtMs: number | undefined;

  function* kept(range: { reverse?: boolean; start?: number; limit?: number }): Iterable<KeptRow> {
    for (const { value } of events.range(range)) yield value;
  }

  function read(row: KeptRow): EventRow {
    return 'madeFrom' in row ? Object.assign(remake(row), row) : row;
  }

  const ids = createEventIds(database, { history: () => kept({}), idOf: (row) => read(row).id });
  const found = (row: KeptRow | undefined) => row && read(row);
  const ofId = (id: string) => ids.of(id).flatMap((sequence) => found(events.get(sequence)) ?? []);

  return {
    get: (sequence) => found(events.get(sequence) ?? setAside.get(sequence)),
    byId(id, bus) {
      const having = ofId(id);
      if (bus !== undefined) return having.findLast((event) => event.bus === bus);
      // Where it came first may have left the history before the buses it was forwarded to.
      return having.findLast(({ hops }) => !hops) ?? having[0];
    },
    busesOf: (id) => [...new Set(ofId(id).map(({ bus }) => bus))].sort(),
    oldest: (count) => [...kept({ limit: count })],
    oldestAtMs() {
      if (oldestAtMs === undefined) for (const { publishedAtMs } of kept({ limit: 1 })) oldestAtMs = publishedAtMs;
      return oldestAtMs;
    },
    *newestFirst() {
      for (const row of kept({ reverse: true, start: Number.MAX_SAFE_INTEGER })) yield read(row);
    },
    count: () => countsNow().stored,
    lastFactId: () => countsNow().factId,
    add(given) {
      const { last, stored, factId } = countsNow();
      const sequence = last + 1;
      const event: KeptRow = { sequence, ...given };
      counts.put(COUNTS, { last: sequence, stored: stored + 1, factId: given.factId ?? factId });
      events.put(sequence, event);
      ids.added(event);
      return event;
    },
    takeOut(leaving) {
      oldestAtMs = undefined;
      for (const { event, isOwed } of leaving) {
        events.remove(event.sequence);
        if (isOwed) setAside.put(event.sequence, event);
        ids.takenOut(event);
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
