/** The admin API of a real stack: what it tells, how it waits, what it resets, and whom it refuses. */
import { existsSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EventSummary, EventTrace } from '../../src/ports/event-history.ts';
import type { InvocationRecord } from '../../src/ports/invocation-journal.ts';
import { type AdminOptions, admin, invokeFunction, ossClient, settle } from '../support/clients.ts';
import { descendantsOf, isRunning, until } from '../support/processes.ts';
import { type RunningCli, startCli } from '../support/start-cli.ts';
import { uploadTrigger, writeFiles, writeProject } from '../support/template.ts';

const ECHO = `exports.handler = async (event, context) => {
  console.log('got', event.length);
  return { accessKeyId: context.credentials.accessKeyId, securityToken: context.credentials.securityToken, accessKeySecret: context.credentials.accessKeySecret };
};`;
const WAITER = `exports.handler = async (event) => {
  const { started, gate } = JSON.parse(event);
  require('fs').writeFileSync(started, '');
  while (!require('fs').existsSync(gate)) await new Promise((resolve) => setTimeout(resolve, 5));
  return 'through';
};`;
const FC_TRUST = {
  Version: '1',
  Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: ['fc.aliyuncs.com'] } }],
};
const READ_PHOTOS = {
  Version: '1',
  Statement: [
    { Effect: 'Allow', Action: ['oss:GetObject', 'oss:PutObject'], Resource: ['acs:oss:*:*:photos/*'] },
    { Effect: 'Deny', Action: ['oss:*'], Resource: ['acs:oss:*:*:photos/secret/*'] },
  ],
};

let stack: RunningCli;
let folder: string;
beforeAll(async () => {
  folder = writeProject({
    functions: {
      echo: {
        code: { 'index.js': ECHO },
        props: { triggers: [uploadTrigger('photos')], role: 'acs:ram::1234567890123456:role/reader' },
      },
      waiter: { code: { 'index.js': WAITER }, props: { timeout: 60 } },
    },
    settings: {
      buckets: [{ name: 'photos' }, { name: 'other' }],
      roles: [{ name: 'reader', assumeRolePolicyDocument: FC_TRUST, policies: ['read-photos'] }],
      policies: [{ name: 'read-photos', document: READ_PHOTOS }],
    },
  });
  stack = await startCli(['--template', 's.yaml', '--cold-start', 'off'], { cwd: folder });
});
afterAll(async () => void (await stack?.stop()));

const call = <Body = Record<string, unknown>>(path: string, options?: AdminOptions) =>
  admin<Body>(stack.endpoint, path, options);
const post = <Body = Record<string, unknown>>(path: string, body: unknown) =>
  call<Body>(path, { method: 'POST', body });
const photos = () => ossClient(stack.ready, 'photos');

test('health names the version and the rooms', async () => {
  const { status, body } = await call('health');
  expect(status).toBe(200);
  expect(body).toEqual({
    status: 'running',
    version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
    rooms: Object.fromEntries(['ram', 'oss', 'fc', 'eventbridge'].map((room) => [room, { status: 'running' }])),
  });
});

describe('settled', () => {
  test('is said at once when nothing is under way', async () => {
    const { status, body } = await call<{ waitedMs: number }>('settled?timeoutMs=5000');
    expect({ status, body }).toEqual({ status: 200, body: { settled: true, waitedMs: expect.any(Number) } });
    expect(body.waitedMs).toBeLessThan(1000);
  });

  test('is 408 with what is in flight, and 200 as soon as that has ended', async () => {
    const [started, gate] = [join(folder, 'started'), join(folder, 'gate')];
    const running = await invokeFunction(stack.ready, 'waiter', JSON.stringify({ started, gate }), { type: 'Async' });
    await until('it runs', () => existsSync(started));
    const early = await call<{ settled: boolean; waitedMs: number; busy: string[] }>('settled?timeoutMs=50');
    const waiting = call('settled?timeoutMs=10000');
    writeFiles(folder, { gate: '' });
    expect((await waiting).status).toBe(200);
    expect(early).toMatchObject({ status: 408, body: { settled: false, waitedMs: expect.any(Number) } });
    expect(early.body.busy.join('; ')).toContain('waiter');
    const { body } = await call<InvocationRecord>(`invocations/${running.requestId}`);
    expect(body).toMatchObject({ state: 'succeeded', result: 'through' });
  });

  test('refuses a time that is none', async () => {
    expect(await call('settled?timeoutMs=soon')).toMatchObject({ status: 400, body: { error: 'InvalidArgument' } });
    expect((await call('settled?timeoutMs=99999999')).status).toBe(400);
  });
});

