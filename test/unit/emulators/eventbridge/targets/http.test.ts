/** What an HTTP target is sent, which answers count as delivered, and that the receiver can tell who calls. */
import { createServer as createHttpsServer } from 'node:https';
import { createServer } from 'node:net';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { createOwnCalls } from '../../../../../emulators/eventbridge/service/own-calls.ts';
import { type SigningKey, signingKeyIn } from '../../../../../emulators/eventbridge/store/signing-key.ts';
import { createHttpTarget } from '../../../../../emulators/eventbridge/targets/http.ts';
import { createHttpCaller } from '../../../../../emulators/eventbridge/targets/http-caller.ts';
import type { TargetParams } from '../../../../../emulators/eventbridge/targets/target.ts';
import { createClock } from '../../../../../src/kernel/clock.ts';
import { type Database, openDatabase } from '../../../../../src/kernel/database.ts';
import { createIds } from '../../../../../src/kernel/ids.ts';
import { isSignedV1, isSignedV2, startReceiver } from '../../../../support/event-receiver.ts';
import { temporaryFolder } from '../../../../support/temporary-folder.ts';

const TEXT = '{"id":"A","data":{"名":"猫"}}';
const CERTIFICATE_URL = 'http://127.0.0.1:9580/openapi/x509_public_certificate.pem';

const clock = createClock('virtual');

/** Making a key takes its time: these tests share one. */
let database: Database;
let key: () => Promise<SigningKey>;
beforeAll(async () => {
  database = openDatabase(temporaryFolder(), { sync: false });
  key = signingKeyIn(database, clock);
  await key();
}, 60_000);
afterAll(() => database.close());

function open() {
  const caller = createHttpCaller(clock, createOwnCalls());
  onTestFinished(() => caller.close());
  const driver = createHttpTarget({ clock, ids: createIds(clock), caller, key, certificateUrl: () => CERTIFICATE_URL });
  const deliver = (endpoint: string, params: TargetParams = {}) =>
    driver.deliver({
      ...{ deliveryId: 'd', eventId: 'A', sequence: 1, bus: 'default', rule: 'r', text: TEXT, params, hops: 0 },
      target: { id: 't', type: 'http', endpoint },
    });
  return { deliver, caller };
}

test('the very bytes of the body are posted, signed in both ways as receivers check them', async () => {
  const receiver = await startReceiver();
  const { deliver } = open();
  expect(await deliver(`${receiver.url}/hook?a=1&b=%20`, { token: 'mine' })).toEqual({ error: undefined, status: 200 });
  const [received] = receiver.received;
  if (!received) throw new Error('Nothing came.');
  expect(received).toMatchObject({
    method: 'POST',
    body: TEXT,
    headers: {
      'content-type': 'application/json;charset=utf-8',
      'x-eventbridge-signature-method': 'HMAC-SHA1',
      'x-eventbridge-signature-version': '1.0',
      'x-eventbridge-signature-url': CERTIFICATE_URL,
      'x-eventbridge-signature-token': 'mine',
      'x-eventbridge-hash-method': 'SHA256',
    },
  });
  // Receivers refuse what is older than a minute by their own clock.
  expect(Math.abs(Date.now() - Number(received.headers['x-eventbridge-signature-timestamp']))).toBeLessThan(60_000);
  const { certificatePem } = await key();
  expect(isSignedV1(received, certificatePem)).toBe(true);
  expect(isSignedV2(received, certificatePem)).toBe(true);
  const changed = { ...received, body: `${received.body} ` };
  expect(isSignedV1(changed, certificatePem)).toBe(false);
  expect(isSignedV2(changed, certificatePem)).toBe(false);
});

