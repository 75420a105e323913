/** Makes the deliveries that are due: woken by a commit or by the clock, never by looking again and again. */

/*
 * Nothing is written before an attempt: the delivery's row stays due until its outcome is known, so whatever a crash
 * interrupts is owed again at the next start (at least once), and an event reaches its function without a flush between.
 */
import type { Cancel, Clock } from '../../../src/kernel/clock.ts';
import type { Database } from '../../../src/kernel/database.ts';
import type { Logger } from '../../../src/kernel/logger.ts';
import type { Random } from '../../../src/kernel/random.ts';
import { isRetryInFlight, isWindowInFlight } from '../../../src/kernel/settled.ts';
import { BATCH_STEP, type EventBridgeLimits, READ_AHEAD, UNKEPT_MAX } from '../limits.ts';
import type { DeliveryRow, DueDelivery, Lane } from '../store/deliveries.ts';
import type { EventRow } from '../store/events.ts';
import type { BatchRow, TargetRow } from '../store/rules.ts';
import type { EventBridgeStore } from '../store/store.ts';
import type { TargetDrivers } from '../targets/target.ts';
import { type Attempted, recordAttempt } from './delivery-outcome.ts';
import { createGathering, type Gathering } from './gathering.ts';
import { handOver } from './hand-over.ts';
import { createOutcomeKeeper } from './outcome-keeper.ts';

export interface DeliveryEngine {
  /** Takes up what an earlier run left owed, and from then on delivers. */
  start(): void;
  /** Something may be due in this lane once the transaction that runs is visible: it is looked at then. */
  touch(lane: Lane): void;
  isDelivering(delivery: DeliveryRow): boolean;
  /** When the batch that is being gathered in this lane closes at the latest. */
  batchClosesAtMs(lane: Lane): number | undefined;
  /** What is in flight, in words. */
  busy(): string[];
  /** After a reset: nothing is owed any more. */
  forget(): void;
  /** Starts nothing new and resolves when what is in flight has ended. */
  drain(): Promise<void>;
  /** Starts nothing new, and what ends later is not recorded. */
  close(): void;
}

export interface EngineNeeds {
  clock: Clock;
  random: Random;
  logger: Logger;
  database: Database;
  store: EventBridgeStore;
  targets: TargetDrivers;
  limits: EventBridgeLimits;
  retryTimeScale: number;
  /** Publishes what can't be delivered to a bus; why it can't be, or undefined. Runs in an open transaction. */
  forward(event: EventRow, bus: string): string | undefined;
  onChange(): void;
}

interface LaneState {
  lane: Lane;
  /** By the event's sequence: those of one batch share their call. */
  inFlight: Map<number, Promise<void>>;
  calls: number;
  /** Calls that have ended well and left their place, while what they came to is not kept yet. */
  unkept: number;
  /** Due, and read already: the soonest last. */
  ahead: DueDelivery[];
  gathering: Gathering;
  /** When the next retry is due, or a batch closes, while the clock is set for it. */
  wakeAtMs: number | undefined;
  cancelTimer: Cancel | undefined;
}

