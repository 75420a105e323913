/** Bodies of PutEvents up to their limits: what they cost grows as they do, and no faster. */
import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { checkEvent } from '../../../../../emulators/eventbridge/service/check-event.ts';
import { readHttpEvents } from '../../../../../emulators/eventbridge/service/http-binding.ts';
import { growth, growthOfCalls } from '../../../../support/cost.ts';
import { wireRequest } from '../../../../support/wire-request.ts';
import { openRoom } from '../room.ts';

const BATCH = { 'content-type': 'application/cloudevents-batch+json' };
const JSON_TYPE = { 'content-type': 'application/json' };
const ADDED = {
  aliyunaccountid: '1',
  aliyunoriginalaccountid: '1',
  aliyuneventbusname: 'default',
  aliyunregionid: 'cn-hangzhou',
  aliyunpublishtime: '2026-03-11T05:40:45.682Z',
};
const BINARY = { 'ce-id': 'b', 'ce-source': 's', 'ce-type': 't', 'ce-specversion': '1.0' };

interface Sent {
  headers: Record<string, string>;
  body: Uint8Array;
}

const many = <Item>(count: number, make: (at: number) => Item) => Array.from({ length: count }, (_, at) => make(at));
const fields = (count: number) => Object.fromEntries(many(count, (at) => [`k${at}`, at]));
const nested = (levels: number) => `${'['.repeat(levels)}1${']'.repeat(levels)}`;

function event(changes: object = {}) {
  return { id: 'e', source: 'crm', type: 't', specversion: '1.0', aliyuneventbusname: 'default', ...changes };
}

function sent(text: string, headers: Record<string, string> = BATCH): Sent {
  return { headers, body: Buffer.from(text) };
}

function ofData(data: string): Sent {
  return sent(`[${JSON.stringify(event()).slice(0, -1)},"data":${data}}]`);
}

/** Eight times each size is still within the limits: a body's megabyte, an event's 256 KiB, 500 levels. */
const taken: [what: string, size: number, make: (size: number) => Sent][] = [
  ['a batch of many events', 500, (size) => sent(JSON.stringify(many(size, (at) => event({ id: `e${at}` }))))],
  ['one event of many fields', 2_000, (size) => ofData(JSON.stringify(fields(size)))],
  ['deep arrays', 30, (size) => ofData(`[${many(size, () => nested(400)).join()}]`)],
  [
    'objects within objects',
    10,
    (size) => ofData(`[${many(size, () => `${'{"k":'.repeat(400)}1${'}'.repeat(400)}`).join()}]`),
  ],
  ['a long list', 15_000, (size) => ofData(JSON.stringify(many(size, () => 1)))],
  ['a text of escapes', 5_000, (size) => ofData(`"${'\\u0001'.repeat(size)}"`)],
  ['a text of letters beyond ASCII', 10_000, (size) => ofData(`"${'\u732b'.repeat(size)}"`)],
  ['one key again and again', 4_000, (size) => ofData(`{${many(size, () => '"k":1').join()}}`)],
  ['bytes as base64', 25_000, (size) => sent(JSON.stringify([event({ data_base64: 'A'.repeat(size) })]))],
  [
    'a binary event of bytes',
    20_000,
    (size) => sent('\u0000'.repeat(size), { ...BINARY, 'content-type': 'application/octet-stream' }),
  ],
  ['white space', 100_000, (size) => sent(`${' '.repeat(size)}${JSON.stringify([event()])}`)],
];

const refused: typeof taken = [
  ['arrays deeper than the limit', 10_000, (size) => ofData(nested(size))],
  ['base64 that is none', 25_000, (size) => sent(JSON.stringify([event({ data_base64: `${'='.repeat(size)}A` })]))],
  [
    'a time that nearly is one',
    25_000,
    (size) => sent(JSON.stringify([event({ time: `2020-08-24T13:54:05.${'9'.repeat(size)}/a/a!` })])),
  ],
  [
    'a time zone that nearly is one',
    25_000,
    (size) => sent(JSON.stringify([event({ time: `2020-08-24T13:54:05${'a/1'.repeat(size / 3)}!` })])),
  ],
  [
    'a content type that nearly is one',
    25_000,
    (size) => sent(JSON.stringify([event({ datacontenttype: `a/${'b'.repeat(size)}${' '.repeat(size)}!` })])),
  ],
  ['many extension attributes', 2_000, (size) => sent(JSON.stringify([event(fields(size))]))],
  [
    'a long id, source, type and subject',
    6_000,
    (size) => {
      const x = 'x'.repeat(size);
      return sent(JSON.stringify([event({ id: x, source: x, type: x, subject: x })]));
    },
  ],
  ['brackets without end', 4_000, (size) => sent('['.repeat(size))],
  [
    'quotes that are not closed',
    2_000,
    (size) => sent('1', { ...JSON_TYPE, ...BINARY, 'ce-subject': `"${'\\"'.repeat(size)}` }),
  ],
  ['percent signs', 5_000, (size) => sent('1', { ...JSON_TYPE, ...BINARY, 'ce-subject': `${'%41'.repeat(size)}%` })],
];

describe('read and checked', () => {
  test.each([...taken, ...refused])('%s', (_what, size, make) => {
    const { ratio, bound } = growth(size, make, (input) => {
      const read = readHttpEvents(input);
      if (read.ok) for (const raw of read.events) checkEvent(raw, ADDED);
    });
    expect(ratio).toBeLessThan(bound);
  });
});

describe('published to a bus with rules', () => {
  const limits = { batchEventsMax: 1e6, defaultBusEventsPerSecond: 1e9, eventsKeptMax: 100 };
  const path = { rawPath: '/openapi/putEvents' };

  test.each(taken)('%s', async (_what, size, make) => {
    const room = openRoom({ auth: 'off', limits });
    await room.trigger({
      triggerEnable: true,
      asyncInvocationType: true,
      eventSourceConfig: { eventSourceType: 'Default' },
      eventRuleFilterPattern: '{"source":["other"],"data":{"k1":[{"prefix":"a"}],"k2":[{"numeric":[">",1]}]}}',
    });
    const { ratio, bound } = await growthOfCalls(size, make, async ({ headers, body }) => {
      const given = { host: '127.0.0.1:9580', 'ce-aliyuneventbusname': 'default', ...headers };
      const request = wireRequest({ ...path, headers: given, body: Readable.from([body]) });
      const reply = await room.bridge.emulator.handle(request);
      expect(JSON.parse(String(reply.body))).toMatchObject({ FailedEntryCount: 0 });
    });
    expect(ratio).toBeLessThan(bound);
  });
});
