/** Upload callbacks with ali-oss, with forms and with signed URLs: what the application server is told, and what comes back. */
import { createServer } from 'node:net';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { aliOss } from '../../support/ali-oss.ts';
import { type AppServer, isSignedBy, json, OK, startAppServer, type Told } from '../../support/app-server.ts';
import { type OssServer, startOssServer } from '../../support/oss-server.ts';
import { send } from '../../support/raw-http.ts';
import { call } from '../../support/signed-oss.ts';

let server: OssServer;
let app: AppServer;
beforeAll(async () => {
  server = await startOssServer();
  await server.oss.buckets.ensure({ name: 'my-bucket' });
  await server.oss.buckets.ensure({ name: 'open-bucket', acl: 'public-read-write' });
  await server.oss.buckets.ensure({ name: 'versioned-bucket', versioning: 'Enabled' });
});
afterAll(() => server.close());
beforeEach(async () => {
  app = await startAppServer();
});
afterEach(() => app.close());

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64');
const fetchKey = async (url: string) => (await fetch(url)).text();
const lastFact = async () => (await server.facts()).at(-1);
const BODY = `bucket=\${bucket}&object=\${object}&etag=\${etag}&size=\${size}&mimeType=\${mimeType}&my_var=\${x:var1}`;

describe('ali-oss', () => {
  test('put hands the server’s answer back, and the server can tell who calls', async () => {
    const url = `${app.url}/dir/call back?a=1&b=%2F`;
    const callback = { url, body: BODY, host: 'app.example', customValue: { var1: 'value 1' } };
    const { res, data } = (await aliOss(server).put('dir/你好.txt', Buffer.from('hello'), {
      callback,
      mime: 'text/css',
    })) as Awaited<ReturnType<ReturnType<typeof aliOss>['put']>> & { data: unknown };
    expect(data).toEqual({ Status: 'OK' });
    expect(res.headers).toMatchObject({
      etag: '"5D41402ABC4B2A76B9719D911017C592"',
      'content-type': 'application/json',
    });

    const [told] = app.told as [Told];
    expect(app.told).toHaveLength(1);
    expect([told.method, told.target]).toEqual(['POST', '/dir/call%20back?a=1&b=%252F']);
    expect(told.headers).toMatchObject({
      ...{ host: 'app.example', connection: 'close', 'user-agent': 'http-client/0.0.1' },
      ...{ 'content-type': 'application/x-www-form-urlencoded', 'x-oss-request-id': res.headers['x-oss-request-id'] },
      ...{ 'x-oss-bucket': 'my-bucket', 'x-oss-tag': 'CALLBACK', 'x-oss-signature-version': '1.0' },
    });
    expect(told.body).toBe(
      'bucket=my-bucket&object=dir%2F%E4%BD%A0%E5%A5%BD.txt&etag=5D41402ABC4B2A76B9719D911017C592&size=5&mimeType=text%2Fcss&my_var=value%201',
    );
    expect(await isSignedBy(told, fetchKey)).toBe(true);
    expect(await isSignedBy({ ...told, body: `${told.body}0` }, fetchKey)).toBe(false);
    // Events are told as without a callback.
    expect(await lastFact()).toMatchObject({ eventName: 'ObjectCreated:PutObject', key: 'dir/你好.txt' });
  });

  test('multipartUpload calls at its end, with the whole object', async () => {
    const body = `{"size":\${size},"etag":\${etag},"operation":\${operation},"md5":\${contentMd5},"crc":\${crc64}}`;
    const callback = { url: app.url, body, contentType: 'application/json' };
    const bytes = Buffer.alloc(300_000, 'x');
    const done = (await aliOss(server).multipartUpload('big.bin', bytes, {
      partSize: 102_400,
      callback,
    })) as unknown as {
      etag: string;
      data: unknown;
    };
    expect(done.data).toEqual({ Status: 'OK' });
    expect(app.told).toHaveLength(1);
    const told = JSON.parse(app.told[0]?.body ?? '');
    expect(told).toMatchObject({ size: 300_000, operation: 'CompleteMultipartUpload', md5: null });
    expect(`"${told.etag}"`).toBe(done.etag);
    expect(await isSignedBy(app.told[0] as Told, fetchKey)).toBe(true);
    expect(await lastFact()).toMatchObject({ eventName: 'ObjectCreated:CompleteMultipartUpload', sizeBytes: 300_000 });
  });

  test('takes a failed callback for an error, and the object is there all the same', async () => {
    app.answer((response) => json(response, '{}', 500));
    await expect(
      aliOss(server).put('kept.txt', Buffer.from('kept'), { callback: { url: app.url, body: 'a' } }),
    ).rejects.toMatchObject({
      status: 203,
      code: 'CallbackFailed',
      message: expect.stringContaining('Error status : 500.'),
    });
    expect((await aliOss(server).get('kept.txt')).content.toString()).toBe('kept');
    expect(await lastFact()).toMatchObject({ eventName: 'ObjectCreated:PutObject', key: 'kept.txt' });
  });

  test('putStream and a callback in a header of its own work, too', async () => {
    const callback = encode({ callbackUrl: app.url, callbackBody: 'a' });
    const { Readable } = await import('node:stream');
    const streamed = (await aliOss(server).putStream('s', Readable.from([Buffer.from('x')]), {
      headers: { 'x-oss-callback': callback },
    })) as unknown as { data: unknown };
    expect(streamed.data).toEqual({ Status: 'OK' });
  });

  test('a signed URL carries the callback of whoever it is given to', async () => {
    const client = aliOss(server, { endpoint: `http://localhost:${server.port}`, sldEnable: true });
    const callback = { url: app.url, body: `key=\${object}`, customValue: { a: 'b' } };
    const url = client.signatureUrl('by-url', { method: 'PUT', callback });
    const answer = await fetch(url, { method: 'PUT', body: Buffer.from('x') });
    expect([answer.status, await answer.text()]).toEqual([200, '{"Status":"OK"}']);
    expect(app.told.map(({ body }) => body)).toEqual(['key=by-url']);
  });
});

