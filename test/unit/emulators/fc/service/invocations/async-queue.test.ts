/** Asynchronous invocations: order, retries, back-off, age, and what a restart finds. */
import { rmSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import type { InvokeAnswer } from '../../../../../../src/ports/function-invoker.ts';
import { type FcRoom, type FcRoomOptions, openFcRoom } from '../../../../../support/fc-room.ts';

const rooms: FcRoom[] = [];
const folders: string[] = [];
afterEach(async () => {
  for (const room of rooms.splice(0)) await room.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

async function open(options: FcRoomOptions = {}): Promise<FcRoom> {
  const room = await openFcRoom({ retryTimeScale: 1, ...options });
  rooms.push(room);
  room.writeCode({
    'index.js': `
exports.handler = async (event) => event.toString();
exports.boom = async (event, context) => { throw new Error('run ' + context.retryCount); };
exports.third = async (event, context) => { if (context.retryCount < 2) throw new Error('no'); return context.requestId; };
exports.slow = () => new Promise((resolve) => setTimeout(() => resolve('slow'), 300));
`,
  });
  return room;
}

function send(room: FcRoom, functionName: string, payload = ''): Promise<InvokeAnswer> {
  return room.fc.invoker.invoke({
    functionName,
    qualifier: undefined,
    payload: Buffer.from(payload),
    type: 'async',
    cause: { kind: 'api' },
  });
}

const advance = (room: FcRoom, ms: number) => room.clock.advanceTo(room.clock.nowMs() + ms, () => room.atRest());

test('a failed run is tried again a second later on the kernel clock, with a rising retry count', async () => {
  const room = await open({ clockMode: 'virtual' });
  await room.deploy({ f: { handler: 'index.third' } });
  const { requestId } = await send(room, 'f');
  const show = () => room.fc.journal.show(requestId);
  await room.atRest();
  expect(show()).toMatchObject({ state: 'retrying', attempt: 0, errorType: 'UnhandledInvocationError' });
  await advance(room, 999);
  expect(show()).toMatchObject({ state: 'retrying', attempt: 0 });
  await advance(room, 1);
  expect(show()).toMatchObject({ state: 'retrying', attempt: 1 });
  await advance(room, 1000);
  expect(show()).toMatchObject({ state: 'succeeded', attempt: 2, result: requestId });
});

test('a retry that is not due yet keeps nobody waiting, on the real clock either', async () => {
  const room = await open();
  await room.deploy({ f: { handler: 'index.boom' } });
  const { requestId } = await send(room, 'f');
  await room.atRest();
  expect(room.settled.busy()).toEqual([]);
  expect(room.fc.journal.show(requestId)).toMatchObject({ state: 'retrying', attempt: 0 });
});

test.each([
  [undefined, 3],
  [{ maxAsyncRetryAttempts: 0 }, 0],
  [{ maxAsyncRetryAttempts: 1 }, 1],
])('with %j it is given up after %i retries', async (asyncInvokeConfig, attempt) => {
  const room = await open({ clockMode: 'virtual' });
  await room.deploy({ f: { handler: 'index.boom', ...(asyncInvokeConfig ? { asyncInvokeConfig } : {}) } });
  const { requestId } = await send(room, 'f');
  await room.atRest();
  await advance(room, 60_000);
  expect(room.fc.journal.show(requestId)).toMatchObject({ state: 'failed', attempt });
  expect(room.fc.journal.show(requestId)?.result).toContain(`run ${attempt}`);
});

test('an event that grew too old while waiting is dropped, and said to be', async () => {
  const room = await open({ clockMode: 'virtual' });
  await room.deploy({
    f: { concurrencyConfig: { reservedConcurrency: 0 }, asyncInvokeConfig: { maxAsyncEventAgeInSeconds: 10 } },
  });
  const { requestId } = await send(room, 'f', 'kept');
  await room.atRest();
  await advance(room, 7_000);
  expect(room.fc.journal.show(requestId)).toMatchObject({ state: 'queued', event: 'kept' });
  await advance(room, 20_000);
  expect(room.fc.journal.show(requestId)).toMatchObject({
    state: 'dropped',
    result: 'the event waited longer than 10 s',
  });
});

test('no more run at once than the function may, and the others wait their turn instead of failing', async () => {
  const room = await open();
  await room.deploy({ f: { handler: 'index.slow', concurrencyConfig: { reservedConcurrency: 2 } } });
  const answers = await Promise.all([1, 2, 3, 4, 5].map(() => send(room, 'f')));
  await room.atRest();
  const records = answers.map(({ requestId }) => room.fc.journal.show(requestId));
  expect(records.map((record) => record?.state)).toEqual(Array(5).fill('succeeded'));
  expect(new Set(records.map((record) => record?.instanceId)).size).toBe(2);
});

test('an asynchronous call waits while synchronous ones take all the room', async () => {
  const room = await open();
  await room.deploy({ f: { handler: 'index.slow', concurrencyConfig: { reservedConcurrency: 1 } } });
  const sync = room.fc.invoker.invoke({
    functionName: 'f',
    qualifier: undefined,
    payload: Buffer.alloc(0),
    type: 'sync',
    cause: { kind: 'api' },
  });
  const { requestId } = await send(room, 'f');
  expect(room.fc.journal.show(requestId)?.state).toBe('queued');
  expect(await sync).toMatchObject({ ok: true });
  await room.atRest();
  expect(room.fc.journal.show(requestId)?.state).toBe('succeeded');
});

test('an invocation that waits for its retry is found and run by the next process', async () => {
  const first = await open({ clockMode: 'virtual' });
  folders.push(first.folder);
  await first.deploy({ f: { handler: 'index.third' } });
  const { requestId } = await send(first, 'f', 'survivor');
  await first.atRest();
  await first.fc.close();
  await first.outbox.close();
  await first.database.close();
  rooms.splice(rooms.indexOf(first), 1);

  const second = await open({ clockMode: 'virtual', keptFolder: first.folder });
  second.clock.setNow(first.clock.nowMs());
  expect(second.fc.journal.list({})).toEqual([]);
  await second.deploy({ f: { handler: 'index.third' } });
  expect(second.fc.journal.show(requestId)).toMatchObject({ state: 'retrying', event: 'survivor', attempt: 1 });
  await advance(second, 5_000);
  expect(second.fc.journal.show(requestId)).toMatchObject({ state: 'succeeded', attempt: 2, result: requestId });
});

test('an invocation cut off in the middle is run again by the next process, and the cut is no failure of its own', async () => {
  const first = await open();
  folders.push(first.folder);
  // With no retry to spare, a cut that counted as a failed run would be the end of it.
  const f = { handler: 'index.slow', asyncInvokeConfig: { maxAsyncRetryAttempts: 0 } };
  await first.deploy({ f });
  // Warm, so that it is the handler that is cut off and not the start of its process.
  await send(first, 'f');
  await first.atRest();
  const { requestId } = await send(first, 'f');
  expect(first.fc.journal.show(requestId)?.state).toBe('running');
  await first.fc.close();
  await first.outbox.close();
  await first.database.close();
  rooms.splice(rooms.indexOf(first), 1);

  const second = await open({ keptFolder: first.folder });
  await second.deploy({ f });
  await second.atRest();
  expect(second.fc.journal.show(requestId)).toMatchObject({ state: 'succeeded', attempt: 0, result: 'slow' });
});

test('what waits for a function that was removed is dropped', async () => {
  const room = await open({ clockMode: 'virtual' });
  await room.deploy({ f: { handler: 'index.boom' } });
  const { requestId } = await send(room, 'f');
  await room.atRest();
  await room.deploy({});
  await advance(room, 2_000);
  expect(room.fc.journal.show(requestId)).toMatchObject({
    state: 'dropped',
    result: "function 'f' does not exist any more",
  });
});

test('every finished invocation is told of by one fact', async () => {
  const room = await open();
  await room.deploy({ f: {} });
  const answers = await Promise.all([send(room, 'f'), send(room, 'f')]);
  await room.atRest();
  const told = room.facts.filter(({ type }) => type === 'fc.invocation.finished').map(({ body }) => body);
  expect(told).toHaveLength(2);
  for (const { requestId } of answers)
    expect(told).toContainEqual({ requestId, functionName: 'f', outcome: 'succeeded' });
});

test('a reset forgets everything, and what ran is not run again', async () => {
  const room = await open();
  await room.deploy({ f: { handler: 'index.slow' } });
  await send(room, 'f');
  await room.fc.reset();
  await room.atRest();
  expect(room.fc.functions()).toEqual([]);
  expect(room.fc.journal.list({})).toEqual([]);
  await room.deploy({ f: {} });
  await room.atRest();
  expect(room.fc.journal.list({})).toEqual([]);
  expect(await send(room, 'f')).toMatchObject({ ok: true });
  await room.atRest();
  expect(room.fc.journal.list({ function: 'f' })).toMatchObject([{ state: 'succeeded' }]);
});
