/** What PutEvents and TestEventPattern make of input at their limits, past them, and of bytes that are no text. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Stack, startStack } from '../../../src/index.ts';
import { startReceiver } from '../../support/event-receiver.ts';
import { builderVectors } from '../../unit/emulators/eventbridge/pattern/engine-vectors.ts';

const BUS = 'shop';
const STRUCTURED = 'application/cloudevents+json';
const BATCH = 'application/cloudevents-batch+json';

interface Entry {
  EventId?: string;
  ErrorCode?: string;
}

interface Answer {
  status: number;
  json: { code?: string; message?: string; Result?: boolean; FailedEntryCount?: number; EntryList?: Entry[] };
}

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ auth: 'off', logLevel: 'silent' });
  expect((await call('createEventBus', '{"EventBusName":"shop"}')).status).toBe(200);
});
afterAll(() => stack.close());

async function call(operation: string, body: string | Uint8Array, headers = {}): Promise<Answer> {
  const request = { method: 'POST', headers, body: Buffer.from(body) };
  const response = await fetch(`${stack.endpoint}/openapi/${operation}`, request);
  return { status: response.status, json: (await response.json()) as Answer['json'] };
}

const event = (id: string, changes: object = {}) => ({
  ...{ id, source: 'crm', type: 'order:created', specversion: '1.0', aliyuneventbusname: BUS },
  ...changes,
});
const put = (events: readonly object[]) => call('putEvents', JSON.stringify(events), { 'content-type': BATCH });
const errorsOf = ({ json }: Answer) => json.EntryList?.map(({ ErrorCode }) => ErrorCode);

/** What was sent, as the bus has it. */
function known(id: string): Record<string, unknown> | undefined {
  return stack.events.show(id, { bus: BUS })?.event as Record<string, unknown> | undefined;
}

const many = <Item>(count: number, make: (at: number) => Item) => Array.from({ length: count }, (_, at) => make(at));
const nested = (levels: number) => JSON.parse(`${'['.repeat(levels)}${']'.repeat(levels)}`) as unknown;

describe('sizes', () => {
  test('an event too large is refused in its entry, and its neighbours are taken', async () => {
    const answer = await put([event('first'), event('large', { data: 'x'.repeat(256 * 1024) }), event('last')]);
    expect([answer.status, errorsOf(answer)]).toEqual([200, [undefined, 'EventSizeExceed', undefined]]);
    expect(known('last')).toBeDefined();
    expect(known('large')).toBeUndefined();
  });

  test('an event of as many keys as fit is taken whole', async () => {
    const data = Object.fromEntries(many(15_000, (at) => [`k${at}`, at]));
    expect(errorsOf(await put([event('many-keys', { data })]))).toEqual([undefined]);
    expect(known('many-keys')?.data).toEqual(data);
  });

  test.each([
    ['a batch', () => JSON.stringify(many(5, (at) => event(`b${at}`, { data: 'x'.repeat(250 * 1024) })))],
    ['an event of a million keys', () => `[{"id":"m","data":{${many(1_000_000, (at) => `"k${at}":1`).join()}}}]`],
    ['a million brackets and more', () => '['.repeat(1024 * 1024 + 1)],
  ])('%s beyond a megabyte is refused whole, and the next call is served', async (_what, body) => {
    const before = stack.events.list({ limit: 1 })[0]?.id;
    expect(await call('putEvents', body(), { 'content-type': BATCH })).toMatchObject({
      status: 400,
      json: { code: 'RequestTooLarge' },
    });
    expect(stack.events.list({ limit: 1 })[0]?.id).toBe(before);
    expect(errorsOf(await put([event('after')]))).toEqual([undefined]);
  });

  test('data nests as deep as the limit, and no deeper', async () => {
    const answer = await put([event('deep', { data: nested(500) }), event('deeper', { data: nested(501) })]);
    expect(errorsOf(answer)).toEqual([undefined, 'EventInvalid']);
    expect(known('deep')?.data).toEqual(nested(500));
  });
});

