/** CloudEvents over HTTP: a batch, a structured event, a binary one, and what is none. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readHttpEvents } from '../../../../../emulators/eventbridge/service/http-binding.ts';

function read(type: string, body: string | Uint8Array, headers: Record<string, string> = {}) {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  return readHttpEvents({ headers: { ...(type ? { 'content-type': type } : {}), ...headers }, body: bytes });
}

const ATTRIBUTES = { 'ce-id': '1', 'ce-source': '/s', 'ce-type': 't', 'ce-specversion': '1.0' };
const EVENT = { id: '1', source: '/s', type: 't', specversion: '1.0' };

test('a batch is a list', () => {
  const text = JSON.stringify([EVENT, { ...EVENT, id: '2' }]);
  expect(read('application/cloudevents-batch+json; charset=utf-8', text)).toEqual({
    ok: true,
    events: JSON.parse(text),
  });
});

test('a structured event is one', () => {
  expect(read('application/cloudevents+json', JSON.stringify(EVENT))).toEqual({ ok: true, events: [EVENT] });
});

test('a binary event has its attributes in headers, percent-encoded, and its data in the body', () => {
  const headers = { ...ATTRIBUTES, 'ce-subject': 'caf%C3%A9', 'ce-broken': '100%' };
  expect(read('application/json', '{"a":1}', headers)).toEqual({
    ok: true,
    events: [{ ...EVENT, subject: 'café', broken: '100%', datacontenttype: 'application/json', data: { a: 1 } }],
  });
});

test.each([
  ['"a \\"quoted\\" text"', 'a "quoted" text'],
  ['"Euro%20%E2%82%AC"', 'Euro €'],
  ['"open', '"open'],
  ['"one" and "two"', '"one" and "two"'],
  ['""', ''],
])('the header %s means %s', (header, subject) => {
  const answer = read('', '', { ...ATTRIBUTES, 'ce-subject': header });
  expect(answer).toEqual({ ok: true, events: [{ ...EVENT, subject }] });
});

test.each([
  ['text/plain', 'hello', { data: 'hello' }],
  ['application/octet-stream', '\u0001', { data_base64: 'AQ==' }],
  ['application/vnd.x+json', '[1]', { data: [1] }],
])('data of %s is %j', (type, body, data) => {
  expect(read(type, body, ATTRIBUTES)).toEqual({ ok: true, events: [{ ...EVENT, datacontenttype: type, ...data }] });
});

test('a text that is no UTF-8 is kept as its bytes', () => {
  expect(read('text/plain; charset=gbk', Buffer.from([0xc3, 0xa8, 0xff]), ATTRIBUTES)).toMatchObject({
    events: [{ data_base64: 'w6j/' }],
  });
});

test('a header of any name is an attribute, for the event to be refused by', () => {
  const { events } = read('', '', { ...ATTRIBUTES, 'ce-__proto__': 'x', 'ce-constructor': 'y' }) as {
    events: object[];
  };
  expect(Object.keys(events[0] ?? {})).toEqual(expect.arrayContaining(['__proto__', 'constructor']));
});

test.each(['ce-data', 'ce-data_base64'])('%s is refused: the data is the body', (name) => {
  expect(read('application/json', '{}', { ...ATTRIBUTES, [name]: 'x' })).toMatchObject({
    reason: expect.stringContaining(name),
  });
});

test('a binary event may have no data', () => {
  expect(read('', '', ATTRIBUTES)).toEqual({ ok: true, events: [EVENT] });
});

test.each<[what: string, type: string, body: string | Uint8Array, headers: Record<string, string>, reason: string]>([
  ['no JSON', 'application/cloudevents-batch+json', '[{', {}, 'the body is no JSON'],
  ['no UTF-8', 'application/cloudevents+json', Buffer.from([0x22, 0xff, 0x22]), {}, 'the body is not UTF-8'],
  ['no UTF-8 in binary mode', 'application/json', Buffer.from([0xc3]), ATTRIBUTES, 'the body is not UTF-8'],
  ['no event', 'text/plain', 'hello', {}, 'a text/plain without ce-* headers is no CloudEvent'],
  ['another format', 'application/cloudevents+xml', '<event/>', {}, 'the format xml is not'],
  ['a batch of another format', 'application/cloudevents-batch+avro', '', {}, 'the format avro is not'],
  ['nothing', '', '', {}, 'a body without ce-* headers is no CloudEvent'],
])('%s is refused with its reason', (_what, type, body, headers, reason) => {
  expect(read(type, body, headers)).toEqual({ ok: false, reason: expect.stringContaining(reason) });
});

test('whatever bytes come, the answer is events or a reason', () => {
  const type = fc.constantFrom(
    'application/cloudevents-batch+json',
    'application/cloudevents+json',
    'application/json',
    'x/y',
    '',
  );
  fc.assert(
    fc.property(type, fc.uint8Array({ maxLength: 64 }), fc.boolean(), (contentType, body, isBinary) => {
      const answer = read(contentType, body, isBinary ? ATTRIBUTES : {});
      expect(answer.ok ? Array.isArray(answer.events) : answer.reason.length > 0).toBe(true);
    }),
  );
});
