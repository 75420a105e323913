/** Events that go from bus to bus, and dead letters: nothing is lost on the way, and no circle is endless. */
import { describe, expect, test } from 'vitest';
import { ask, call } from '../api.ts';
import { ACCOUNT, fakeFunctions, openRoom, REGION, type Room, type RoomOptions, refused } from '../room.ts';

const busArn = (bus: string) => `acs:eventbridge:${REGION}:${ACCOUNT}:eventbus/${bus}`;

function toBus(bus: string, changes: Record<string, unknown> = {}) {
  return {
    Id: `to-${bus}`,
    Type: 'acs.eventbridge',
    Endpoint: busArn(bus),
    ParamList: [
      { ResourceKey: 'Body', Form: 'ORIGINAL' },
      { ResourceKey: 'EventBusName', Form: 'CONSTANT', Value: bus },
      { ResourceKey: 'AccountType', Form: 'CONSTANT', Value: 'SameAccount' },
      { ResourceKey: 'RegionId', Form: 'CONSTANT', Value: REGION },
    ],
    ...changes,
  };
}

function toFunction(changes: Record<string, unknown> = {}) {
  const Endpoint = `acs:fc:${REGION}:${ACCOUNT}:functions/resize`;
  return {
    Id: 'fn',
    Type: 'acs.fc.function',
    Endpoint,
    ParamList: [{ ResourceKey: 'Body', Form: 'ORIGINAL' }],
    ...changes,
  };
}

async function withBuses(names: readonly string[], options: RoomOptions = {}): Promise<Room> {
  const room = openRoom(options);
  for (const EventBusName of names) await call(room, 'CreateEventBus', { EventBusName });
  return room;
}

async function rule(room: Room, bus: string, target: object, name = 'r'): Promise<void> {
  const EventTargets = JSON.stringify([target]);
  const { body } = await call(room, 'CreateRule', {
    EventBusName: bus,
    RuleName: name,
    FilterPattern: '{}',
    EventTargets,
  });
  expect(body).toMatchObject({ Success: true });
}

function put(room: Room, bus: string, Id = 'E1') {
  const EventList = JSON.stringify([{ Id, Source: 'crm', Type: 't', Data: '{"a":1}' }]);
  return call(room, 'PutEvents', { EventBusName: bus, EventList });
}

test('an event is forwarded whole, under its id, and delivered by the rules of the other bus', async () => {
  const room = await withBuses(['first', 'second']);
  await rule(room, 'first', toBus('second'));
  await rule(room, 'second', toFunction());
  await put(room, 'first');
  await room.settle();
  const [invocation] = room.functions.calls;
  expect(JSON.parse(Buffer.from(invocation?.payload ?? []).toString())).toMatchObject({
    id: 'E1',
    source: 'crm',
    aliyuneventbusname: 'second',
    data: { a: 1 },
  });
  expect(room.bridge.history.list({}).map(({ id, bus }) => [id, bus])).toEqual([
    ['E1', 'second'],
    ['E1', 'first'],
  ]);
  for (const bus of ['first', 'second']) {
    expect((await ask(room, 'QueryEvent', { EventBusName: bus, EventId: 'E1' })).aliyuneventbusname).toBe(bus);
  }
});

test('buses that forward to each other end after five, and the trace says why', async () => {
  const room = await withBuses(['ping', 'pong']);
  await rule(room, 'ping', toBus('pong'));
  await rule(room, 'pong', toBus('ping'));
  await put(room, 'ping');
  await room.settle();
  expect(room.bridge.history.list({})).toHaveLength(6);
  const { body } = await call(room, 'QueryEventTraces', { EventBusName: 'pong', EventId: 'E1' });
  expect(Array.isArray(body.Data) && body.Data.at(-1)).toMatchObject({
    NotifyStatus: expect.stringContaining('rules that send events round in a circle end here'),
  });
});