describe('bytes that are no events', () => {
  // The second byte of the letter is missing.
  const cut = Buffer.from(JSON.stringify(event('cut', { data: '\u00c3' })), 'latin1');
  const BINARY = {
    'ce-id': 'b',
    'ce-source': 's',
    'ce-type': 't',
    'ce-specversion': '1.0',
    'ce-aliyuneventbusname': BUS,
  };

  test.each<[what: string, body: string | Uint8Array, headers: Record<string, string>, reason: string]>([
    ['a structured event', cut, { 'content-type': STRUCTURED }, 'not UTF-8'],
    ['a batch', Buffer.concat([Buffer.from('['), cut, Buffer.from(']')]), { 'content-type': BATCH }, 'not UTF-8'],
    [
      'binary data',
      Buffer.from([0x22, 0xc3, 0x28, 0x22]),
      { ...BINARY, 'content-type': 'application/json' },
      'not UTF-8',
    ],
    ['an overlong slash', Buffer.from([0x22, 0xc0, 0xaf, 0x22]), { 'content-type': STRUCTURED }, 'not UTF-8'],
    ['brackets without end', '['.repeat(100_000), { 'content-type': BATCH }, 'no JSON'],
    ['an empty list', '[]', { 'content-type': BATCH }, 'empty'],
    ['a word', 'hello', { 'content-type': STRUCTURED }, 'no JSON'],
  ])('%s is refused with its reason', async (_what, body, headers, reason) => {
    const { status, json } = await call('putEvents', body, headers);
    expect([json.code, json.message]).toEqual(['EventInvalid', expect.stringContaining(reason)]);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(500);
  });

  test('bytes of another type are kept as they are', async () => {
    const type = { 'content-type': 'application/octet-stream' };
    expect(errorsOf(await call('putEvents', Buffer.from([0xff, 0, 0xc3]), { ...BINARY, ...type }))).toEqual([
      undefined,
    ]);
    expect(known('b')?.data_base64).toBe('/wDD');
  });
});

