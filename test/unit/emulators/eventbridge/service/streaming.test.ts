/** Triggers in mode event-streaming: which events go together, when they go, and what becomes of a batch that fails. */
import { describe, expect, test } from 'vitest';
import { FACTS } from '../../../../../src/ports/facts.ts';
import type { InvokeRequest } from '../../../../../src/ports/function-invoker.ts';
import { temporaryFolder } from '../../../../support/temporary-folder.ts';
import { call } from '../api.ts';
import {
  accepted,
  failed,
  fakeFunctions,
  heldFunctions,
  objectChanged,
  openRoom,
  type Room,
  type RoomOptions,
  refused,
  triggerConfig,
} from '../room.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;

interface Streaming {
  count?: number;
  seconds?: number;
  /** Of runOptions. */
  options?: Record<string, unknown>;
  /** Of the trigger. */
  others?: Record<string, unknown>;
}

function streaming({ count, seconds, options = {}, others = {} }: Streaming = {}): Record<string, unknown> {
  const batchWindow = { CountBasedWindow: count, TimeBasedWindow: seconds };
  const runOptions = { mode: 'event-streaming', errorsTolerance: 'ALL', batchWindow, ...options };
  return triggerConfig({ asyncInvocationType: false, runOptions, ...others });
}

async function roomWith(config: Record<string, unknown>, options: RoomOptions = {}): Promise<Room> {
  const room = openRoom(options);
  await room.trigger(config);
  return room;
}

/** Uploads, and waits until what can go on by itself has. */
async function upload(room: Room, count: number, from = 0): Promise<string[]> {
  const ids = await tellUploads(room, count, from);
  await room.settle();
  return ids;
}

async function tellUploads(room: Room, count: number, from = 0): Promise<string[]> {
  const ids = Array.from({ length: count }, (_, index) => `EVENT-${String(from + index).padStart(5, '0')}`);
  const changes = ids.map((requestId) => objectChanged({ at: room.clock.nowMs(), requestId, key: `${requestId}.csv` }));
  await room.tell(FACTS.objectChanged, ...changes);
  return ids;
}

function arrayOf(request: InvokeRequest | undefined): Record<string, unknown>[] {
  const parsed: unknown = JSON.parse(Buffer.from(request?.payload ?? new Uint8Array()).toString('utf8'));
  if (!Array.isArray(parsed)) throw new Error(`The function was given no array: ${JSON.stringify(parsed)}`);
  return parsed as Record<string, unknown>[];
}

function sizes(room: Room): number[] {
  return room.functions.calls.map((request) => arrayOf(request).length);
}

function deliveryOf(room: Room, id: string) {
  return room.bridge.history.show(id)?.deliveries[0];
}