describe('PutObject', () => {
  const put = (callback: object, { bucket = 'my-bucket', body = 'hello', headers = {} } = {}) =>
    call(server, {
      method: 'PUT',
      bucket,
      key: 'k',
      headers: { ...headers, 'x-oss-callback': encode(callback) },
      body,
    });
  const asking = (more: object = {}) => ({ callbackUrl: app.url, callbackBody: 'a', ...more });

  test('tells of pictures how large they are, and nothing of what is none', async () => {
    const callbackBody = `[\${imageInfo.width},\${imageInfo.height},\${imageInfo.format}]`;
    const picture = await sharp({ create: { width: 37, height: 21, channels: 3, background: '#c33' } })
      .png()
      .toBuffer();
    const headers = { 'x-oss-callback': encode(asking({ callbackBody, callbackBodyType: 'application/json' })) };
    await aliOss(server).put('p.png', picture, { headers });
    // Longer than what is read in one go.
    await aliOss(server).put('l.png', Buffer.concat([picture, Buffer.alloc(400_000)]), { headers });
    await aliOss(server).put('p.txt', Buffer.from('no picture'), { headers });
    await aliOss(server).put('empty.png', Buffer.alloc(0), { headers });
    expect(app.told.map(({ body }) => JSON.parse(body))).toEqual([
      [37, 21, 'png'],
      [37, 21, 'png'],
      [null, null, null],
      [null, null, null],
    ]);
  });

  test('sends the headers it was asked to add', async () => {
    expect((await put(asking({ additionalHeaders: { 'X-App': 'one' } }))).status).toBe(200);
    expect(app.told[0]?.headers).toMatchObject({ 'x-app': 'one', 'x-oss-additional-headers': 'X-App' });
  });

  test('says which version it stored, whether the server plays along or not', async () => {
    const good = await put(asking(), { bucket: 'versioned-bucket' });
    app.answer((response) => json(response, 'no json'));
    const bad = await put(asking(), { bucket: 'versioned-bucket' });
    expect([good.status, bad.status]).toEqual([200, 203]);
    for (const reply of [good, bad])
      expect(reply.headers).toMatchObject({ 'x-oss-version-id': expect.stringMatching(/./), etag: expect.any(String) });
    expect(good.headers['x-oss-version-id']).not.toBe(bad.headers['x-oss-version-id']);
  });

  test('tries its addresses in order until one plays along', async () => {
    const other = await startAppServer();
    app.answer((response) => json(response, '{}', 404));
    const reply = await put(asking({ callbackUrl: `${app.url};${other.url};${app.url}` }));
    expect([reply.status, app.told.length, other.told.length]).toEqual([200, 1, 1]);
    await other.close();
  });

  test.each([
    ['redirects', (r) => r.writeHead(301, { location: '/' }).end(), 'Error status : 301.'],
    ['says no length', (r) => r.writeHead(200).end('{}'), 'Error Status : 400.User server missing content-length.'],
    ['answers no JSON', (r) => json(r, '<p>'), 'Response body is not valid json format.'],
    ['answers nothing', (r) => json(r, ''), 'Response body is not valid json format.'],
    [
      'answers more than 1 MiB',
      (r) => json(r, JSON.stringify('x'.repeat(1024 * 1024 - 1))),
      'Error Status : 400.User server return too long content-length value.',
    ],
    [
      'breaks off before its answer',
      (r) => r.destroy(),
      'Error status : -1.OSS can not connect to your callbackUrl, please check it.',
    ],
    [
      'breaks off within its answer',
      (r) => r.writeHead(200, { 'content-length': '10' }).write('{', () => r.destroy()),
      'Error status : -1.OSS can not connect to your callbackUrl, please check it.',
    ],
  ] as [string, Parameters<AppServer['answer']>[0], string][])(
    'is told when the server %s',
    async (_what, how, message) => {
      app.answer(how);
      const reply = await put(asking());
      expect(reply.status).toBe(203);
      expect(reply.xml).toMatchObject({ Code: 'CallbackFailed', Message: message, EC: '0007-00000203' });
      expect(reply.headers).toMatchObject({ 'x-oss-ec': '0007-00000203', etag: '"5D41402ABC4B2A76B9719D911017C592"' });
    },
  );

  test('passes on an answer of exactly 1 MiB', async () => {
    const answer = JSON.stringify('x'.repeat(1024 * 1024 - 2));
    app.answer((response) => json(response, answer));
    const reply = await put(asking());
    expect([reply.status, reply.body.length]).toEqual([200, 1024 * 1024]);
  });

  test('is told at once when nobody listens', async () => {
    const port = await freePort();
    const reply = await put(asking({ callbackUrl: `http://127.0.0.1:${port}/` }));
    expect([reply.status, reply.xml.Message]).toEqual([
      ...[203, 'Error status : -1.OSS can not connect to your callbackUrl, please check it.'],
    ]);
  });

  test('is told when the server takes five seconds, on the kernel’s clock', async () => {
    app.answer(() => {});
    server.clock.setMode('virtual');
    const called = app.next();
    const running = put(asking());
    await called;
    await server.clock.advanceTo(server.clock.nowMs() + 5_000, async () => {});
    expect((await running).xml).toMatchObject({ Code: 'CallbackFailed', Message: 'Cost too long time.' });
    server.clock.setMode('real');
  });

  test('stores nothing and calls nobody when the callback itself is wrong', async () => {
    const reply = await call(server, {
      ...{ method: 'PUT', bucket: 'my-bucket', key: 'never', body: 'x' },
      headers: { 'x-oss-callback': encode(asking({ callbackBody: '$(size)' })) },
    });
    expect([reply.status, reply.xml.Code, reply.xml.ArgumentName, reply.xml.EC]).toEqual([
      ...[400, 'InvalidArgument', 'ReplaceKeyPrefix', '0007-00000105'],
    ]);
    expect(app.told).toEqual([]);
    await expect(aliOss(server).head('never')).rejects.toMatchObject({ status: 404 });
  });

  test('calls nobody for an upload that is refused', async () => {
    const reply = await put(asking(), { headers: { 'content-md5': 'rL0Y20zC+Fzt72VPzMSk2A==' } });
    expect([reply.status, app.told]).toEqual([400, []]);
  });
});

