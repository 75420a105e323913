/** Event streamings through the API: what is kept, what is refused, and what runs. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are templates of the service.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { startReceiver } from '../../../../support/event-receiver.ts';
import { dataOf } from '../../../../support/eventbridge-answers.ts';
import { temporaryFolder } from '../../../../support/temporary-folder.ts';
import { call } from '../api.ts';
import {
  ACCOUNT,
  accepted,
  fakeFunctions,
  openRoom,
  REGION,
  type Room,
  type RoomOptions,
  refused,
  triggerConfig,
} from '../room.ts';

const SECOND = 1000;
const NAME = 'orders';
const BUS_SOURCE = { SourceEventBusParameters: { EventBusName: 'shop' } };
const MNS_SOURCE = { SourceMNSParameters: { RegionId: REGION, QueueName: 'in', IsBase64Decode: true } };
const FC_SINK = {
  SinkFcParameters: {
    FunctionName: { Value: 'resize', Form: 'CONSTANT', Template: '' },
    Body: { Form: 'ORIGINAL' },
    InvocationType: { Value: 'Sync', Form: 'CONSTANT' },
  },
};
const RUN_OPTIONS = {
  MaximumTasks: 2,
  ErrorsTolerance: 'ALL',
  BatchWindow: { CountBasedWindow: 2, TimeBasedWindow: 5 },
  RetryStrategy: { PushRetryStrategy: 'BACKOFF_RETRY', MaximumEventAgeInSeconds: 600, MaximumRetryAttempts: 3 },
};

type Parts = Record<string, unknown>;
type Answer = Awaited<ReturnType<typeof call>>;

function texts(parts: Parts): Record<string, string> {
  const entries = Object.entries(parts).filter(([, part]) => part !== undefined);
  return Object.fromEntries(
    entries.map(([name, part]) => [name, typeof part === 'string' ? part : JSON.stringify(part)]),
  );
}

function create(room: Room, parts: Parts = {}): Promise<Answer> {
  return call(
    room,
    'CreateEventStreaming',
    texts({ EventStreamingName: NAME, Source: BUS_SOURCE, Sink: FC_SINK, RunOptions: RUN_OPTIONS, ...parts }),
  );
}

function update(room: Room, parts: Parts): Promise<Answer> {
  return call(room, 'UpdateEventStreaming', texts({ EventStreamingName: NAME, ...parts }));
}

const act = (room: Room, action: string, name = NAME) => call(room, action, { EventStreamingName: name });
const start = (room: Room) => act(room, 'StartEventStreaming');
const pause = (room: Room) => act(room, 'PauseEventStreaming');
const get = async (room: Room, name = NAME) => (await act(room, 'GetEventStreaming', name)).body;
const dataOfStreaming = async (room: Room, name = NAME) => dataOf(await get(room, name));
const statusOf = async (room: Room) => (await dataOfStreaming(room)).Status;

async function openShop(options: RoomOptions = {}): Promise<Room> {
  const room = openRoom(options);
  await call(room, 'CreateEventBus', { EventBusName: 'shop' });
  return room;
}

async function publish(room: Room, ...ids: string[]): Promise<void> {
  for (const id of ids) {
    const event = { Id: id, Source: 'crm', Type: id.startsWith('x') ? 'order:lost' : 'order:paid', Data: { id } };
    const { body } = await call(room, 'PutEvents', { EventBusName: 'shop', EventList: JSON.stringify([event]) });
    expect(body).toMatchObject({ Success: true, Data: { FailedEntryCount: 0 } });
  }
  await room.settle();
}

/** The ids of each call. */
function calls(room: Room): unknown[][] {
  return room.functions.calls.map(({ payload }) =>
    (JSON.parse(Buffer.from(payload).toString()) as { id?: string }[]).map((each) => each.id ?? each),
  );
}

