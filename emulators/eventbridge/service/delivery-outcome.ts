/** What becomes of a delivery after an attempt: done, tried again later, or given up with the reason. */
import type { Random } from '../../../src/kernel/random.ts';
import { ERROR_TEXT_CHARACTERS_MAX } from '../limits.ts';
import type { AttemptRow, DeliveryRow, Lane } from '../store/deliveries.ts';
import type { EventRow } from '../store/events.ts';
import type { RuleRow, TargetRow } from '../store/rules.ts';
import type { EventBridgeStore } from '../store/store.ts';
import type { DeliveryOutcome } from '../targets/target.ts';
import { busOfArn } from './names.ts';
import { nextRetryDelayMs } from './retry-schedule.ts';

export interface OutcomeNeeds {
  store: EventBridgeStore;
  random: Random;
  retryTimeScale: number;
  /** Publishes an event to a bus too; why it can't be, or undefined. */
  forward(event: EventRow, bus: string): string | undefined;
}

export interface Attempted {
  delivery: DeliveryRow;
  attempt: Pick<AttemptRow, 'atMs' | 'durationMs'>;
  outcome: DeliveryOutcome;
  nowMs: number;
}

/** Runs in an open transaction. */
export function recordAttempt(needs: OutcomeNeeds, { delivery, attempt, outcome, nowMs }: Attempted): void {
  const { store } = needs;
  // What lies there now: the delivery may have been given up, or removed by a reset, while it was made.
  const current = store.deliveries.get(delivery.sequence, delivery);
  if (!current) return;
  const error = outcome.error?.slice(0, ERROR_TEXT_CHARACTERS_MAX);
  const { invocationRequestId, status, isFinal = false } = outcome;
  const attempts = [...current.attempts, { ...attempt, ok: error === undefined, invocationRequestId, status, error }];
  store.deliveries.put(nextState(needs, { ...current, attempts }, { error, isFinal, nowMs }));
  forgetWhenDone(store, delivery.sequence);
}

/**
 * Gives up everything still owed to targets of a rule that are not among `kept`. Runs in an open transaction.
 * UNVERIFIED EVB-016: what becomes of pending retries of a deleted rule.
 */
export function dropLanes(store: EventBridgeStore, { bus, name, targets }: RuleRow, kept: readonly TargetRow[]): void {
  const left = new Set(kept.map(({ id }) => id));
  for (const { id } of targets) if (!left.has(id)) dropLane(store, { bus, rule: name, target: id });
}

function dropLane(store: EventBridgeStore, lane: Lane): void {
  for (const { sequence } of store.deliveries.open(lane)) {
    const delivery = store.deliveries.get(sequence, lane);
    if (delivery) store.deliveries.put(given(delivery, 'dropped', RULE_GONE));
    forgetWhenDone(store, sequence);
  }
}

const RULE_GONE = 'The rule, or its target, was deleted before the event was delivered.';

function nextState(
  needs: OutcomeNeeds,
  delivery: DeliveryRow,
  { error, isFinal, nowMs }: { error: string | undefined; isFinal: boolean; nowMs: number },
): DeliveryRow {
  const { store, random, retryTimeScale } = needs;
  if (error === undefined) return { ...delivery, state: 'delivered', dueAtMs: undefined, reason: undefined };
  if (delivery.dueAtMs === undefined) return delivery;

  const rule = store.rules.get(delivery.bus, delivery.rule);
  const target = rule?.targets.find(({ id }) => id === delivery.target);
  if (!rule || !target) return given(delivery, 'dropped', RULE_GONE);

  if (isFinal) return given(delivery, 'dropped', `Dropped: ${error}${deadLetter(needs, delivery, target)}`);
  const failures = delivery.attempts.length;
  const delayMs = nextRetryDelayMs({ retry: target.retry, failures, random, timeScale: retryTimeScale });
  const isTooOld = delayMs !== undefined && outlives(store, delivery, target, nowMs + delayMs);
  if (delayMs !== undefined && !isTooOld) return { ...delivery, state: 'retrying', dueAtMs: nowMs + delayMs };

  const why = isTooOld ? 'the event is older than MaximumEventAgeInSeconds' : `${failures - 1} retries are used up`;
  if (target.errorsTolerance === 'ALL')
    return given(delivery, 'dropped', `Dropped: ${why}.${deadLetter(needs, delivery, target)}`);
  // UNVERIFIED EVB-017: what starts a blocked rule again; here it is the next change of its trigger, or of the rule.
  block(store, rule, { ...target, blocked: { deliveryId: delivery.id, reason: why } });
  return given(delivery, 'failed', `Failed: ${why}; errorsTolerance NONE holds the deliveries after it.`);
}

function given(delivery: DeliveryRow, state: 'dropped' | 'failed', reason: string): DeliveryRow {
  return { ...delivery, state, dueAtMs: undefined, reason };
}

function outlives(store: EventBridgeStore, delivery: DeliveryRow, { retry }: TargetRow, atMs: number): boolean {
  const event = store.events.get(delivery.sequence);
  return retry.eventAgeMaxMs !== undefined && event !== undefined && atMs - event.publishedAtMs > retry.eventAgeMaxMs;
}

/** Sends what is given up to the target's dead-letter queue, and says what became of it. */
function deadLetter(needs: OutcomeNeeds, { sequence }: DeliveryRow, { deadLetterQueue }: TargetRow): string {
  const arn = String(deadLetterQueue?.Arn ?? '');
  if (arn === '') return '';
  const bus = busOfArn(arn);
  if (bus === undefined)
    return ` Its dead-letter queue ${arn} is not served by LocalYun yet: the event stays in the history.`;
  const event = needs.store.events.get(sequence);
  const problem = event === undefined ? 'The event is gone.' : needs.forward(event, bus);
  return problem === undefined
    ? ` It went to the dead-letter bus ${bus}.`
    : ` It could not go to its dead-letter bus: ${problem}`;
}

function block(store: EventBridgeStore, rule: RuleRow, blocked: TargetRow): void {
  store.rules.put({ ...rule, targets: rule.targets.map((target) => (target.id === blocked.id ? blocked : target)) });
}

/** An event that has left the history is kept only as long as something of it is owed. */
function forgetWhenDone({ events, deliveries }: EventBridgeStore, sequence: number): void {
  if (!events.isSetAside(sequence)) return;
  if (deliveries.ofEvent(sequence).some(({ dueAtMs }) => dueAtMs !== undefined)) return;
  events.dropSetAside(sequence);
  deliveries.removeOfEvent(sequence);
}
