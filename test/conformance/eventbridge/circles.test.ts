/** Rules whose HTTP targets lead back to a bus of the same stack: they end, and say why, and nobody else notices. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are templates of the service.
import { createRequire } from 'node:module';
import { expect, onTestFinished, test } from 'vitest';
import { type Stack, type StartOptions, startStack } from '../../../src/index.ts';
import { startReceiver } from '../../support/event-receiver.ts';

const require = createRequire(import.meta.url);
const sdk = require('@alicloud/eventbridge') as typeof import('@alicloud/eventbridge');

const CIRCLE = /went through 5 buses already: rules that send events round in a circle end here/;

async function opened(options: StartOptions = {}) {
  const stack = await startStack({ logLevel: 'silent', retryTimeScale: 0.001, ...options });
  onTestFinished(() => stack.close());
  const config = new sdk.Config({ ...stack.credentials, endpoint: stack.endpoint.replace('http://', '') });
  const client = new sdk.default(config);
  await client.createEventBus(new sdk.CreateEventBusRequest({ eventBusName: 'round' }));
  const http = new sdk.SourceHttpEventParameters({ type: 'HTTP', method: ['POST'], securityConfig: 'none' });
  const source = { eventSourceName: 'hook', eventBusName: 'round', sourceHttpEventParameters: http };
  await client.createEventSource(new sdk.CreateEventSourceRequest(source));
  const { eventSources } = await client.listUserDefinedEventSources(
    new sdk.ListUserDefinedRequest({ eventBusName: 'round' }),
  );
  return { stack, client, webhook: String(eventSources?.[0]?.sourceHttpEventResponse.publicWebHookUrl?.[0]) };
}

type Client = Awaited<ReturnType<typeof opened>>['client'];

function param(resourceKey: string, form: string, value = '', template = '') {
  return new sdk.EBTargetParam({ resourceKey, form, value, template });
}

async function rule(client: Client, endpoint: string, type = 'http', params: ReturnType<typeof param>[] = []) {
  const paramList = [param('Body', 'ORIGINAL'), ...params];
  const target = new sdk.TargetEntry({ id: 't', type, endpoint, paramList });
  const named = { eventBusName: 'round', ruleName: 'again', filterPattern: '{}' };
  await client.createRule(new sdk.CreateRuleRequest({ ...named, targets: [target] }));
}

async function put(client: Client, stack: Stack): Promise<void> {
  const extensions = { aliyuneventbusname: 'round' };
  const event = { id: 'first', source: 'crm', type: 't', data: Buffer.from('{}'), extensions };
  await client.putEvents([new sdk.CloudEvent(event)]);
  await stack.settled();
}

/** Of the newest first. */
function deliveriesOf(stack: Stack) {
  return stack.events.list({ bus: 'round' }).map(({ id }) => stack.events.show(id)?.deliveries[0]);
}

test.each(['127.0.0.1', 'localhost'])(
  'a webhook of the rule’s own bus, called as %s, ends after five',
  async (host) => {
    const { stack, client, webhook } = await opened();
    await rule(client, webhook.replace('127.0.0.1', host));
    await put(client, stack);
    const [last, ...before] = deliveriesOf(stack);
    expect(before).toHaveLength(5);
    for (const delivery of before) expect(delivery).toMatchObject({ state: 'delivered' });
    // It is not tried again: that would only go round once more.
    expect(last).toMatchObject({ state: 'dropped', reason: expect.stringMatching(CIRCLE), attempts: [{ ok: false }] });
    const { eventTraceList } = await client.queryEventTraces(
      new sdk.QueryEventTracesRequest({ eventBusName: 'round', eventId: stack.events.list({})[0]?.id ?? '' }),
    );
    expect(eventTraceList.at(-1)).toMatchObject({ notifyStatus: expect.stringMatching(CIRCLE) });
  },
);