describe('the RPC form of PutEvents', () => {
  const entry = (Id: string, changes: object = {}) => ({ Id, Source: 'crm', Type: 't', Data: '{}', ...changes });
  async function rpc(action: string, body: string | Uint8Array): Promise<{ status: number; json: RpcAnswer }> {
    const url = `${stack.endpoint}/?Action=${action}&Version=2020-04-01&Format=JSON`;
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const response = await fetch(url, { method: 'POST', headers, body: Buffer.from(body) });
    return { status: response.status, json: (await response.json()) as RpcAnswer };
  }
  interface RpcAnswer {
    Code?: string;
    Message?: string;
    Data?: { FailedEntryCount?: number; EntryList?: Entry[] };
  }
  const form = (events: unknown) => `EventBusName=${BUS}&EventList=${encodeURIComponent(JSON.stringify(events))}`;

  test('is for the bus it names, whose permission was looked at, and for no other that an event names', async () => {
    const other = entry('elsewhere', { aliyuneventbusname: 'default' });
    for (const events of [[other], [entry('here'), other]])
      expect((await rpc('PutEvents', form(events))).json.Code).toBe('PutEventsRequestMoreThanOneEventBus');
    expect(stack.events.show('elsewhere')).toBeUndefined();
    expect((await rpc('PutEvents', form([entry('named', { aliyuneventbusname: BUS })]))).json.Code).toBe('Success');
  });

  test.each<[what: string, body: string | Uint8Array]>([
    ['in escapes', `${form([entry('u')])}&x=%ff%c3(`],
    ['in the list', form([entry('u', { Data: 'X' })]).replace('X', '%ff')],
    ['as it is', Buffer.concat([Buffer.from(form([entry('u')])), Buffer.from([0x26, 0x78, 0x3d, 0xff])])],
  ])('that is no UTF-8, %s, is refused', async (_what, body) => {
    expect((await rpc('PutEvents', body)).json).toMatchObject({
      ...{ Code: 'InvalidArgument', Message: 'The parameters are not all UTF-8.' },
    });
  });

  test('takes the replacement character itself, and a percent sign that is none of an escape', async () => {
    expect((await rpc('PutEvents', form([entry('fffd', { Data: JSON.stringify('\ufffd 100%ff') })]))).json.Code).toBe(
      'Success',
    );
    expect(known('fffd')?.data).toBe('\ufffd 100%ff');
  });

  test.each([[[1, 'a', null]], [[]], [[[]]]])('of %j says what is wrong with the list', async (events) => {
    const { json } = await rpc('PutEvents', form(events));
    expect(json.Code).not.toBe('Success');
    expect(json.Code).not.toBe('MissingParameter');
  });

  test('names that no key of a table could have are not there, whatever asks for them', async () => {
    const long = 'x'.repeat(5_000);
    const calls: Record<string, string[]> = {
      EventBusName: ['GetEventBus', 'DeleteEventBus', 'ListRules', 'UpdateEventBus', 'CreateEventBus'],
      RuleName: ['GetRule', 'EnableRule', 'DisableRule', 'DeleteRule', 'ListTargets'],
      EventStreamingName: ['GetEventStreaming', 'DeleteEventStreaming', 'StartEventStreaming', 'PauseEventStreaming'],
      ConnectionName: ['GetConnection', 'DeleteConnection'],
      ApiDestinationName: ['GetApiDestination', 'DeleteApiDestination'],
      EventSourceName: ['UpdateEventSource', 'DeleteEventSource'],
      EventId: ['QueryEvent', 'QueryEventTraces', 'QueryTracedEventByEventId'],
    };
    for (const [name, actions] of Object.entries(calls))
      for (const action of actions) {
        const bus = name === 'EventBusName' ? '' : `EventBusName=${BUS}&`;
        const { status, json } = await rpc(action, `${bus}${name}=${long}`);
        expect([action, status]).toEqual([action, 200]);
        expect(json.Code, action).toMatch(/Not(Exist|Existed)$|NameInvalid$/);
      }
  });

  test('a target that nests too deep is refused in its entry', async () => {
    await rpc('CreateRule', `EventBusName=${BUS}&RuleName=deep&FilterPattern={"source":["nobody"]}`);
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    for (const part of [
      `"DeadLetterQueue":{"Arn":"a","x":${deep}}`,
      `"ParamList":[{"ResourceKey":"Body","Value":${deep}}]`,
    ]) {
      const targets = `[{"Id":"t","Type":"http","Endpoint":"http://127.0.0.1:9/",${part}}]`;
      const body = `EventBusName=${BUS}&RuleName=deep&Targets=${encodeURIComponent(targets)}`;
      const { status, json } = await rpc('PutTargets', body);
      expect([status, json.Data]).toMatchObject([200, { ErrorEntriesCount: 1 }]);
    }
  });
});

test('a batch is told of what is no object beside what is taken', async () => {
  const mixed = await call('putEvents', JSON.stringify([7, event('beside'), [event('in a list')]]), {
    'content-type': BATCH,
  });
  expect([mixed.status, errorsOf(mixed)]).toEqual([200, ['EventInvalid', undefined, 'EventInvalid']]);
  for (const body of ['null', '[null]', '[1,"a"]', '[[]]'])
    expect((await call('putEvents', body, { 'content-type': BATCH })).json.code).toBe('EventInvalid');
});

test('a number that would be delivered as null is refused', async () => {
  const text = JSON.stringify([event('endless', { data: { n: 'N' } })]).replace('"N"', '1e999');
  expect(errorsOf(await call('putEvents', text, { 'content-type': BATCH }))).toEqual(['EventInvalid']);
});

