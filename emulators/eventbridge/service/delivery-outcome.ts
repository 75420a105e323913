/** What becomes of a delivery after an attempt: done, tried again later, or given up with the reason. */
import type { Random } from '../../../src/kernel/random.ts';
import { BATCH_STEP, ERROR_TEXT_CHARACTERS_MAX } from '../limits.ts';
import type { AttemptRow, DeliveryRow, Lane } from '../store/deliveries.ts';
import type { EventRow } from '../store/events.ts';
import type { RuleRow, TargetRow } from '../store/rules.ts';
import type { EventBridgeStore } from '../store/store.ts';
import { SINK_TARGET } from '../store/streamings.ts';
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

/** One attempt: of one delivery, or of all that went as one batch. */
export interface Attempted {
  deliveries: readonly DeliveryRow[];
  batchId: string | undefined;
  attempt: Pick<AttemptRow, 'atMs' | 'durationMs'>;
  /** What of their events was not found, by sequence. */
  notes: ReadonlyMap<number, readonly string[]>;
  outcome: DeliveryOutcome;
  nowMs: number;
  /** Waits that were drawn, by failures so far: a batch stays together. */
  delays: Map<number, number | undefined>;
}

/** Keeps what an attempt came to, from one of its deliveries on: BATCH_STEP of them. Runs in an open transaction. */
export function recordAttempt(needs: OutcomeNeeds, attempted: Attempted, from: number): void {
  const { deliveries, batchId, attempt, outcome } = attempted;
  const { store } = needs;
  const [first] = deliveries;
  if (!first) return;
  const error = outcome.error?.slice(0, ERROR_TEXT_CHARACTERS_MAX);
  const { invocationRequestId, status, isFinal = false } = outcome;
  const made = { ...attempt, ok: error === undefined, invocationRequestId, status, error };
  const failure = error === undefined ? undefined : failureOf(needs, attempted, { error, isFinal });
  let taken = 0;
  for (const [index, { sequence }] of deliveries.slice(from, from + BATCH_STEP).entries()) {
    // What lies there now: the delivery may have been given up, or removed by a reset, while it was made.
    const current = store.deliveries.get(sequence, first);
    if (!current) continue;
    const place = batchId && { batch: { id: batchId, size: deliveries.length, position: from + index + 1 } };
    const notes = attempted.notes.get(sequence);
    const next = { ...current, attempts: [...current.attempts, { ...made, ...place }], ...(notes && { notes }) };
    store.deliveries.replace(current, failure === undefined ? delivered(next) : nextState(needs, next, failure));
    forgetWhenDone(store, sequence);
    taken++;
  }
  if (failure === undefined) countForStreaming(store, first, { count: taken, atMs: attempted.nowMs });
}

/** What a streaming has delivered is counted: its metrics say how fast it is. */
function countForStreaming(
  { rules, streamingWork }: EventBridgeStore,
  { bus, rule: name, target }: Lane,
  delivered: { count: number; atMs: number },
): void {
  if (target !== SINK_TARGET || delivered.count === 0) return;
  if (rules.get(bus, name)?.createdBy.kind === 'streaming') streamingWork.add({ bus, name }, delivered);
}

/** What failed, and what is the same for every delivery of a batch: where it belongs, and when it is tried again. */
interface Failure {
  error: string;
  isFinal: boolean;
  nowMs: number;
  rule: RuleRow | undefined;
  target: TargetRow | undefined;
  /** Until the next attempt after so many failures; undefined when there is none left. */
  delayMs(failures: number): number | undefined;
}

function failureOf(
  { store, random, retryTimeScale: timeScale }: OutcomeNeeds,
  { deliveries: [first], nowMs, delays }: Attempted,
  told: Pick<Failure, 'error' | 'isFinal'>,
): Failure {
  const rule = first && store.rules.get(first.bus, first.rule);
  const target = rule?.targets.find(({ id }) => id === first?.target);
  return {
    ...{ ...told, nowMs, rule, target },
    delayMs(failures) {
      if (target && !delays.has(failures))
        delays.set(failures, nextRetryDelayMs({ retry: target.retry, failures, random, timeScale }));
      return delays.get(failures);
    },
  };
}

function delivered(delivery: DeliveryRow): DeliveryRow {
  return { ...delivery, state: 'delivered', dueAtMs: undefined, reason: undefined };
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
    if (delivery) store.deliveries.replace(delivery, given(delivery, 'dropped', RULE_GONE));
    forgetWhenDone(store, sequence);
  }
}

const RULE_GONE = 'The rule, or its target, was deleted before the event was delivered.';

function nextState(needs: OutcomeNeeds, delivery: DeliveryRow, failure: Failure): DeliveryRow {
  const { error, isFinal, nowMs, rule, target } = failure;
  if (delivery.dueAtMs === undefined) return delivery;
  if (!rule || !target) return given(delivery, 'dropped', RULE_GONE);

  if (isFinal) return given(delivery, 'dropped', `Dropped: ${error}${deadLetter(needs, delivery, target)}`);
  const failures = delivery.attempts.length;
  const delayMs = failure.delayMs(failures);
  const isTooOld = delayMs !== undefined && outlives(needs.store, delivery, target, nowMs + delayMs);
  if (delayMs !== undefined && !isTooOld) return { ...delivery, state: 'retrying', dueAtMs: nowMs + delayMs };

  const why = isTooOld ? 'the event is older than MaximumEventAgeInSeconds' : `${failures - 1} retries are used up`;
  if (target.errorsTolerance === 'ALL')
    return given(delivery, 'dropped', `Dropped: ${why}.${deadLetter(needs, delivery, target)}`);
  // UNVERIFIED EVB-017: what starts a blocked rule again; here it is the next change of its trigger, or of the rule.
  // UNVERIFIED EVB-191: this event is then not among what goes on: it stays failed.
  if (!target.blocked) block(needs.store, failure, { ...target, blocked: { deliveryId: delivery.id, reason: why } });
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

/** The first of a batch that is given up says it for all. */
function block(store: EventBridgeStore, failure: Failure, blocked: TargetRow): void {
  failure.target = blocked;
  if (!failure.rule) return;
  const targets = failure.rule.targets.map((target) => (target.id === blocked.id ? blocked : target));
  store.rules.put({ ...failure.rule, targets });
}

/** An event that has left the history is kept only as long as something of it is owed. */
function forgetWhenDone({ events, deliveries }: EventBridgeStore, sequence: number): void {
  if (!events.isSetAside(sequence)) return;
  const rows = deliveries.ofEvent(sequence);
  if (rows.some(({ dueAtMs }) => dueAtMs !== undefined)) return;
  events.dropSetAside(sequence);
  deliveries.remove(rows);
}
