/** How event streamings are doing: rates over the last minute, what waits, and what starts anew. */
import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../../../support/temporary-folder.ts';
import { call, type Reply, send } from '../api.ts';
import { fakeFunctions, openRoom, type Room, type RoomOptions, refused } from '../room.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const CLEAR = { Name: 'orders', TPS: 0, DelayTime: 0, DiffOffset: 0 };

async function openShop(options: RoomOptions = {}): Promise<Room> {
  const room = openRoom({ auth: 'off', ...options });
  await call(room, 'CreateEventBus', { EventBusName: 'shop' });
  await make(room);
  return room;
}

async function make(room: Room): Promise<void> {
  const Sink = { SinkFcParameters: { FunctionName: { Value: 'f', Form: 'CONSTANT' }, Body: { Form: 'ORIGINAL' } } };
  const { body } = await call(room, 'CreateEventStreaming', {
    EventStreamingName: 'orders',
    Source: JSON.stringify({ SourceEventBusParameters: { EventBusName: 'shop' } }),
    Sink: JSON.stringify(Sink),
    RunOptions: JSON.stringify({ ErrorsTolerance: 'ALL' }),
  });
  expect(body).toMatchObject({ Success: true });
  await act(room, 'StartEventStreaming');
}

const act = (room: Room, action: string) => call(room, action, { EventStreamingName: 'orders' });

async function publish(room: Room, count: number): Promise<void> {
  const events = Array.from({ length: count }, (_, index) => ({ Id: `e${index}`, Source: 'crm', Type: 't', Data: {} }));
  await call(room, 'PutEvents', { EventBusName: 'shop', EventList: JSON.stringify(events) });
  await room.settle();
}

function list(room: Room, body: unknown = {}): Promise<Reply> {
  const rawPath = '/openapi/v2/listEventStreamingMetrics';
  return send(room, { rawPath, body: Readable.from([Buffer.from(JSON.stringify(body))]) });
}

async function metric(room: Room): Promise<Record<string, unknown>> {
  const { body } = await list(room, { EventStreamingNames: ['orders'] });
  const [first] = (body as unknown as { EventStreamingMetrics: Record<string, unknown>[] }).EventStreamingMetrics;
  return first ?? {};
}

test('one that has done nothing says so, and that it runs', async () => {
  const room = await openShop();
  expect(await metric(room)).toEqual({ ...CLEAR, LastHeartBeat: room.clock.nowMs(), Status: 'RUNNING' });
});

test('the rate is that of the last minute, and the time of the last delivery stays', async () => {
  const room = await openShop();
  await publish(room, 12);
  const deliveredAtMs = room.clock.nowMs();
  for (const seconds of [0, 20, 49]) {
    await room.clock.advanceTo(deliveredAtMs + seconds * SECOND, () => room.settle());
    const { TPS, LastDateSyncTime } = await metric(room);
    expect(TPS, `after ${seconds} s`).toBeGreaterThanOrEqual(12 / 60);
    expect(TPS, `after ${seconds} s`).toBeLessThanOrEqual(12 / 50);
    expect(LastDateSyncTime).toBe(deliveredAtMs);
  }
  await room.advance(MINUTE);
  expect(await metric(room)).toMatchObject({ ...CLEAR, LastDateSyncTime: deliveredAtMs });
});

test('a steady rate is told as it is', async () => {
  const room = await openShop();
  for (let second = 0; second < 75; second++) {
    await publish(room, 2);
    await room.advance(SECOND);
  }
  expect((await metric(room)).TPS).toBeCloseTo(2, 1);
});

test('what fails is not delivered: it waits, as long as its oldest', async () => {
  const functions = fakeFunctions(refused);
  const room = await openShop({ functions });
  await publish(room, 2);
  await room.advance(3 * SECOND);
  await publish(room, 1);
  await room.advance(2 * SECOND);
  expect(await metric(room)).toMatchObject({ TPS: 0, DiffOffset: 3, DelayTime: 5 * SECOND });
  expect(await metric(room)).not.toHaveProperty('LastDateSyncTime');
  await room.advance(5 * MINUTE);
  // Given up.
  expect(await metric(room)).toMatchObject(CLEAR);
});

describe('counts start anew', () => {
  test('with another streaming of the name', async () => {
    const room = await openShop();
    await publish(room, 2);
    await act(room, 'DeleteEventStreaming');
    await make(room);
    expect(await metric(room)).toMatchObject(CLEAR);
    expect(await metric(room)).not.toHaveProperty('LastDateSyncTime');
  });

  test('with a reset', async () => {
    const room = await openShop();
    await publish(room, 2);
    await room.bridge.reset();
    expect((await list(room)).body).toMatchObject({ EventStreamingMetrics: [] });
    await call(room, 'CreateEventBus', { EventBusName: 'shop' });
    await make(room);
    expect(await metric(room)).toMatchObject(CLEAR);
  });
});

test('counts outlive the process', async () => {
  const folder = temporaryFolder();
  const room = await openShop({ folder });
  await publish(room, 2);
  const before = await metric(room);
  await room.crash();
  expect(await metric(openRoom({ folder, auth: 'off' }))).toEqual(before);
});

test('a rule with a target of the same name counts for no streaming', async () => {
  const room = await openShop();
  const target = { Id: 'sink', Type: 'acs.fc.function', Endpoint: 'acs:fc:cn-hangzhou:1234567890123456:functions/f' };
  await call(room, 'CreateRule', {
    ...{ EventBusName: 'shop', RuleName: 'other', FilterPattern: '{}' },
    EventTargets: JSON.stringify([{ ...target, ParamList: [{ ResourceKey: 'Body', Form: 'ORIGINAL', Value: '' }] }]),
  });
  await act(room, 'PauseEventStreaming');
  await publish(room, 2);
  expect(room.functions.calls).toHaveLength(2);
  expect(await metric(room)).toMatchObject({ TPS: 0, DiffOffset: 2, Status: 'PAUSED' });
});

test.each([
  [{ EventStreamingNames: 'orders' }],
  [{ EventStreamingNames: [5] }],
  [{ EventStreamingNames: [''] }],
  [{ EventStreamingNames: Array.from({ length: 101 }, () => 'orders') }],
])('%j is refused', async (body) => {
  const answer = await list(await openShop(), body);
  expect(answer.status).toBeGreaterThanOrEqual(400);
  expect(answer.status).toBeLessThan(500);
});