describe('a window', () => {
  test('closes with its last event, and what comes after it opens the next', async () => {
    const room = await roomWith(streaming({ count: 3, seconds: 10 }));
    await upload(room, 2);
    expect(sizes(room)).toEqual([]);
    await upload(room, 1, 2);
    expect(sizes(room)).toEqual([3]);
    await upload(room, 1, 3);
    expect(sizes(room)).toEqual([3]);
    await room.advance(10 * SECOND);
    expect(sizes(room)).toEqual([3, 1]);
  });

  test('of four events for three at once closes with three', async () => {
    const room = await roomWith(streaming({ count: 3, seconds: 10 }));
    await upload(room, 4);
    expect(sizes(room)).toEqual([3]);
    await room.advance(10 * SECOND);
    expect(sizes(room)).toEqual([3, 1]);
  });

  test('closes with its time, counted from its first event', async () => {
    const room = await roomWith(streaming({ count: 100, seconds: 10 }));
    await upload(room, 1);
    await room.advance(6 * SECOND);
    await upload(room, 1, 1);
    await room.advance(4 * SECOND - 1);
    expect(sizes(room)).toEqual([]);
    await room.advance(1);
    expect(sizes(room)).toEqual([2]);
  });

  test('of one event alone is an array of one', async () => {
    const room = await roomWith(streaming({ count: 100, seconds: 1 }));
    const [id = ''] = await upload(room, 1);
    await room.advance(SECOND);
    expect(arrayOf(room.functions.calls[0])).toEqual([room.bridge.history.show(id)?.event]);
  });

  test('that is not described is one event, at once', async () => {
    const room = await roomWith(triggerConfig({ runOptions: { mode: 'event-streaming' } }));
    await upload(room, 2);
    expect(sizes(room)).toEqual([1, 1]);
  });

  test('without a count takes all events of its time, and without a time waits for none', async () => {
    const timed = await roomWith(streaming({ seconds: 5 }));
    await upload(timed, 300);
    await timed.advance(5 * SECOND);
    expect(sizes(timed)).toEqual([300]);

    const counted = await roomWith(streaming({ count: 100 }));
    await upload(counted, 1);
    expect(sizes(counted)).toEqual([1]);
  });

  test('is known by deliveryOption.mode too, and runOptions.mode wins over it', async () => {
    const eventSinkConfig = { deliveryOption: { mode: 'event-streaming' } };
    const room = await roomWith(triggerConfig({ eventSinkConfig }));
    await upload(room, 1);
    expect(sizes(room)).toEqual([1]);

    const driven = await roomWith(triggerConfig({ eventSinkConfig, runOptions: { mode: 'event-driven' } }));
    await upload(driven, 1);
    expect(() => arrayOf(driven.functions.calls[0])).toThrow('no array');
  });

  test('holds RawData as the data alone', async () => {
    const others = { eventSinkConfig: { deliveryOption: { eventSchema: 'RawData' } } };
    const room = await roomWith(streaming({ count: 2, seconds: 5, others }));
    const ids = await upload(room, 2);
    expect(arrayOf(room.functions.calls[0])).toEqual(ids.map((id) => room.bridge.history.show(id)?.event.data));
  });

  test('closes early where the next event would make it larger than an asynchronous call takes', async () => {
    const room = await roomWith(streaming({ count: 100, seconds: 15, others: { asyncInvocationType: true } }));
    const sizeBytes = JSON.stringify((await probe()).event).length;
    const fits = Math.floor((128 * 1024 - 1) / (sizeBytes + 1));
    // Long keys, so that few are enough: the size of each is known.
    await upload(room, Math.min(fits, 99));
    expect(sizes(room)).toEqual([]);
    await room.change(...Array.from({ length: 60 }, (_, i) => ({ requestId: `L${i}`, key: 'k'.repeat(1000) })));
    expect(sizes(room)).not.toEqual([]);
    for (const { payload } of room.functions.calls) expect(payload.length).toBeLessThanOrEqual(128 * 1024);
    await room.advance(15 * SECOND);
    expect(sizes(room).reduce((sum, size) => sum + size)).toBe(Math.min(fits, 99) + 60);
  });

  async function probe() {
    const room = await roomWith(triggerConfig());
    await room.change({ requestId: 'EVENT-00000', key: 'EVENT-00000.csv' });
    return room.onlyTrace();
  }

  test('is no longer than the clock that was set back, nor lost by it', async () => {
    const room = await roomWith(streaming({ count: 3, seconds: 10 }));
    await upload(room, 1);
    room.clock.setNow(room.clock.nowMs() - MINUTE);
    await upload(room, 2, 1);
    await room.advance(2 * MINUTE);
    expect(sizes(room).reduce((sum, size) => sum + size)).toBe(3);
  });
});

describe('at the same time', () => {
  test('maximumTasks bounds the batches, and what gathers behind them goes as full ones', async () => {
    const { functions, release } = heldFunctions();
    const room = openRoom({ functions });
    await room.trigger(streaming({ count: 10, options: { maximumTasks: 1 } }));
    await tellUploads(room, 1);
    await expect.poll(() => sizes(room)).toEqual([1]);
    await tellUploads(room, 24, 1);
    await expect.poll(() => room.bridge.history.list({})).toHaveLength(25);
    for (const wanted of [
      [1, 10],
      [1, 10, 10],
      [1, 10, 10, 4],
    ]) {
      release();
      await expect.poll(() => sizes(room)).toEqual(wanted);
    }
    release();
    await room.settle();
  });

  test('each event is in one batch, however many come', async () => {
    const room = await roomWith(streaming({ count: 7, seconds: 3 }));
    for (let round = 0; round < 10; round++) await upload(room, 13, round * 13);
    await room.advance(3 * SECOND);
    const ids = room.functions.calls.flatMap((request) => arrayOf(request).map(({ id }) => id));
    expect(ids).toHaveLength(130);
    expect(new Set(ids).size).toBe(130);
    expect(Math.max(...sizes(room))).toBe(7);
  });
});