test('an https address is posted to, whoever signed its certificate', async () => {
  const { certificatePem: cert, private: privateKey } = await key();
  const bodies: string[] = [];
  const server = createHttpsServer(
    { key: privateKey.export({ type: 'pkcs8', format: 'pem' }), cert },
    (request, response) => {
      request.on('data', (chunk: Buffer) => bodies.push(chunk.toString('utf8')));
      request.on('end', () => response.end());
    },
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as { port: number };
  expect(await open().deliver(`https://127.0.0.1:${port}/hook`)).toEqual({ error: undefined, status: 200 });
  expect(bodies.join('')).toBe(TEXT);
});

test('without a token no header of it is sent, and both signatures hold', async () => {
  const receiver = await startReceiver();
  const { deliver } = open();
  await deliver(receiver.url, { body: 'made' });
  const [received] = receiver.received;
  if (!received) throw new Error('Nothing came.');
  expect(received.headers).not.toHaveProperty('x-eventbridge-signature-token');
  expect(received).toMatchObject({ body: 'made', url: `${receiver.url}/` });
  const { certificatePem } = await key();
  expect(isSignedV1(received, certificatePem)).toBe(true);
  expect(isSignedV2(received, certificatePem)).toBe(true);
});

test('the parameter url wins over the endpoint', async () => {
  const receiver = await startReceiver();
  await open().deliver('http://127.0.0.1:1/', { url: `${receiver.url}/mine` });
  expect(receiver.received).toMatchObject([{ url: `${receiver.url}/mine` }]);
});

test.each([
  [201, '', undefined],
  [204, '', undefined],
  [500, ' it broke ', 'HTTP 500: it broke'],
  [404, '', 'HTTP 404 with an empty body.'],
  [503, 'x'.repeat(201), `HTTP 503: ${'x'.repeat(200)}`],
])('the answer %i "%s" is told as %s', async (status, text, error) => {
  const receiver = await startReceiver((response) => response.writeHead(status).end(text));
  expect((await open().deliver(receiver.url)).error).toBe(error);
});

test('a redirect is not followed, and is a failure that names where it leads', async () => {
  const receiver = await startReceiver((response) => response.writeHead(302, { Location: '/elsewhere' }).end());
  const { error, isFinal = false } = await open().deliver(receiver.url);
  expect(error).toBe('HTTP 302: redirects are not followed (Location: /elsewhere).');
  expect(isFinal).toBe(false);
  expect(receiver.received).toHaveLength(1);
});

test('an answer that never ends is read as far as it is looked at', async () => {
  const receiver = await startReceiver((response) => {
    response.writeHead(500);
    const more = () => {
      while (!response.destroyed && response.write('x'.repeat(16_384)));
    };
    response.on('drain', more);
    more();
  });
  expect((await open().deliver(receiver.url)).error).toBe(`HTTP 500: ${'x'.repeat(200)}`);
});

test('a receiver that does not answer fails after its time on the kernel’s clock', async () => {
  const receiver = await startReceiver(() => void clock.advanceTo(clock.nowMs() + 10_000, async () => {}));
  expect(await open().deliver(receiver.url)).toMatchObject({
    error: expect.stringContaining('no answer within 10000 ms'),
    isFinal: false,
  });
});

test('a receiver that is not there, or speaks no HTTP, is a failure that is tried again', async () => {
  const garbage = createServer((socket) => socket.end('220 ready\r\n'));
  await new Promise<void>((resolve) => garbage.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void garbage.close());
  const { port } = garbage.address() as { port: number };
  const { deliver } = open();
  for (const [address, reason] of [
    ['http://127.0.0.1:1/', 'ECONNREFUSED'],
    [`http://127.0.0.1:${port}/`, 'Parse Error'],
    [`https://127.0.0.1:${port}/`, 'what answers there speaks no TLS: is its address http:// and not https://?'],
  ]) {
    const outcome = await deliver(address ?? '');
    expect(outcome.error).toContain(reason);
    expect(outcome.isFinal).toBe(false);
  }
});

test.each(['', 'garbage', 'ftp://127.0.0.1/', 'file:///etc/passwd', 'http://', '//127.0.0.1'])(
  'the address "%s" is not tried again',
  async (endpoint) => {
    const { error, isFinal } = await open().deliver(endpoint);
    expect(isFinal).toBe(true);
    expect(error).toContain('is no http or https URL');
  },
);

test('a token that no header can hold ends the delivery', async () => {
  const receiver = await startReceiver();
  const { error, isFinal } = await open().deliver(receiver.url, { token: 'a\r\nx-evil: 1' });
  expect(isFinal).toBe(true);
  expect(error).toContain('x-eventbridge-signature-token');
  expect(receiver.received).toEqual([]);
});

test('closing breaks off what is under way', async () => {
  const { deliver, caller } = open();
  const receiver = await startReceiver(() => caller.close());
  expect((await deliver(receiver.url)).error).toContain('LocalYun is stopping');
});
