/** From a change in OSS to a call of a function: deliveries, retries, crashes. */
import { describe, expect, test } from 'vitest';
import { FACTS } from '../../../../../src/ports/facts.ts';
import type { InvokeAnswer } from '../../../../../src/ports/function-invoker.ts';
import { temporaryFolder } from '../../../../support/temporary-folder.ts';
import { call } from '../api.ts';
import {
  accepted,
  eventOf,
  failed,
  fakeFunctions,
  heldFunctions,
  objectChanged,
  openRoom,
  refused,
  triggerChanged,
  triggerConfig,
  turns,
} from '../room.ts';

const MINUTE = 60_000;
const SYNC = triggerConfig({ asyncInvocationType: false });

test('an upload reaches the function of a matching trigger as one CloudEvent', async () => {
  const room = openRoom();
  await room.trigger(triggerConfig());
  await room.change({ key: 'cat.jpg' });

  const [call, ...others] = room.functions.calls;
  expect(others).toEqual([]);
  expect(call).toMatchObject({
    functionName: 'resize',
    qualifier: 'LATEST',
    type: 'async',
    cause: {
      kind: 'event',
      eventId: '69B1000000000000000000C0',
      busName: 'default',
      ruleName: 'resize-on-upload',
      targetId: 'resize',
      deliveryId: '69B1000000000000000000C0:resize-on-upload:resize',
    },
  });
  expect(eventOf(call)).toEqual(room.onlyTrace().event);
  expect(room.onlyTrace().deliveries).toMatchObject([
    { state: 'delivered', targetType: 'acs.fc.function', attempts: [{ ok: true, invocationRequestId: '1-call-1' }] },
  ]);
});

test('asyncInvocationType false calls the function synchronously, as does its absence', async () => {
  const room = openRoom();
  const { asyncInvocationType: _, ...silent } = triggerConfig();
  await room.trigger(SYNC, { functionName: 'one' });
  await room.trigger(silent, { functionName: 'two' });
  await room.change({});
  expect(room.functions.calls.map(({ functionName, type }) => [functionName, type])).toEqual([
    ['one', 'sync'],
    ['two', 'sync'],
  ]);
});

test('RawData hands over the data alone', async () => {
  const room = openRoom();
  await room.trigger(triggerConfig({ eventSinkConfig: { deliveryOption: { eventSchema: 'RawData' } } }));
  await room.change({});
  expect(eventOf(room.functions.calls[0])).toEqual(room.onlyTrace().event.data);
});

test('the article shape reaches the function when the room is told to', async () => {
  const room = openRoom({ eventShape: 'article' });
  await room.trigger(triggerConfig());
  await room.change({});
  expect(eventOf(room.functions.calls[0])).toMatchObject({
    data: { bucket: { name: 'my-bucket' }, object: { key: 'input/a.csv' } },
  });
});

test('a fact seen again makes neither a second event nor a second delivery', async () => {
  const folder = temporaryFolder();
  const room = openRoom({ folder });
  await room.trigger(triggerConfig());
  await room.change({});
  // As after a crash that lost the cursor's last move.
  await room.database.transact(() => room.database.table<number>('outbox.cursors').put('eventbridge', 0));
  await room.crash();

  const again = openRoom({ folder });
  await again.settle();
  expect(again.bridge.history.list({})).toHaveLength(1);
  expect(again.functions.calls).toHaveLength(0);
});