describe('a batch that fails', () => {
  test('is tried again as it was, and the trace of each event says in which batch it went', async () => {
    const functions = fakeFunctions((request, nth) => (nth === 1 ? failed : accepted)(request, nth));
    const room = await roomWith(streaming({ count: 2, seconds: 10 }), { functions });
    const ids = await upload(room, 2);
    const others = await upload(room, 1, 2);
    await room.advance(MINUTE);

    expect(sizes(room)).toEqual([2, 1, 2]);
    expect(room.functions.calls[2]?.payload).toEqual(room.functions.calls[0]?.payload);
    const batch = { id: expect.stringMatching(/^batch-\d+:resize-on-upload:resize$/), size: 2 };
    for (const [index, id] of ids.entries()) {
      const position = index + 1;
      expect(deliveryOf(room, id)).toMatchObject({
        state: 'delivered',
        attempts: [
          { ok: false, batch: { ...batch, position }, invocationRequestId: '1-call-1' },
          { ok: true, batch: { ...batch, position }, invocationRequestId: '1-call-3' },
        ],
      });
    }
    expect(deliveryOf(room, others[0] ?? '')).toMatchObject({ attempts: [{ batch: { size: 1, position: 1 } }] });
    const [first, second] = ids.map((id) => deliveryOf(room, id)?.attempts.map((attempt) => attempt.batch?.id));
    expect(first).toEqual(second);
    expect(new Set(first)).toHaveLength(1);
    expect(room.functions.calls[0]?.cause).toMatchObject({ eventId: ids[0], deliveryId: first?.[0] });
  });

  test('is tried again whole however large it is', async () => {
    const functions = fakeFunctions((request, nth) => (nth === 1 ? failed : accepted)(request, nth));
    const room = await roomWith(streaming({ count: 1100, seconds: 15 }), { functions });
    const ids = await upload(room, 1100);
    expect(sizes(room)).toEqual([1100]);
    await room.advance(MINUTE);
    expect(sizes(room)).toEqual([1100, 1100]);
    expect(room.functions.calls[1]?.payload).toEqual(room.functions.calls[0]?.payload);
    expect(deliveryOf(room, ids[1099] ?? '')).toMatchObject({
      state: 'delivered',
      attempts: [{ batch: { size: 1100, position: 1100 } }, { batch: { size: 1100, position: 1100 } }],
    });
  }, 20_000);

  test('three times over is given up event by event, each to the dead-letter bus', async () => {
    const room = openRoom({ functions: fakeFunctions(refused) });
    await call(room, 'CreateEventBus', { EventBusName: 'lost' });
    const deadLetterQueue = { Arn: 'acs:eventbridge:cn-hangzhou:1234567890123456:eventbus/lost' };
    await room.trigger(streaming({ count: 3, seconds: 10, options: { deadLetterQueue } }));
    const ids = await upload(room, 3);
    await room.advance(2 * MINUTE);

    expect(sizes(room)).toEqual([3, 3, 3, 3]);
    for (const id of ids) {
      expect(deliveryOf(room, id)).toMatchObject({
        state: 'dropped',
        reason: 'Dropped: 3 retries are used up. It went to the dead-letter bus lost.',
      });
      expect(room.bridge.history.show(id, { bus: 'lost' })).toBeDefined();
    }
  });

  test('loses the events that grew too old, and is tried again without them', async () => {
    const retryStrategy = { MaximumEventAgeInSeconds: 25 };
    const room = await roomWith(streaming({ count: 2, seconds: 15, options: { retryStrategy } }), {
      functions: fakeFunctions((request, nth) => (nth === 1 ? failed : accepted)(request, nth)),
    });
    const [old = ''] = await upload(room, 1);
    await room.advance(14 * SECOND);
    const [young = ''] = await upload(room, 1, 1);
    await room.advance(MINUTE);
    const [one, other] = [deliveryOf(room, old), deliveryOf(room, young)];
    // The wait is drawn between 10 and 20 s: at 14 s the one is too old after 11 s more, the other after 25 s.
    expect(other).toMatchObject({ state: 'delivered' });
    if (one?.state === 'dropped') expect(sizes(room)).toEqual([2, 1]);
    else expect(sizes(room)).toEqual([2, 2]);
  });

  test('under errorsTolerance NONE holds what comes after it until the trigger is deployed again', async () => {
    const functions = fakeFunctions(refused);
    const strict = streaming({ count: 2, seconds: 10, options: { errorsTolerance: 'NONE' } });
    const room = await roomWith(strict, { functions, retryTimeScale: 0 });
    const ids = await upload(room, 2);
    const after = await upload(room, 2, 2);
    await room.advance(MINUTE);
    expect(sizes(room)).toEqual([2, 2, 2, 2]);
    for (const id of ids) expect(deliveryOf(room, id)).toMatchObject({ state: 'failed' });
    for (const id of after) {
      expect(deliveryOf(room, id)).toMatchObject({
        state: 'pending',
        reason: expect.stringContaining(`Held: errorsTolerance is NONE and ${ids[0]}:`),
      });
    }
    functions.answer = accepted;
    await room.trigger(strict);
    for (const id of after) expect(deliveryOf(room, id)).toMatchObject({ state: 'delivered' });
  });

  test('does not tolerate errors when the trigger says nothing of it', async () => {
    const room = await roomWith(streaming({ options: { errorsTolerance: undefined } }), {
      functions: fakeFunctions(refused),
      retryTimeScale: 0,
    });
    const [id = ''] = await upload(room, 1);
    expect(deliveryOf(room, id)).toMatchObject({ state: 'failed' });
  });
});