describe('what is kept', () => {
  test('comes back as it was sent, READY, under its ARN', async () => {
    const room = await openShop();
    const FilterPattern = '{"type":["order:paid", "order:sent"]}';
    const Transforms = [{ Arn: `acs:fc:${REGION}:${ACCOUNT}:functions/enrich` }];
    const made = await create(room, { Description: 'All orders', FilterPattern, Transforms });
    expect(made.status).toBe(200);
    expect(made.body).toMatchObject({
      Code: 'Success',
      Success: true,
      Data: { EventStreamingARN: `acs:eventbridge:${REGION}:${ACCOUNT}:eventstreaming/${NAME}` },
    });
    expect((await get(room)).Data).toEqual({
      EventStreamingName: NAME,
      Description: 'All orders',
      FilterPattern,
      Source: BUS_SOURCE,
      Sink: FC_SINK,
      RunOptions: RUN_OPTIONS,
      Transforms,
      Status: 'READY',
    });
  });

  test('outlives a restart, running or paused', async () => {
    const folder = temporaryFolder();
    const room = await openShop({ folder });
    await create(room);
    await start(room);
    await publish(room, 'a');
    await room.crash();

    const again = openRoom({ folder });
    expect(await statusOf(again)).toBe('RUNNING');
    await again.advance(5 * SECOND);
    expect(calls(again)).toEqual([['a']]);
    await pause(again);
    await again.crash();
    expect(await statusOf(openRoom({ folder }))).toBe('PAUSED');
  });

  test('is changed where something is said of it, and stays elsewhere', async () => {
    const room = await openShop();
    await create(room, { Description: 'Old' });
    expect((await update(room, { Description: 'New' })).body).toMatchObject({ Code: 'Success', Success: true });
    const runOptions = { ErrorsTolerance: 'NONE' };
    await update(room, { Source: MNS_SOURCE, FilterPattern: '{"source":["acs.mns"]}', RunOptions: runOptions });
    expect((await get(room)).Data).toMatchObject({
      Description: 'New',
      Source: MNS_SOURCE,
      Sink: FC_SINK,
      RunOptions: runOptions,
      FilterPattern: '{"source":["acs.mns"]}',
    });
    expect((await dataOfStreaming(room)).RunOptions).toEqual(runOptions);
  });

  test('goes with DeleteEventStreaming, and what is not there is told by Terraform’s code', async () => {
    const room = await openShop();
    await create(room);
    expect((await act(room, 'DeleteEventStreaming')).body).toMatchObject({ Code: 'Success', Success: true });
    for (const action of ['Get', 'Delete', 'Start', 'Pause', 'Update']) {
      const { status, body } = await act(room, `${action}EventStreaming`);
      expect([action, status, body.Success, body.Code, body.Message]).toEqual([
        action,
        200,
        false,
        'EventStreamingNotExisted',
        `The event streaming [${NAME}] not existed!`,
      ]);
    }
  });

  test('is forgotten by a reset, with its rule', async () => {
    const room = await openShop();
    await create(room);
    await start(room);
    await room.bridge.reset();
    expect(room.bridge.rules()).toEqual([]);
    expect(await get(room)).toMatchObject({ Code: 'EventStreamingNotExisted' });
  });
});

describe('names', () => {
  test('are cut at 127 characters, and one is used once', async () => {
    const room = await openShop();
    const long = 'n'.repeat(128);
    const made = await create(room, { EventStreamingName: long });
    expect(dataOf(made.body).EventStreamingARN).toMatch(/eventstreaming\/n{127}$/);
    expect((await dataOfStreaming(room, long)).EventStreamingName).toHaveLength(127);
    expect((await create(room, { EventStreamingName: 'n'.repeat(127) })).body).toMatchObject({
      Success: false,
      Code: 'EventStreamingAlreadyExist',
    });
  });

  test.each(['-a', 'a b', 'a/b', 'ä', 'eventbridge-reserved-a', '\u0000'])('%j is none', async (EventStreamingName) => {
    const { status, body } = await create(await openShop(), { EventStreamingName });
    expect(status).toBe(200);
    expect(body).toMatchObject({ Success: false, Code: 'EventStreamingNameInvalid' });
  });

  test('as many as the limit allows, and not one more', async () => {
    const room = await openShop({ limits: { streamingsMax: 2 } });
    for (const name of ['a', 'b']) expect((await create(room, { EventStreamingName: name })).body.Success).toBe(true);
    expect((await create(room, { EventStreamingName: 'c' })).body).toMatchObject({
      Success: false,
      Code: 'EventStreamingCountExceedLimit',
      Message: 'The current count of event streaming is [2], which will exceed the limit quota [2]',
    });
    await act(room, 'DeleteEventStreaming', 'a');
    expect((await create(room, { EventStreamingName: 'c' })).body.Success).toBe(true);
  });
});