describe('retries', () => {
  test('a refused call comes again three times, 10 to 20 seconds apart, and is then dropped with the reason', async () => {
    const room = openRoom({ functions: fakeFunctions(refused) });
    await room.trigger(triggerConfig());
    await room.change({});
    expect(room.onlyTrace().deliveries).toMatchObject([
      { state: 'retrying', attempts: [{ ok: false, error: 'ResourceThrottled: Too many.' }] },
    ]);
    await room.advance(MINUTE);

    const [delivery] = room.onlyTrace().deliveries;
    const times = (delivery?.attempts ?? []).map(({ at }) => Date.parse(at));
    const waits = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    expect(waits).toHaveLength(3);
    for (const wait of waits) expect(wait).toSatisfy((ms: number) => ms >= 10_000 && ms <= 20_000);
    expect(delivery).toMatchObject({ state: 'dropped', reason: 'Dropped: 3 retries are used up.' });
    await room.advance(60 * MINUTE);
    expect(room.functions.calls).toHaveLength(4);
  });

  test('a synchronous call whose function failed counts as failed; the next one may succeed', async () => {
    const functions = fakeFunctions((request, call) => (call === 1 ? failed : accepted)(request, call));
    const room = openRoom({ functions });
    await room.trigger(SYNC);
    await room.change({});
    await room.advance(MINUTE);
    expect(room.onlyTrace().deliveries).toMatchObject([
      {
        state: 'delivered',
        attempts: [{ ok: false, error: 'UnhandledInvocationError: {"errorMessage":"boom"}' }, { ok: true }],
      },
    ]);
  });

  test('EXPONENTIAL_DECAY_RETRY makes 177 attempts in a day', async () => {
    const room = openRoom({ functions: fakeFunctions(refused) });
    const retryStrategy = { PushRetryStrategy: 'EXPONENTIAL_DECAY_RETRY' };
    await room.trigger(triggerConfig({ runOptions: { retryStrategy } }));
    await room.change({});
    await room.advance(24 * 60 * MINUTE);
    expect(room.functions.calls).toHaveLength(177);
    expect(room.onlyTrace().deliveries).toMatchObject([{ state: 'dropped' }]);
  });

  test('a time scale brings them sooner', async () => {
    const room = openRoom({ functions: fakeFunctions(refused), retryTimeScale: 0.01 });
    await room.trigger(triggerConfig());
    await room.change({});
    await room.advance(600);
    expect(room.functions.calls).toHaveLength(4);
  });

  test('an event older than MaximumEventAgeInSeconds is not tried again', async () => {
    const room = openRoom({ functions: fakeFunctions(refused) });
    await room.trigger(triggerConfig({ runOptions: { retryStrategy: { MaximumEventAgeInSeconds: 5 } } }));
    await room.change({});
    expect(room.onlyTrace().deliveries).toMatchObject([
      { state: 'dropped', reason: 'Dropped: the event is older than MaximumEventAgeInSeconds.' },
    ]);
  });

  test('a dead-letter queue is named as not served when it would have been used', async () => {
    const Arn = 'acs:mns:cn-hangzhou:1:/queues/dlq';
    const room = openRoom({ functions: fakeFunctions(refused), retryTimeScale: 0 });
    await room.trigger(triggerConfig({ runOptions: { deadLetterQueue: { Arn } } }));
    await room.change({});
    expect(room.onlyTrace().deliveries).toMatchObject([
      {
        state: 'dropped',
        reason: `Dropped: 3 retries are used up. Its dead-letter queue ${Arn} is not served by LocalYun yet: the event stays in the history.`,
      },
    ]);
  });

  test('a target that breaks instead of answering counts as failed, and is logged', async () => {
    const functions = fakeFunctions(() => Promise.reject(new Error('no such room')));
    const room = openRoom({ functions, retryTimeScale: 0 });
    await room.trigger(triggerConfig());
    await room.change({});
    expect(room.onlyTrace().deliveries).toMatchObject([
      { state: 'dropped', attempts: [{ error: 'no such room' }, {}, {}, {}] },
    ]);
    expect(room.logs()).toContain('no such room');
  });

  test('an endless error text is cut', async () => {
    const answer: InvokeAnswer = { ok: false, requestId: 'r', status: 500, code: 'X', message: 'y'.repeat(10_000) };
    const room = openRoom({ functions: fakeFunctions(() => answer) });
    await room.trigger(triggerConfig());
    await room.change({});
    expect(room.onlyTrace().deliveries[0]?.attempts[0]?.error).toHaveLength(500);
  });
});

describe('errorsTolerance NONE', () => {
  test('a delivery that failed for good holds the ones after it until the trigger is deployed again', async () => {
    const functions = fakeFunctions(refused);
    const room = openRoom({ functions, retryTimeScale: 0 });
    const strict = triggerConfig({ runOptions: { errorsTolerance: 'NONE' } });
    await room.trigger(strict);
    await room.change({ requestId: 'FIRST' });
    await room.change({ requestId: 'SECOND' });
    expect(functions.calls).toHaveLength(4);
    expect(room.bridge.history.show('FIRST')?.deliveries).toMatchObject([{ state: 'failed' }]);
    expect(room.bridge.history.show('SECOND')?.deliveries).toMatchObject([
      { state: 'pending', reason: expect.stringContaining('FIRST:resize-on-upload:resize failed') },
    ]);

    functions.answer = accepted;
    await room.trigger(strict);
    expect(room.bridge.history.show('SECOND')?.deliveries).toMatchObject([{ state: 'delivered' }]);
    expect(room.bridge.history.show('FIRST')?.deliveries).toMatchObject([{ state: 'failed' }]);
  });

  test('by default the ones after it go on', async () => {
    const room = openRoom({ functions: fakeFunctions(refused), retryTimeScale: 0 });
    await room.trigger(triggerConfig());
    await room.change({ requestId: 'FIRST' }, { requestId: 'SECOND' });
    expect(room.functions.calls).toHaveLength(8);
  });
});