describe('while it is gathered', () => {
  test('an event’s trace says until when, and with how many others it waits', async () => {
    const room = await roomWith(streaming({ count: 5, seconds: 10 }));
    const [id = ''] = await upload(room, 1);
    expect(deliveryOf(room, id)).toMatchObject({
      state: 'pending',
      attempts: [],
      nextAttemptAt: new Date(room.clock.nowMs() + 10 * SECOND).toISOString(),
      reason: 'Waits for its batch, which closes then or with 5 events.',
    });
  });

  test('a batch is in flight where time passes by itself, and not where it stands still', async () => {
    const room = await roomWith(streaming({ count: 5, seconds: 10 }));
    await upload(room, 2);
    expect(room.settled.busy()).toEqual([]);
    room.clock.setMode('real');
    expect(room.settled.busy()).toEqual([
      '2 events of rule resize-on-upload, target resize, which wait for their batch to close',
    ]);
    room.clock.setMode('virtual');
    await room.advance(11 * SECOND);
    room.clock.setMode('real');
    expect(room.settled.busy()).toEqual([]);
  });

  test('a trigger that is removed drops it, and nothing is left in flight', async () => {
    const room = await roomWith(streaming({ count: 5, seconds: 10 }));
    const [id = ''] = await upload(room, 2);
    await room.trigger(undefined);
    expect(deliveryOf(room, id)).toMatchObject({ state: 'dropped' });
    room.clock.setMode('real');
    expect(room.settled.busy()).toEqual([]);
    room.clock.setMode('virtual');
    await room.advance(MINUTE);
    expect(sizes(room)).toEqual([]);
  });

  test('a trigger that is turned to single events hands them over one by one, and back', async () => {
    const functions = fakeFunctions(refused);
    const room = await roomWith(streaming({ count: 2, seconds: 10 }), { functions });
    await upload(room, 3);
    expect(sizes(room)).toEqual([2]);
    functions.answer = accepted;
    await room.trigger(triggerConfig({ runOptions: { mode: 'event-driven' } }));
    await room.advance(MINUTE);
    expect(room.functions.calls).toHaveLength(4);
    await room.trigger(streaming({ count: 2, seconds: 10 }));
    await upload(room, 2, 3);
    expect(arrayOf(room.functions.calls[4])).toHaveLength(2);
  });

  test('a reset forgets it', async () => {
    const room = await roomWith(streaming({ count: 5, seconds: 10 }));
    await upload(room, 2);
    await room.bridge.reset();
    await room.advance(MINUTE);
    expect(sizes(room)).toEqual([]);
    expect(room.settled.busy()).toEqual([]);
  });
});

describe('after a crash', () => {
  test('an open window closes when it would have, with all that was in it', async () => {
    const folder = temporaryFolder();
    const room = await roomWith(streaming({ count: 5, seconds: 10 }), { folder });
    await upload(room, 2);
    await room.advance(4 * SECOND);
    await room.crash();

    const again = openRoom({ folder, startMs: room.clock.nowMs() });
    await again.settle();
    await upload(again, 1, 2);
    await again.advance(6 * SECOND - 1);
    expect(sizes(again)).toEqual([]);
    await again.advance(1);
    expect(sizes(again)).toEqual([3]);
  });

  test('a batch whose outcome was not known is owed again, and none of another', async () => {
    const folder = temporaryFolder();
    const { functions } = heldFunctions();
    const room = openRoom({ folder, functions });
    await room.trigger(streaming({ count: 3, seconds: 10 }));
    await tellUploads(room, 3);
    await expect.poll(() => sizes(room)).toEqual([3]);
    await room.crash();

    const again = openRoom({ folder });
    await again.settle();
    expect(sizes(again)).toEqual([3]);
    expect(again.functions.calls[0]?.payload).toEqual(room.functions.calls[0]?.payload);
  });

  test('a batch that waited for its retry is tried again as it was', async () => {
    const folder = temporaryFolder();
    const room = await roomWith(streaming({ count: 3, seconds: 10 }), { folder, functions: fakeFunctions(refused) });
    await upload(room, 3);
    await room.crash();

    const again = openRoom({ folder });
    await upload(again, 2, 3);
    await again.advance(MINUTE);
    expect(sizes(again)).toEqual([2, 3]);
    const ids = arrayOf(again.functions.calls[1]).map(({ id }) => id);
    expect(ids).toEqual(['EVENT-00000', 'EVENT-00001', 'EVENT-00002']);
  });
});
