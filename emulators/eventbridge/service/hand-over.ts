/** Hands what is owed to a target over to its driver: an event by itself, or several as one JSON array. */
import { Buffer } from 'node:buffer';
import type { Logger } from '../../../src/kernel/logger.ts';
import { BATCH_STEP, NOTES_MAX } from '../limits.ts';
import type { DeliveryRow } from '../store/deliveries.ts';
import type { BatchRow, TargetRow } from '../store/rules.ts';
import type { EventBridgeStore } from '../store/store.ts';
import type { DeliveryOutcome, TargetDelivery, TargetDrivers, TargetParams } from '../targets/target.ts';
import { makeParams } from './target-params.ts';

export interface HandOverNeeds {
  store: Pick<EventBridgeStore, 'events'>;
  targets: TargetDrivers;
  logger: Logger;
}

/** Deliveries that end alike. */
export interface Handed {
  deliveries: DeliveryRow[];
  outcome: DeliveryOutcome;
  /** Set when they went as one array. */
  batchId: string | undefined;
  /** What of their events their parameters did not find, by sequence. */
  notes: Notes;
}

type Notes = ReadonlyMap<number, readonly string[]>;

const GONE: DeliveryOutcome = { error: 'The rule or the event is gone.' };

/** What of a batch does not fit is in none of the answers, and still owed. */
export function handOver(
  needs: HandOverNeeds,
  target: TargetRow | undefined,
  owed: readonly DeliveryRow[],
): Promise<Handed[]> {
  if (target?.batch !== undefined) return handOverBatch(needs, { ...target, batch: target.batch }, owed);
  return Promise.all(
    owed.map(async (delivery) => {
      const notes = new Map<number, readonly string[]>();
      const outcome = target === undefined ? GONE : await handOverOne(needs, target, delivery, notes);
      return { deliveries: [delivery], outcome, batchId: undefined, notes };
    }),
  );
}

function handOverOne(
  needs: HandOverNeeds,
  target: TargetRow,
  delivery: DeliveryRow,
  told: Map<number, readonly string[]>,
): Promise<DeliveryOutcome> {
  const { id: deliveryId, bus, rule, sequence } = delivery;
  return call(needs, target, deliveryId, async () => {
    const event = needs.store.events.get(sequence);
    if (!event) return undefined;
    const { id: eventId, text, hops = 0 } = event;
    const { params, notes, problem } = await makeParams(target, text);
    tellNotes(needs, deliveryId, notes);
    if (notes.length > 0) told.set(sequence, notes);
    if (problem !== undefined) return { error: problem, isFinal: true };
    return { deliveryId, eventId, sequence, bus, rule, target, params, text, hops };
  });
}

async function handOverBatch(
  needs: HandOverNeeds,
  target: TargetRow & { batch: BatchRow },
  owed: readonly DeliveryRow[],
): Promise<Handed[]> {
  const [first] = owed;
  if (!first) return [];
  const { sequence, bus, rule } = first;
  // What failed as a batch is tried again under its name.
  const batchId = first.attempts.at(-1)?.batch?.id ?? `batch-${sequence}:${rule}:${first.target}`;
  let made: MadeArray | undefined;
  const outcome = await call(needs, target, batchId, async () => {
    made = await makeArray(needs, target, owed);
    tellNotes(needs, batchId, [...new Set([...made.notes.values()].flat())].slice(0, NOTES_MAX));
    const { text, eventId, hops } = made;
    if (eventId === undefined) return undefined;
    const params = { ...made.params, body: text };
    return { deliveryId: batchId, eventId, sequence, bus, rule, target, params, text, hops };
  });
  const { deliveries, left, notes } = made ?? { deliveries: [...owed], left: [], notes: new Map() };
  return deliveries.length > 0 ? [{ deliveries, outcome, batchId, notes }, ...left] : left;
}

interface MadeArray {
  text: string;
  /** Those whose events are in it: as many as fit. */
  deliveries: DeliveryRow[];
  /** Those that have no place in it: their events are not there any more, or make no part of it. */
  left: Handed[];
  /** Of the first event in it. */
  eventId: string | undefined;
  /** Of the first too: what else than the body a batch's target is told is the same for all. */
  params: TargetParams;
  notes: Notes;
  /** The most that one of them has. */
  hops: number;
}

async function makeArray(
  { store }: HandOverNeeds,
  target: TargetRow & { batch: BatchRow },
  owed: readonly DeliveryRow[],
): Promise<MadeArray> {
  const elements: string[] = [];
  const notes = new Map<number, readonly string[]>();
  const made: Pick<MadeArray, 'deliveries' | 'left' | 'eventId' | 'params'> = {
    ...{ deliveries: [], left: [], eventId: undefined, params: {} },
  };
  const leave = (delivery: DeliveryRow, outcome: DeliveryOutcome) =>
    made.left.push({ deliveries: [delivery], outcome, batchId: undefined, notes });
  let bytes = 1;
  let hops = 0;
  for (const [index, delivery] of owed.entries()) {
    if (index % BATCH_STEP === BATCH_STEP - 1) await new Promise((resolve) => setImmediate(resolve));
    const event = store.events.get(delivery.sequence);
    if (!event) {
      leave(delivery, GONE);
      continue;
    }
    const own = await makeParams(target, event.text);
    if (own.problem !== undefined) {
      leave(delivery, { error: own.problem, isFinal: true });
      continue;
    }
    const element = asElement(target, own.params.body ?? event.text);
    bytes += Buffer.byteLength(element) + 1;
    if (elements.length > 0 && bytes > target.batch.bytesMax) break;
    if (elements.length === 0) Object.assign(made, { eventId: event.id, params: own.params });
    elements.push(element);
    made.deliveries.push(delivery);
    hops = Math.max(hops, event.hops ?? 0);
    if (own.notes.length > 0) notes.set(event.sequence, own.notes);
  }
  return { ...made, text: `[${elements.join(',')}]`, notes, hops };
}

/** UNVERIFIED EVB-151: what a transformation made that is no JSON is a text in the array. */
function asElement({ params }: TargetRow, body: string): string {
  const form = params.find(({ key }) => key.toLowerCase() === 'body')?.form ?? 'ORIGINAL';
  return form === 'ORIGINAL' || isJson(body) ? body : JSON.stringify(body);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    // Told by the answer.
    return false;
  }
}

async function call(
  { targets, logger }: HandOverNeeds,
  { type }: TargetRow,
  deliveryId: string,
  make: () => Promise<TargetDelivery | DeliveryOutcome | undefined>,
): Promise<DeliveryOutcome> {
  const driver = Object.hasOwn(targets, type) ? targets[type] : undefined;
  if (!driver) return { error: `Targets of type ${type} are kept, but not served by LocalYun.`, isFinal: true };
  try {
    const made = await make();
    if (made === undefined) return GONE;
    return 'error' in made ? made : await driver.deliver(made);
  } catch (error) {
    logger.error('A target broke instead of answering; the delivery counts as failed.', { deliveryId, error });
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

function tellNotes({ logger }: HandOverNeeds, deliveryId: string, notes: readonly string[]): void {
  if (notes.length > 0) logger.warn('A target is to get what is not in the event.', { deliveryId, notes });
}
