/** Event sources by API, and webhooks as senders call them. */
import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { parsePairs } from '../../../../../src/signing/signed-request.ts';
import { ask, call, send } from '../api.ts';
import { openRoom, type Room } from '../room.ts';

const ARN = 'acs:eventbridge:cn-hangzhou:1234567890123456:eventbus/shop/eventsource/';
const HTTP = { Type: 'HTTP', Method: ['POST'], SecurityConfig: 'none' };

async function opened(limits = {}): Promise<Room> {
  const room = openRoom({ limits });
  await call(room, 'CreateEventBus', { EventBusName: 'shop' });
  return room;
}

function create(room: Room, name: string, parameters: Record<string, unknown> = {}) {
  const texts = Object.entries(parameters).map(([key, value]) => [
    key,
    typeof value === 'string' ? value : JSON.stringify(value),
  ]);
  return call(room, 'CreateEventSource', {
    ...{ EventSourceName: name, EventBusName: 'shop' },
    ...Object.fromEntries(texts),
  });
}

async function webhook(room: Room, http: object = {}, name = 'hook'): Promise<URL> {
  const made = await create(room, name, { SourceHttpEventParameters: { ...HTTP, ...http } });
  expect(made.body).toMatchObject({ Success: true, Data: { EventSourceARN: `${ARN}${name}` } });
  return urlOf(room, name);
}

async function urlOf(room: Room, NamePrefix: string): Promise<URL> {
  const { EventSourceList } = await ask(room, 'ListUserDefinedEventSources', { NamePrefix });
  return new URL(String(EventSourceList?.[0]?.SourceHttpEventParameters?.PublicWebHookUrl[0]));
}

interface Sent {
  method?: string;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
  query?: string;
}

function push(room: Room, url: URL, { method = 'POST', headers = {}, body = '', query = '' }: Sent = {}) {
  const rawQuery = `${url.search.slice(1)}${query}`;
  return send(room, {
    ...{ method, rawPath: url.pathname, rawQuery, query: parsePairs(rawQuery) },
    headers: { host: url.host, ...headers },
    body: Readable.from([Buffer.from(body)]),
  });
}

test('a webhook’s URL takes a request as an event', async () => {
  const room = await opened();
  const url = await webhook(room);
  expect(url.href).toMatch(/^http:\/\/127\.0\.0\.1:9580\/webhook\/putEvents\?token=[0-9a-f]{48}$/);
  const { status, body } = await push(room, url, {
    headers: {
      'content-type': 'application/json',
      authorization: 'Bearer secret',
      cookie: 'a=b',
      'proxy-authorization': 'Basic c2VjcmV0',
      'x-github-event': 'push',
    },
    body: '{"infoId":1}',
    query: '&a=1&a=2&b=%20',
  });
  expect(status).toBe(200);
  const { event } = room.onlyTrace();
  expect(body).toEqual({
    RequestId: expect.any(String),
    ResourceOwnerAccountId: '1234567890123456',
    FailedEntryCount: 0,
    EntryList: [{ EventId: event.id, TraceId: expect.stringMatching(/^[0-9A-F]{32}$/) }],
  });
  expect(event).toEqual({
    id: expect.any(String),
    source: 'hook',
    specversion: '1.0',
    type: 'eventbridge:Events:HTTPEvent',
    subject: `${ARN}hook`,
    datacontenttype: 'application/json',
    time: '2026-03-11T05:40:45.682Z',
    aliyunaccountid: '1234567890123456',
    aliyunoriginalaccountid: '1234567890123456',
    aliyuneventbusname: 'shop',
    aliyunregionid: 'cn-hangzhou',
    aliyunpublishtime: '2026-03-11T05:40:45.682Z',
    aliyunpublishaddr: '127.0.0.1',
    data: {
      headers: { host: '127.0.0.1:9580', 'content-type': 'application/json', 'x-github-event': 'push' },
      path: '/webhook/putEvents',
      body: { infoId: 1 },
      httpMethod: 'POST',
      queryString: { a: '1', b: ' ' },
    },
  });
});