test('other operations refuse a callback by name', async () => {
  const headers = { 'x-oss-callback': encode({ callbackUrl: app.url, callbackBody: 'a' }) };
  const append = await call(server, {
    ...{ method: 'POST', bucket: 'my-bucket', key: 'log', headers, body: 'x' },
    query: [
      ['append', ''],
      ['position', '0'],
    ],
  });
  expect([append.status, append.xml.Code, append.xml.Header]).toEqual([400, 'NotImplemented', 'x-oss-callback']);
});

describe('a form', () => {
  async function post(fields: Record<string, string>) {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    form.append('file', new Blob(['hello'], { type: 'text/plain' }), 'a.txt');
    const response = new Response(form);
    return send({
      ...{ port: server.port, method: 'POST', target: '/open-bucket' },
      headers: { 'content-type': response.headers.get('content-type') ?? '' },
      body: Buffer.from(await response.arrayBuffer()),
    });
  }

  test('answers as its server does, whatever else it asks for', async () => {
    const callbackBody = `\${object}|\${operation}|\${x:uid}|\${contentMd5}`;
    const reply = await post({
      ...{ key: 'form.txt', 'x:uid': 'a/7', success_action_status: '201', success_action_redirect: 'http://a.b/' },
      callback: encode({ callbackUrl: app.url, callbackBody }),
    });
    expect([reply.status, reply.body.toString(), reply.headers['content-type']]).toEqual([
      ...[200, '{"Status":"OK"}', 'application/json'],
    ]);
    expect(app.told[0]?.body).toBe('form.txt|PostObject|a%2F7|XUFAKrxLKna5cZ2REBfFkg%3D%3D');
    expect(app.told[0]?.headers['x-oss-requester']).toBe('');
    expect(await isSignedBy(app.told[0] as Told, fetchKey)).toBe(true);
    expect(await lastFact()).toMatchObject({ eventName: 'ObjectCreated:PostObject', key: 'form.txt' });
  });

  test('is told when its server fails, and when its callback is wrong', async () => {
    app.answer((response) => json(response, '{}', 502));
    const failed = await post({ key: 'f', callback: encode({ callbackUrl: app.url, callbackBody: 'a' }) });
    expect([failed.status, failed.xml.Code]).toEqual([203, 'CallbackFailed']);
    app.answer(OK);
    const wrong = await post({ key: 'w', callback: 'x123-*&' });
    expect([wrong.status, wrong.xml.Message]).toEqual([400, 'The callback configuration is not base64 encoded.']);
  });
});

