/** Makes the deliveries that are due: woken by a commit or by the clock, never by looking again and again. */

/*
 * Nothing is written before an attempt: the delivery's row stays due until its outcome is known, so whatever a crash
 * interrupts is owed again at the next start (at least once), and an event reaches its function without a flush between.
 */
import type { Cancel, Clock } from '../../../src/kernel/clock.ts';
import type { Database } from '../../../src/kernel/database.ts';
import type { Logger } from '../../../src/kernel/logger.ts';
import type { Random } from '../../../src/kernel/random.ts';
import { isRetryInFlight } from '../../../src/kernel/settled.ts';
import type { EventBridgeLimits } from '../limits.ts';
import type { DeliveryRow, Lane } from '../store/deliveries.ts';
import type { EventRow } from '../store/events.ts';
import type { TargetRow } from '../store/rules.ts';
import type { EventBridgeStore } from '../store/store.ts';
import type { DeliveryOutcome, TargetDrivers } from '../targets/target.ts';
import { recordAttempt } from './delivery-outcome.ts';
import { makeParams } from './target-params.ts';

export interface DeliveryEngine {
  /** Takes up what an earlier run left owed, and from then on delivers. */
  start(): void;
  /** Remembers that something may be due in this lane. Inside a transaction of `transact`, or of the outbox's listener. */
  touch(lane: Lane): void;
  /** Looks at what the outbox's listener has touched, once its transaction is visible. */
  wake(): void;
  /** A transaction of the database, after which what it touched is looked at. */
  transact: Database['transact'];
  isDelivering(delivery: DeliveryRow): boolean;
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
  inFlight: Map<number, Promise<void>>;
  /** When the next retry is due, while the clock is set for it. */
  wakeAtMs: number | undefined;
  cancelTimer: Cancel | undefined;
}

export function createDeliveryEngine(needs: EngineNeeds): DeliveryEngine {
  const { clock, logger, database, store, targets, limits, onChange } = needs;
  const lanes = new Map<string, LaneState>();
  const touched = new Map<string, Lane>();
  /** Where what is touched is remembered: a transaction's own, or that of the outbox's listener. */
  let touchedNow = touched;
  let phase: 'waiting' | 'running' | 'draining' | 'closed' = 'waiting';

  function wake(): void {
    if (phase !== 'running') return;
    const woken = [...touched];
    touched.clear();
    for (const [key, lane] of woken) pump(stateOf(key, lane));
  }

  /** Others see a transaction only once it is committed: what it touched is looked at then, and by nobody before. */
  const transact: Database['transact'] = async (work, options) => {
    const own = new Map<string, Lane>();
    const result = await database.transact(() => {
      touchedNow = own;
      try {
        return work();
      } finally {
        touchedNow = touched;
      }
    }, options);
    if (phase === 'running') for (const [key, lane] of own) pump(stateOf(key, lane));
    return result;
  };

  function stateOf(key: string, { bus, rule, target }: Lane): LaneState {
    const state = lanes.get(key) ?? {
      lane: { bus, rule, target },
      inFlight: new Map(),
      wakeAtMs: undefined,
      cancelTimer: undefined,
    };
    lanes.set(key, state);
    return state;
  }

  /** Starts what is due up to the lane's limit, and sets the clock for what is due next. */
  function pump(state: LaneState): void {
    disarm(state);
    if (phase !== 'running') return;
    const { lane, inFlight } = state;
    const target = targetOf(lane);
    const inFlightMax = target?.concurrencyMax ?? limits.deliveriesPerTargetMax;
    const open = target?.blocked ? [] : store.deliveries.open(lane, inFlight.size + inFlightMax + 1);
    for (const { sequence, dueAtMs } of open) {
      if (inFlight.has(sequence)) continue;
      if (inFlight.size >= inFlightMax) break;
      if (dueAtMs > clock.nowMs()) {
        arm(state, dueAtMs);
        break;
      }
      inFlight.set(sequence, attempt(state, sequence));
    }
    if (inFlight.size === 0 && state.wakeAtMs === undefined) lanes.delete(keyOf(lane));
  }

  async function attempt(state: LaneState, sequence: number): Promise<void> {
    const delivery = store.deliveries.get(sequence, state.lane);
    if (!delivery) return logger.error('A delivery is due, but has no row.', { sequence, ...state.lane });
    const atMs = clock.nowMs();
    const startedMs = clock.monotonicMs();
    const outcome = await deliver(delivery);
    const durationMs = Math.round(clock.monotonicMs() - startedMs);
    if (phase === 'closed') return;
    const attempted = { delivery, attempt: { atMs, durationMs }, outcome, nowMs: clock.nowMs() };
    try {
      // A dead letter that goes to a bus is owed to others.
      await transact(() => recordAttempt(needs, attempted), { durable: false });
    } catch (error) {
      // It stays in flight, and so is not tried again before the next start: a database that refuses writes would
      // otherwise have the same event delivered in a tight loop.
      logger.error('The outcome of a delivery could not be kept.', { delivery: delivery.id, error });
      return;
    }
    state.inFlight.delete(sequence);
    onChange();
    // A reset may have put another state in this one's place.
    pump(stateOf(keyOf(state.lane), state.lane));
  }

  async function deliver(delivery: DeliveryRow): Promise<DeliveryOutcome> {
    const { bus, rule, sequence, id: deliveryId } = delivery;
    const event = store.events.get(sequence);
    const target = targetOf(delivery);
    if (!event || !target) return { error: 'The rule or the event is gone.' };
    const driver = Object.hasOwn(targets, target.type) ? targets[target.type] : undefined;
    if (!driver)
      return { error: `Targets of type ${target.type} are kept, but not served by LocalYun.`, isFinal: true };
    const { text, id: eventId } = event;
    try {
      const { params, missing } = await makeParams(target, text);
      if (missing.length > 0) logger.warn('Paths of a target lead nowhere in an event.', { deliveryId, missing });
      return await driver.deliver({ deliveryId, eventId, sequence, bus, rule, target, params, text });
    } catch (error) {
      logger.error('A target broke instead of answering; the delivery counts as failed.', { deliveryId, error });
      return { error: error instanceof Error ? error.message : String(error) };
    }
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

  return {
    start() {
      phase = 'running';
      for (const lane of store.deliveries.lanesWithOpen()) touched.set(keyOf(lane), lane);
      wake();
    },
    touch: (lane) => void touchedNow.set(keyOf(lane), lane),
    wake,
    transact,
    isDelivering: (delivery) => lanes.get(keyOf(delivery))?.inFlight.has(delivery.sequence) ?? false,
    busy: () => [...lanes.values()].flatMap((state) => describeBusy(state, clock)),
    forget() {
      touched.clear();
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

function keyOf({ bus, rule, target }: Lane): string {
  return JSON.stringify([bus, rule, target]);
}

function describeBusy({ lane, inFlight, wakeAtMs }: LaneState, clock: Clock): string[] {
  const name = `rule ${lane.rule}, target ${lane.target}`;
  if (inFlight.size > 0) return [`${inFlight.size} deliveries of ${name}`];
  return wakeAtMs !== undefined && isRetryInFlight(clock, wakeAtMs) ? [`a retry of ${name}`] : [];
}