test.each([
  ['text is the body as it stands', 'text/plain', '{"a":', '{"a":'],
  ['no type, too', '', 'a=1', 'a=1'],
  ['an empty JSON body is left out', 'application/json; charset=utf-8', ' ', undefined],
  ['any JSON', 'application/json', '[1]', [1]],
])('%s', async (_what, type, body, expected) => {
  const room = await opened();
  await push(room, await webhook(room), { body, ...(type === '' ? {} : { headers: { 'content-type': type } }) });
  expect((room.onlyTrace().event.data as { body?: unknown }).body).toEqual(expected);
});

test.each([
  [
    'a method that is not among its own',
    {},
    { method: 'GET' },
    'for request methods. Event source configuration is [POST], the parameter in the request is GET.',
  ],
  [
    'an address outside',
    { SecurityConfig: 'ip', Ip: ['10.0.0.0/24'] },
    {},
    'for sourceIP. Event source configuration is [10.0.0.0/24], the parameter in the request is 127.0.0.1.',
  ],
  [
    'an address that is none',
    { SecurityConfig: 'ip', Ip: ['10.0.0.1'] },
    { headers: { 'x-real-ip': '::1' } },
    'the parameter in the request is ::1.',
  ],
  ['no referer', { SecurityConfig: 'referer', Referer: ['https://a.example'] }, {}, 'for secure domain.'],
  [
    'another referer',
    { SecurityConfig: 'referer', Referer: ['https://a.example'] },
    { headers: { referer: 'https://a.example/x' } },
    'for secure domain.',
  ],
])('%s is turned away, and makes no event', async (_what, http, sent, message) => {
  const room = await opened();
  const { status, body } = await push(room, await webhook(room, http), sent);
  expect(status).toBe(409);
  expect(body).toMatchObject({
    code: 'PutEventsRequestSecurityCheckFailed',
    message: expect.stringContaining(message),
  });
  expect(room.bridge.history.list({})).toEqual([]);
});

test.each([
  [{ Method: ['GET', 'PUT'] }, { method: 'PUT' }],
  [{ SecurityConfig: 'ip', Ip: ['10.0.0.0/24', '127.0.0.1'] }, {}],
  [{ SecurityConfig: 'ip', Ip: ['10.0.0.0/24'] }, { headers: { 'x-real-ip': '10.0.0.255' } }],
  [{ SecurityConfig: 'referer', Referer: ['b', 'https://a.example'] }, { headers: { referer: 'https://a.example' } }],
])('%o lets %o through', async (http, sent) => {
  const room = await opened();
  expect((await push(room, await webhook(room, http), sent)).status).toBe(200);
});

test.each(['', '&token=', 'x', '0'.repeat(48), 'constructor'])('the token "%s" is nobody’s', async (token) => {
  const room = await opened();
  await webhook(room);
  const answer = await push(room, new URL(`http://127.0.0.1:9580/webhook/putEvents?token=${token}`));
  expect(answer).toMatchObject({ status: 409, body: { code: 'PutEventsRequestSecurityCheckFailed' } });
});

test('broken JSON is refused, and bytes that are no text make an event all the same', async () => {
  const room = await opened();
  const url = await webhook(room);
  const broken = await push(room, url, { headers: { 'content-type': 'application/json' }, body: '{"a":' });
  expect(broken).toMatchObject({ status: 409, body: { code: 'JsonAttributeInvalid' } });
  expect((await push(room, url, { body: new Uint8Array([0xff, 0xfe, 0x00]) })).status).toBe(200);
});

test('a request that makes too large an event fails as its entry does, one past a megabyte whole', async () => {
  const room = await opened();
  const url = await webhook(room);
  const large = await push(room, url, { body: 'x'.repeat(256 * 1024) });
  expect(large.body).toMatchObject({ FailedEntryCount: 1, EntryList: [{ ErrorCode: 'EventSizeExceed' }] });
  expect((await push(room, url, { body: 'x'.repeat(1024 * 1024 + 1) })).body.code).toBe('RequestTooLarge');
});

test('an update keeps the URL, a new source has another, a deleted one none', async () => {
  const room = await opened();
  const url = await webhook(room);
  const parameters = JSON.stringify({ ...HTTP, Method: ['PUT'] });
  const update = await call(room, 'UpdateEventSource', {
    ...{ EventSourceName: 'hook', EventBusName: 'shop', SourceHttpEventParameters: parameters },
  });
  expect(update.body).toMatchObject({ Success: true, Data: true });
  expect((await urlOf(room, 'hook')).href).toBe(url.href);
  expect((await push(room, url, { method: 'PUT' })).status).toBe(200);
  expect((await webhook(room, {}, 'other')).href).not.toBe(url.href);
  expect((await call(room, 'DeleteEventSource', { EventSourceName: 'hook' })).body.Success).toBe(true);
  expect((await push(room, url, { method: 'PUT' })).status).toBe(409);
});