describe('events and invocations', () => {
  let keys: string[];
  let since: string;
  beforeAll(async () => {
    keys = ['a.jpg', 'b.jpg', 'c.jpg'];
    since = (await call<{ now: string }>('clock')).body.now as string;
    for (const key of keys) await photos().put(key, Buffer.from(key));
    await photos().delete('c.jpg');
    await ossClient(stack.ready, 'other').put('d.jpg', Buffer.from('d'));
    await settle(stack);
  });

  const list = async (query: string) => (await call<EventSummary[]>(`events?${query}`)).body;
  const subjects = async (query: string) => (await list(query)).map(({ subject }) => subject?.split(':').at(-1));

  test('are listed newest first, by every filter', async () => {
    const from = `since=${encodeURIComponent(since)}`;
    expect(await subjects(from)).toEqual([
      'other/d.jpg',
      'photos/c.jpg',
      'photos/c.jpg',
      'photos/b.jpg',
      'photos/a.jpg',
    ]);
    expect(await subjects(`${from}&type=oss:ObjectRemoved:DeleteObject`)).toEqual(['photos/c.jpg']);
    expect(await subjects(`${from}&limit=2`)).toEqual(['other/d.jpg', 'photos/c.jpg']);
    expect(await subjects(`${from}&source=acs.oss&bus=default`)).toHaveLength(5);
    expect(await list('source=acs.nowhere')).toEqual([]);
    expect(await list('bus=nowhere')).toEqual([]);
    const arn = `acs:oss:cn-beijing:1234567890123456:photos/b.jpg`;
    expect(await subjects(`subject=${encodeURIComponent(arn)}`)).toEqual(['photos/b.jpg']);
    expect((await call('events?limit=0')).status).toBe(400);
  });

  test('an event shows its path, and why a rule did not match', async () => {
    const [other] = await list('limit=1');
    const { body } = await call<EventTrace>(`events/${other?.id}`);
    expect(body).toMatchObject({
      bus: 'default',
      matched: [],
      unmatched: [{ failures: [{ path: 'data.oss.bucket.name', wanted: expect.anything(), found: 'other' }] }],
    });
    expect(body.unmatched[0]?.reason).toContain('data.oss.bucket.name');
    expect((await call('events/nobody')).status).toBe(404);
  });

  test('an event can be replayed, and is marked as such', async () => {
    const [event] = await list(`type=oss:ObjectCreated:PutObject&limit=2`).then((all) => all.slice(1));
    const before = (await call<InvocationRecord[]>('invocations?function=echo')).body.length;
    const { body } = await post<{ id: string }>(`events/${event?.id}/replay`, {});
    await settle(stack);
    const replayed = (await call<EventTrace>(`events/${body.id}`)).body;
    expect(replayed.event).toMatchObject({ subject: event?.subject, localyunreplayof: event?.id });
    expect(replayed.deliveries).toMatchObject([{ state: 'delivered' }]);
    expect((await call<InvocationRecord[]>('invocations?function=echo')).body).toHaveLength(before + 1);
    expect((await post('events/nobody/replay', {})).status).toBe(404);
  });

  test('invocations are listed by function, and shown with their event', async () => {
    const { body } = await call<InvocationRecord[]>('invocations?function=echo&limit=2');
    expect(body).toHaveLength(2);
    for (const record of body) {
      expect(record).toMatchObject({ functionName: 'echo', state: 'succeeded', cause: { kind: 'event' } });
      expect(JSON.parse(record.event)).toMatchObject({ source: 'acs.oss' });
      expect((await call(`invocations/${record.requestId}`)).body).toEqual(record);
    }
    expect((await call<unknown[]>('invocations?function=nobody')).body).toEqual([]);
    expect((await call('invocations/nobody')).status).toBe(404);
  });
});