test('a number of more digits than ECMAScript holds reaches its target, as it is and by its path', async () => {
  const receiver = await startReceiver();
  const param = (Form: string, Value = '', Template = '') => [{ ResourceKey: 'Body', Form, Value, Template }];
  const paths = '{"id":"$.data.id","all":"$.data"}';
  // biome-ignore lint/suspicious/noTemplateCurlyInString: this is a template of the service.
  const template = '{"id":${id},"all":${all}}';
  const forms = [param('ORIGINAL'), param('JSONPATH', '$.data.id'), param('TEMPLATE', paths, template)];
  const Targets = forms.map((ParamList, at) => ({
    Id: `t${at}`,
    Type: 'http',
    Endpoint: `${receiver.url}/${at}`,
    ParamList,
  }));
  const FilterPattern = '{"source":["exact"],"data":{"id":[{"numeric":[">",5]}]}}';
  await call('createRule', JSON.stringify({ EventBusName: BUS, RuleName: 'exact', FilterPattern, Targets }));
  const sent = (id: string) =>
    JSON.stringify(event(id, { source: 'exact', data: { id: 'N' } })).replace('"N"', '1234567890123456789');
  const binary = { 'content-type': 'application/json', 'ce-source': 'exact', 'ce-type': 't', 'ce-specversion': '1.0' };
  const answers = [
    await call('putEvents', `[${sent('exact-batch')}]`, { 'content-type': BATCH }),
    await call('putEvents', sent('exact-structured'), { 'content-type': STRUCTURED }),
    await call('putEvents', '{"id":1234567890123456789}', { ...binary, 'ce-id': 'x', 'ce-aliyuneventbusname': BUS }),
  ];
  expect(answers.map(errorsOf)).toEqual([[undefined], [undefined], [undefined]]);
  await stack.settled();
  const bodies = (at: number) => receiver.received.filter(({ url }) => url.endsWith(`/${at}`)).map(({ body }) => body);
  expect(bodies(0)).toHaveLength(3);
  for (const body of bodies(0)) expect(body).toContain('"data":{"id":1234567890123456789}');
  expect(bodies(1)).toEqual(Array(3).fill('1234567890123456789'));
  expect(bodies(2)).toEqual(Array(3).fill('{"id":1234567890123456789,"all":{"id":1234567890123456789}}'));
  await stack.events.replay('exact-batch');
  await stack.settled();
  expect(bodies(0).at(-1)).toContain('"data":{"id":1234567890123456789}');
  const rpc = (format: string) =>
    `${stack.endpoint}/?Action=QueryEvent&Version=2020-04-01&Format=${format}&EventBusName=${BUS}&EventId=exact-batch`;
  expect(await (await fetch(rpc('JSON'))).text()).toContain('"id":1234567890123456789');
  expect(await (await fetch(rpc('XML'))).text()).toContain('<id>1234567890123456789</id>');
  expect(String((known('exact-batch') as { data: { id: unknown } }).data.id)).toBe('1234567890123456789');
  // An attribute is a text, and is not made one of such a number.
  const odd = sent('odd').replace('"odd"', '1234567890123456789');
  expect(errorsOf(await call('putEvents', `[${odd}]`, { 'content-type': BATCH }))).toEqual(['EventIdInvalid']);
});

test('a rule that asks for an id of 19 digits gets events of this one, and tells why it gets no other', async () => {
  const receiver = await startReceiver();
  const ids = ['1234567890123456788', '1234567890123456789'];
  const FilterPattern = '{"source":["ids"],"data":{"id":[1234567890123456789]}}';
  const Targets = [
    { Id: 't', Type: 'http', Endpoint: receiver.url, ParamList: [{ ResourceKey: 'Body', Form: 'ORIGINAL' }] },
  ];
  await call('createRule', JSON.stringify({ EventBusName: BUS, RuleName: 'by-id', FilterPattern, Targets }));
  for (const id of ids) {
    const sent = JSON.stringify(event(`of-${id}`, { source: 'ids', data: { id: 'N' } })).replace('"N"', id);
    expect(errorsOf(await call('putEvents', `[${sent}]`, { 'content-type': BATCH }))).toEqual([undefined]);
    const test = await call('testEventPattern', JSON.stringify({ Event: sent, EventPattern: FilterPattern }));
    expect(test.json.Result).toBe(id === ids[1]);
  }
  await stack.settled();
  expect(receiver.received.map(({ body }) => /"data":\{.*?\}/.exec(body)?.[0])).toEqual([
    '"data":{"id":1234567890123456789}',
  ]);
  const admin = async (path: string, body?: string) =>
    (await fetch(`${stack.endpoint}/_localyun/${path}`, body === undefined ? {} : { method: 'POST', body })).text();
  const trace = await admin('events/of-1234567890123456788');
  expect(trace).toContain('"data":{"id":1234567890123456788}');
  expect(trace).toContain('"wanted":[1234567890123456789],"found":1234567890123456788');
  const tested = (id: string) =>
    admin('rules/test', `{"event":{"source":"ids","data":{"id":${id}}},"rule":"by-id","bus":"${BUS}"}`);
  expect(await tested('1234567890123456789')).toContain('"matched":true');
  expect(await tested('1234567890123456790')).toContain('"found":1234567890123456790');
  expect(
    await admin('rules/test', `{"event":{"n":1234567890123456789},"pattern":{"n":[1234567890123456788]}}`),
  ).toContain('n is 1234567890123456789; wanted 1234567890123456788');
  for (const body of ['1234567890123456789', '', '{', '00'])
    expect(JSON.parse(await admin('rules/test', body))).toMatchObject({ error: expect.stringMatching(/Invalid|Bad/) });
});