describe('the public key', () => {
  const get = (headers: Record<string, string>, method = 'GET') =>
    send({ port: server.port, method, target: '/callback_pub_key_v1.pem', headers });

  test('is to be had under any host name that is no bucket’s, and at the real address through this port as a proxy', async () => {
    const own = await get({});
    expect([own.status, own.body.toString()]).toEqual([200, expect.stringMatching(/^-----BEGIN PUBLIC KEY-----\n/)]);
    for (const host of ['gosspublic.alicdn.com', 'host.docker.internal:9580', '[::1]:9580'])
      expect((await get({ host })).body.toString()).toBe(own.body.toString());
    const proxied = await send({ port: server.port, target: 'http://gosspublic.alicdn.com/callback_pub_key_v1.pem' });
    expect(proxied.body.toString()).toBe(own.body.toString());
    const head = await get({}, 'HEAD');
    expect([head.status, head.headers['content-length'], head.body.length]).toEqual([200, String(own.body.length), 0]);
  });

  test('does not stand in the way of an object of that name', async () => {
    expect((await get({ host: 'open-bucket.localhost' })).xml.Code).toBe('NoSuchKey');
    expect((await get({}, 'PUT')).status).not.toBe(200);
  });

  test('is named by the address that the settings say', async () => {
    const named = 'http://gosspublic.alicdn.com/callback_pub_key_v1.pem';
    const other = await startOssServer({ callbackPublicKeyUrl: named });
    await other.oss.buckets.ensure({ name: 'my-bucket' });
    await aliOss(other).put('k', Buffer.from('x'), { callback: { url: app.url, body: 'a' } });
    const asked: string[] = [];
    const mapped = (url: string) => {
      asked.push(url);
      return fetchKey(`http://${other.endpoint}/callback_pub_key_v1.pem`);
    };
    expect(await isSignedBy(app.told[0] as Told, mapped)).toBe(true);
    expect(asked).toEqual([named]);
    // Each state has a pair of its own.
    expect(
      await isSignedBy(app.told[0] as Told, () => fetchKey(`http://${server.endpoint}/callback_pub_key_v1.pem`)),
    ).toBe(false);
    await other.close();
  });
});

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((listening) => probe.listen(0, '127.0.0.1', listening));
  const address = probe.address();
  await new Promise((closed) => probe.close(closed));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