test('rules/test says whether a pattern matches, and if not, why', async () => {
  const event = { source: 'acs.oss', data: { size: 5 } };
  expect(await post('rules/test', { event, pattern: { source: ['acs.oss'] } })).toMatchObject({
    status: 200,
    body: { matched: true, failures: [] },
  });
  const { body } = await post('rules/test', { event, pattern: { source: [{ prefix: 'acs.eb' }] } });
  expect(body).toMatchObject({ matched: false, failures: [{ path: 'source', found: 'acs.oss' }] });
  const wrong = await post<{ matched: boolean; error: string }>('rules/test', {
    event,
    pattern: { source: 'acs.oss' },
  });
  expect([wrong.body.matched, wrong.body.error]).toEqual([false, expect.stringContaining('not valid')]);
  expect((await post('rules/test', { evnt: event })).status).toBe(400);
});

test('operations lists every row with its room, status and RAM actions', async () => {
  const { body } = await call<{ room: string; name: string; status: string; ram: string[] }[]>('operations');
  const find = (room: string, name: string) => body.find((row) => row.room === room && row.name === name);
  expect(find('oss', 'PutObject')).toMatchObject({ status: 'served', ram: expect.arrayContaining(['oss:PutObject']) });
  expect(find('fc', 'InvokeFunction')).toMatchObject({ ram: ['fc:InvokeFunction'] });
  expect(find('oss', 'PutBucketReplication')).toMatchObject({ status: 'planned' });
  expect(new Set(body.map(({ room }) => room))).toEqual(new Set(['oss', 'fc', 'eventbridge', 'ram']));
});

test('metrics count the calls of each room', async () => {
  const { body } = await call<string>('metrics');
  expect(body).toMatch(/^\S+\{.*oss.*PutObject.*200.*\} \d+$/m);
});

describe('denials', () => {
  interface Keys {
    accessKeyId: string;
    accessKeySecret: string;
    securityToken: string;
  }
  const roleKeys = async () => JSON.parse((await invokeFunction(stack.ready, 'echo', 'x')).body) as Keys;
  const roleClient = ({ securityToken, ...keys }: Keys, bucket: string) =>
    ossClient({ ...stack.ready, ...keys }, bucket, { stsToken: securityToken });

  test('tell the statement that refused, or that none allowed, and what would', async () => {
    const keys = await roleKeys();
    await roleClient(keys, 'photos').put('allowed.txt', Buffer.from('ok'));
    await expect(roleClient(keys, 'photos').put('secret/x', Buffer.from('no'))).rejects.toMatchObject({
      status: 403,
      code: 'AccessDenied',
    });
    await expect(roleClient(keys, 'other').get('d.jpg')).rejects.toMatchObject({ status: 403, code: 'AccessDenied' });
    const { body } = await call<Record<string, unknown>[]>('denials?limit=2');
    expect(body).toMatchObject([
      {
        action: 'oss:GetObject',
        resource: expect.stringMatching(/:other\/d\.jpg$/),
        effect: 'none',
        principal: { type: 'role', roleName: 'reader', accessKeyId: keys.accessKeyId },
        suggestion: {
          Effect: 'Allow',
          Action: ['oss:GetObject'],
          Resource: [expect.stringMatching(/:other\/d\.jpg$/)],
        },
      },
      {
        action: 'oss:PutObject',
        effect: 'deny',
        statement: { policyName: 'read-photos', index: 1, statement: { Effect: 'Deny' } },
      },
    ]);
    await settle(stack);
  });
});

describe('a page from elsewhere', () => {
  const { host } = { host: () => new URL(stack.endpoint).host };

  test.each([
    ['a foreign Host', () => ({ host: 'evil.example' })],
    ['a foreign Host with our port', () => ({ host: `evil.example:${host().split(':')[1]}` })],
    ['a Host that only begins like ours', () => ({ host: '127.0.0.1.evil.example' })],
    ['a foreign Origin', () => ({ origin: 'https://evil.example' })],
    ['the Origin of a sandboxed page', () => ({ origin: 'null' })],
  ])('with %s is refused, whatever it asks', async (_name, headers) => {
    for (const path of ['health', 'events', 'nothing/here'])
      expect(await call(path, { headers: headers() })).toMatchObject({ status: 403, body: { error: 'ForeignOrigin' } });
    const reset = await call('reset', { method: 'POST', body: {}, headers: headers() });
    expect(reset.status).toBe(403);
    expect((await photos().head('a.jpg')).status).toBe(200);
  });

  test.each([
    ['localhost', () => ({ host: `localhost:${host().split(':')[1]}` })],
    ['our own Origin', () => ({ origin: `http://${host()}` })],
  ])('but not one with %s', async (_name, headers) => {
    expect((await call('health', { headers: headers() })).status).toBe(200);
  });
});