test('a rule that is no UTF-8 is not made', async () => {
  const rule = JSON.stringify({ EventBusName: BUS, RuleName: 'odd', FilterPattern: '{"source":["X"]}' });
  const bytes = Buffer.from(rule);
  bytes[rule.indexOf('X')] = 0xff;
  expect((await call('createRule', bytes)).json.code).toBe('InvalidArgument');
  expect((await call('getRule', JSON.stringify({ EventBusName: BUS, RuleName: 'odd' }))).json.code).toBe(
    'EventRuleNotExisted',
  );
});

// biome-ignore lint/suspicious/noTemplateCurlyInString: this is a template of the service.
const AMPLIFYING = { Form: 'TEMPLATE', Value: '{"all":"$.data"}', Template: '${all}'.repeat(1_500) };

test('a template that makes far more of an event than it is ends the delivery, by itself and in a batch', async () => {
  const FilterPattern = '{"source":["amplified"]}';
  const Endpoint = 'http://127.0.0.1:9/';
  const ParamList = [{ ResourceKey: 'Body', ...AMPLIFYING }];
  const Targets = [{ Id: 't', Type: 'http', Endpoint, ParamList }];
  await call('createRule', JSON.stringify({ EventBusName: BUS, RuleName: 'amplify', FilterPattern, Targets }));
  const made = await call(
    'v2/createEventStreaming',
    JSON.stringify({
      ...{ EventStreamingName: 'amplify', FilterPattern },
      Source: { SourceEventBusParameters: { EventBusName: BUS } },
      Sink: { SinkHttpsParameters: { URL: { Form: 'CONSTANT', Value: Endpoint }, Body: AMPLIFYING } },
      RunOptions: { ErrorsTolerance: 'ALL', BatchWindow: { CountBasedWindow: 2 } },
    }),
  );
  expect(made.status).toBe(200);
  await call('v2/startEventStreaming', '{"EventStreamingName":"amplify"}');
  const startedMs = performance.now();
  expect(errorsOf(await put([event('amplified', { source: 'amplified', data: 'x'.repeat(250_000) })]))).toEqual([
    undefined,
  ]);
  await stack.settled();
  expect(performance.now() - startedMs).toBeLessThan(5_000);
  const deliveries = stack.events.show('amplified', { bus: BUS })?.deliveries;
  expect(deliveries?.map(({ rule }) => rule)).toEqual(['EVENTSTREAMING_amplify', 'amplify']);
  for (const { state, reason, attempts } of deliveries ?? []) {
    expect([state, attempts.length]).toEqual(['dropped', 1]);
    expect(reason).toMatch(/The template of body made more than 1048576 characters/i);
  }
});

