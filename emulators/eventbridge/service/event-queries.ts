/** What the API tells of published events: themselves, their stages, and lists of them. */
import { EventBridgeError } from '../errors.ts';
import type { EventRow } from '../store/events.ts';
import type { EventBridgeStore } from '../store/store.ts';
import { requireBus } from './event-buses.ts';
import { type CountedPage, type PageQuery, pageStart, takePage } from './paging.ts';

export interface EventName {
  bus: string;
  id: string;
  source: string | undefined;
}

/** One stage of an event's way: received, matched by a rule, pushed to a target. */
export type EventStage =
  | { action: 'PutEvent' }
  | { action: 'FilterEvent'; rule: string }
  | { action: 'PushEvent'; rule: string; endpoint: string; atMs: number; latencyMs: number; status: string };

export interface TracedEventQuery extends PageQuery {
  bus: string;
  startMs: number;
  endMs: number;
  source: string | undefined;
  type: string | undefined;
  subject: string | undefined;
  matchedRule: string | undefined;
}

export interface EventQueries {
  get(name: EventName): EventRow;
  /** Those of them that are there. */
  ofIds(names: { bus: string; ids: readonly string[]; source: string | undefined }): EventRow[];
  stages(name: EventName): { event: EventRow; stages: EventStage[] };
  list(query: TracedEventQuery): CountedPage<EventRow>;
}

export function createEventQueries(store: EventBridgeStore): EventQueries {
  function find({ bus, id, source }: EventName): EventRow | undefined {
    const event = store.events.byId(id, bus);
    return source === undefined || event?.source === source ? event : undefined;
  }

  function get({ bus, id, source }: EventName): EventRow {
    requireBus(store.buses.get, bus);
    const event = find({ bus, id, source });
    if (!event) throw new EventBridgeError('EventNotExist', { event: id });
    return event;
  }

  return {
    get,
    // UNVERIFIED EVB-224: what becomes of an id that no event has.
    ofIds({ bus, ids, source }) {
      requireBus(store.buses.get, bus);
      return [...new Set(ids)].flatMap((id) => find({ bus, id, source }) ?? []);
    },
    stages(name) {
      const event = get(name);
      const filtered = event.matched.map(({ rule }) => ({ action: 'FilterEvent' as const, rule }));
      return { event, stages: [{ action: 'PutEvent' }, ...filtered, ...pushes(store, event)] };
    },
    list({ bus, startMs, endMs, source, type, subject, matchedRule, ...query }) {
      requireBus(store.buses.get, bus);
      // Numbers alone: what the events say may be large together, and a page of them is asked for.
      const found: number[] = [];
      for (const event of store.events.newestFirst()) {
        if (event.publishedAtMs < startMs) break;
        const isWanted =
          event.publishedAtMs <= endMs &&
          event.bus === bus &&
          (source === undefined || event.source === source) &&
          (type === undefined || event.type === type) &&
          (subject === undefined || event.subject === subject) &&
          (matchedRule === undefined || event.matched.some(({ rule }) => rule === matchedRule));
        if (isWanted) found.push(event.sequence);
      }
      const start = pageStart(query);
      const rest = start === undefined ? found : found.filter((sequence) => sequence < Number(start));
      const { items, nextToken } = takePage(rest, query, String);
      return {
        items: items.map(store.events.get).filter((event) => event !== undefined),
        nextToken,
        total: found.length,
      };
    },
  };
}

function pushes({ deliveries, rules }: EventBridgeStore, { sequence, bus }: EventRow): EventStage[] {
  return deliveries.ofEvent(sequence).flatMap(({ rule, target, attempts }) => {
    const endpoint = rules.get(bus, rule)?.targets.find(({ id }) => id === target)?.endpoint ?? '';
    return attempts.map(({ atMs, durationMs, ok, error, status }) => ({
      action: 'PushEvent' as const,
      rule,
      endpoint,
      atMs,
      latencyMs: durationMs,
      status: ok ? `[${status ?? 200}]Ok` : `[${status ?? 500}]${error ?? ''}`,
    }));
  });
}