test('what the admin API can not read or has not got is refused in JSON', async () => {
  expect(await call('nothing')).toMatchObject({ status: 404, body: { error: 'NotFound' } });
  expect(await post('reset', { rooms: ['attic'] })).toMatchObject({ status: 400, body: { error: 'UnknownRoom' } });
  expect(await post('reset', { room: ['oss'] })).toMatchObject({ status: 400, body: { error: 'InvalidArgument' } });
  expect(await post('clock/advance', { minutes: 5 })).toMatchObject({
    status: 400,
    body: { error: 'InvalidArgument' },
  });
  expect(await post('clock/advance', { ms: 'a while' })).toMatchObject({ status: 400 });
  const raw = await new Promise<number>((resolve, reject) => {
    const sent = request(
      `${stack.endpoint}/_localyun/reset`,
      { method: 'POST', headers: { 'content-type': 'application/json' } },
      (response) => resolve(response.resume().statusCode ?? 0),
    );
    sent.once('error', reject).end('{"rooms": [');
  });
  expect(raw).toBe(400);
});

describe('a second stack beside the first', () => {
  test('serves on a port of its own, with state of its own', async () => {
    const second = await startCli(['--template', join(folder, 's.yaml'), '--cold-start', 'off']);
    expect(second.endpoint).not.toBe(stack.endpoint);
    await ossClient(second.ready, 'photos').put('only-second.jpg', Buffer.from('2'));
    await settle(second);
    await expect(photos().head('only-second.jpg')).rejects.toMatchObject({ status: 404 });
    const { body } = await admin<InvocationRecord[]>(second.endpoint, 'invocations');
    expect(body).toMatchObject([{ functionName: 'echo', state: 'succeeded' }]);
    expect((await second.stop()).code).toBe(0);
    expect((await call('health')).status).toBe(200);
  });
});

describe('the clock', () => {
  test('advanced over the idle time, it reclaims idle instances', async () => {
    await invokeFunction(stack.ready, 'echo', 'warm');
    const [latest] = (await call<InvocationRecord[]>('invocations?function=echo&limit=1')).body;
    expect((await call('clock')).body).toMatchObject({ mode: 'real' });
    expect((await post('clock', { mode: 'virtual' })).body).toMatchObject({ mode: 'virtual' });
    const workers = descendantsOf(stack.pid).length;
    const { body } = await post<{ now: string }>('clock/advance', { ms: '10m' });
    expect(Date.parse(body.now as string)).toBeGreaterThan(Date.now() + 9 * 60_000);
    await until('the worker has gone', () => descendantsOf(stack.pid).filter(isRunning).length < workers);
    await invokeFunction(stack.ready, 'echo', 'cold again');
    const [next] = (await call<InvocationRecord[]>('invocations?function=echo&limit=1')).body;
    expect(next).toMatchObject({ isColdStart: true });
    expect(next?.instanceId).not.toBe(latest?.instanceId);
  });

  test('advanced over the validity of a role session, its credentials are refused as expired', async () => {
    const keys = JSON.parse((await invokeFunction(stack.ready, 'echo', 'x')).body);
    const client = ossClient({ ...stack.ready, ...keys }, 'photos', { stsToken: keys.securityToken });
    expect((await client.get('a.jpg')).res.status).toBe(200);
    await post('clock/advance', { ms: 37 * 3_600_000 });
    await expect(client.get('a.jpg')).rejects.toMatchObject({ status: 403, code: 'SecurityTokenExpired' });
    // The function itself gets fresh ones.
    const fresh = JSON.parse((await invokeFunction(stack.ready, 'echo', 'x')).body);
    expect(fresh.accessKeyId).not.toBe(keys.accessKeyId);
    const renewed = ossClient({ ...stack.ready, ...fresh }, 'photos', { stsToken: fresh.securityToken });
    expect((await renewed.get('a.jpg')).res.status).toBe(200);
  });

  test('only moves forward, and can be set', async () => {
    const { now } = (await call<{ now: string }>('clock')).body;
    expect((await post('clock/advance', { to: '2001-01-01T00:00:00Z' })).status).toBe(400);
    expect((await call('clock')).body).toMatchObject({ now });
    expect((await post('clock', { now: '2031-02-03T04:05:06Z' })).body).toMatchObject({
      now: '2031-02-03T04:05:06.000Z',
    });
    await photos().put('from-the-future.txt', Buffer.from('x'));
    await settle(stack);
    const [event] = (await call<EventSummary[]>('events?limit=1')).body;
    expect(event?.time).toMatch(/^2031-02-03T04:05:06/);
    expect((await post('clock', { mode: 'real', now: new Date(Date.now()).toISOString() })).status).toBe(200);
  });
});

