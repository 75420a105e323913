/** Keeps what is owed to targets: one row a delivery, and by lane (rule and target) what is due when. */
import type { Database, Key } from '../../../src/kernel/database.ts';

/** Where a delivery belongs: deliveries of one lane share a concurrency limit and can be held together. */
export interface Lane {
  bus: string;
  rule: string;
  target: string;
}

export interface DeliveryRow extends Lane {
  /** Of its event. */
  sequence: number;
  id: string;
  targetType: string;
  /** A delivery that is being made is still what it was before: after a crash it is owed again. */
  state: 'pending' | 'retrying' | 'delivered' | 'failed' | 'dropped';
  /** Kernel time of the next attempt; undefined once it is finished. */
  dueAtMs: number | undefined;
  /** Why it ended without success. */
  reason: string | undefined;
  /** Of what its event becomes in a batch, where the target takes batches. */
  bytes?: number | undefined;
  attempts: AttemptRow[];
  /** What of its event its target was to get at the last attempt, and did not find. */
  notes?: readonly string[] | undefined;
}

export interface AttemptRow {
  atMs: number;
  durationMs: number;
  ok: boolean;
  error: string | undefined;
  invocationRequestId: string | undefined;
  /** What an HTTP target answered with. */
  status?: number | undefined;
  /** The batch it was made in. */
  batch?: BatchPlace | undefined;
}

export interface BatchPlace {
  id: string;
  /** Events in it. */
  size: number;
  /** Of this event among them, from 1. */
  position: number;
}

/** An open delivery, as the queue of its lane has it. */
export interface DueDelivery {
  sequence: number;
  dueAtMs: number;
  /** What of it a batch needs to know: its size, and the batch it failed in, which is tried again as one. */
  bytes?: number;
  batchId?: string;
}

export interface DueRange {
  limit?: number;
  /** Past this one. */
  after?: Pick<DueDelivery, 'sequence' | 'dueAtMs'> | undefined;
  /** Due then or before. */
  untilMs?: number;
}

/** Writes only inside the database's open transaction. */
export interface DeliveryStore {
  get(sequence: number, lane: Lane): DeliveryRow | undefined;
  ofEvent(sequence: number): DeliveryRow[];
  /** A new one. */
  add(delivery: DeliveryRow): void;
  /** `before`: the row as it lies there. */
  replace(before: DeliveryRow, delivery: DeliveryRow): void;
  /** As they lie there. */
  remove(rows: readonly DeliveryRow[]): void;
  /** Is it still owed, and due when it was? */
  isOpen(lane: Lane, delivery: Pick<DueDelivery, 'sequence' | 'dueAtMs'>): boolean;
  /** Open deliveries of a lane, soonest due first. */
  open(lane: Lane, range?: DueRange): DueDelivery[];
  /** Open deliveries of all lanes together. */
  openCount(): number;
  lanesWithOpen(): Lane[];
  clear(): void;
}

function forBatches({ bytes, attempts }: DeliveryRow): true | Pick<DueDelivery, 'bytes' | 'batchId'> {
  const batchId = attempts.at(-1)?.batch?.id;
  if (bytes === undefined && batchId === undefined) return true;
  return { ...(bytes === undefined ? {} : { bytes }), ...(batchId === undefined ? {} : { batchId }) };
}

export function openDeliveryStore(database: Database): DeliveryStore {
  const deliveries = database.table<DeliveryRow>('eventbridge.deliveries');
  /** Keys `[bus, rule, target, due, sequence]`: the queue of every lane, in order. */
  const due = database.table<true | Pick<DueDelivery, 'bytes' | 'batchId'>>('eventbridge.deliveries-due');
  const counters = database.table<number>('eventbridge.delivery-counters');

  const openCount = () => counters.get('open') ?? 0;
  const laneKey = ({ bus, rule, target }: Lane) => [bus, rule, target] as const;
  const dueKey = (row: DeliveryRow, dueAtMs: number) => [...laneKey(row), dueAtMs, row.sequence] as const;
  const ofEvent = (sequence: number) =>
    [...deliveries.range({ start: [sequence], end: [sequence + 1] })].map(({ value }) => value);

  function put(delivery: DeliveryRow): void {
    deliveries.put([delivery.sequence, ...laneKey(delivery)], delivery);
    if (delivery.dueAtMs === undefined) return;
    due.put(dueKey(delivery, delivery.dueAtMs), forBatches(delivery));
    counters.put('open', openCount() + 1);
  }

  function unlist(row: DeliveryRow): void {
    if (row.dueAtMs === undefined) return;
    due.remove(dueKey(row, row.dueAtMs));
    counters.put('open', openCount() - 1);
  }

  return {
    get: (sequence, lane) => deliveries.get([sequence, ...laneKey(lane)]),
    ofEvent,
    add: put,
    replace(before, delivery) {
      unlist(before);
      put(delivery);
    },
    remove(rows) {
      for (const row of rows) {
        unlist(row);
        deliveries.remove([row.sequence, ...laneKey(row)]);
      }
    },
    isOpen: (lane, { dueAtMs, sequence }) => due.has([...laneKey(lane), dueAtMs, sequence]),
    open(lane, { limit, after, untilMs = Number.MAX_SAFE_INTEGER } = {}) {
      const own = laneKey(lane);
      const start = after === undefined ? own : [...own, after.dueAtMs, after.sequence];
      const end = [...own, untilMs, Number.MAX_SAFE_INTEGER];
      const range = { start, end, exclusiveStart: after !== undefined, ...(limit === undefined ? {} : { limit }) };
      return [...due.range(range)].map(({ key, value }) => {
        const [, , , dueAtMs, sequence] = key as readonly Key[];
        return { sequence: Number(sequence), dueAtMs: Number(dueAtMs), ...(value === true ? {} : value) };
      });
    },
    openCount,
    lanesWithOpen() {
      const lanes: Lane[] = [];
      for (let start: Key | undefined; ; ) {
        const [first] = [...due.range({ ...(start === undefined ? {} : { start }), limit: 1 })];
        if (!first) return lanes;
        const [bus, rule, target] = (first.key as readonly Key[]).map(String) as [string, string, string];
        lanes.push({ bus, rule, target });
        // Jumps over the rest of this lane.
        start = [bus, rule, target, Number.MAX_SAFE_INTEGER];
      }
    },
    clear() {
      for (const table of [deliveries, due]) {
        for (const key of [...table.range()].map((row) => row.key)) table.remove(key);
      }
      counters.put('open', 0);
    },
  };
}
