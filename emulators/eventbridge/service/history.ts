/** Answers what became of events: the history as the admin API, the CLI and tests ask for it. */
import { readExact } from '../../../src/kernel/exact-json.ts';
import type {
  DeliveryTrace,
  EventHistory,
  EventQuery,
  EventSummary,
  EventTrace,
  PatternTest,
  RuleTest,
} from '../../../src/ports/event-history.ts';
import { LIST_DEFAULT, LIST_MAX } from '../limits.ts';
import type { DeliveryRow, Lane } from '../store/deliveries.ts';
import type { EventRow } from '../store/events.ts';
import type { BlockRow, RuleRow } from '../store/rules.ts';
import type { EventBridgeStore } from '../store/store.ts';
import { isBus } from './event-buses.ts';
import { explainUnmatched, findElsewhere } from './explain-rules.ts';
import { testPattern } from './filter-pattern.ts';
import type { Rulebook } from './rulebook.ts';

export interface HistoryNeeds {
  store: EventBridgeStore;
  rulebook: Rulebook;
  isDelivering(delivery: DeliveryRow): boolean;
  /** When the batch that is being gathered in this lane closes at the latest. */
  batchClosesAtMs(lane: Lane): number | undefined;
  /** Publishes the event anew and resolves with its new id. */
  republish(event: EventRow, onlyRule: string | undefined): Promise<string>;
}

/** A delivery's trace with the reason it ended without success, or waits. */
export interface ExplainedDelivery extends DeliveryTrace {
  reason: string | undefined;
}

export function createHistory(needs: HistoryNeeds): EventHistory {
  const { store } = needs;
  return {
    /** Newest first. */
    list(query) {
      return Array.from(find(store, query), summarize);
    },
    show(id, { bus } = {}) {
      const event = store.events.byId(id, bus);
      return event && traceOf(needs, event);
    },
    async replay(id, { rule, bus } = {}) {
      const event = store.events.byId(id, bus);
      if (event) requirePlace(store, event.bus, rule);
      return event && { id: await needs.republish(event, rule) };
    },
    async replayAll(query, { rule } = {}) {
      const [newest] = find(store, { ...query, limit: 1 });
      const limited = { ...query, limit: query.limit ?? LIST_MAX };
      const events = [...find(store, limited, replayFilter(needs, query.bus, rule))].reverse();
      if (newest && events.length === 0) requirePlace(store, newest.bus, rule);
      const replayed: { id: string; replayOf: string }[] = [];
      // One after the other: that is the order their bus had them in.
      for (const event of events) replayed.push({ id: await needs.republish(event, rule), replayOf: event.id });
      return replayed;
    },
    testPattern,
    testRule: (given) => testRule(store, given),
  };
}

/** Newest first, one at a time: their contents together may be large. Throws a RangeError for what is no time or number. */
function* find(
  store: EventBridgeStore,
  query: EventQuery,
  isMeant: (event: EventRow) => boolean = () => true,
): Iterable<EventRow> {
  const wanted = eventFilter(query);
  const { limit = LIST_DEFAULT } = query;
  if (!(limit >= 0)) throw new RangeError(`"${limit}" is not a number of events.`);
  let left = Math.min(limit, LIST_MAX);
  if (left === 0) return;
  for (const event of store.events.newestFirst()) {
    if (!wanted(event) || !isMeant(event)) continue;
    yield event;
    if (--left <= 0) return;
  }
}

/**
 * What was forwarded comes again with what it came from, unless its bus or a rule of it is meant; a bus that is gone takes none.
 * To one rule go those that it matches.
 */
function replayFilter({ store, rulebook }: HistoryNeeds, bus: string | undefined, rule: string | undefined) {
  return (event: EventRow): boolean => {
    if (!isBus(store.buses.get, event.bus)) return false;
    if (rule !== undefined)
      return (
        store.rules.has(event.bus, rule) &&
        rulebook.match(event.bus, readExact(event.text)).some(({ name }) => name === rule)
      );
    return bus !== undefined || (event.hops ?? 0) === 0;
  };
}

function requirePlace(store: EventBridgeStore, bus: string, rule: string | undefined): void {
  const { rules } = store;
  if (!isBus(store.buses.get, bus)) throw new RangeError(`The event bus ${bus} is there no longer.`);
  if (rule !== undefined && !rules.has(bus, rule)) throw new RangeError(`There is no rule ${rule} on the bus ${bus}.`);
}

