/** API destinations as targets: what is sent with which secrets, and that no secret is told. */
import { expect, test } from 'vitest';
import { type Received, type Receiver, startReceiver } from '../../../../support/event-receiver.ts';
import { call } from '../api.ts';
import { openRoom, type Room } from '../room.ts';

const ENDPOINT = 'acs:api-destination:cn-hangzhou:1234567890123456:name/orders';

interface Given {
  auth?: object;
  method?: string;
  path?: string;
  params?: Record<string, string>[];
}

async function opened(receiver: Receiver, { auth, method = 'POST', path = '/api?fixed=1', params = [] }: Given = {}) {
  const room = openRoom();
  await call(room, 'CreateEventBus', { EventBusName: 'shop' });
  await connection(room, auth);
  const { body } = await call(room, 'CreateApiDestination', {
    ApiDestinationName: 'orders',
    ConnectionName: 'partner',
    HttpApiParameters: JSON.stringify({ Endpoint: `${receiver.url}${path}`, Method: method }),
  });
  expect(body).toMatchObject({ Success: true, Date: { ApiDestinationName: 'orders' } });
  await rule(room, params);
  return room;
}

async function connection(room: Room, auth: object | undefined, action = 'CreateConnection') {
  const { body } = await call(room, action, {
    ConnectionName: 'partner',
    NetworkParameters: '{"NetworkType":"PublicNetwork"}',
    ...(auth ? { AuthParameters: JSON.stringify(auth) } : {}),
  });
  expect(body).toMatchObject({ Success: true, Data: { ConnectionName: 'partner' } });
}

async function rule(room: Room, params: Record<string, string>[], endpoint = ENDPOINT) {
  const target = { Id: 'api', Type: 'acs.api.destination', Endpoint: endpoint, ParamList: params };
  await call(room, 'CreateRule', {
    ...{ EventBusName: 'shop', RuleName: 'r', FilterPattern: '{}', EventTargets: JSON.stringify([target]) },
  });
}

async function put(room: Room, data: unknown = { a: 1 }, id = 'E1') {
  const EventList = JSON.stringify([{ Id: id, Source: 'crm', Type: 't', Data: JSON.stringify(data) }]);
  await call(room, 'PutEvents', { EventBusName: 'shop', EventList });
  await room.settle();
}

const template = (ResourceKey: string, Value: string, Template: string) => ({
  ...{ ResourceKey, Form: 'TEMPLATE', Value, Template },
});
const constant = (ResourceKey: string, Value: string) => ({ ResourceKey, Form: 'CONSTANT', Value, Template: '' });
const pair = (name: string, key: string, value: string) =>
  template(name, JSON.stringify({ k: key, v: value }), '{"$' + '{k}":"$' + '{v}"}');

function only({ received }: Receiver): Received {
  const [first, ...others] = received;
  if (!first || others.length > 0) throw new Error(`${received.length} calls came, not one.`);
  return first;
}

test('headers and query are made as Terraform’s sample makes them, the body is the event', async () => {
  const receiver = await startReceiver();
  const room = await opened(receiver, {
    method: 'PUT',
    params: [
      constant('Name', 'orders'),
      pair('HeaderParameters', 'X-Amount', '$.data.amount'),
      pair('QueryStringParameters', 'id', '$.data.name'),
      { ResourceKey: 'BodyParameters', Form: 'ORIGINAL' },
    ],
  });
  await put(room, { amount: 5, name: 'a b&c=é' });
  const { method, url, headers, body } = only(receiver);
  expect(method).toBe('PUT');
  expect([...new URL(url).searchParams]).toEqual([
    ['fixed', '1'],
    ['id', 'a b&c=é'],
  ]);
  expect(headers).toMatchObject({ 'x-amount': '5', 'content-type': 'application/json;charset=utf-8' });
  expect(JSON.parse(body)).toMatchObject({ id: 'E1', data: { amount: 5 } });
  expect(room.onlyTrace().deliveries).toMatchObject([{ state: 'delivered' }]);
});

