/** What clients see of a bus that takes few events a second: the vendor's SDK on the data plane, and its core on RPC. */
import { createRequire } from 'node:module';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Stack, startStack } from '../../../src/index.ts';

const require = createRequire(import.meta.url);
const sdk = require('@alicloud/eventbridge') as typeof import('@alicloud/eventbridge');
const openapi = require('@alicloud/openapi-client') as typeof import('@alicloud/openapi-client');

const BUS = 'shop';
const PER_SECOND = 5;
/** As many calls as that take longer than a second. */
const CALLS_MAX = 1000;

let stack: Stack;
let client: InstanceType<typeof sdk.default>;

beforeAll(async () => {
  const limits = { eventsPerSecond: PER_SECOND };
  stack = await startStack({ logLevel: 'silent', limits });
  client = new sdk.default(new sdk.Config({ ...stack.credentials, endpoint: stack.endpoint.replace('http://', '') }));
  await client.createEventBus(new sdk.CreateEventBusRequest({ eventBusName: BUS }));
});
afterAll(() => stack.close());

let made = 0;
function events(count: number, bus = BUS) {
  const make = () =>
    new sdk.CloudEvent({ id: `e${made++}`, source: 's', type: 't', extensions: { aliyuneventbusname: bus } });
  return Array.from({ length: count }, make);
}

const kept = () => stack.events.list({ bus: BUS, limit: 1000 }).length;
const refusal = {
  code: 'TooManyRequests',
  message: expect.stringMatching(
    /^TooManyRequests: \[EventBridgeError-[\w-]+\] The event bus \[shop\] takes 5 events a second/,
  ),
  data: { code: 'TooManyRequests', requestId: expect.stringMatching(/^[\w-]+$/) },
};

test('a batch of more than a second takes is refused whole, and the SDK throws its code', async () => {
  await expect(client.putEvents(events(PER_SECOND + 1))).rejects.toMatchObject(refusal);
  expect(kept()).toBe(0);
});

test('the RPC operation answers it with 429', async () => {
  const endpoint = stack.endpoint.replace('http://', '');
  const rpc = new openapi.default(new openapi.Config({ ...stack.credentials, endpoint, protocol: 'http' }));
  const params = new openapi.Params({
    ...{ action: 'PutEvents', version: '2020-04-01', protocol: 'HTTP', pathname: '/', method: 'POST' },
    ...{ authType: 'AK', style: 'RPC', reqBodyType: 'formData', bodyType: 'json' },
  });
  const EventList = JSON.stringify(events(PER_SECOND + 1).map(({ id }) => ({ Id: id, Source: 's', Type: 't' })));
  const request = new openapi.OpenApiRequest({ query: { EventBusName: BUS, EventList } });
  await expect(rpc.callApi(params, request as never, {} as never)).rejects.toMatchObject({
    code: 'TooManyRequests',
    data: { statusCode: 429, Code: 'TooManyRequests' },
  });
  expect(kept()).toBe(0);
});

test('who sends without a pause is refused within the second, other buses are not, and the next second takes events again', async () => {
  let taken = 0;
  let error: unknown;
  while (error === undefined && taken < CALLS_MAX) {
    try {
      await client.putEvents(events(PER_SECOND));
      taken += 1;
    } catch (thrown) {
      error = thrown;
    }
  }
  expect(error).toMatchObject(refusal);
  expect(taken).toBeGreaterThan(0);
  expect(kept()).toBe(taken * PER_SECOND);
  expect(await client.putEvents(events(PER_SECOND + 1, 'default'))).toMatchObject({ failedEntryCount: 0 });

  const again = () =>
    client.putEvents(events(PER_SECOND)).then(
      ({ failedEntryCount }) => failedEntryCount,
      () => undefined,
    );
  await expect.poll(again, { timeout: 10_000 }).toBe(0);
  expect(kept()).toBe((taken + 1) * PER_SECOND);
});