test.each([
  ['a bus that does not exist', toBus('none'), 'The event bus none does not exist.'],
  ['no bus', toBus('x', { Endpoint: 'nonsense', ParamList: [] }), 'names no event bus'],
  [
    'another region',
    toBus('x', { ParamList: [{ ResourceKey: 'RegionId', Form: 'CONSTANT', Value: 'cn-shanghai' }] }),
    `LocalYun has ${REGION} alone`,
  ],
])('%s ends the delivery at once, with the reason', async (_what, target, reason) => {
  const room = await withBuses(['x', 'from']);
  await rule(room, 'from', target);
  await put(room, 'from');
  await room.settle();
  expect(room.onlyTrace().deliveries).toMatchObject([{ state: 'dropped', reason: expect.stringContaining(reason) }]);
});

test('what can not be delivered goes to the dead-letter bus, after its retries, and is delivered there', async () => {
  const answers = fakeFunctions((request, count) =>
    request.functionName === 'resize'
      ? refused(request, count)
      : { ok: true, requestId: 'r', functionError: undefined, payload: new Uint8Array() },
  );
  const room = await withBuses(['orders', 'dead'], { functions: answers });
  await rule(room, 'orders', toFunction({ DeadLetterQueue: { Arn: busArn('dead') } }));
  await rule(room, 'dead', toFunction({ Endpoint: `acs:fc:${REGION}:${ACCOUNT}:functions/bury` }));
  await put(room, 'orders');
  await room.settle();
  await room.advance(120_000);
  expect(answers.calls.map(({ functionName }) => functionName)).toEqual([
    'resize',
    'resize',
    'resize',
    'resize',
    'bury',
  ]);
  const traced = await ask(room, 'QueryTracedEvents', { EventBusName: 'dead', StartTime: '0', EndTime: '9e15' });
  expect(traced.Events).toMatchObject([{ EventId: 'E1', EventBusName: 'dead' }]);
  expect(room.bridge.history.show('E1')?.deliveries).toMatchObject([
    { state: 'dropped', reason: 'Dropped: 3 retries are used up. It went to the dead-letter bus dead.' },
  ]);
});

test('a dead letter for a bus that is gone says so, and the event stays', async () => {
  const room = await withBuses(['orders'], { functions: fakeFunctions(refused) });
  await rule(room, 'orders', toFunction({ DeadLetterQueue: { Arn: busArn('none') } }));
  await put(room, 'orders');
  await room.settle();
  await room.advance(120_000);
  expect(room.onlyTrace().deliveries[0]?.reason).toContain(
    'could not go to its dead-letter bus: The event bus none does not exist.',
  );
});

test('events that are published at the same time are all delivered, none waits for another to wake it', async () => {
  const room = await withBuses(['busy', 'other']);
  await rule(room, 'busy', toBus('other'));
  await rule(room, 'other', toFunction());
  for (let round = 0; round < 5; round++) {
    await Promise.all(Array.from({ length: 20 }, (_, index) => put(room, 'busy', `E${round}-${index}`)));
    await room.settle();
    expect(room.functions.calls).toHaveLength((round + 1) * 20);
  }
});

test('what became of an event is told for each bus that has it, also when the first has left the history', async () => {
  const room = await withBuses(['ping', 'pong'], { limits: { eventsKeptMax: 6 } });
  await rule(room, 'ping', toBus('pong'));
  await rule(room, 'pong', toBus('ping'));
  await put(room, 'ping');
  await room.settle();
  const { history } = room.bridge;
  expect(history.show('E1')).toMatchObject({ bus: 'ping', alsoOn: ['pong'], deliveries: [{ state: 'delivered' }] });
  const reason = expect.stringContaining('rules that send events round in a circle end here');
  expect(history.show('E1', { bus: 'pong' })).toMatchObject({
    bus: 'pong',
    deliveries: [{ state: 'dropped', reason }],
  });
  expect(history.show('E1', { bus: 'none' })).toBeUndefined();
  await call(room, 'PutEvents', {
    EventBusName: 'default',
    EventList: JSON.stringify([{ Id: 'E2', Source: 'crm', Type: 't', Data: '{}' }]),
  });
  expect(history.show('E1')).toMatchObject({ event: { id: 'E1' } });
});

