/** Event streamings through the core of the vendor's SDKs, and through the data plane's own SDK; one of them runs. */
import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Stack, startStack } from '../../../src/index.ts';
import { startReceiver } from '../../support/event-receiver.ts';
import { type Answer, answerOf, dataOf } from '../../support/eventbridge-answers.ts';

const require = createRequire(import.meta.url);
const openapi = require('@alicloud/openapi-client') as typeof import('@alicloud/openapi-client');
const sdk = require('@alicloud/eventbridge') as typeof import('@alicloud/eventbridge');

let stack: Stack;
let data: InstanceType<typeof sdk.default>;

beforeAll(async () => {
  stack = await startStack({ logLevel: 'silent' });
  const endpoint = stack.endpoint.replace('http://', '');
  data = new sdk.default(new sdk.Config({ ...stack.credentials, endpoint }));
  await data.createEventBus(new sdk.CreateEventBusRequest({ eventBusName: 'shop' }));
});
afterAll(() => stack.close());

/** As the generated clients send them: parameters in the form, objects in it as JSON. */
async function call(signatureAlgorithm: string, action: string, parameters: Record<string, unknown>): Promise<Answer> {
  const client = new openapi.default(
    new openapi.Config({
      ...stack.credentials,
      endpoint: stack.endpoint.replace('http://', ''),
      ...{ protocol: 'http', signatureAlgorithm },
    }),
  );
  const params = new openapi.Params({
    ...{ action, version: '2020-04-01', protocol: 'HTTP', pathname: '/', method: 'POST' },
    ...{ authType: 'AK', style: 'RPC', reqBodyType: 'formData', bodyType: 'json' },
  });
  const body = Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  );
  return answerOf((await client.callApi(params, new openapi.OpenApiRequest({ body }) as never, {} as never)).body);
}