describe('how much at once', () => {
  function gate() {
    let open = (): void => {};
    const isOpen = new Promise<void>((resolve) => {
      open = resolve;
    });
    return { isOpen, open };
  }

  /** Called at once, they answer when the gate is open. */
  function gatedFunctions(answer: typeof accepted) {
    const { isOpen, open } = gate();
    const functions = fakeFunctions(async (request, made) => {
      await isOpen;
      return answer(request, made);
    });
    return { functions, open };
  }

  test.each([
    ['the default', {}, 10],
    ['maximumTasks', { runOptions: { maximumTasks: 2 } }, 2],
  ])('%s bounds the calls in flight, and all are made in the end', async (_name, changes, bound) => {
    const { isOpen, open } = gate();
    let inFlight = 0;
    let most = 0;
    const functions = fakeFunctions(async (request, call) => {
      most = Math.max(most, ++inFlight);
      await isOpen;
      inFlight--;
      return accepted(request, call);
    });
    const room = openRoom({ functions });
    await room.trigger(triggerConfig(changes));
    const uploads = Array.from({ length: 25 }, (_, index) => objectChanged({ requestId: `R${index}` }));
    await room.tell(FACTS.objectChanged, ...uploads);
    await expect.poll(() => functions.calls.length).toBe(bound);
    expect(room.settled.busy()).toEqual([`${bound} deliveries of rule resize-on-upload, target resize`]);
    expect(room.bridge.history.show('R0')?.deliveries).toMatchObject([{ state: 'delivering' }]);
    open();
    await room.settle();
    expect(functions.calls).toHaveLength(25);
    expect(most).toBe(bound);
  });

  test('ConcurrentConfig of a target bounds its calls in flight', async () => {
    const { functions, open } = gatedFunctions(accepted);
    const room = openRoom({ functions });
    const target = { Id: 't', Type: 'acs.fc.function', Endpoint: 'acs:fc:r:1:functions/f', ParamList: [] };
    const EventTargets = JSON.stringify([{ ...target, ConcurrentConfig: { Concurrency: 3 } }]);
    const rule = { EventBusName: 'default', RuleName: 'few', FilterPattern: '{}', EventTargets };
    expect((await call(room, 'CreateRule', rule)).body.Success).toBe(true);
    const uploads = Array.from({ length: 9 }, (_, index) => objectChanged({ requestId: `R${index}` }));
    await room.tell(FACTS.objectChanged, ...uploads);
    await expect.poll(() => functions.calls.length).toBe(3);
    expect(room.settled.busy()).toEqual(['3 deliveries of rule few, target t']);
    open();
    await room.settle();
    expect(functions.calls).toHaveLength(9);
  });

  test('a call that went well leaves its place before that is written, up to 64 of them; a crash then makes them again', async () => {
    const { functions, open } = gatedFunctions(accepted);
    const folder = temporaryFolder();
    const room = openRoom({ folder, functions });
    await room.trigger(triggerConfig({ runOptions: { maximumTasks: 1 } }));
    const uploads = Array.from({ length: 100 }, (_, index) => objectChanged({ requestId: `R${index}` }));
    await room.tell(FACTS.objectChanged, ...uploads);
    await expect.poll(() => functions.calls.length).toBe(1);
    room.database.transact = () => new Promise(() => {});
    open();
    await expect.poll(() => functions.calls.length).toBe(64);
    await turns();
    expect(functions.calls).toHaveLength(64);
    expect(room.settled.busy()).toEqual([expect.stringContaining('64 deliveries of rule')]);
    await room.crash();

    const again = openRoom({ folder });
    await again.settle();
    expect(again.functions.calls).toHaveLength(100);
    expect(again.bridge.history.show('R0')?.deliveries).toMatchObject([
      { state: 'delivered', attempts: [{ ok: true }] },
    ]);
  });

  test('a call that failed has its place until that is written: it may hold those after it', async () => {
    const { functions, open } = gatedFunctions(refused);
    const room = openRoom({ functions });
    await room.trigger(triggerConfig({ runOptions: { maximumTasks: 2 } }));
    const uploads = Array.from({ length: 9 }, (_, index) => objectChanged({ requestId: `R${index}` }));
    await room.tell(FACTS.objectChanged, ...uploads);
    await expect.poll(() => functions.calls.length).toBe(2);
    const { transact } = room.database;
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    room.database.transact = async (work, options) => {
      await held;
      return transact(work, options);
    };
    open();
    await turns();
    expect(functions.calls).toHaveLength(2);
    release();
    await expect.poll(() => functions.calls.length).toBe(9);
  });

  test('of a backlog that was read ahead, what a deleted rule owes is not delivered', async () => {
    const { functions, open } = gatedFunctions(accepted);
    const room = openRoom({ functions });
    await room.trigger(triggerConfig());
    const uploads = Array.from({ length: 200 }, (_, index) => objectChanged({ requestId: `R${index}` }));
    await room.tell(FACTS.objectChanged, ...uploads);
    await expect.poll(() => functions.calls.length).toBe(10);
    // `trigger` would wait for those that are held.
    await room.tell(FACTS.triggerChanged, triggerChanged(undefined));
    await expect.poll(() => room.bridge.rules()).toEqual([]);
    open();
    await room.settle();
    expect(functions.calls).toHaveLength(10);
    expect(room.bridge.history.show('R150')?.deliveries).toMatchObject([{ state: 'dropped' }]);
    expect(room.logs()).not.toContain('have no rows');
  });

  test('a backlog longer than what is read ahead is delivered in its order, one after the other', async () => {
    const room = openRoom();
    await room.trigger(triggerConfig({ runOptions: { maximumTasks: 1 } }));
    const names = Array.from({ length: 300 }, (_, index) => `R${index}`);
    await room.change(...names.map((requestId) => ({ requestId })));
    expect(room.functions.calls.map(({ cause }) => cause.kind === 'event' && cause.eventId)).toEqual(names);
  });

  test('what is new is delivered while older ones wait for their retries', async () => {
    const functions = fakeFunctions(refused);
    const room = openRoom({ functions });
    await room.trigger(triggerConfig());
    await room.change({ requestId: 'A' }, { requestId: 'B' });
    functions.answer = accepted;
    await room.change({ requestId: 'C' });
    expect(['A', 'B', 'C'].map((id) => room.bridge.history.show(id)?.deliveries[0]?.state)).toEqual([
      'retrying',
      'retrying',
      'delivered',
    ]);
    await room.advance(MINUTE);
    expect(room.bridge.history.show('A')?.deliveries).toMatchObject([{ state: 'delivered' }]);
  });

  test('one delivery more than may wait is dropped and says so; those that wait are made', async () => {
    const { functions, open } = gatedFunctions(accepted);
    const room = openRoom({ functions, limits: { openDeliveriesMax: 2 } });
    await room.trigger(triggerConfig());
    await room.tell(FACTS.objectChanged, ...['A', 'B', 'C'].map((requestId) => objectChanged({ requestId })));
    await expect.poll(() => functions.calls.length).toBe(2);
    open();
    await room.settle();
    expect(room.bridge.history.show('B')?.deliveries).toMatchObject([{ state: 'delivered' }]);
    expect(room.bridge.history.show('C')?.deliveries).toMatchObject([
      { state: 'dropped', attempts: [], reason: expect.stringContaining('OPEN_DELIVERIES_MAX') },
    ]);
    await room.change({ requestId: 'D' });
    expect(room.bridge.history.show('D')?.deliveries).toMatchObject([{ state: 'delivered' }]);
  });
});