describe('reset', () => {
  test('of one room leaves the others as they are', async () => {
    await photos().put('kept.txt', Buffer.from('kept'));
    await settle(stack);
    expect((await post('reset', { rooms: ['eventbridge'] })).body).toEqual({ reset: ['eventbridge'] });
    expect((await call<unknown[]>('events')).body).toEqual([]);
    expect((await photos().head('kept.txt')).status).toBe(200);
    expect((await call<unknown[]>('invocations')).body).not.toEqual([]);
    await photos().put('after.txt', Buffer.from('after'));
    await settle(stack);
    expect((await call<EventSummary[]>('events')).body).toMatchObject([{ deliveries: 1 }]);
    const [record] = (await call<InvocationRecord[]>('invocations?limit=1')).body;
    expect(JSON.parse(record?.event ?? '{}')).toMatchObject({ subject: expect.stringMatching(/after\.txt$/) });
  });

  test('of everything is as after a first start, and everything works', async () => {
    await photos().put('gone.txt', Buffer.alloc(400_000));
    await photos().initMultipartUpload('never.bin');
    expect((await post('reset', {})).status).toBe(200);
    for (const path of ['events', 'invocations', 'denials'])
      expect([path, (await call(path)).body]).toEqual([path, []]);
    const { buckets } = (await ossClient(stack.ready).listBuckets({}, {})) as unknown as {
      buckets: { name: string }[];
    };
    expect(buckets.map(({ name }) => name)).toEqual(['other', 'photos']);
    expect((await photos().listV2({ 'max-keys': '10' }, {})).objects ?? []).toEqual([]);
    expect((await photos().listUploads({ 'max-uploads': 10 }, {})).uploads ?? []).toEqual([]);
    await photos().put('first.txt', Buffer.from('again'));
    await settle(stack);
    expect((await call<InvocationRecord[]>('invocations')).body).toMatchObject([
      { functionName: 'echo', state: 'succeeded' },
    ]);
    expect((await call<EventSummary[]>('events')).body).toMatchObject([{ deliveries: 1 }]);
  });

  test('of one room does not wait for what another has under way', async () => {
    const [started, gate] = [join(folder, 'long-started'), join(folder, 'long-gate')];
    const { requestId } = await invokeFunction(stack.ready, 'waiter', JSON.stringify({ started, gate }), {
      type: 'Async',
    });
    await until('it runs', () => existsSync(started));
    const startedMs = performance.now();
    expect((await post('reset', { rooms: ['eventbridge', 'oss'] })).status).toBe(200);
    expect(performance.now() - startedMs).toBeLessThan(5_000);
    writeFiles(folder, { 'long-gate': '' });
    await settle(stack);
    expect((await call(`invocations/${requestId}`)).body).toMatchObject({ state: 'succeeded', result: 'through' });
  });

  test('while a function runs, that run is forgotten and the next one works', async () => {
    const [started, gate] = [join(folder, 'reset-started'), join(folder, 'reset-gate')];
    await invokeFunction(stack.ready, 'waiter', JSON.stringify({ started, gate }), { type: 'Async' });
    await until('it runs', () => existsSync(started));
    expect((await post('reset', {})).status).toBe(200);
    expect((await call<unknown[]>('invocations')).body).toEqual([]);
    writeFiles(folder, { 'reset-gate': '' });
    expect((await invokeFunction(stack.ready, 'waiter', JSON.stringify({ started, gate }))).body).toBe('through');
    expect(readFileSync(gate, 'utf8')).toBe('');
  });
});