describe('what no streaming can have is refused, and nothing of it kept', () => {
  const sinkWith = (members: Parts) => ({ SinkFcParameters: { ...FC_SINK.SinkFcParameters, ...members } });
  test.each<[string, Parts, string]>([
    ['no source', { Source: undefined }, 'Source is mandatory'],
    ['no sink', { Sink: undefined }, 'Sink is mandatory'],
    ['a source that is no JSON', { Source: '{' }, 'Source'],
    ['a source that is a list', { Source: [] }, 'Source'],
    ['an empty source', { Source: {} }, 'exactly one of the kinds, and has none'],
    ['two sources', { Source: { ...BUS_SOURCE, ...MNS_SOURCE } }, 'exactly one of the kinds, and has 2'],
    ['two sinks', { Sink: { ...FC_SINK, SinkMNSParameters: {} } }, 'exactly one of the kinds, and has 2'],
    [
      'a kind of source that does not exist',
      { Source: { SourcePigeonParameters: {} } },
      'SourcePigeonParameters is no',
    ],
    ['a source for a sink', { Sink: BUS_SOURCE }, 'SourceEventBusParameters is no kind'],
    ['a kind that is a text', { Source: { SourceMNSParameters: 'in' } }, 'Source.SourceMNSParameters'],
    ['an unknown form', { Sink: sinkWith({ Body: { Form: 'XPATH', Value: '/a' } }) }, 'Sink.SinkFcParameters'],
    ['a path that is none', { Sink: sinkWith({ Body: { Form: 'JSONPATH', Value: '$..a' } }) }, 'definite JSONPath'],
    [
      'a template of nested values',
      { Sink: sinkWith({ Body: { Form: 'TEMPLATE', Value: '{"a":{}}', Template: '' } }) },
      'Body',
    ],
    [
      'a template that is too long',
      { Sink: sinkWith({ Body: { Form: 'CONSTANT', Value: 'x'.repeat(10_241) } }) },
      '10240',
    ],
    ['run options that are a text', { RunOptions: '"fast"' }, 'RunOptions'],
    ['a window of too many events', { RunOptions: { BatchWindow: { CountBasedWindow: 10_001 } } }, 'CountBasedWindow'],
    ['a window of too many seconds', { RunOptions: { BatchWindow: { TimeBasedWindow: 16 } } }, 'TimeBasedWindow'],
    ['a window below nothing', { RunOptions: { BatchWindow: { TimeBasedWindow: -1 } } }, 'TimeBasedWindow'],
    ['a window that is no number', { RunOptions: { BatchWindow: { CountBasedWindow: 'many' } } }, 'CountBasedWindow'],
    ['a tolerance there is none', { RunOptions: { ErrorsTolerance: 'SOME' } }, 'RunOptions.ErrorsTolerance'],
    ['a retry strategy', { RunOptions: { RetryStrategy: { PushRetryStrategy: 'NEVER' } } }, 'PushRetryStrategy'],
    ['tasks below nothing', { RunOptions: { MaximumTasks: -1 } }, 'MaximumTasks'],
    ['transforms that are no list', { Transforms: {} }, 'Transforms'],
    ['transforms of texts', { Transforms: ['upper'] }, 'Transforms.0'],
    ['a pattern that is none', { FilterPattern: '{"source":"crm"}' }, 'Event pattern is not valid'],
    ['metadata', { Metadata: '{"a":1}' }, 'Metadata of event streamings is not served'],
  ])('%s', async (_what, parts, says) => {
    const room = await openShop();
    const { body } = await create(room, parts);
    expect(body.Success).toBe(false);
    expect(body.Message).toContain(says);
    expect(await get(room)).toMatchObject({ Code: 'EventStreamingNotExisted' });

    if (Object.values(parts)[0] === undefined) return;
    await create(room);
    const before = (await get(room)).Data;
    expect((await update(room, parts)).body.Message).toContain(says);
    expect((await get(room)).Data).toEqual(before);
  });

  test('parts that nest deeper than anything could write them', async () => {
    const room = await openShop();
    const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
    const parts = {
      Source: `{"SourceMNSParameters":{"a":${deep}}}`,
      Sink: `{"SinkMNSParameters":{"a":${deep}}}`,
      RunOptions: `{"a":${deep}}`,
      Transforms: `[{"a":${deep}}]`,
    };
    for (const [name, text] of Object.entries(parts)) {
      const { status, body } = await create(room, { [name]: text });
      expect([name, status, body.Success]).toEqual([name, 200, false]);
      expect(body.Message).toContain('nests deeper than 500');
    }
  });

  test('or kept, whatever comes: it breaks nothing, and what is kept can be read and started', async () => {
    const room = await openShop({ limits: { streamingsMax: 1000 } });
    const member = fc.constantFrom('EventBusName', 'FunctionName', 'Body', 'URL', 'Form', 'Value', 'a b', 'toString');
    const value = fc.oneof(fc.jsonValue(), fc.constantFrom('shop', 'JSONPATH', '$.data', '${', 'CONSTANT'));
    const members = fc.dictionary(member, fc.oneof(value, fc.dictionary(member, value)));
    const part = (...kinds: string[]) =>
      fc.oneof(
        { weight: 1, arbitrary: fc.jsonValue() },
        { weight: 1, arbitrary: fc.dictionary(fc.constantFrom('__proto__', '', ...kinds), members, { maxKeys: 2 }) },
        { weight: 6, arbitrary: fc.tuple(fc.constantFrom(...kinds), members).map(([kind, own]) => ({ [kind]: own })) },
      );
    const source = part('SourceEventBusParameters', 'SourceMNSParameters');
    const sink = part('SinkFcParameters', 'SinkHttpsParameters', 'SinkMNSParameters');
    const options = fc.option(fc.oneof(fc.jsonValue(), part('BatchWindow', 'RetryStrategy')), { nil: undefined });
    const transforms = fc.constantFrom(undefined, undefined, [], [{ Arn: '${' }], [1], {}, 'x');
    let kept = 0;
    let count = 0;
    const property = fc.asyncProperty(
      source,
      sink,
      options,
      transforms,
      async (Source, Sink, RunOptions, Transforms) => {
        const EventStreamingName = `n${count++}`;
        const actions = ['GetEventStreaming', 'StartEventStreaming', 'PauseEventStreaming', 'DeleteEventStreaming'];
        const made = await create(room, { EventStreamingName, Source, Sink, RunOptions, Transforms });
        const replies = [made];
        if (made.body.Success) kept++;
        for (const action of made.body.Success ? actions : [])
          replies.push(await act(room, action, EventStreamingName));
        for (const { status, body } of replies) expect([status, typeof body.Code]).toEqual([200, 'string']);
        for (const { body } of replies) expect(body.Code).not.toBe('InternalError');
      },
    );
    await fc.assert(property, { numRuns: 200, seed: 1 });
    // Otherwise it would show little.
    expect(kept).toBeGreaterThan(10);
    expect(room.logs()).not.toContain('failed inside EventBridge');
  });

  test('more than 20 tags', async () => {
    const tags = (count: number) => Array.from({ length: count }, (_, i) => ({ Key: `k${i}`, Value: '' }));
    const room = await openShop();
    expect((await create(room, { Tags: tags(21) })).body).toMatchObject({
      Success: false,
      Code: 'TagCountExceedLimit',
    });
    expect((await create(room, { Tags: tags(20) })).body.Success).toBe(true);
  });
});

