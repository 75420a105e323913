/** Signatures, rights and refusals, on requests that no SDK would send too. */
import { Readable } from 'node:stream';
import { afterEach, expect, test } from 'vitest';
import type { FcNeeds } from '../../../../../emulators/fc/index.ts';
import type { WireRequest } from '../../../../../src/kernel/wire.ts';
import { signAcs3 } from '../../../../../src/signing/acs3.ts';
import { signFcV1 } from '../../../../../src/signing/fc-v1.ts';
import { signRoaV1 } from '../../../../../src/signing/roa-v1.ts';
import { type FcRoom, KEY, openFcRoom } from '../../../../support/fc-room.ts';
import { wireRequest } from '../../../../support/wire-request.ts';

let room: FcRoom;
afterEach(() => room.close());

const PATH = '/2023-03-30/functions/f';
const PLAIN = { accept: 'application/json', host: '127.0.0.1:1' };

async function open(needs: Partial<FcNeeds> = {}): Promise<void> {
  room = await openFcRoom(needs);
  room.writeCode({ 'index.js': 'exports.handler = async (event) => event;' });
  await room.deploy({ f: {} });
}

function request(method: string, target: string, headers: Record<string, string> = {}, body = ''): WireRequest {
  const [rawPath = '', rawQuery = ''] = target.split('?');
  return wireRequest({ method, rawPath, rawQuery, headers, body: Readable.from([Buffer.from(body)]) });
}

async function send(...given: Parameters<typeof request>) {
  const { status, headers, body } = await room.fc.emulator.handle(request(...given));
  const text = typeof body === 'string' ? body : Buffer.from((body ?? []) as Uint8Array).toString();
  return { status, headers: headers ?? {}, text, json: text.startsWith('{') ? JSON.parse(text) : undefined };
}

const acs3 = (method: string, rawPath: string, more: object = {}) => ({
  ...PLAIN,
  ...signAcs3({
    method,
    rawPath,
    headers: PLAIN,
    action: 'X',
    version: '2023-03-30',
    credentials: KEY,
    atMs: Date.parse(room.clock.now().toISOString()),
    nonce: 'n',
    ...more,
  }),
});

test('takes the three schemes of its clients', async () => {
  await open();
  const atMs = room.clock.hostNowMs();
  const roa = signRoaV1({
    method: 'GET',
    rawPath: PATH,
    headers: { accept: 'application/json' },
    version: '2023-03-30',
    credentials: KEY,
    atMs,
    nonce: 'n',
  });
  const fc = signFcV1({ method: 'GET', path: PATH, headers: {}, credentials: KEY, atMs });
  expect((await send('GET', PATH, acs3('GET', PATH))).status).toBe(200);
  expect((await send('GET', PATH, { accept: 'application/json', ...roa })).status).toBe(200);
  expect((await send('GET', PATH, fc)).status).toBe(200);
});

test('tells the caller what is wrong, in JSON, with the request id on every answer', async () => {
  await open();
  const cases: [number, string, Record<string, string>][] = [
    [400, 'MissingRequiredHeader', PLAIN],
    [400, 'InvalidArgument', { ...PLAIN, authorization: 'ACS4-HMAC-SHA256 Credential=ak' }],
    [403, 'InvalidAccessKeyID', acs3('GET', PATH, { credentials: { ...KEY, accessKeyId: 'nobody' } })],
    [403, 'SignatureNotMatch', acs3('GET', PATH, { credentials: { ...KEY, accessKeySecret: 'other' } })],
    [403, 'SignatureNotMatch', acs3('GET', `${PATH}x`)],
    [403, 'InvalidSecurityToken', acs3('GET', PATH, { credentials: { ...KEY, securityToken: 'foreign' } })],
    [
      403,
      'InvalidSecurityToken',
      acs3('GET', PATH, { credentials: { accessKeyId: 'STS.fresh', accessKeySecret: 'sk' } }),
    ],
    [
      403,
      'InvalidSecurityToken',
      acs3('GET', PATH, { credentials: { accessKeyId: 'STS.old', accessKeySecret: 'sk', securityToken: 'tok' } }),
    ],
    [400, 'InvalidArgument', acs3('GET', PATH, { atMs: room.clock.hostNowMs() - 16 * 60_000 })],
  ];
  for (const [status, code, headers] of cases) {
    const answer = await send('GET', PATH, headers);
    expect([answer.status, answer.json.Code]).toEqual([status, code]);
    expect(answer.json.RequestId).toBe(answer.headers['X-Fc-Request-Id']);
    expect(answer.json.Message).not.toBe('');
  }
});

test('says in the log what would have been the right signature', async () => {
  await open();
  await send('GET', PATH, acs3('GET', PATH, { credentials: { ...KEY, accessKeySecret: 'other' } }));
  expect(room.log.join()).toContain('stringToSign');
});

