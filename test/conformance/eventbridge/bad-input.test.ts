/** What PutEvents and TestEventPattern make of input at their limits, past them, and of bytes that are no text. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Stack, startStack } from '../../../src/index.ts';
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