describe('a streaming that can’t run here says so when it is started, and stays as it was', () => {
  const sinkWith = (members: Parts) => ({ SinkFcParameters: { ...FC_SINK.SinkFcParameters, ...members } });
  const https = (members: Parts) => ({ SinkHttpsParameters: { URL: { Value: 'http://127.0.0.1:1/' }, ...members } });
  test.each<[string, Parts, string]>([
    ['SMQ', { Source: MNS_SOURCE }, 'its source SourceMNSParameters is kept, but not served by LocalYun yet'],
    ['SLS', { Source: { SourceSLSParameters: { Project: 'p', LogStore: 'l' } } }, 'SourceSLSParameters'],
    ['Kafka', { Source: { SourceKafkaParameters: { InstanceId: 'i' } } }, 'SourceKafkaParameters'],
    ['DTS', { Source: { SourceDTSParameters: { TaskId: 't' } } }, 'SourceDTSParameters'],
    ['a bus without a name', { Source: { SourceEventBusParameters: {} } }, 'names no EventBusName'],
    [
      'a sink of SMQ',
      { Sink: { SinkMNSParameters: { QueueName: { Value: 'q' } } } },
      'its sink SinkMNSParameters is kept',
    ],
    ['no function', { Sink: { SinkFcParameters: {} } }, 'names no FunctionName'],
    [
      'a function made from events',
      { Sink: sinkWith({ FunctionName: { Form: 'JSONPATH', Value: '$.type' } }) },
      'FunctionName',
    ],
    ['an unknown member', { Sink: sinkWith({ ExtendConfig: { a: 1 } }) }, 'has "ExtendConfig"'],
    ['an invocation type', { Sink: sinkWith({ InvocationType: { Value: 'Later' } }) }, 'neither Sync nor Async'],
    ['a concurrency', { Sink: sinkWith({ Concurrency: { Value: '0' } }) }, 'Concurrency "0"'],
    ['an address that is none', { Sink: https({ URL: { Value: 'ftp://a' } }) }, 'no http or https URL'],
    ['another method', { Sink: https({ Method: 'PUT' }) }, 'Method PUT'],
    ['no API', { Sink: { SinkApiDestinationParameters: { Name: '' } }, RunOptions: undefined }, 'names no Name'],
    ['an API and batches', { Sink: { SinkApiDestinationParameters: { Name: 'a' } } }, 'takes one event at a time'],
    ['a timeout', { Sink: { SinkApiDestinationParameters: { Name: 'a', Timeout: 5 } } }, 'has "Timeout"'],
    ['transforms', { Transforms: [{ Arn: 'acs:fc:r:1:functions/f' }] }, 'Transforms'],
    ['a throttle', { RunOptions: { Throttling: 5 } }, 'RunOptions.Throttling'],
  ])('%s', async (_what, parts, says) => {
    const room = await openShop();
    await create(room, parts);
    const { status, body } = await start(room);
    expect(status).toBe(200);
    expect(body).toMatchObject({ Success: false, Code: 'EventStreamingStartFailed' });
    expect(body.Message).toContain(says);
    expect(await statusOf(room)).toBe('READY');
    expect(room.bridge.rules()).toEqual([]);
  });

  test('a bus or a rule that is not there', async () => {
    const room = openRoom();
    await create(room);
    expect((await start(room)).body).toMatchObject({ Success: false, Code: 'EventBusNotExist' });
    await call(room, 'CreateEventBus', { EventBusName: 'shop' });
    await update(room, { Source: { SourceEventBusParameters: { EventBusName: 'shop', EventRuleName: 'paid' } } });
    expect((await start(room)).body).toMatchObject({ Success: false, Code: 'EventRuleNotExisted' });
    expect(await statusOf(room)).toBe('READY');
  });

  test('a bus that has all the rules it may have', async () => {
    const room = await openShop({ limits: { rulesPerBusMax: 1 } });
    const rule = { EventBusName: 'shop', RuleName: 'r', FilterPattern: '{}', EventTargets: '[]' };
    await call(room, 'CreateRule', rule);
    await create(room);
    expect((await start(room)).body).toMatchObject({ Success: false, Code: 'EventRuleCountExceedLimit' });
  });

  test('is not made of one that runs', async () => {
    const room = await openShop();
    await create(room);
    await start(room);
    expect((await update(room, { Source: MNS_SOURCE })).body).toMatchObject({ Code: 'EventStreamingStartFailed' });
    expect((await get(room)).Data).toMatchObject({ Source: BUS_SOURCE, Status: 'RUNNING' });
  });
});

