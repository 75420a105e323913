/** Uploads of a web page, in a real browser: signed URLs, forms, callbacks and ali-oss's build for browsers, all of another origin. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import OSS from 'ali-oss';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Stack, startStack } from '../../src/index.ts';
import { factsOf, ossClient } from '../support/clients.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const CHROMIUM = process.env.LOCALYUN_TEST_CHROMIUM || 'chromium';
const BUCKET = 'from-a-page';
const SDK = createRequire(import.meta.url).resolve('ali-oss/dist/aliyun-oss-sdk.js');
const PAGE_MS = 40_000;

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.close());

/** Runs in the page, once its SDK is loaded; what it resolves with is what the test sees. */
const SCRIPT = `async ({ ip, localhost, keys, get, put, form, callback }) => {
  const read = async (response) => [response.status, await response.text()];
  const post = (more) => {
    const data = new FormData();
    for (const [name, value] of Object.entries({ key: 'form/\${filename}', ...form, ...more })) data.append(name, value);
    data.append('file', new Blob(['from a form'], { type: 'text/plain' }), 'a b.txt');
    return fetch(ip + '/${BUCKET}', { method: 'POST', body: data });
  };
  const seen = {};
  const got = await fetch(get);
  seen.signedGet = [got.headers.get('etag'), ...(await read(got))];
  seen.signedPut = (await fetch(put, { method: 'PUT', headers: { 'content-type': 'text/plain' }, body: 'put' })).status;
  seen.form = (await post({ success_action_status: '201' })).status;
  seen.formCallback = await read(await post({ callback, 'x:who': 'me' }));
  seen.formRefused = (await read(await post({ 'x-oss-object-acl': 'everybody' })))[1].includes('InvalidArgument');
  seen.sdk = {};
  for (const [name, options] of Object.entries({
    localhost: { endpoint: localhost },
    'localhost, V4': { endpoint: localhost, authorizationV4: true },
    'localhost with sldEnable': { endpoint: localhost, sldEnable: true },
    'an IP address with sldEnable': { endpoint: ip, sldEnable: true },
  })) {
    const client = new OSS({ ...keys, ...options, bucket: '${BUCKET}' });
    await client.put('sdk.txt', new Blob(['sdk']));
    const steps = [];
    const file = new File([new Uint8Array(300000)], 'big');
    await client.multipartUpload('big.bin', file, { partSize: 102400, progress: (step) => void steps.push(step) });
    const { content } = await client.get('sdk.txt');
    const { objects } = await client.listV2({ prefix: 'big', 'max-keys': '10' });
    seen.sdk[name] = [new TextDecoder().decode(content), objects.map(({ size }) => size), steps.at(-1)];
  }
  return seen;
}`;

test('a page of another origin uploads by every way that browsers have', { timeout: PAGE_MS + 10_000 }, async () => {
  const app = await startApp();
  const client = ossClient(factsOf(stack), BUCKET) as unknown as {
    putBucket(name: string): Promise<unknown>;
    putBucketCORS(name: string, rules: object[]): Promise<unknown>;
    put(name: string, body: Buffer): Promise<unknown>;
    calculatePostSignature(policy: object): Record<string, string>;
  };
  await client.putBucket(BUCKET);
  const rule = { allowedOrigin: app.origin, allowedMethod: ['GET', 'PUT', 'POST', 'HEAD'], allowedHeader: '*' };
  await client.putBucketCORS(BUCKET, [{ ...rule, exposeHeader: ['ETag'] }]);
  await client.put('hello.txt', Buffer.from('hello page'));

  const localhost = stack.endpoint.replace('127.0.0.1', 'localhost');
  const keys = { ...stack.credentials, region: `oss-${stack.region}` };
  const signer = new OSS({ ...keys, endpoint: localhost, sldEnable: true, bucket: BUCKET } as OSS.Options);
  const callback = {
    ...{ callbackUrl: `${app.origin}/callback`, callbackBodyType: 'application/json' },
    callbackBody: `{"object":\${object},"who":\${x:who}}`,
  };
  const seen = await app.run({
    ...{ ip: stack.endpoint, localhost, keys },
    get: signer.signatureUrl('hello.txt'),
    put: signer.signatureUrl('put.txt', { method: 'PUT', 'Content-Type': 'text/plain' }),
    form: client.calculatePostSignature({
      expiration: new Date(stack.clock.now().getTime() + 60_000).toISOString(),
      conditions: [['starts-with', '$key', 'form/']],
    }),
    callback: Buffer.from(JSON.stringify(callback)).toString('base64'),
  });
  await app.close();
  const sdk = ['sdk', [300_000], 1];
  expect(seen).toEqual({
    signedGet: [expect.stringMatching(/^"[0-9A-F]{32}"$/), 200, 'hello page'],
    ...{ signedPut: 200, form: 201, formRefused: true },
    formCallback: [200, '{"told":{"object":"form/a b.txt","who":"me"}}'],
    sdk: { localhost: sdk, 'localhost, V4': sdk, 'localhost with sldEnable': sdk, 'an IP address with sldEnable': sdk },
  });
});

/** The application whose page it is: serves it, is called back, and hears what came of it. */
async function startApp() {
  let facts: object = {};
  let report: (seen: unknown) => void = () => {};
  const server = createServer(async (request, response) => {
    const body = await text(request);
    if (request.url === '/sdk.js') return response.end(readFileSync(SDK));
    if (request.url === '/callback') {
      const answer = JSON.stringify({ told: JSON.parse(body) });
      return response.setHeader('content-length', Buffer.byteLength(answer)).end(answer);
    }
    if (request.url === '/report') {
      report(JSON.parse(body));
      return response.end();
    }
    const send = "(seen) => fetch('/report', { method: 'POST', body: JSON.stringify(seen) })";
    const run = `(${SCRIPT})(${JSON.stringify(facts)}).catch((error) => String(error.stack)).then(${send})`;
    return response
      .setHeader('content-type', 'text/html')
      .end(`<script src="/sdk.js"></script><script>${run}</script>`);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    origin,
    /** Opens the page with these facts; resolves with what its script saw. */
    async run(given: object): Promise<unknown> {
      facts = given;
      const reported = new Promise((resolve) => {
        report = resolve;
      });
      const flags = ['--headless', '--no-sandbox', '--disable-gpu', `--user-data-dir=${temporaryFolder()}`];
      const browser = spawn(CHROMIUM, [...flags, `${origin}/`], {
        stdio: 'ignore',
        timeout: PAGE_MS,
        killSignal: 'SIGKILL',
      });
      const ended = new Promise((resolve) => browser.once('close', resolve));
      const seen = await Promise.race([reported, ended.then((code) => `The browser ended with ${code}.`)]);
      browser.kill('SIGKILL');
      await ended;
      return seen;
    },
    close: () => new Promise((closed) => server.close(closed)),
  };
}