describe('settled', () => {
  test('a delivery in flight is busy, a retry that is not due is not', async () => {
    const room = openRoom({ functions: fakeFunctions(refused) });
    await room.trigger(triggerConfig());
    await room.change({});
    expect(room.onlyTrace().deliveries).toMatchObject([{ state: 'retrying' }]);
    expect(room.onlyTrace().deliveries[0]?.nextAttemptAt).toBeDefined();
    expect(room.settled.busy()).toEqual([]);
  });
});

describe('crashes', () => {
  test('a delivery cut off in the middle is made again after the restart', async () => {
    const folder = temporaryFolder();
    const functions = fakeFunctions(() => new Promise<InvokeAnswer>(() => {}));
    const room = openRoom({ folder, functions });
    await room.trigger(triggerConfig());
    await room.tell(FACTS.objectChanged, objectChanged());
    await expect.poll(() => functions.calls.length).toBe(1);
    await room.crash();

    const again = openRoom({ folder });
    await again.settle();
    expect(again.functions.calls).toHaveLength(1);
    expect(eventOf(again.functions.calls[0])).toEqual(eventOf(functions.calls[0]));
    expect(again.onlyTrace().deliveries).toMatchObject([{ state: 'delivered', attempts: [{ ok: true }] }]);
  });

  test('what answers after the end is not recorded, and breaks nothing', async () => {
    const folder = temporaryFolder();
    const { functions, release } = heldFunctions();
    const room = openRoom({ folder, functions });
    await room.trigger(triggerConfig());
    await room.tell(FACTS.objectChanged, objectChanged());
    await expect.poll(() => functions.calls.length).toBe(1);
    await room.crash();
    release();
    await turns();
    expect(room.logs()).toBe('');
  });

  test('a retry keeps its time over a restart', async () => {
    const folder = temporaryFolder();
    const room = openRoom({ folder, functions: fakeFunctions(refused) });
    await room.trigger(triggerConfig());
    await room.change({});
    const due = Date.parse(room.onlyTrace().deliveries[0]?.nextAttemptAt ?? '');
    await room.crash();

    const again = openRoom({ folder });
    await again.settle();
    await again.advance(due - again.clock.nowMs() - 1);
    expect(again.functions.calls).toHaveLength(0);
    await again.advance(1);
    expect(again.functions.calls).toHaveLength(1);
  });

  test('a retry that fell due while nothing ran is made at the start', async () => {
    const folder = temporaryFolder();
    const room = openRoom({ folder, functions: fakeFunctions(refused) });
    await room.trigger(triggerConfig());
    await room.change({});
    await room.crash();

    const again = openRoom({ folder, startMs: room.clock.nowMs() + 60 * MINUTE });
    await again.settle();
    expect(again.functions.calls).toHaveLength(1);
  });

  test('rules are in force again after a restart, without their triggers being told anew', async () => {
    const folder = temporaryFolder();
    const room = openRoom({ folder });
    await room.trigger(triggerConfig());
    await room.crash();

    const again = openRoom({ folder });
    await again.change({});
    expect(again.functions.calls).toHaveLength(1);
  });

  test('nothing is delivered before the start, however much is owed', async () => {
    const folder = temporaryFolder();
    const room = openRoom({ folder, functions: fakeFunctions(() => new Promise<InvokeAnswer>(() => {})) });
    await room.trigger(triggerConfig());
    await room.tell(FACTS.objectChanged, objectChanged());
    await expect.poll(() => room.functions.calls.length).toBe(1);
    await room.crash();

    const again = openRoom({ folder, isStarted: false });
    await again.settle();
    expect(again.functions.calls).toHaveLength(0);
    again.bridge.start();
    await again.settle();
    expect(again.functions.calls).toHaveLength(1);
  });
});