test('without parameters there is no body, and the endpoint names the destination', async () => {
  const receiver = await startReceiver();
  await put(await opened(receiver, { method: 'GET' }));
  expect(only(receiver)).toMatchObject({ method: 'GET', body: '', headers: { 'content-length': '0' } });
  expect(only(receiver).headers).not.toHaveProperty('content-type');
});

test.each([
  [
    'BASIC_AUTH',
    { BasicAuthParameters: { Username: 'admin', Password: 'pässword' } },
    'authorization',
    `Basic ${Buffer.from('admin:pässword').toString('base64')}`,
  ],
  ['API_KEY_AUTH', { ApiKeyAuthParameters: { ApiKeyName: 'X-Api-Key', ApiKeyValue: 'k3y' } }, 'x-api-key', 'k3y'],
])('%s is sent, whatever the target’s own headers say', async (AuthorizationType, more, header, value) => {
  const receiver = await startReceiver();
  const room = await opened(receiver, {
    auth: { AuthorizationType, ...more },
    params: [pair('HeaderParameters', header.toUpperCase(), 'mine')],
  });
  await put(room);
  expect(only(receiver).headers[header]).toBe(value);
});

const OAUTH = (url: string, body: object[] = [{ Key: 'grant_type', Value: 'client_credentials' }]) => ({
  AuthorizationType: 'OAUTH_AUTH',
  OAuthParameters: {
    AuthorizationEndpoint: `${url}/token`,
    HttpMethod: 'POST',
    ClientParameters: { ClientID: 'me', ClientSecret: 'cl1ent' },
    OAuthHttpParameters: {
      HeaderParameters: [{ Key: 'X-Tenant', Value: 't' }],
      QueryStringParameters: [{ Key: 'scope', Value: 'all' }],
      BodyParameters: body,
    },
  },
});

/** A token server and an API in one. */
function withTokens(tokens: unknown[], isGood: (token: string) => boolean = () => true): Receiver['answer'] {
  return (response, { url, headers }) => {
    if (url.includes('/token')) return void response.end(JSON.stringify(tokens.shift() ?? {}));
    const isAllowed = isGood(String(headers.authorization).replace('Bearer ', ''));
    response.writeHead(isAllowed ? 200 : 401).end();
  };
}

test('a token is fetched once, and used until it expires', async () => {
  const receiver = await startReceiver(
    withTokens([
      { access_token: 'one', expires_in: 3600 },
      { access_token: 'two', expires_in: '60' },
    ]),
  );
  const room = await opened(receiver, { auth: OAUTH(receiver.url) });
  await put(room);
  await put(room, {}, 'E2');
  await room.advance(3600_000);
  await put(room, {}, 'E3');
  const [token, ...calls] = receiver.received;
  expect(token).toMatchObject({
    method: 'POST',
    url: `${receiver.url}/token?client_id=me&client_secret=cl1ent&scope=all`,
    headers: { 'content-type': 'application/x-www-form-urlencoded', 'x-tenant': 't' },
    body: 'grant_type=client_credentials',
  });
  expect(calls.map(({ url, headers }) => (url.includes('/token') ? 'token' : headers.authorization))).toEqual([
    'Bearer one',
    'Bearer one',
    'token',
    'Bearer two',
  ]);
});

test('a token that is refused is fetched anew for the next attempt', async () => {
  const tokens = [{ access_token: 'stale' }, { access_token: 'fresh' }];
  const receiver = await startReceiver(withTokens(tokens, (token) => token === 'fresh'));
  const room = await opened(receiver, { auth: OAUTH(receiver.url) });
  await put(room);
  await room.advance(30_000);
  expect(room.onlyTrace().deliveries).toMatchObject([{ state: 'delivered', attempts: [{ ok: false }, { ok: true }] }]);
});