test.each([
  ['no type', { Type: undefined }, 'HttpSourceParametersEmpty', 'name=Type'],
  ['a strange type', { Type: 'FTP' }, 'HttpSourceParametersInvalid', 'Parameter name is Type and value is FTP'],
  ['no method', { Method: [] }, 'HttpSourceParametersEmpty', 'name=Method'],
  ['an empty method', { Method: [''] }, 'HttpSourceParametersEmpty', 'name=Method'],
  [
    'a strange method',
    { Method: ['post'] },
    'HttpSourceParametersInvalid',
    'Parameter name is Method and value is post',
  ],
  ['no security', { SecurityConfig: '' }, 'HttpSourceParametersEmpty', 'name=SecurityConfig'],
  ['strange security', { SecurityConfig: 'all' }, 'HttpSourceParametersInvalid', 'SecurityConfig and value is all'],
  [
    'no address',
    { SecurityConfig: 'ip' },
    'HttpSourceParametersInvalid',
    'Ip should not be empty when SecurityConfig is ip',
  ],
  [
    'an address too many',
    { SecurityConfig: 'ip', Ip: Array(6).fill('1.1.1.1') },
    'ExceedHttpSourceParametersCount',
    'Limit count is 5, and the value of Ip is 6',
  ],
  [
    'no address at all',
    { SecurityConfig: 'ip', Ip: ['1.1.1.1/33'] },
    'HttpSourceParametersInvalid',
    'Illegal IP or network segment: 1.1.1.1/33',
  ],
  [
    'an address for nothing',
    { Ip: ['1.1.1.1'] },
    'HttpSourceParametersInvalid',
    'Ip should be empty when SecurityConfig is none',
  ],
  [
    'a referer too many',
    { SecurityConfig: 'referer', Referer: Array(6).fill('a') },
    'ExceedHttpSourceParametersCount',
    'Referer is 6',
  ],
  [
    'a long referer',
    { SecurityConfig: 'referer', Referer: ['x'.repeat(257)] },
    'HttpSourceParametersInvalid',
    'Referer too long',
  ],
  ['an empty referer', { SecurityConfig: 'referer', Referer: [''] }, 'HttpSourceParametersEmpty', 'name=Referer'],
])('%s is refused', async (_what, changes, Code, message) => {
  const room = await opened();
  const { body } = await create(room, 'hook', { SourceHttpEventParameters: { ...HTTP, ...changes } });
  expect(body).toMatchObject({ Success: false, Code, Message: expect.stringContaining(message) });
});

test.each([
  ['SourceMNSParameters', 'MNS'],
  ['SourceRabbitMQParameters', 'RabbitMQ'],
  ['SourceRocketMQParameters', 'RocketMQ'],
  ['SourceKafkaParameters', 'Kafka'],
  ['SourceSLSParameters', 'SLS'],
  ['SourceOSSEventParameters', 'OSSEvent'],
])('%s is refused by name', async (parameter, type) => {
  const room = await opened();
  const { status, body } = await create(room, 's', { [parameter]: { RegionId: 'cn-hangzhou' } });
  expect(status).toBe(400);
  expect(body).toMatchObject({
    Code: 'NotImplemented',
    Message: `The event source type ${type} is not served by LocalYun yet.`,
  });
  const linked = await create(room, 's', { LinkedExternalSource: 'true', ExternalSourceType: type });
  expect(linked.body.Message).toContain(type);
});