test('drain waits for what is in flight, records it, and starts nothing new', async () => {
  const { functions, release } = heldFunctions();
  const room = openRoom({ functions });
  await room.trigger(triggerConfig({ runOptions: { maximumTasks: 1 } }));
  await room.tell(FACTS.objectChanged, objectChanged({ requestId: 'A' }), objectChanged({ requestId: 'B' }));
  await expect.poll(() => functions.calls.length).toBe(1);
  const drained = room.bridge.drain();
  release();
  await drained;
  expect(room.bridge.history.show('A')?.deliveries).toMatchObject([{ state: 'delivered' }]);
  expect(room.bridge.history.show('B')?.deliveries).toMatchObject([{ state: 'pending' }]);
  expect(functions.calls).toHaveLength(1);
});

test('on a real clock a retry comes by itself', async () => {
  const functions = fakeFunctions((request, call) => (call === 1 ? refused : accepted)(request, call));
  const room = openRoom({ functions, retryTimeScale: 0.0001 });
  room.clock.setMode('real');
  await room.trigger(triggerConfig());
  await room.tell(FACTS.objectChanged, objectChanged());
  await expect
    .poll(() => room.bridge.history.list({}).length && room.onlyTrace().deliveries[0]?.state)
    .toBe('delivered');
  expect(functions.calls).toHaveLength(2);
});