/** Undefined when the event or the rule that is named is not there. */
function testRule({ events, rules }: EventBridgeStore, { event, rule }: RuleTest): PatternTest | undefined {
  const pattern = 'pattern' in rule ? rule.pattern : rules.get(rule.bus, rule.name)?.patternText;
  const value = 'value' in event ? event.value : events.byId(event.id)?.text;
  return pattern === undefined || value === undefined ? undefined : testPattern(value, pattern);
}

function eventFilter({ bus, id, source, type, subject, since, until }: EventQuery): (event: EventRow) => boolean {
  const sinceMs = timeOf(since, -Infinity);
  const untilMs = timeOf(until, Infinity);
  return (event) =>
    event.publishedAtMs >= sinceMs &&
    event.publishedAtMs < untilMs &&
    (id === undefined || event.id === id) &&
    (bus === undefined || event.bus === bus) &&
    (source === undefined || event.source === source) &&
    (type === undefined || event.type === type) &&
    (subject === undefined || event.subject === subject);
}

function timeOf(text: string | undefined, otherwise: number): number {
  const ms = text === undefined ? otherwise : Date.parse(text);
  if (Number.isNaN(ms)) throw new RangeError(`"${text}" is not an ISO time.`);
  return ms;
}

function summarize({
  id,
  source,
  type,
  subject,
  bus,
  publishedAtMs,
  matched,
  callerAccessKeyId,
}: EventRow): EventSummary {
  return {
    id,
    source,
    type,
    subject,
    bus,
    time: new Date(publishedAtMs).toISOString(),
    matchedRules: matched.map(({ rule }) => rule),
    deliveries: matched.reduce((count, { targets }) => count + targets.length, 0),
    callerAccessKeyId,
  };
}

function traceOf(needs: HistoryNeeds, row: EventRow): EventTrace {
  const { store, rulebook } = needs;
  const event = readExact(row.text) as Record<string, unknown>;
  const rules = { store, rulebook, row, event };
  return {
    event,
    bus: row.bus,
    alsoOn: store.events.busesOf(row.id).filter((bus) => bus !== row.bus),
    publishedAt: new Date(row.publishedAtMs).toISOString(),
    factId: row.factId,
    onlyRule: row.onlyRule,
    matched: row.matched,
    unmatched: explainUnmatched(rules),
    elsewhere: findElsewhere(rules),
    deliveries: store.deliveries.ofEvent(row.sequence).map((delivery) => explainDelivery(needs, delivery)),
  };
}

function explainDelivery(needs: HistoryNeeds, delivery: DeliveryRow): ExplainedDelivery {
  const { id, rule, target, targetType, state, dueAtMs, attempts, reason, notes = [] } = delivery;
  const owner = needs.store.rules.get(delivery.bus, rule);
  const { blocked, batch, isHeld } = owner?.targets.find((each) => each.id === target) ?? {};
  const isStill = blocked !== undefined || isHeld === true;
  const isOwed = dueAtMs !== undefined;
  const isDelivering = needs.isDelivering(delivery);
  const isGathered = isOwed && state === 'pending' && !isStill && !isDelivering;
  const closesAtMs = isGathered ? needs.batchClosesAtMs(delivery) : undefined;
  const waits =
    closesAtMs === undefined ? undefined : `Waits for its batch, which closes then or with ${batch?.countMax} events.`;
  const nextAtMs = closesAtMs ?? (state === 'retrying' ? dueAtMs : undefined);
  return {
    id,
    rule,
    target,
    targetType,
    state: isDelivering ? 'delivering' : state,
    attempts: attempts.map(({ atMs, ...attempt }) => ({ at: new Date(atMs).toISOString(), ...attempt })),
    nextAttemptAt: nextAtMs === undefined ? undefined : new Date(nextAtMs).toISOString(),
    notes: [...notes],
    reason: isOwed && owner && isStill ? heldBecause(owner, blocked) : (waits ?? reason),
  };
}

function heldBecause({ createdBy }: RuleRow, blocked: BlockRow | undefined): string {
  if (!blocked) return 'Held: its event streaming is paused.';
  const failed = `Held: errorsTolerance is NONE and ${blocked.deliveryId} failed.`;
  switch (createdBy.kind) {
    case 'trigger':
      return `${failed} Deploy the trigger again.`;
    case 'streaming':
      return `${failed} Start the event streaming ${createdBy.name} again.`;
    default:
      return `${failed} Update the rule, or enable it again.`;
  }
}
