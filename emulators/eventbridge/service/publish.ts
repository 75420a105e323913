/** Publishes one event: who matches, what is owed to whom, and what leaves the history for it. */
import { Buffer } from 'node:buffer';
import type { Clock } from '../../../src/kernel/clock.ts';
import type { EventBridgeLimits } from '../limits.ts';
import { PRUNE_SLACK, PRUNE_STEP } from '../limits.ts';
import type { DeliveryRow, Lane } from '../store/deliveries.ts';
import type { EventRow } from '../store/events.ts';
import type { RuleRow, TargetRow } from '../store/rules.ts';
import type { EventBridgeStore } from '../store/store.ts';
import type { CloudEvent, MadeFrom } from './cloud-event.ts';
import type { Rulebook } from './rulebook.ts';

export interface PublishNeeds {
  clock: Pick<Clock, 'nowMs'>;
  store: EventBridgeStore;
  rulebook: Rulebook;
  limits: EventBridgeLimits;
}

export interface Publication {
  bus: string;
  event: CloudEvent;
  /** The event as JSON, where somebody has written it already. */
  text?: string;
  /** What the event can be made from again, where that is less to keep. */
  madeFrom?: MadeFrom;
  /** Now, if nothing is said. */
  publishedAtMs?: number;
  factId: number | undefined;
  callerAccessKeyId: string | undefined;
  /** Buses it was forwarded through before. */
  hops?: number;
  /** Of the rules that match, this one alone. */
  onlyRule?: string | undefined;
}

/** Runs in an open transaction, synchronously: the event and its deliveries are one change. Where something is owed now. */
export function publishEvent({ clock, store, rulebook, limits }: PublishNeeds, publication: Publication): Lane[] {
  const { bus, event, text, madeFrom, factId, callerAccessKeyId, hops = 0, onlyRule } = publication;
  const { publishedAtMs = clock.nowMs() } = publication;
  const matched = rulebook.match(bus, event);
  const matching = matched.filter(
    ({ name, behind }) =>
      (onlyRule === undefined || name === onlyRule) &&
      (behind === undefined || matched.some((other) => other.name === behind)),
  );
  const { id, source, type, subject } = event;
  const kept = {
    ...{ bus, publishedAtMs, factId, callerAccessKeyId, hops },
    ...(onlyRule === undefined ? {} : { onlyRule }),
    matched: matching.map((rule) => ({ rule: rule.name, targets: rule.targets.map((target) => target.id) })),
  };
  const { sequence } = store.events.add(
    madeFrom ? { ...kept, madeFrom } : { ...kept, id, source, type, subject, text: text ?? JSON.stringify(event) },
  );
  const owed = matching.flatMap((rule) =>
    rule.targets.map((target) => newDelivery({ event, text, sequence, publishedAtMs }, { rule, target })),
  );
  for (const delivery of owed) {
    const hasRoom = store.deliveries.openCount() < limits.openDeliveriesMax;
    store.deliveries.add(hasRoom ? delivery : refused(delivery, limits.openDeliveriesMax));
  }
  pruneHistory(store, limits, publishedAtMs);
  return owed;
}

/** Takes what is too old or too much out of the history, a few at a time. */
function pruneHistory(store: EventBridgeStore, limits: EventBridgeLimits, nowMs: number): void {
  const { events, deliveries } = store;
  const { eventsKeptMax } = limits;
  const isOld = (atMs: number | undefined) => atMs !== undefined && atMs < nowMs - limits.eventAgeMaxMs;
  const excess = events.count() - eventsKeptMax;
  const areOld = isOld(events.oldestAtMs());
  if (excess <= Math.floor(eventsKeptMax * PRUNE_SLACK) && !areOld) return;
  const leaving = events
    .oldest(areOld ? PRUNE_STEP : Math.min(excess, PRUNE_STEP))
    .filter((event, at) => at < excess || isOld(event.publishedAtMs))
    .map((event) => {
      // What no rule matched was never owed to anybody.
      const rows = event.matched.length > 0 ? deliveries.ofEvent(event.sequence) : [];
      return { event, rows, isOwed: rows.some(({ dueAtMs }) => dueAtMs !== undefined) };
    });
  events.takeOut(leaving);
  for (const { rows, isOwed } of leaving) if (!isOwed) deliveries.remove(rows);
}

/** An event that is kept now. */
interface Kept extends Pick<EventRow, 'sequence' | 'publishedAtMs'> {
  event: CloudEvent;
  text: string | undefined;
}

function newDelivery(kept: Kept, { rule, target }: { rule: RuleRow; target: TargetRow }): DeliveryRow {
  const { bus, name } = rule;
  return {
    bus,
    rule: name,
    target: target.id,
    sequence: kept.sequence,
    id: `${kept.event.id}:${name}:${target.id}`,
    targetType: target.type,
    state: 'pending',
    dueAtMs: kept.publishedAtMs,
    reason: undefined,
    ...(target.batch ? { bytes: elementBytes(target, kept) } : {}),
    attempts: [],
  };
}

/** What it takes in a batch: known for an event as it is, and guessed for what a template will make of it. */
function elementBytes({ madeFrom }: TargetRow, { event, text }: Kept): number {
  return Buffer.byteLength(madeFrom === 'data' ? JSON.stringify(event.data ?? null) : (text ?? JSON.stringify(event)));
}

function refused(delivery: DeliveryRow, openMax: number): DeliveryRow {
  const reason = `Not attempted: ${openMax} deliveries were waiting already (OPEN_DELIVERIES_MAX).`;
  return { ...delivery, state: 'dropped', dueAtMs: undefined, reason };
}