describe('one that runs', () => {
  test('hands its function the events of its bus that match, in batches', async () => {
    const room = await openShop();
    await create(room, { FilterPattern: '{"type":["order:paid"]}' });
    await publish(room, 'before');
    expect((await start(room)).body).toMatchObject({ Code: 'Success', Success: true });
    expect(await statusOf(room)).toBe('RUNNING');
    await publish(room, 'a', 'xb', 'c', 'd');
    expect(calls(room)).toEqual([['a', 'c']]);
    expect(room.functions.calls[0]).toMatchObject({ functionName: 'resize', type: 'sync' });
    await room.advance(5 * SECOND);
    expect(calls(room)).toEqual([['a', 'c'], ['d']]);
    expect(room.bridge.history.show('c')?.deliveries).toMatchObject([
      {
        rule: 'EVENTSTREAMING_orders',
        target: 'sink',
        state: 'delivered',
        attempts: [{ batch: { size: 2, position: 2 } }],
      },
    ]);
  });

  test('hands over what its template makes of each, asynchronously, to a version', async () => {
    const room = await openShop();
    const member = (Value: string) => ({ Value, Form: 'CONSTANT' });
    const Sink = {
      SinkFcParameters: {
        ...{ FunctionName: member('resize'), Qualifier: member('2'), InvocationType: member('Async') },
        ...{ ServiceName: member('svc'), DataFormat: member('ObjectList'), Concurrency: member('3') },
        Body: { Form: 'TEMPLATE', Value: '{"id":"$.id","data":"$.data"}', Template: 'order ${id}: ${data}' },
      },
    };
    await create(room, { Sink });
    await start(room);
    await publish(room, 'a', 'b');
    expect(room.functions.calls).toMatchObject([{ functionName: 'resize', qualifier: '2', type: 'async' }]);
    expect(calls(room)).toEqual([['order a: {"id":"a"}', 'order b: {"id":"b"}']]);
  });

  test('hands over parts of events as what they are', async () => {
    const room = await openShop();
    const Body = { Form: 'JSONPATH', Value: '$.data' };
    await create(room, { Sink: { SinkFcParameters: { ...FC_SINK.SinkFcParameters, Body } } });
    await start(room);
    await publish(room, 'a', 'b');
    expect(JSON.parse(Buffer.from(room.functions.calls[0]?.payload ?? []).toString())).toEqual([
      { id: 'a' },
      { id: 'b' },
    ]);
  });

  test('calls its API destination for each event, with what is made of it', async () => {
    const receiver = await startReceiver();
    const room = await openShop();
    const NetworkParameters = '{"NetworkType":"PublicNetwork"}';
    const AuthParameters = JSON.stringify({
      AuthorizationType: 'API_KEY_AUTH',
      ApiKeyAuthParameters: { ApiKeyName: 'token', ApiKeyValue: 's3cret' },
    });
    await call(room, 'CreateConnection', { ConnectionName: 'partner', NetworkParameters, AuthParameters });
    const HttpApiParameters = JSON.stringify({ Endpoint: receiver.url, Method: 'PUT' });
    const destination = { ApiDestinationName: 'orders-api', ConnectionName: 'partner', HttpApiParameters };
    await call(room, 'CreateApiDestination', destination);
    const made = (Template: string) => ({ Form: 'TEMPLATE', Value: '{"id":"$.id"}', Template });
    const Sink = {
      SinkApiDestinationParameters: {
        Name: 'orders-api',
        HeaderParameters: made('{"x-order":"${id}"}'),
        BodyParameters: made('{"order":"${id}"}'),
      },
    };
    await create(room, { Sink, RunOptions: undefined });
    await start(room);
    await publish(room, 'a', 'b');
    const seen = receiver.received.map(({ method, body, headers }) => [
      method,
      body,
      headers['x-order'],
      headers.token,
    ]);
    expect(seen.sort()).toEqual([
      ['PUT', '{"order":"a"}', 'a', 's3cret'],
      ['PUT', '{"order":"b"}', 'b', 's3cret'],
    ]);
    expect(room.bridge.history.show('a')?.deliveries).toMatchObject([{ state: 'delivered', attempts: [{ ok: true }] }]);
  });

  test('takes of its bus what another rule matches, too, when it names one', async () => {
    const room = await openShop();
    const paid = {
      EventBusName: 'shop',
      RuleName: 'paid',
      FilterPattern: '{"type":["order:paid"]}',
      EventTargets: '[]',
    };
    await call(room, 'CreateRule', paid);
    await create(room, { Source: { SourceEventBusParameters: { EventBusName: 'shop', EventRuleName: 'paid' } } });
    await start(room);
    await publish(room, 'a', 'xb', 'c');
    expect(calls(room)).toEqual([['a', 'c']]);
    const [unmatched] = room.bridge.history.show('xb')?.unmatched.filter(({ rule }) => rule.startsWith('EVENT')) ?? [];
    expect(unmatched?.reason).toContain('but not the rule paid');
    await call(room, 'DisableRule', { EventBusName: 'shop', RuleName: 'paid' });
    await publish(room, 'e', 'f');
    expect(calls(room)).toHaveLength(1);
  });

  test('of the bus default gets the uploads', async () => {
    const room = openRoom();
    await create(room, { Source: { SourceEventBusParameters: { EventBusName: 'default' } } });
    await start(room);
    await room.change({ requestId: 'UP' }, { requestId: 'DOWN' });
    expect(calls(room)).toEqual([['UP', 'DOWN']]);
  });

  test('goes on with what it was changed to', async () => {
    const room = await openShop();
    await create(room);
    await start(room);
    await publish(room, 'a');
    await update(room, {
      FilterPattern: '{"type":["order:lost"]}',
      RunOptions: { BatchWindow: { CountBasedWindow: 3, TimeBasedWindow: 5 } },
    });
    await publish(room, 'b', 'xc', 'xd');
    expect(calls(room)).toEqual([['a', 'xc', 'xd']]);
  });

  test('moves to another bus with its settings, and drops what it had of the old one', async () => {
    const room = await openShop();
    await call(room, 'CreateEventBus', { EventBusName: 'other' });
    await create(room);
    await start(room);
    await publish(room, 'a');
    await update(room, { Source: { SourceEventBusParameters: { EventBusName: 'other' } } });
    expect(room.bridge.rules().map(({ bus, name }) => [bus, name])).toEqual([['other', 'EVENTSTREAMING_orders']]);
    expect(room.bridge.history.show('a')?.deliveries).toMatchObject([{ state: 'dropped' }]);
  });

  test('is one rule however often it is started, beside one of its name, and none once it is deleted', async () => {
    const room = await openShop();
    const same = { EventBusName: 'shop', RuleName: 'EVENTSTREAMING_orders', FilterPattern: '{}', EventTargets: '[]' };
    await call(room, 'CreateRule', same);
    await create(room);
    await start(room);
    await start(room);
    expect(room.bridge.rules().map(({ name }) => name)).toEqual(['EVENTSTREAMING_orders', 'EVENTSTREAMING_orders-2']);
    expect((await call(room, 'DeleteEventBus', { EventBusName: 'shop' })).body.Code).toBe(
      'EventBusRuleNotEmptyForDelete',
    );
    await publish(room, 'a');
    await act(room, 'DeleteEventStreaming');
    expect(room.bridge.rules().map(({ name }) => name)).toEqual(['EVENTSTREAMING_orders']);
    expect(room.bridge.history.show('a')?.deliveries).toMatchObject([{ state: 'dropped' }]);
    await room.advance(60 * SECOND);
    expect(calls(room)).toEqual([]);
  });

  test('whose rule somebody deleted is READY, and gets it back when it is started', async () => {
    const room = await openShop();
    await create(room);
    await start(room);
    await call(room, 'DeleteRule', { EventBusName: 'shop', RuleName: 'EVENTSTREAMING_orders' });
    expect(await statusOf(room)).toBe('READY');
    await start(room);
    await publish(room, 'a', 'b');
    expect(calls(room)).toEqual([['a', 'b']]);
  });

  test('is READY again once a failure blocks it, and goes on when it is started', async () => {
    const functions = fakeFunctions(refused);
    const room = await openShop({ functions, retryTimeScale: 0 });
    await create(room, {
      RunOptions: {
        MaximumTasks: 1,
        ErrorsTolerance: 'NONE',
        BatchWindow: { CountBasedWindow: 2, TimeBasedWindow: 5 },
      },
    });
    await start(room);
    await publish(room, 'a', 'b', 'c', 'd');
    expect(calls(room)).toHaveLength(4);
    expect(await statusOf(room)).toBe('READY');
    expect(room.bridge.history.show('c')?.deliveries).toMatchObject([
      { state: 'pending', reason: expect.stringContaining('Start the event streaming orders again.') },
    ]);
    functions.answer = accepted;
    await start(room);
    await room.settle();
    expect(calls(room).at(-1)).toEqual(['c', 'd']);
    expect(await statusOf(room)).toBe('RUNNING');
  });
});

