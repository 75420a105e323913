/** The two APIs refuse what is not served, each in its own envelope and by the operation's name. */
import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import type { WireRequest } from '../../../../../src/kernel/wire.ts';
import { openRoom } from '../room.ts';

function request(changes: Partial<WireRequest>): WireRequest {
  return {
    method: 'POST',
    rawPath: '/',
    rawQuery: '',
    query: [],
    headers: { host: '127.0.0.1:9580' },
    body: Readable.from([]),
    remoteAddress: '127.0.0.1',
    remotePort: 0,
    endpoint: '127.0.0.1:9580',
    signal: () => new AbortController().signal,
    ...changes,
  };
}

async function send(changes: Partial<WireRequest>) {
  const reply = await openRoom().bridge.emulator.handle(request(changes));
  return { status: reply.status, headers: reply.headers, body: JSON.parse(String(reply.body)) as unknown };
}

test.each<[client: string, changes: Partial<WireRequest>]>([
  [
    'a header, as new SDKs do',
    { headers: { host: '127.0.0.1:9580', 'x-acs-action': 'DiscoverEventSource', 'x-acs-version': '2020-04-01' } },
  ],
  [
    'the query of a POST, as Terraform does',
    {
      query: [
        ['Action', 'DiscoverEventSource'],
        ['Version', '2020-04-01'],
        ['Format', 'JSON'],
      ],
    },
  ],
  [
    'the query of a GET',
    {
      method: 'GET',
      query: [
        ['Action', 'DiscoverEventSource'],
        ['Version', '2020-04-01'],
        ['Format', 'JSON'],
      ],
    },
  ],
])('the control plane, told the action in %s, refuses it by name', async (_client, changes) => {
  const { status, headers, body } = await send(changes);
  expect(status).toBe(400);
  expect(body).toEqual({
    RequestId: headers?.['x-acs-request-id'],
    HostId: '127.0.0.1:9580',
    Code: 'NotImplemented',
    Message: 'EventBridge operation DiscoverEventSource is not served by LocalYun yet.',
    Recommend: 'GET /_localyun/operations lists what is served.',
    Success: false,
  });
});

test.each(['AskLuma', 'QueryEventHouse', 'CreateAgent'])(
  '%s, of services beside events, is refused by name too',
  async (name) => {
    const query = [['Action', name] as const, ['Version', '2020-04-01'] as const, ['Format', 'JSON'] as const];
    const { status, body } = await send({ query });
    expect([status, body]).toMatchObject([
      400,
      { Message: `EventBridge operation ${name} is not served by LocalYun yet.` },
    ]);
  },
);

test('the data plane refuses what is planned by name', async () => {
  const name = 'listPartnerEventSources';
  const { status, headers, body } = await send({ rawPath: `/openapi/${name}` });
  expect(status).toBe(400);
  expect(body).toEqual({
    code: 'NotImplemented',
    message: `EventBridge operation openapi/${name} is not served by LocalYun yet.`,
    requestId: headers?.['x-acs-request-id'],
  });
});

test('a webhook is asked for its token alone, whatever its method', async () => {
  const { status, body } = await send({ method: 'PUT', rawPath: '/webhook/putEvents' });
  expect(status).toBe(409);
  expect(body).toMatchObject({ message: expect.stringContaining('No event source has this token') });
});

test.each<[what: string, changes: Partial<WireRequest>]>([
  [
    'an unknown action',
    {
      query: [
        ['Action', 'MakeCoffee'],
        ['Version', '2020-04-01'],
        ['Format', 'JSON'],
      ],
    },
  ],
  [
    'no action',
    {
      query: [
        ['Version', '2020-04-01'],
        ['Format', 'JSON'],
      ],
    },
  ],
  ['an unknown path', { rawPath: '/openapi/makeCoffee' }],
  ['a path with broken escapes', { rawPath: '/openapi/%zz' }],
])('%s is an API that does not exist', async (_what, changes) => {
  const { status, body } = await send(changes);
  expect(status).toBe(404);
  expect(JSON.stringify(body)).toContain('InvalidApi.NotFound');
});

test('every operation has a name of its own', async () => {
  const names = (await openRoom().bridge.emulator.rows()).map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(names).toContain('CreateEventStreaming');
});