test('a body of JSON is sent where a header says so', async () => {
  const receiver = await startReceiver(withTokens([{ access_token: 'one' }]));
  const auth = OAUTH(receiver.url, [{ Key: 'a', Value: 'b', IsValueSecret: 'true' }]);
  auth.OAuthParameters.OAuthHttpParameters.HeaderParameters = [{ Key: 'Content-Type', Value: 'application/json' }];
  await put(await opened(receiver, { auth }));
  expect(receiver.received[0]?.body).toBe('{"a":"b"}');
});

test.each([
  ['no JSON', 200, 'cl1ent'],
  ['no token', 200, '{"error":"cl1ent"}'],
  ['an empty token', 200, '{"access_token":""}'],
  ['a refusal', 403, '{"echo":"cl1ent"}'],
  ['a redirect', 302, ''],
])('a token server that answers %s fails the delivery, and no secret is told', async (_what, status, text) => {
  const receiver = await startReceiver((response, { url }) => response.writeHead(status, { Location: url }).end(text));
  const room = await opened(receiver, { auth: OAUTH(receiver.url) });
  await put(room);
  const [delivery] = room.onlyTrace().deliveries;
  expect(delivery).toMatchObject({
    state: 'retrying',
    attempts: [{ error: expect.stringContaining('No OAuth token') }],
  });
  expect(JSON.stringify(room.onlyTrace()) + room.logs()).not.toContain('cl1ent');
  expect(receiver.received).toHaveLength(1);
});

test('a connection that is changed takes effect at once', async () => {
  const receiver = await startReceiver();
  const basic = (Password: string) => ({
    ...{ AuthorizationType: 'BASIC_AUTH', BasicAuthParameters: { Username: 'u', Password } },
  });
  const room = await opened(receiver, { auth: basic('old') });
  await connection(room, basic('new'), 'UpdateConnection');
  await put(room);
  expect(only(receiver).headers.authorization).toBe(`Basic ${Buffer.from('u:new').toString('base64')}`);
});

test.each([
  ['HeaderParameters', 'not json'],
  ['HeaderParameters', '["a"]'],
  ['HeaderParameters', '{"a":{"b":1}}'],
  ['QueryStringParameters', 'null'],
])('%s that make %s end the delivery with that reason', async (name, value) => {
  const receiver = await startReceiver();
  const room = await opened(receiver, { params: [constant(name, value)] });
  await put(room);
  expect(room.onlyTrace().deliveries).toMatchObject([
    { state: 'dropped', reason: expect.stringContaining(`${name} made no JSON object of texts.`) },
  ]);
  expect(receiver.received).toEqual([]);
});

test.each([
  ['a name no header has', '{"a b":"c"}'],
  ['a value no header has', '{"a":"b\\r\\nc: d"}'],
])('%s ends the delivery', async (_what, value) => {
  const receiver = await startReceiver();
  const room = await opened(receiver, { params: [constant('HeaderParameters', value)] });
  await put(room);
  expect(room.onlyTrace().deliveries).toMatchObject([{ state: 'dropped' }]);
  expect(receiver.received).toEqual([]);
});

test('headers that are HTTP’s own are not the target’s to set', async () => {
  const receiver = await startReceiver();
  const value = JSON.stringify({
    Host: 'evil',
    'Content-Length': '1',
    'Transfer-Encoding': 'chunked',
    ok: '1',
    __proto__: 'x',
  });
  await put(
    await opened(receiver, { params: [constant('HeaderParameters', value), constant('BodyParameters', 'whole')] }),
  );
  expect(only(receiver)).toMatchObject({
    body: 'whole',
    headers: { host: `127.0.0.1:${receiver.port}`, ok: '1', 'content-length': '5' },
  });
});

test('a destination that is gone ends the delivery with that reason', async () => {
  const receiver = await startReceiver();
  const room = await opened(receiver);
  await call(room, 'DeleteApiDestination', { ApiDestinationName: 'orders' });
  await put(room);
  expect(room.onlyTrace().deliveries).toMatchObject([
    { state: 'dropped', reason: expect.stringContaining('The API destination "orders" does not exist.') },
  ]);
});