describe('one that is paused', () => {
  test('keeps what it has and what comes, and hands it over when it is started again', async () => {
    const room = await openShop();
    await create(room);
    await start(room);
    await publish(room, 'a');
    expect((await pause(room)).body).toMatchObject({ Code: 'Success', Success: true });
    expect(await statusOf(room)).toBe('PAUSED');
    await publish(room, 'b', 'c');
    await room.advance(60 * SECOND);
    expect(calls(room)).toEqual([]);
    expect(room.bridge.history.show('b')?.deliveries).toMatchObject([
      { state: 'pending', reason: 'Held: its event streaming is paused.' },
    ]);
    await start(room);
    await room.settle();
    expect(calls(room).sort()).toEqual([['a', 'b'], ['c']]);
  });

  test('may be so before it ever ran, and change meanwhile', async () => {
    const room = await openShop();
    await create(room);
    await pause(room);
    expect(await statusOf(room)).toBe('PAUSED');
    await publish(room, 'before');
    await start(room);
    await pause(room);
    await publish(room, 'a');
    await update(room, { Source: MNS_SOURCE });
    expect(room.bridge.rules()).toEqual([]);
    expect(room.bridge.history.show('a')?.deliveries).toMatchObject([{ state: 'dropped' }]);
    expect(await statusOf(room)).toBe('PAUSED');
  });

  test('is not set going by its rule being enabled', async () => {
    const room = await openShop();
    await create(room);
    await start(room);
    await pause(room);
    await publish(room, 'a', 'b');
    await call(room, 'EnableRule', { EventBusName: 'shop', RuleName: 'EVENTSTREAMING_orders' });
    await room.settle();
    expect(calls(room)).toEqual([]);
  });
});