describe('a replay of a time', () => {
  async function forwarded(): Promise<Room> {
    const room = await withBuses(['first', 'second']);
    await rule(room, 'first', toBus('second'));
    await rule(room, 'second', toFunction(), 'last');
    await put(room, 'first');
    await room.settle();
    return room;
  }
  const since = '2020-01-01T00:00:00Z';

  test('leaves out what was forwarded: it comes again with what it came from', async () => {
    const room = await forwarded();
    const replayed = await room.bridge.history.replayAll({ since });
    await room.settle();
    expect(replayed).toMatchObject([{ replayOf: 'E1' }]);
    expect(room.functions.calls).toHaveLength(2);
  });

  test('takes what was forwarded when its bus, or a rule of it, is named', async () => {
    const room = await forwarded();
    expect(await room.bridge.history.replayAll({ since, bus: 'second' })).toHaveLength(1);
    await room.settle();
    expect(room.functions.calls).toHaveLength(2);
    expect(
      await room.bridge.history.replayAll({ since, until: '2026-03-11T05:40:46Z' }, { rule: 'last' }),
    ).toHaveLength(2);
    await room.settle();
    expect(room.functions.calls).toHaveLength(4);
    await expect(room.bridge.history.replayAll({ since }, { rule: 'none' })).rejects.toThrow('There is no rule none');
  });
});

describe('a rule of the API whose target tolerates no error', () => {
  async function held() {
    const functions = fakeFunctions(refused);
    const room = await withBuses(['shop'], { functions, retryTimeScale: 0 });
    await rule(room, 'shop', toFunction({ ErrorsTolerance: 'NONE' }));
    await put(room, 'shop', 'FAILED');
    await room.settle();
    await put(room, 'shop', 'HELD');
    await room.settle();
    const stateOf = (id: string) => room.bridge.history.show(id)?.deliveries[0];
    expect(stateOf('FAILED')?.state).toBe('failed');
    expect(stateOf('HELD')).toMatchObject({
      state: 'pending',
      reason: expect.stringContaining('Update the rule, or enable it again.'),
    });
    functions.answer = fakeFunctions().answer;
    return { room, stateOf };
  }
  const NAME = { EventBusName: 'shop', RuleName: 'r' };

  test.each([
    ['enabled', 'EnableRule', NAME],
    ['updated', 'UpdateRule', { ...NAME, FilterPattern: '{}' }],
    [
      'given its target anew',
      'PutTargets',
      { ...NAME, Targets: JSON.stringify([toFunction({ ErrorsTolerance: 'NONE' })]) },
    ],
    ['relieved of another target', 'DeleteTargets', { ...NAME, TargetIds: '["none"]' }],
  ])('goes on when it is %s, but for the event that failed', async (_what, action, parameters) => {
    const { room, stateOf } = await held();
    await call(room, action, parameters);
    await room.settle();
    expect(stateOf('HELD')?.state).toBe('delivered');
    expect(stateOf('FAILED')).toMatchObject({ state: 'failed', attempts: { length: 4 } });
    expect(room.functions.calls).toHaveLength(5);
  });

  test('stays held when it is disabled', async () => {
    const { room, stateOf } = await held();
    await call(room, 'DisableRule', NAME);
    await room.settle();
    expect(stateOf('HELD')?.state).toBe('pending');
  });
});

test('an event whose bus was deleted is kept, and not sent there again', async () => {
  const room = await withBuses(['gone']);
  await put(room, 'gone');
  await call(room, 'DeleteEventBus', { EventBusName: 'gone' });
  const { history } = room.bridge;
  expect(history.show('E1')).toMatchObject({ bus: 'gone' });
  await expect(history.replay('E1')).rejects.toThrow('The event bus gone is there no longer.');
  const since = '2020-01-01T00:00:00Z';
  await expect(history.replayAll({ since })).rejects.toThrow('is there no longer');
  expect(history.list({})).toHaveLength(1);
  await put(room, 'default', 'E2');
  expect(await history.replayAll({ since })).toMatchObject([{ replayOf: 'E2' }]);
});