test('refuses a body that is not the one that was signed', async () => {
  await open();
  const path = `${PATH}/invocations`;
  const signed = acs3('POST', path, { body: 'honest' });
  expect(await send('POST', path, signed, 'honest')).toMatchObject({ status: 200, text: 'honest' });
  expect(await send('POST', path, signed, 'forged')).toMatchObject({
    status: 403,
    json: { Code: 'SignatureNotMatch' },
  });
  const triggers = `${PATH}/triggers`;
  const made = '{"triggerName":"t","triggerType":"eventbridge","triggerConfig":"{}"}';
  const one = acs3('POST', triggers, { body: made });
  expect((await send('POST', triggers, one, made.replace('"t"', '"u"'))).json.Code).toBe('SignatureNotMatch');
  expect((await send('POST', triggers, one, made)).status).toBe(200);
});

test.each([
  ['GET', '/2023-03-30/nowhere', 400, 'PathNotSupported'],
  ['PATCH', PATH, 400, 'PathNotSupported'],
  ['GET', '/2023-03-30/functions/%zz', 400, 'InvalidArgument'],
  ['GET', '/2023-03-30/functions/nobody', 404, 'FunctionNotFound'],
  ['GET', `${PATH}/triggers/nothing`, 404, 'TriggerNotFound'],
  ['GET', '/2023-03-30/functions?limit=0', 400, 'InvalidArgument'],
  ['GET', '/2023-03-30/functions?limit=101', 400, 'InvalidArgument'],
  ['GET', '/2023-03-30/functions?nextToken=%21%21', 400, 'InvalidArgument'],
  ['GET', '/2023-03-30/functions?tags=x', 400, 'NotImplemented'],
  ['DELETE', PATH, 400, 'NotImplemented'],
  ['POST', `${PATH}/triggers`, 400, 'InvalidArgument'],
  ['PUT', `${PATH}/triggers/nothing`, 404, 'TriggerNotFound'],
  ['DELETE', `${PATH}/triggers/nothing`, 404, 'TriggerNotFound'],
  ['GET', '/2023-03-30/layerarn/acs%3Afc%3Acn-hangzhou%3A1%3Alayers%2Fl%2Fversions%2F1', 400, 'NotImplemented'],
  ['POST', '/_fc/f/http/', 400, 'NotImplemented'],
])('%s %s is answered %i %s', async (method, target, status, code) => {
  await open({ auth: 'off' });
  expect(await send(method, target)).toMatchObject({ status, json: { Code: code } });
});

test.each([
  ['x-fc-invocation-type', 'Later'],
  ['x-fc-log-type', 'All'],
  ['x-fc-async-task-id', 'a'.repeat(129)],
])('refuses %s: %s', async (header, value) => {
  await open({ auth: 'off' });
  const { status, json } = await send('POST', `${PATH}/invocations`, { [header]: value });
  expect([status, json.Code]).toEqual([400, 'InvalidArgument']);
  expect(json.Message).toContain(header);
});

test('takes an event of 32 MB and not a byte more', async () => {
  await open({ auth: 'off' });
  const limit = 32 * 1024 * 1024;
  expect((await send('POST', `${PATH}/invocations`, {}, 'x'.repeat(limit))).status).toBe(200);
  expect(await send('POST', `${PATH}/invocations`, {}, 'x'.repeat(limit + 1))).toMatchObject({
    status: 400,
    json: { Code: 'EntityTooLarge' },
  });
});

test('asks for the right on the function, and says what decided', async () => {
  const decide: FcNeeds['access']['decide'] = ({ action, resource }) => ({
    effect: action === 'fc:GetFunction' ? 'allow' : 'none',
    statement: undefined,
    reason: `no statement allows ${action} on ${resource}`,
  });
  await open({ access: { decide } });
  const path = `${PATH}/invocations`;
  expect((await send('GET', PATH, acs3('GET', PATH))).status).toBe(200);
  const { status, json } = await send('POST', path, acs3('POST', path));
  expect(status).toBe(403);
  expect(json.Code).toBe('AccessDenied');
  expect(json.Message).toContain(
    'no statement allows fc:InvokeFunction on acs:fc:cn-beijing:1234567890123456:functions/f',
  );
});

test('lets pass, and says so, what auth: log would have refused', async () => {
  const decide = () => ({ effect: 'none' as const, statement: undefined, reason: 'none' });
  await open({ auth: 'log', access: { decide } });
  expect((await send('GET', PATH)).status).toBe(200);
  expect(room.log.join()).toContain('would have been refused');
  expect(room.log.join()).toContain('would have been denied');
});

test('asks nobody with auth: off', async () => {
  await open({ auth: 'off' });
  expect((await send('GET', PATH)).status).toBe(200);
  expect(room.asked).toEqual([]);
});

test('a client that goes away ends its call, and the next one works', async () => {
  await open({ auth: 'off' });
  room.writeCode({ 'slow.js': 'exports.handler = () => new Promise(() => setInterval(() => {}, 1000));' });
  await room.deploy({ f: { handler: 'slow.handler' }, g: {} });
  const gone = new AbortController();
  const answer = room.fc.emulator.handle({ ...request('POST', `${PATH}/invocations`), signal: () => gone.signal });
  gone.abort();
  expect((await answer).status).toBe(499);
  expect((await send('POST', '/2023-03-30/functions/g/invocations', {}, 'x')).text).toBe('x');
});
