/** Event sources as the official Node SDK makes them, and their webhooks over the wire. */
import { createRequire } from 'node:module';
import { expect, onTestFinished, test } from 'vitest';
import { startStack } from '../../../src/index.ts';

const require = createRequire(import.meta.url);
const sdk = require('@alicloud/eventbridge') as typeof import('@alicloud/eventbridge');

async function opened() {
  const stack = await startStack({ logLevel: 'silent', clock: 'virtual' });
  onTestFinished(() => stack.close());
  const client = new sdk.default(
    new sdk.Config({ ...stack.credentials, endpoint: stack.endpoint.replace('http://', '') }),
  );
  await client.createEventBus(new sdk.CreateEventBusRequest({ eventBusName: 'shop' }));
  return { stack, client };
}

test('a webhook’s URL, as the SDK gives it back, takes any HTTP client', async () => {
  const { stack, client } = await opened();
  const made = await client.createEventSource(
    new sdk.CreateEventSourceRequest({
      eventSourceName: 'hook.source',
      eventBusName: 'shop',
      description: 'from outside',
      sourceHttpEventParameters: new sdk.SourceHttpEventParameters({
        type: 'HTTP',
        method: ['GET', 'POST'],
        securityConfig: 'none',
        ip: [],
        referer: [],
      }),
    }),
  );
  expect(made.eventSourceARN).toBe(
    `acs:eventbridge:${stack.region}:${stack.accountId}:eventbus/shop/eventsource/hook.source`,
  );
  const listed = await client.listUserDefinedEventSources(new sdk.ListUserDefinedRequest({ eventBusName: 'shop' }));
  const [source] = listed.eventSources ?? [];
  expect(source).toMatchObject({ name: 'hook.source', arn: made.eventSourceARN, status: 'Activated' });
  const url = String(source?.sourceHttpEventResponse.publicWebHookUrl?.[0]);

  for (const init of [{}, { method: 'POST', body: '{"a":1}', headers: { 'content-type': 'application/json' } }]) {
    const answer = await fetch(`${url}&from=here`, init);
    expect(await answer.json()).toMatchObject({ FailedEntryCount: 0 });
  }
  expect((await fetch(url, { method: 'DELETE' })).status).toBe(409);
  expect(stack.events.list({ source: 'hook.source' })).toHaveLength(2);

  await client.updateEventSource(
    new sdk.UpdateEventSourceRequest({ eventSourceName: 'hook.source', eventBusName: 'shop', description: 'new' }),
  );
  await client.deleteEventSource(
    new sdk.DeleteEventSourceRequest({ eventSourceName: 'hook.source', eventBusName: 'shop' }),
  );
  expect((await fetch(url)).status).toBe(409);
});

test('a timer fires as time is moved', async () => {
  const { stack, client } = await opened();
  await client.createEventSource(
    new sdk.CreateEventSourceRequest({
      eventSourceName: 'tick',
      eventBusName: 'shop',
      sourceScheduledEventParameters: new sdk.SourceScheduledEventParameters({
        Schedule: '0 * * * * *',
        TimeZone: 'GMT+8:00',
      }),
    }),
  );
  await stack.clock.advance('5m');
  expect(stack.events.list({ source: 'tick' })).toHaveLength(5);
});

test('official sources are listed with their types of events', async () => {
  const { client } = await opened();
  const { eventSourceList } = await client.listAliyunOfficialEventSources(new sdk.ListAliyunOfficialRequest({}));
  expect(eventSourceList).toMatchObject([{ name: 'acs.oss', eventBusName: 'default' }]);
  expect(eventSourceList[0]?.eventTypes.map(({ name }) => name)).toContain('oss:ObjectCreated:PutObject');
});