describe.each(['ACS3-HMAC-SHA256', 'v2'])('signed with %s', (signature) => {
  const EventStreamingName = `orders-${signature === 'v2' ? 2 : 3}`;

  test('one that posts to an address runs, is paused, and goes', async () => {
    const receiver = await startReceiver();
    const Sink = {
      SinkHttpsParameters: { URL: { Form: 'CONSTANT', Value: receiver.url }, Body: { Form: 'ORIGINAL' } },
    };
    const Source = { SourceEventBusParameters: { EventBusName: 'shop' } };
    const RunOptions = { ErrorsTolerance: 'ALL', BatchWindow: { CountBasedWindow: 2, TimeBasedWindow: 15 } };
    const parts = {
      EventStreamingName,
      FilterPattern: `{"source":["${EventStreamingName}"]}`,
      Source,
      Sink,
      RunOptions,
    };
    expect(dataOf(await call(signature, 'CreateEventStreaming', parts)).EventStreamingARN).toBe(
      `acs:eventbridge:${stack.region}:${stack.accountId}:eventstreaming/${EventStreamingName}`,
    );
    expect(dataOf(await call(signature, 'GetEventStreaming', { EventStreamingName }))).toMatchObject({
      ...parts,
      Status: 'READY',
    });
    expect(await call(signature, 'StartEventStreaming', { EventStreamingName })).toMatchObject({ Code: 'Success' });

    for (const id of ['a', 'b']) {
      const extensions = { aliyuneventbusname: 'shop' };
      const event = { id, source: EventStreamingName, type: 't', data: Buffer.from('{}'), extensions };
      await data.putEvents([new sdk.CloudEvent(event)]);
    }
    await stack.settled();
    const bodies = receiver.received.map(({ body }) => JSON.parse(body) as { id: string }[]);
    expect(bodies.map((batch) => batch.map(({ id }) => id))).toEqual([['a', 'b']]);

    await call(signature, 'PauseEventStreaming', { EventStreamingName });
    const { EventStreamings } = dataOf(
      await call(signature, 'ListEventStreamings', { NamePrefix: EventStreamingName }),
    );
    expect(EventStreamings).toMatchObject([{ EventStreamingName, Status: 'PAUSED' }]);
    expect(await call(signature, 'DeleteEventStreaming', { EventStreamingName })).toMatchObject({ Success: true });
    expect(await call(signature, 'GetEventStreaming', { EventStreamingName })).toMatchObject({
      Success: false,
      Code: 'EventStreamingNotExisted',
    });
  });

  test('how one is charged for is changed and read back, what is not said stays, and what it does stays too', async () => {
    const name = `${EventStreamingName}-charged`;
    const Source = { SourceEventBusParameters: { EventBusName: 'shop' } };
    const Sink = { SinkHttpsParameters: { URL: { Form: 'CONSTANT', Value: 'http://127.0.0.1:9/' } } };
    const RunOptions = { ErrorsTolerance: 'ALL', BatchWindow: { CountBasedWindow: 2 } };
    await call(signature, 'CreateEventStreaming', { EventStreamingName: name, Source, Sink, RunOptions });
    await call(signature, 'StartEventStreaming', { EventStreamingName: name });
    const change = (option: Record<string, unknown>) =>
      call(signature, 'UpdateEventStreamingBusinessOption', { EventStreamingName: name, ...option });

    expect(
      await change({ BusinessMode: 'CapacityUnitMode', MinCapacityUnitCount: '1', MaxCapacityUnitCount: '2' }),
    ).toMatchObject({ Code: 'Success', Success: true, Data: true });
    expect(await change({ BusinessMode: 'EventNumMode' })).toMatchObject({ Success: true });
    const BusinessOption = { BusinessMode: 'EventNumMode', MinCapacityUnitCount: 1, MaxCapacityUnitCount: 2 };
    expect(dataOf(await call(signature, 'GetEventStreaming', { EventStreamingName: name }))).toMatchObject({
      ...{ Status: 'RUNNING', RunOptions: { ...RunOptions, BusinessOption } },
    });

    for (const option of [
      { BusinessMode: 'Free' },
      {},
      { BusinessMode: 'CapacityUnitMode', MinCapacityUnitCount: '3' },
      { BusinessMode: 'CapacityUnitMode', MaxCapacityUnitCount: '-1' },
      { BusinessMode: 'CapacityUnitMode', MaxCapacityUnitCount: 'many' },
    ])
      expect(await change(option), JSON.stringify(option)).toMatchObject({ Success: false });
    const unknown = { EventStreamingName: 'nobody', BusinessMode: 'EventNumMode' };
    expect(await call(signature, 'UpdateEventStreamingBusinessOption', unknown)).toMatchObject({
      ...{ Success: false, Code: 'EventStreamingNotExisted' },
    });
    expect(dataOf(await call(signature, 'GetEventStreaming', { EventStreamingName: name }))).toMatchObject({
      RunOptions: { BusinessOption },
    });
    await call(signature, 'DeleteEventStreaming', { EventStreamingName: name });
  });

  test('one of a queue is kept, and its start says what is missing in an answer the SDK does not throw', async () => {
    const parts = {
      EventStreamingName,
      Source: { SourceMNSParameters: { QueueName: 'in', IsBase64Decode: true } },
      Sink: { SinkFcParameters: { FunctionName: { Value: 'f' } } },
    };
    await call(signature, 'CreateEventStreaming', parts);
    expect(await call(signature, 'StartEventStreaming', { EventStreamingName })).toMatchObject({
      Success: false,
      Code: 'EventStreamingStartFailed',
      Message: expect.stringContaining('its source SourceMNSParameters is kept, but not served by LocalYun yet'),
    });
    expect(dataOf(await call(signature, 'GetEventStreaming', { EventStreamingName })).Status).toBe('READY');
    await call(signature, 'DeleteEventStreaming', { EventStreamingName });
  });
});

