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
});