test('what Terraform says nothing of in an update it sends as {}, which changes nothing', async () => {
  const room = await opened();
  const types = ['HttpEvent', 'ScheduledEvent', 'MNS', 'RabbitMQ', 'RocketMQ', 'Kafka'];
  const empty = Object.fromEntries(types.map((type) => [`Source${type}Parameters`, '{}']));
  const url = await webhook(room);
  const http = JSON.stringify({ ...HTTP, Method: ['PUT'] });
  const hook = { EventSourceName: 'hook', EventBusName: 'shop', LinkedExternalSource: 'true' };
  const update = await call(room, 'UpdateEventSource', { ...empty, ...hook, SourceHttpEventParameters: http });
  expect(update.body).toMatchObject({ Success: true });
  expect((await push(room, url, { method: 'PUT' })).status).toBe(200);
  const mere = { ...empty, EventSourceName: 'hook', Description: 'new' };
  expect((await call(room, 'UpdateEventSource', mere)).body).toMatchObject({ Success: true });
  expect((await push(room, url, { method: 'PUT' })).status).toBe(200);
  const bad = { EventSourceName: 'hook', SourceMNSParameters: '{' };
  expect((await call(room, 'UpdateEventSource', bad)).body.Code).toBe('InvalidArgument');
});

test('a webhook or a timer may be told as an external source, by its name', async () => {
  const room = await opened();
  const linked = { LinkedExternalSource: 'true' };
  expect(
    await create(room, 'w', { ...linked, ExternalSourceType: 'HttpEvent', SourceHttpEventParameters: HTTP }),
  ).toMatchObject({ body: { Success: true } });
});

test('a source may be a name alone; names are cut, unique, and of few characters', async () => {
  const room = await opened({ sourcesMax: 2 });
  expect((await create(room, 'x'.repeat(200), { Description: 'd' })).body.Data).toEqual({
    EventSourceARN: `${ARN}${'x'.repeat(127)}`,
  });
  expect((await create(room, 'x'.repeat(127))).body.Code).toBe('EventSourceAlreadyExist');
  for (const bad of ['-a', 'a b', 'é', '../a', 'a/b'])
    expect((await create(room, bad)).body.Code).toBe('EventSourceNameInvalid');
  await create(room, 'a.b-c_d');
  expect((await create(room, 'third')).body).toMatchObject({ Code: 'EventSourceCountExceedLimit' });
  const first = await ask(room, 'ListUserDefinedEventSources', { EventBusName: 'shop', Limit: '1' });
  expect(first).toMatchObject({
    Total: 2,
    EventSourceList: [{ Name: 'a.b-c_d', Status: 'Activated', Type: 'UserDefined' }],
  });
  const rest = await ask(room, 'ListUserDefinedEventSources', { Limit: '1', NextToken: String(first.NextToken) });
  expect(rest.EventSourceList).toMatchObject([{ Description: 'd', EventBusName: 'shop' }]);
});

test('a bus with a source stays, and a source needs its bus', async () => {
  const room = await opened();
  await create(room, 'mine');
  const gone = await call(room, 'DeleteEventBus', { EventBusName: 'shop' });
  expect(gone.body).toMatchObject({ Success: false, Code: 'EventBusSourceNotEmptyForDelete' });
  const none = await call(room, 'CreateEventSource', { EventSourceName: 's', EventBusName: 'none' });
  expect(none.body.Code).toBe('EventBusNotExist');
  for (const parameters of [{ EventSourceName: 'no' }, { EventSourceName: 'mine', EventBusName: 'default' }]) {
    expect((await call(room, 'DeleteEventSource', parameters)).body.Code).toBe('EventSourceNotExist');
    expect((await call(room, 'UpdateEventSource', parameters)).body.Code).toBe('EventSourceNotExist');
  }
  await call(room, 'DeleteEventSource', { EventSourceName: 'mine', EventBusName: 'shop' });
  expect((await call(room, 'DeleteEventBus', { EventBusName: 'shop' })).body.Success).toBe(true);
});

test('the official sources are those that raise events here', async () => {
  const { EventSourceList } = await ask(await opened(), 'ListAliyunOfficialEventSources');
  expect(EventSourceList).toMatchObject([
    {
      Name: 'acs.oss',
      Arn: 'acs:eventbridge:cn-hangzhou:SYSTEM:eventbus/default/eventsource/acs.oss',
      Type: 'AliyunOfficial',
      EventBusName: 'default',
    },
  ]);
  expect(EventSourceList?.[0]?.EventTypes).toContainEqual({
    Name: 'oss:ObjectCreated:PutObject',
    ShortName: 'PutObject',
    GroupName: 'ObjectCreated',
    EventSourceName: 'acs.oss',
  });
});