describe('@alicloud/eventbridge', () => {
  const eventStreamingName = 'queue-to-function';
  const source = new sdk.Source({
    sourceMNSParameters: new sdk.SourceMNSParameters({ queueName: 'in', isBase64Decode: true }),
  });
  const constant = (value: string) => new sdk.TargetParameter({ form: 'CONSTANT', value });
  const sink = new sdk.Sink({
    sinkFcParameters: new sdk.SinkFcParameters({
      functionName: constant('f'),
      body: new sdk.TargetParameter({ form: 'ORIGINAL' }),
    }),
  });

  test('makes, reads, lists and removes them, and throws what the start says', async () => {
    const made = await data.createEventStreaming(
      new sdk.CreateEventStreamingRequest({
        ...{ eventStreamingName, description: 'd', filterPattern: '{}', source, sink },
        runOptions: new sdk.RunOptions({ maximumTasks: 1, errorsTolerance: 'ALL' }),
      }),
    );
    expect(made.eventStreamingARN).toBe(
      `acs:eventbridge:${stack.region}:${stack.accountId}:eventstreaming/${eventStreamingName}`,
    );
    const got = await data.getEventStreaming(new sdk.GetEventStreamingRequest({ eventStreamingName }));
    expect(got).toMatchObject({ eventStreamingName, description: 'd', filterPattern: '{}', status: 'READY' });
    expect(got.source.sourceMNSParameters).toMatchObject({ queueName: 'in', isBase64Decode: true });
    expect(got.runOptions).toMatchObject({ maximumTasks: 1, errorsTolerance: 'ALL' });

    await data.updateEventStreaming(
      new sdk.UpdateEventStreamingRequest({ ...{ eventStreamingName, description: 'e' }, source, sink }),
    );
    const listed = await data.listEventStreamings(new sdk.ListEventStreamingsRequest({ sourceType: 'MNS' }));
    expect(listed).toMatchObject({ total: 1, eventStreamings: [{ eventStreamingName, description: 'e' }] });
    await expect(data.startEventStreaming(new sdk.StartEventStreamingRequest({ eventStreamingName }))).rejects.toThrow(
      /SourceMNSParameters is kept, but not served/,
    );
    await data.pauseEventStreaming(new sdk.PauseEventStreamingRequest({ eventStreamingName }));
    await data.deleteEventStreaming(new sdk.DeleteEventStreamingRequest({ eventStreamingName }));
    await expect(data.getEventStreaming(new sdk.GetEventStreamingRequest({ eventStreamingName }))).rejects.toThrow(
      /event streaming \[queue-to-function\] not existed/,
    );
  });

  test('says how fast they are and what of them waits', async () => {
    const receiver = await startReceiver();
    const name = 'measured';
    const parts = {
      EventStreamingName: name,
      ...{ Source: { SourceEventBusParameters: { EventBusName: 'shop' } }, FilterPattern: '{"source":["measured"]}' },
      Sink: { SinkHttpsParameters: { URL: { Form: 'CONSTANT', Value: receiver.url }, Body: { Form: 'ORIGINAL' } } },
    };
    await call('v2', 'CreateEventStreaming', parts);
    await call('v2', 'StartEventStreaming', { EventStreamingName: name });
    const ask = async (...eventStreamingNames: string[]) =>
      (await data.listEventStreamingMetrics(new sdk.ListEventStreamingMetricsRequest({ eventStreamingNames })))
        .eventStreamingMetrics;
    const put = async (...ids: string[]) => {
      const extensions = { aliyuneventbusname: 'shop' };
      const events = ids.map((id) => ({ id, source: name, type: 't', data: Buffer.from('{}'), extensions }));
      await data.putEvents(events.map((event) => new sdk.CloudEvent(event)));
      await stack.settled();
    };
    expect(await ask(name)).toMatchObject([{ name, tps: 0, delayTime: 0, diffOffset: 0, status: 'RUNNING' }]);
    expect((await ask(name))[0]?.lastDateSyncTime).toBeUndefined();

    await put('m1', 'm2', 'm3');
    const [running] = await ask(name);
    // Three in a minute, of which a sixth or less has not passed yet.
    expect(running?.tps).toBeGreaterThanOrEqual(3 / 60);
    expect(running?.tps).toBeLessThanOrEqual(3 / 50);
    expect(running?.lastDateSyncTime).toBeGreaterThan(Date.now() - 60_000);
    expect(running?.lastHeartBeat).toBeGreaterThanOrEqual(running?.lastDateSyncTime ?? Infinity);

    await call('v2', 'PauseEventStreaming', { EventStreamingName: name });
    await put('m4', 'm5');
    const [paused] = await ask(name);
    expect(paused).toMatchObject({ diffOffset: 2, status: 'PAUSED', lastDateSyncTime: running?.lastDateSyncTime });
    expect(paused?.delayTime).toBeGreaterThanOrEqual(0);
    expect(paused?.lastHeartBeat).toBeUndefined();
    expect((await ask()).map((each) => each.name)).toContain(name);
    await expect(ask(name, 'nobody')).rejects.toThrow(/event streaming \[nobody\] not existed/);
    await expect(ask(...Array.from({ length: 101 }, (_, index) => `n${index}`))).rejects.toThrow(/EventStreamingNames/);
    await call('v2', 'DeleteEventStreaming', { EventStreamingName: name });
  });
});