export function createDeliveryEngine(needs: EngineNeeds): DeliveryEngine {
  const { clock, logger, database, store, limits, onChange } = needs;
  const lanes = new Map<string, LaneState>();
  /** Touched by transactions that are visible now, a lane once. */
  const touched = new Map<string, Lane>();
  // A dead letter that goes to a bus is owed to others.
  const keeper = createOutcomeKeeper({ database, record: (attempted) => recordAttempt(needs, attempted, 0) });
  let phase: 'waiting' | 'running' | 'draining' | 'closed' = 'waiting';

  function touch(lane: Lane): void {
    const key = keyOf(lane);
    // Others see a transaction only once it is committed: what it touched is looked at then, and by nobody before.
    database.afterCommit(() => {
      if (touched.size === 0) queueMicrotask(wake);
      touched.set(key, lane);
    });
  }

  function wake(): void {
    const woken = [...touched];
    touched.clear();
    if (phase !== 'running') return;
    for (const [key, lane] of woken) pump(stateOf(key, lane));
  }

  function stateOf(key: string, { bus, rule, target }: Lane): LaneState {
    const known = lanes.get(key);
    if (known) return known;
    const lane = { bus, rule, target };
    const inFlight: LaneState['inFlight'] = new Map();
    const isTaken = (sequence: number) => inFlight.has(sequence);
    const gathering = createGathering({ lane, deliveries: store.deliveries, nowMs: clock.nowMs, isTaken });
    const state: LaneState = {
      ...{ lane, inFlight, calls: 0, unkept: 0, ahead: [], gathering },
      ...{ wakeAtMs: undefined, cancelTimer: undefined },
    };
    lanes.set(key, state);
    return state;
  }

  /** Starts what is due up to the lane's limit, and sets the clock for what is due next. */
  function pump(state: LaneState): void {
    disarm(state);
    if (phase !== 'running') return;
    const target = targetOf(state.lane);
    const callsMax = target?.concurrencyMax ?? limits.deliveriesPerTargetMax;
    if (target?.batch) pumpBatches(state, { ...target, batch: target.batch }, callsMax);
    else pumpEach(state, target, callsMax);
    if (state.calls + state.unkept === 0 && state.wakeAtMs === undefined) lanes.delete(keyOf(state.lane));
  }

  function pumpEach(state: LaneState, target: TargetRow | undefined, callsMax: number): void {
    if (isHeld(target)) return;
    while (state.calls < callsMax && state.unkept < UNKEPT_MAX) {
      const next = takeDue(state);
      if (!next) return;
      start(state, [next.sequence]);
    }
  }

  /** What is due next in the lane. Where nothing is, the clock is set for what will be. */
  function takeDue(state: LaneState): DueDelivery | undefined {
    const { lane, inFlight, ahead } = state;
    for (let next = ahead.pop(); next; next = ahead.pop()) {
      // Some may have been given up since they were read.
      if (!inFlight.has(next.sequence) && store.deliveries.isOpen(lane, next)) return next;
    }
    for (const next of store.deliveries.open(lane, { limit: inFlight.size + READ_AHEAD })) {
      if (inFlight.has(next.sequence)) continue;
      if (next.dueAtMs > clock.nowMs()) {
        if (ahead.length === 0) arm(state, next.dueAtMs);
        break;
      }
      ahead.unshift(next);
    }
    return ahead.pop();
  }

  function pumpBatches(state: LaneState, target: TargetRow & { batch: BatchRow }, callsMax: number): void {
    const { gathering } = state;
    const { batch } = target;
    if (isHeld(target)) {
      gathering.restart();
      return;
    }
    while (state.calls < callsMax) {
      const sequences = gathering.next(batch);
      if (!sequences) break;
      start(state, sequences);
    }
    if (state.calls >= callsMax) return;
    const times = [gathering.closesAtMs(batch), gathering.nextDueAtMs()].filter((time) => time !== undefined);
    if (times.length > 0) arm(state, Math.min(...times));
  }

  function start(state: LaneState, sequences: readonly number[]): void {
    state.calls++;
    const done = attempt(state, sequences);
    for (const sequence of sequences) state.inFlight.set(sequence, done);
  }

  async function attempt(state: LaneState, sequences: readonly number[]): Promise<void> {
    const { lane, inFlight } = state;
    const { owed, lost } = look(lane, sequences);
    if (lost.length > 0) logger.error('Deliveries are due, but have no rows.', { sequences: lost, ...lane });
    const atMs = clock.nowMs();
    const startedMs = clock.monotonicMs();
    const handed = await handOver(needs, targetOf(lane), owed);
    const durationMs = Math.round(clock.monotonicMs() - startedMs);
    if (phase === 'closed') return;
    const attempted = { attempt: { atMs, durationMs }, nowMs: clock.nowMs(), delays: new Map() };
    // What failed may hold what comes after it, and a batch is much to keep: they have their place until they are kept.
    const leaves = sequences.length === 1 && handed.every(({ outcome }) => outcome.error === undefined);
    if (leaves) {
      state.calls--;
      state.unkept++;
      pump(stateOf(keyOf(lane), lane));
    }
    try {
      for (const each of handed) await record({ ...attempted, ...each });
    } catch (error) {
      // They stay in flight, and so are not tried again before the next start: a database that refuses writes would
      // otherwise have the same events delivered in a tight loop.
      logger.error('The outcome of a delivery could not be kept.', { deliveries: owed.map(({ id }) => id), error });
      return;
    }
    for (const sequence of sequences) inFlight.delete(sequence);
    // Nor are these looked at again and again.
    for (const sequence of lost) inFlight.set(sequence, Promise.resolve());
    if (leaves) state.unkept--;
    else state.calls--;
    // What failed may be due again at once, and what a batch had no room for still is.
    const taken = handed.reduce((count, { deliveries, outcome }) => count + (outcome.error ? 0 : deliveries.length), 0);
    if (taken < owed.length) state.gathering.restart();
    onChange();
    // A reset may have put another state in this one's place.
    pump(stateOf(keyOf(lane), lane));
  }

  /** All its deliveries are in flight until the last one is kept: nobody sees a part of a batch. */
  async function record(attempted: Attempted): Promise<void> {
    if (attempted.deliveries.length === 1) return keeper.keep(attempted);
    for (let from = 0; from < attempted.deliveries.length; from += BATCH_STEP) {
      await database.transact(() => recordAttempt(needs, attempted, from), { durable: false });
    }
  }

  /** What of it is still owed: some may have been given up since they were gathered. */
  function look(lane: Lane, sequences: readonly number[]): { owed: DeliveryRow[]; lost: number[] } {
    const owed: DeliveryRow[] = [];
    const lost: number[] = [];
    for (const sequence of sequences) {
      const delivery = store.deliveries.get(sequence, lane);
      if (!delivery) lost.push(sequence);
      else if (delivery.dueAtMs !== undefined) owed.push(delivery);
    }
    return { owed, lost };
  }

  function targetOf({ bus, rule, target }: Lane): TargetRow | undefined {
    return store.rules.get(bus, rule)?.targets.find(({ id }) => id === target);
  }

  function arm(state: LaneState, dueAtMs: number): void {
    state.wakeAtMs = dueAtMs;
    state.cancelTimer = clock.at(dueAtMs, () => pump(state));
  }

  function disarm(state: LaneState): void {
    state.cancelTimer?.();
    state.cancelTimer = undefined;
    state.wakeAtMs = undefined;
  }

  function stop(next: 'draining' | 'closed'): void {
    phase = next;
    for (const state of lanes.values()) disarm(state);
  }

  function describeBusy({ lane, calls, unkept, inFlight, wakeAtMs, gathering }: LaneState): string[] {
    const name = `rule ${lane.rule}, target ${lane.target}`;
    if (calls + unkept > 0) return [`${inFlight.size} deliveries of ${name}`];
    if (wakeAtMs === undefined) return [];
    if (isWindowInFlight(clock) && gathering.waiting() > 0 && store.deliveries.open(lane, { limit: 1 }).length > 0)
      return [`${gathering.waiting()} events of ${name}, which wait for their batch to close`];
    return isRetryInFlight(clock, wakeAtMs) ? [`a retry of ${name}`] : [];
  }

  return {
    start() {
      phase = 'running';
      for (const lane of store.deliveries.lanesWithOpen()) pump(stateOf(keyOf(lane), lane));
    },
    touch,
    isDelivering: (delivery) => lanes.get(keyOf(delivery))?.inFlight.has(delivery.sequence) ?? false,
    batchClosesAtMs(lane) {
      const batch = targetOf(lane)?.batch;
      return batch && lanes.get(keyOf(lane))?.gathering.closesAtMs(batch);
    },
    busy: () => [...lanes.values()].flatMap(describeBusy),
    forget() {
      for (const state of lanes.values()) disarm(state);
      lanes.clear();
    },
    async drain() {
      stop('draining');
      await Promise.all([...lanes.values()].flatMap(({ inFlight }) => [...inFlight.values()]));
    },
    close: () => stop('closed'),
  };
}

/** By a failure that is not tolerated, or by a pause. */
function isHeld(target: TargetRow | undefined): boolean {
  return target?.blocked !== undefined || target?.isHeld === true;
}

function keyOf({ bus, rule, target }: Lane): string {
  return JSON.stringify([bus, rule, target]);
}