describe('lists', () => {
  const list = async (room: Room, query: Parts = {}) =>
    dataOf((await call(room, 'ListEventStreamings', texts(query))).body);
  const names = async (room: Room, query: Parts) =>
    (await list(room, query)).EventStreamings?.map((each) => each.EventStreamingName);

  test('come in pages, in the order of their names', async () => {
    const room = await openShop();
    for (const name of ['b', 'a', 'c']) await create(room, { EventStreamingName: name });
    const first = await list(room, { Limit: '2' });
    expect(first).toMatchObject({
      Total: 3,
      EventStreamings: [{ EventStreamingName: 'a' }, { EventStreamingName: 'b' }],
    });
    const second = await list(room, { Limit: '2', NextToken: first.NextToken ?? '' });
    expect(second.EventStreamings).toMatchObject([
      { EventStreamingName: 'c', Source: BUS_SOURCE, Sink: FC_SINK, RunOptions: RUN_OPTIONS, Status: 'READY' },
    ]);
    expect(second.NextToken).toBeUndefined();
    expect((await call(room, 'ListEventStreamings', { Limit: '101' })).body.Code).toBe('LimitSizeInvalid');
    expect((await call(room, 'ListEventStreamings', { NextToken: '!' })).body.Code).toBe('NextTokenInvalid');
  });

  test('are narrowed by name, source, sink and tags', async () => {
    const room = await openShop();
    const queue = { SinkMNSParameters: { QueueName: { Value: 'out', Form: 'CONSTANT' } } };
    await create(room, { EventStreamingName: 'in-bus', Tags: [{ Key: 'team', Value: 'shop' }] });
    await create(room, { EventStreamingName: 'in-queue', Source: MNS_SOURCE, Sink: queue });
    await create(room, {
      EventStreamingName: 'other',
      Source: { SourceSLSParameters: { Project: 'p', LogStore: 'l' } },
    });
    const own = (product: string) => `acs:${product}:${REGION}:${ACCOUNT}:`;
    const cases: [Parts, string[]][] = [
      [{ NamePrefix: 'in-' }, ['in-bus', 'in-queue']],
      [{ SourceArn: `${own('eventbridge')}eventbus/shop` }, ['in-bus']],
      [{ SourceArn: `${own('mns')}/queues/in` }, ['in-queue']],
      [{ SourceArn: `${own('mns')}queues/in` }, ['in-queue']],
      [{ SourceArn: `${own('log')}project/p/logstore/l` }, ['other']],
      [{ SinkArn: `${own('fc')}functions/resize` }, ['in-bus', 'other']],
      [{ SinkArn: `${own('mns')}/queues/out` }, ['in-queue']],
      [{ SinkArn: `${own('mns')}/queues/none` }, []],
      [{ SourceType: 'mns' }, ['in-queue']],
      [{ SinkType: 'SinkFcParameters' }, ['in-bus', 'other']],
      [{ Tags: [{ Key: 'team', Value: 'shop' }] }, ['in-bus']],
      [{ 'Tags.1.Key': 'team', 'Tags.1.Value': 'other' }, []],
      [{ SourceArn: '' }, ['in-bus', 'in-queue', 'other']],
    ];
    for (const [query, wanted] of cases) expect([query, await names(room, query)]).toEqual([query, wanted]);
  });
});

