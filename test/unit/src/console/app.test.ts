/** The admin API over HTTP: what it takes, what it refuses and how it says so. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import supertest from 'supertest';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createConsole } from '../../../../src/console/app.ts';
import { type ControlledClock, createClock } from '../../../../src/kernel/clock.ts';
import { createLogger } from '../../../../src/kernel/logger.ts';
import { planned } from '../../../../src/kernel/operation.ts';
import { createSettled, type Settled } from '../../../../src/kernel/settled.ts';
import type { EventQuery } from '../../../../src/ports/event-history.ts';
import { lineStream } from '../../../support/line-stream.ts';

let clock: ControlledClock;
let settled: Settled;
let server: Server;
let asked: unknown[];
let resets: unknown[];
let logged: string;

beforeEach(async () => {
  [asked, resets, logged] = [[], [], ''];
  clock = createClock('virtual');
  settled = createSettled(clock);
  const out = lineStream((line) => {
    logged += line;
  });
  const app = createConsole({
    version: '1.2.3',
    listenHost: '127.0.0.1',
    rooms: [
      {
        name: 'oss',
        rows: async () => [planned('PutBucketCors', { method: 'PUT', path: '/' }, [{ action: 'oss:PutBucketCors' }])],
      },
      { name: 'fc', rows: async () => [] },
    ],
    clock,
    settled,
    history: {
      list: (query: EventQuery) => {
        asked.push(query);
        return [];
      },
      show: () => undefined,
      replay: async (id, options) => {
        if (id !== 'known') return undefined;
        asked.push(options as EventQuery);
        return { id: 'again' };
      },
      replayAll: async (query, options) => {
        asked.push({ ...query, ...options });
        return [{ id: 'again', replayOf: 'known' }];
      },
      testPattern: () => {
        throw new Error('Nobody asks this.');
      },
      testRule: ({ event, rule }) => {
        if ('name' in rule || 'id' in event) {
          asked.push({ ...rule, ...event } as EventQuery);
          return 'id' in event && event.id === 'unknown' ? undefined : { matched: true, failures: [], warnings: [] };
        }
        if (rule.pattern === 'bug') throw new TypeError('a bug');
        return { matched: event.value === rule.pattern, failures: [], warnings: [] };
      },
    },
    invocations: {
      list: (query) => {
        asked.push(query);
        return [];
      },
      show: () => undefined,
    },
    denials: {
      list: (limit) => {
        asked.push(limit);
        return [];
      },
    },
    advanceTo: (toMs) => clock.advanceTo(toMs, async () => {}),
    reset: async (rooms) => void resets.push(rooms),
    calls: () => new Map([['oss PutObject 200', 3]]),
    logger: createLogger({ clock, out, level: 'info', format: 'json' }),
  });
  server = createServer(app);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterEach(() => void server.close());

const api = () => supertest(`http://127.0.0.1:${(server.address() as AddressInfo).port}/_localyun`);
const post = (path: string, body: unknown) =>
  api()
    .post(path)
    .send(body as object);

test('tells its health, its rows and its counts', async () => {
  await api()
    .get('/health')
    .expect(200, {
      status: 'running',
      version: '1.2.3',
      rooms: { oss: { status: 'running' }, fc: { status: 'running' } },
    });
  await api()
    .get('/operations')
    .expect(200, [{ room: 'oss', name: 'PutBucketCors', status: 'planned', ram: ['oss:PutBucketCors'] }]);
  const { text } = await api().get('/metrics').expect(200);
  expect(text).toContain('localyun_calls_total{room="oss",operation="PutObject",status="200"} 3\n');
});

test('its root names every call there is, each with what it does', async () => {
  const { body } = await api().get('/').expect(200);
  expect(body).toMatchObject({ name: 'LocalYun', version: '1.2.3' });
  const calls = body.calls as { call: string; does: string }[];
  expect(calls.map(({ call }) => call)).toContain('GET /_localyun/events/:id');
  expect(calls.map(({ call }) => call)).toContain('POST /_localyun/clock/advance');
  expect(calls.filter(({ does }) => does === '')).toEqual([]);
  await api().post('/').expect(404);
});

describe('settled', () => {
  test('answers how long it took, or 408 with what is under way', async () => {
    const { body } = await api().get('/settled').expect(200);
    expect(body).toEqual({ settled: true, waitedMs: expect.any(Number) });
    settled.register(() => ['1 delivery']);
    const late = await api().get('/settled?timeoutMs=1').expect(408);
    expect(late.body).toMatchObject({ settled: false, busy: ['1 delivery'] });
  });

  test.each([
    'timeoutMs=x',
    'timeoutMs=-1',
    'timeoutMs=1.5',
    'timeoutMs=600001',
    'timeoutMs=',
    'timeoutMs=1&timeoutMs=2',
    'timeout=5',
  ])('refuses %s', async (query) => {
    await api().get(`/settled?${query}`).expect(400);
  });
});

describe('reset', () => {
  test('resets everything, or the named rooms, whatever type the body claims to have', async () => {
    await api()
      .post('/reset')
      .expect(200, { reset: ['oss', 'fc'] });
    await post('/reset', {}).expect(200);
    await post('/reset', { rooms: ['fc'] }).expect(200, { reset: ['fc'] });
    await api()
      .post('/reset')
      .type('form')
      .send('{"rooms":["oss"]}')
      .expect(200, { reset: ['oss'] });
    await api()
      .post('/reset')
      .type('text/plain')
      .send('{"rooms":["oss"]}')
      .expect(200, { reset: ['oss'] });
    expect(resets).toEqual([undefined, undefined, ['fc'], ['oss'], ['oss']]);
  });

  test.each<[unknown, RegExp]>([
    [{ rooms: ['oss', 'nowhere'] }, /There is no room nowhere; there are oss, fc\./],
    [{ rooms: ['__proto__'] }, /no room __proto__/],
    [{ room: ['oss'] }, /Unrecognized key.*room/],
    [{ rooms: 'oss' }, /^rooms: /],
    [['oss'], /the request: /],
    ['oss', /the request: |JSON/],
  ])('refuses %j and resets nothing', async (body, message) => {
    const answer = await api().post('/reset').type('json').send(JSON.stringify(body)).expect(400);
    expect(answer.body.message).toMatch(message);
    expect(resets).toEqual([]);
  });

  test.each(['{', '{"rooms":', "{'rooms':[]}", 'rooms=oss', '\0'])('refuses the broken JSON %j', async (text) => {
    const { body } = await api().post('/reset').type('form').send(text).expect(400);
    expect(body.error).toBe('BadRequest');
    expect(resets).toEqual([]);
  });

  test('refuses a body over its limit', async () => {
    const rooms = ['x'.repeat(1024 * 1024)];
    expect((await post('/reset', { rooms }).expect(413)).body.error).toBe('BadRequest');
  });
});

describe('the clock', () => {
  test('shows, sets and advances', async () => {
    await post('/clock', { now: '2030-01-02T03:04:05+08:00' }).expect(200, {
      mode: 'virtual',
      now: '2030-01-01T19:04:05.000Z',
    });
    await post('/clock/advance', { ms: 1500 }).expect(200, { mode: 'virtual', now: '2030-01-01T19:04:06.500Z' });
    await post('/clock/advance', { ms: '1h30m' }).expect(200, { mode: 'virtual', now: '2030-01-01T20:34:06.500Z' });
    await post('/clock/advance', { to: '2030-01-02T00:00:00Z' }).expect(200, {
      mode: 'virtual',
      now: '2030-01-02T00:00:00.000Z',
    });
    expect((await post('/clock', { mode: 'real' }).expect(200)).body.mode).toBe('real');
    expect((await api().get('/clock').expect(200)).body.mode).toBe('real');
  });

  test.each<[string, unknown]>([
    ['/clock', { mode: 'sideways' }],
    ['/clock', { now: 'tomorrow' }],
    ['/clock', { now: '2030-01-01' }],
    ['/clock', { now: 5 }],
    ['/clock', { mode: 'real', now: '1960-01-01T00:00:00Z' }],
    ['/clock', { time: 1 }],
    ['/clock/advance', {}],
    ['/clock/advance', { ms: -1 }],
    ['/clock/advance', { ms: 'soon' }],
    ['/clock/advance', { ms: null }],
    ['/clock/advance', { ms: 1e300 }],
    ['/clock/advance', { ms: `${'9'.repeat(20)}d` }],
    ['/clock/advance', { ms: 1, to: '2030-01-01T00:00:00Z' }],
    ['/clock/advance', { to: '2001-01-01T00:00:00Z' }],
    ['/clock/advance', { to: '9999-12-31' }],
  ])('%s refuses %j with a reason and stays where it was', async (path, body) => {
    const before = [clock.mode, clock.nowMs()];
    const answer = await post(path, body).expect(400);
    expect(answer.body).toMatchObject({ error: 'InvalidArgument', message: expect.stringMatching(/\S/) });
    expect([clock.mode, clock.nowMs()]).toEqual(before);
    expect(logged).toBe('');
  });
});

describe('lists', () => {
  test('ask for a hundred unless told, and for what the query says', async () => {
    await api().get('/events?type=oss:ObjectCreated:PutObject&limit=1000').expect(200, []);
    await api().get('/events').query({ since: '2030-01-01T08:00:00+08:00' }).expect(200, []);
    await api().get('/invocations?function=f').expect(200, []);
    await api().get('/denials').expect(200, []);
    expect(asked).toEqual([
      { type: 'oss:ObjectCreated:PutObject', limit: 1000 },
      { since: '2030-01-01T08:00:00+08:00', limit: 100 },
      { function: 'f', limit: 100 },
      100,
    ]);
  });

  test.each([
    '/events?limit=0',
    '/events?limit=1001',
    '/events?limit=ten',
    '/events?tpye=x',
    '/events?type=a&type=b',
    '/invocations?limit=1.5',
    '/invocations?functoin=f',
    '/invocations?function=a&function=b',
    '/denials?limit=-1',
    '/denials?max=1',
  ])('refuse %s and ask nobody', async (path) => {
    expect((await api().get(path).expect(400)).body.error).toBe('InvalidArgument');
    expect(asked).toEqual([]);
  });
});

test.each<['get' | 'post', string, RegExp]>([
  ['get', '/events/unknown', /no event unknown/],
  ['get', '/events/unknown?bus=b', /no event unknown on the bus b;/],
  ['get', '/events/_?id=..', /no event \.\.;/],
  ['get', '/invocations/unknown', /no invocation unknown/],
  ['post', '/events/unknown/replay', /no event unknown/],
  ['get', '/nothing', /There is no GET .*nothing/],
  ['post', '/health', /There is no POST/],
])('%s %s is not found, in words', async (method, path, message) => {
  const { body } = await api()[method](path).expect(404);
  expect(body).toMatchObject({ error: 'NotFound', message: expect.stringMatching(message) });
});

test('replays what is there, and tests patterns on any JSON', async () => {
  await api().post('/events/known/replay').expect(200, { id: 'again' });
  await post('/rules/test', { event: 'a', pattern: 'a' }).expect(200, { matched: true, failures: [], warnings: [] });
  await post('/rules/test', { event: {} }).expect(400);
  await post('/rules/test', { pattern: {} }).expect(400);
  await post('/rules/test', { event: {}, pattern: {}, more: 1 }).expect(400);
  await post('/rules/test', { event: {}, pattern: {}, eventId: 'x' }).expect(400);
});

test('an id that no path can name is given beside it', async () => {
  await post('/events/_/replay', { id: 'known', bus: 'b' }).expect(200, { id: 'again' });
  expect(asked).toEqual([{ bus: 'b' }]);
  await post('/events/known/replay', { id: '..' }).expect(404);
  await post('/events/known/replay', { id: '' }).expect(400);
  await api().get('/events/known?id=').expect(400);
});

test('replays to one rule, and all events of a time', async () => {
  await post('/events/known/replay', { rule: 'r' }).expect(200);
  const range = { since: '2026-01-01T00:00:00Z', until: '2026-01-02T00:00:00Z', source: 'acs.oss', rule: 'r' };
  await post('/events/replay', range).expect(200, { replayed: [{ id: 'again', replayOf: 'known' }] });
  expect(asked).toEqual([{ rule: 'r' }, { ...range, limit: 1000 }]);
  await post('/events/replay', {}).expect(400);
  await post('/events/replay', { since: 'x', limit: 1001 }).expect(400);
  await post('/events/known/replay', { rules: 'r' }).expect(400);
  await api().get('/events/known?buss=b').expect(400);
});

test('tests a rule by its name on an event by its id', async () => {
  await post('/rules/test', { eventId: 'known', rule: 'r' }).expect(200);
  await post('/rules/test', { eventId: 'known', rule: 'r', bus: 'b' }).expect(200);
  expect(asked).toEqual([
    { bus: 'default', name: 'r', id: 'known' },
    { bus: 'b', name: 'r', id: 'known' },
  ]);
  const { body } = await post('/rules/test', { eventId: 'unknown', pattern: {} }).expect(404);
  expect(body.message).toContain('unknown');
});

test("a bad escape in a path is the caller's error, not ours", async () => {
  await api().get('/events/%zz').expect(400);
  expect(logged).toBe('');
});

test('a bug of ours is a 500 that tells nothing of the inside, and is in the log', async () => {
  const { body } = await post('/rules/test', { event: 1, pattern: 'bug' }).expect(500);
  expect(JSON.stringify(body)).not.toContain('a bug');
  expect(logged).toContain('a bug');
});

test('a foreign page gets nowhere', async () => {
  await post('/reset', {}).set('Origin', 'https://evil.example').expect(403);
  await api().post('/reset').set('Host', 'evil.example').expect(403);
  expect(resets).toEqual([]);
});