test('so does PutEvents, by way of an API destination', async () => {
  const { stack, client } = await opened({ auth: 'off' });
  const call = async (Action: string, parameters: Record<string, unknown>) => {
    const form = Object.entries(parameters).map(([name, value]): [string, string] => [
      name,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]);
    const url = `${stack.endpoint}/?Action=${Action}&Version=2020-04-01&Format=JSON`;
    const body = new URLSearchParams(form);
    const answer: unknown = await (await fetch(url, { method: 'POST', body })).json();
    expect(answer, JSON.stringify(answer)).toMatchObject({ Code: 'Success' });
  };
  await call('CreateConnection', {
    ...{ ConnectionName: 'open', Type: 'Http', NetworkParameters: { NetworkType: 'PublicNetwork' } },
    AuthParameters: { AuthorizationType: 'API_KEY_AUTH', ApiKeyAuthParameters: { ApiKeyName: 'x', ApiKeyValue: 'y' } },
  });
  const HttpApiParameters = { Endpoint: `${stack.endpoint}/openapi/putEvents`, Method: 'POST' };
  await call('CreateApiDestination', { ApiDestinationName: 'self', ConnectionName: 'open', HttpApiParameters });
  await rule(client, `acs:api-destination:${stack.region}:${stack.accountId}:name/self`, 'acs.api.destination', [
    param('Name', 'CONSTANT', 'self'),
    param('HeaderParameters', 'TEMPLATE', '{}', '{"content-type":"application/cloudevents+json"}'),
    param('BodyParameters', 'ORIGINAL'),
  ]);
  await put(client, stack);
  const kept = stack.events.list({ bus: 'round' });
  expect(kept).toHaveLength(6);
  const { eventTraceList } = await client.queryEventTraces(
    new sdk.QueryEventTracesRequest({ eventBusName: 'round', eventId: 'first' }),
  );
  expect(eventTraceList.filter(({ action }) => action === 'PushEvent')).toHaveLength(1);
});

test('so do batches of a streaming', async () => {
  const { stack, client, webhook } = await opened();
  const call = async (operation: string, body: object) => {
    const runtime = {} as never;
    return client.doRequest(operation, 'HTTP', 'POST', `/openapi/v2/${operation}`, {}, body, runtime);
  };
  await call('createEventStreaming', {
    EventStreamingName: 'again',
    Source: { SourceEventBusParameters: { EventBusName: 'round' } },
    Sink: { SinkHttpsParameters: { URL: { Form: 'CONSTANT', Value: webhook }, Body: { Form: 'ORIGINAL' } } },
    RunOptions: { ErrorsTolerance: 'ALL', BatchWindow: { CountBasedWindow: 2 } },
  });
  await call('startEventStreaming', { EventStreamingName: 'again' });
  await put(client, stack);
  const [last, ...before] = deliveriesOf(stack);
  expect(before).toHaveLength(5);
  expect(last).toMatchObject({ state: 'dropped', reason: expect.stringMatching(CIRCLE) });
});

test('a server of somebody else is told nothing of it, and what it passes on is new', async () => {
  const { stack, client, webhook } = await opened();
  let passed = 0;
  const receiver = await startReceiver((response, { body }) => {
    const headers = { 'content-type': 'application/json' };
    // Seven rounds, each by its own call.
    if (++passed > 7) return void response.end();
    void fetch(webhook, { method: 'POST', headers, body: JSON.stringify({ at: passed, bytes: body.length }) }).then(
      () => response.end(),
    );
  });
  await rule(client, receiver.url);
  await put(client, stack);
  expect(receiver.received).toHaveLength(8);
  expect(deliveriesOf(stack).map((delivery) => delivery?.state)).toEqual(Array(8).fill('delivered'));
  for (const { headers } of receiver.received)
    expect(
      Object.keys(headers)
        .filter((name) => !name.startsWith('x-eventbridge-'))
        .sort(),
    ).toEqual(['connection', 'content-length', 'content-type', 'host']);
});