describe('a webhook', () => {
  test('refuses JSON that is no UTF-8', async () => {
    const http = { Type: 'HTTP', Method: ['POST'], SecurityConfig: 'none' };
    const source = { EventSourceName: 'hook', EventBusName: BUS, SourceHttpEventParameters: http };
    expect((await call('v2/createEventSource', JSON.stringify(source))).status).toBe(200);
    const { json } = await call('v2/listUserDefinedEventSources', JSON.stringify({ EventBusName: BUS }));
    const [listed] =
      (json as { EventSources?: { SourceHttpEventResponse: { PublicWebHookUrl: string[] } }[] }).EventSources ?? [];
    const url = listed?.SourceHttpEventResponse.PublicWebHookUrl[0] ?? '';
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(url, { method: 'POST', headers, body: Buffer.from([0x22, 0xff, 0x22]) });
    expect([answer.status, await answer.json()]).toMatchObject([409, { code: 'JsonAttributeInvalid' }]);
  });
});

test('events of one id are each an event of their own', async () => {
  const answer = await put([event('same', { data: 1 }), event('same', { data: 2 })]);
  expect([errorsOf(answer), answer.json.EntryList?.map(({ EventId }) => EventId)]).toEqual([
    [undefined, undefined],
    ['same', 'same'],
  ]);
  expect(errorsOf(await put([event('same', { data: 3 })]))).toEqual([undefined]);
  expect(stack.events.list({ limit: 1000 }).filter(({ id }) => id === 'same')).toHaveLength(3);
});

test.each(['..', '.', 'üñ', 'a/b', '%2e', 'ein\u0000\n', 'x'.repeat(128)])(
  'an event %j is taken, and found under its id',
  async (id) => {
    expect(errorsOf(await put([event(id)]))).toEqual([undefined]);
    const admin = `${stack.endpoint}/_localyun/events/_`;
    const shown = await fetch(`${admin}?${new URLSearchParams({ id, bus: BUS })}`);
    expect(await shown.json()).toMatchObject({ event: { id }, bus: BUS });
    const body = JSON.stringify({ id });
    const headers = { 'content-type': 'application/json' };
    const replayed = await fetch(`${admin}/replay`, { method: 'POST', headers, body });
    expect(await replayed.json()).toMatchObject({ id: expect.stringMatching(/^[0-9a-f-]{36}$/) });
  },
);

describe('patterns', () => {
  const ask = (pattern: string, given: object = { source: 'a' }) =>
    call('testEventPattern', JSON.stringify({ Event: JSON.stringify(given), EventPattern: pattern }));
  const refusals = builderVectors.flatMap(({ pattern, engine }) =>
    typeof engine === 'object' ? [{ pattern, reason: engine.refused }] : [],
  );

  test.each(refusals)('$pattern is refused in the words of the service', async ({ pattern, reason }) => {
    const message = `Event pattern is not valid, reason: ${reason}`;
    const refused = { code: 'EventRuleFilterPatternSchemaError', message };
    expect((await ask(pattern)).json).toMatchObject(refused);
    const rule = { EventBusName: BUS, RuleName: 'r', FilterPattern: pattern };
    expect((await call('createRule', JSON.stringify(rule))).json).toMatchObject(refused);
  });

  test('nesting past the limit, and a sixth operator, are refused by the limit', async () => {
    const deep = `{"data":${'{"k":'.repeat(101)}["v"]${'}'.repeat(101)}}`;
    const six = JSON.stringify({ source: many(6, (at) => ({ prefix: `p${at}` })) });
    for (const pattern of [deep, six]) expect((await ask(pattern)).json.code).toBe('EventRuleFilterPatternExceedLimit');
  });

  test('what looks like an expression or a wildcard is text', async () => {
    const hostile = '(a+)+$*?[^]';
    const contains = JSON.stringify({ data: { k: [{ contains: hostile.repeat(100) }] } });
    const long = 'a'.repeat(100_000);
    expect((await ask(contains, { data: { k: long + hostile.repeat(100) } })).json.Result).toBe(true);
    expect((await ask(contains, { data: { k: long } })).json.Result).toBe(false);
    expect((await ask('{"source":["*"]}', { source: 'a' })).json.Result).toBe(false);
    expect((await ask('{"source":["*"]}', { source: '*' })).json.Result).toBe(true);
  });
});