describe('tags, as Terraform keeps them', () => {
  const RESOURCE = { ResourceType: 'eventstreaming', 'ResourceId.1': NAME };
  const tagsOf = async (room: Room) => (await call(room, 'ListTagResources', RESOURCE)).body.TagResources;

  test('are added, replaced, listed and taken away', async () => {
    const room = await openShop();
    await create(room);
    expect(await tagsOf(room)).toEqual({ TagResource: [] });
    const added = { 'Tag.1.Key': 'created', 'Tag.1.Value': 'true', 'Tag.2.Key': 'purpose', 'Tag.2.Value': 'Test' };
    expect((await call(room, 'TagResources', { ...RESOURCE, ...added })).body).toMatchObject({ Code: 'Success' });
    await call(room, 'TagResources', { ...RESOURCE, 'Tag.1.Key': 'created', 'Tag.1.Value': 'false' });
    expect(await tagsOf(room)).toEqual({
      TagResource: [
        { ResourceType: 'eventstreaming', ResourceId: NAME, TagKey: 'created', TagValue: 'false' },
        { ResourceType: 'eventstreaming', ResourceId: NAME, TagKey: 'purpose', TagValue: 'Test' },
      ],
    });
    await call(room, 'UntagResources', { ...RESOURCE, 'TagKey.1': 'created' });
    expect(await tagsOf(room)).toMatchObject({ TagResource: [{ TagKey: 'purpose' }] });
    await call(room, 'UntagResources', { ...RESOURCE, All: 'true' });
    expect(await tagsOf(room)).toEqual({ TagResource: [] });
  });

  test('of what is not there, and of what is no streaming, are refused by name', async () => {
    const room = await openShop();
    expect((await call(room, 'ListTagResources', RESOURCE)).body).toMatchObject({ Code: 'ResourceNotExist' });
    const other = await call(room, 'ListTagResources', { ...RESOURCE, ResourceType: 'eventbus' });
    expect(other.body.Message).toBe('Tags of eventbus is not served by LocalYun yet.');
  });
});

test('a trigger in mode event-streaming and a streaming of the same bus go each their way', async () => {
  const room = openRoom();
  await create(room, { Source: { SourceEventBusParameters: { EventBusName: 'default' } } });
  await start(room);
  const batchWindow = { CountBasedWindow: 3, TimeBasedWindow: 5 };
  await room.trigger(triggerConfig({ runOptions: { mode: 'event-streaming', batchWindow } }), {
    functionName: 'other',
  });
  await room.change({ requestId: 'A' }, { requestId: 'B' }, { requestId: 'C' });
  await room.advance(5 * SECOND);
  const byName = room.functions.calls.map(({ functionName, payload }) => [
    functionName,
    JSON.parse(Buffer.from(payload).toString()).length,
  ]);
  expect(byName.sort()).toEqual([
    ['other', 3],
    ['resize', 1],
    ['resize', 2],
  ]);
});
