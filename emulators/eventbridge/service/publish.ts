/** Publishes one event: who matches, what is owed to whom, and what leaves the history for it. */
import { Buffer } from 'node:buffer';
import type { Clock } from '../../../src/kernel/clock.ts';
import type { EventBridgeLimits } from '../limits.ts';
import { PRUNE_SLACK, PRUNE_STEP } from '../limits.ts';
import type { DeliveryRow, Lane } from '../store/deliveries.ts';
import type { EventRow } from '../store/events.ts';
import type { RuleRow, TargetRow } from '../store/rules.ts';
import type { EventBridgeStore } from '../store/store.ts';
import type { CloudEvent } from './cloud-event.ts';
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
  factId: number | undefined;
  callerAccessKeyId: string | undefined;
  /** Buses it was forwarded through before. */
  hops?: number;
  /** Of the rules that match, this one alone. */
  onlyRule?: string | undefined;
}

export interface Published {
  event: EventRow;
  /** Where something is owed now. */
  lanes: Lane[];
}

/** Runs in an open transaction, synchronously: the event, its deliveries and the caller's cursor are one change. */
export function publishEvent({ clock, store, rulebook, limits }: PublishNeeds, publication: Publication): Published {
  const { bus, event, text = JSON.stringify(event), factId, callerAccessKeyId, hops = 0, onlyRule } = publication;
  const nowMs = clock.nowMs();
  const matched = rulebook.match(bus, event);
  const matching = matched.filter(
    ({ name, behind }) =>
      (onlyRule === undefined || name === onlyRule) &&
      (behind === undefined || matched.some((other) => other.name === behind)),
  );
  const row = store.events.add({
    id: event.id,
    bus,
    source: event.source,
    type: event.type,
    subject: event.subject,
    publishedAtMs: nowMs,
    factId,
    callerAccessKeyId,
    hops,
    matched: matching.map((rule) => ({ rule: rule.name, targets: rule.targets.map((target) => target.id) })),
    text,
  });
  const owed = matching.flatMap((rule) => rule.targets.map((target) => newDelivery(row, event, { rule, target })));
  for (const delivery of owed) {
    const hasRoom = store.deliveries.openCount() < limits.openDeliveriesMax;
    store.deliveries.add(hasRoom ? delivery : refused(delivery, limits.openDeliveriesMax));
  }
  pruneHistory(store, limits, nowMs);
  return { event: row, lanes: owed };
}

/** Takes what is too old or too much out of the history, a few at a time. */
function pruneHistory(store: EventBridgeStore, limits: EventBridgeLimits, nowMs: number): void {
  const { events, deliveries } = store;
  const { eventsKeptMax } = limits;
  const isOld = (atMs: number | undefined) => atMs !== undefined && atMs < nowMs - limits.eventAgeMaxMs;
  const excess = events.count() - eventsKeptMax;
  if (excess <= Math.floor(eventsKeptMax * PRUNE_SLACK) && !isOld(events.oldestAtMs())) return;
  const leaving = events
    .oldest(PRUNE_STEP)
    .filter((event, at) => at < excess || isOld(event.publishedAtMs))
    .map((event) => {
      // What no rule matched was never owed to anybody.
      const rows = event.matched.length > 0 ? deliveries.ofEvent(event.sequence) : [];
      return { event, rows, isOwed: rows.some(({ dueAtMs }) => dueAtMs !== undefined) };
    });
  events.takeOut(leaving);
  for (const { rows, isOwed } of leaving) if (!isOwed) deliveries.remove(rows);
}

function newDelivery(
  row: EventRow,
  event: CloudEvent,
  { rule: { bus, name }, target }: { rule: RuleRow; target: TargetRow },
): DeliveryRow {
  return {
    bus,
    rule: name,
    target: target.id,
    sequence: row.sequence,
    id: `${row.id}:${name}:${target.id}`,
    targetType: target.type,
    state: 'pending',
    dueAtMs: row.publishedAtMs,
    reason: undefined,
    ...(target.batch ? { bytes: elementBytes(target, row, event) } : {}),
    attempts: [],
  };
}

/** What it takes in a batch: known for an event as it is, and guessed for what a template will make of it. */
function elementBytes({ madeFrom }: TargetRow, { text }: EventRow, { data }: CloudEvent): number {
  return Buffer.byteLength(madeFrom === 'data' ? JSON.stringify(data ?? null) : text);
}

function refused(delivery: DeliveryRow, openMax: number): DeliveryRow {
  const reason = `Not attempted: ${openMax} deliveries were waiting already (OPEN_DELIVERIES_MAX).`;
  return { ...delivery, state: 'dropped', dueAtMs: undefined, reason };
}
