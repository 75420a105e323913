/** CORS: ali-oss sets the rules, and pages of other origins feel them. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AliOss, aliOss, CLIENT_FORMS } from '../../support/ali-oss.ts';
import { type OssServer, startOssServer } from '../../support/oss-server.ts';
import { send } from '../../support/raw-http.ts';
import { call } from '../../support/signed-oss.ts';

const PAGE = 'https://example.com';
const RULES = [
  {
    allowedOrigin: PAGE,
    allowedMethod: ['PUT', 'POST'],
    allowedHeader: '*',
    exposeHeader: ['ETag', 'x-oss-request-id'],
    maxAgeSeconds: '600',
  },
  { allowedOrigin: '*', allowedMethod: 'GET' },
];

let server: OssServer;
beforeAll(async () => {
  server = await startOssServer();
  await server.oss.buckets.ensure({ name: 'my-bucket', acl: 'public-read' });
});
afterAll(() => server.close());

describe.each(CLIENT_FORMS)('$name', ({ options }) => {
  const make = (): AliOss => aliOss(server, { ...options(server), bucket: 'my-bucket' });

  test('rules are put, read and deleted', async () => {
    const client = make();
    await expect(client.getBucketCORS('my-bucket')).rejects.toMatchObject({
      status: 404,
      code: 'NoSuchCORSConfiguration',
      message: 'The CORS Configuration does not exist.',
    });
    await client.putBucketCORS('my-bucket', RULES);
    expect((await client.getBucketCORS('my-bucket')).rules).toEqual([
      { ...RULES[0] },
      { allowedOrigin: '*', allowedMethod: 'GET' },
    ]);
    expect((await client.deleteBucketCORS('my-bucket')).res.status).toBe(204);
    expect((await client.deleteBucketCORS('my-bucket')).res.status).toBe(204);
  });
});

describe('a page of another origin', () => {
  beforeAll(() =>
    aliOss(server, { endpoint: `http://127.0.0.1:${server.port}`, bucket: 'my-bucket' }).putBucketCORS(
      'my-bucket',
      RULES,
    ),
  );
  const ask = (method: string, target: string, headers: Record<string, string> = {}) =>
    send({ port: server.port, method, target, headers });

  test.each(['/my-bucket/photo.jpg?uploads', '/my-bucket/', '/my-bucket/k?OSSAccessKeyId=x&Expires=1&Signature=y'])(
    'a preflight for %s is answered without a signature',
    async (target) => {
      const reply = await ask('OPTIONS', target, {
        origin: PAGE,
        'access-control-request-method': 'PUT',
        'access-control-request-headers': 'Authorization, x-oss-date',
      });
      expect(reply.status).toBe(200);
      expect(reply.headers).toMatchObject({
        'access-control-allow-origin': PAGE,
        'access-control-allow-methods': 'PUT, POST',
        'access-control-allow-headers': 'authorization, x-oss-date',
        'access-control-expose-headers': 'ETag, x-oss-request-id',
        'access-control-max-age': '600',
      });
    },
  );

  test('a preflight that no rule lets through is refused', async () => {
    const preflight = { origin: 'https://evil.example', 'access-control-request-method': 'PUT' };
    const reply = await ask('OPTIONS', '/my-bucket/k', preflight);
    expect(reply.status).toBe(403);
    expect(reply.xml).toMatchObject({
      Code: 'AccessForbidden',
      Message: expect.stringMatching(/^CORSResponse: This CORS request is not allowed\./),
    });
    expect((await ask('OPTIONS', '/no-such-bucket/k', preflight)).xml).toMatchObject({ Code: 'NoSuchBucket' });
  });

  test('a preflight that says too little is refused', async () => {
    expect((await ask('OPTIONS', '/my-bucket/k')).xml).toMatchObject({
      Code: 'BadRequest',
      Message: 'Insufficient information. Origin request header needed.',
    });
    expect((await ask('OPTIONS', '/my-bucket/k', { origin: PAGE })).xml).toMatchObject({
      Code: 'BadRequest',
      Message: 'Insufficient information. Access-Control-Request-Method header needed.',
    });
  });

  test('its calls run in any case; a rule adds the headers, on refusals too', async () => {
    const stored = await call(server, {
      method: 'PUT',
      bucket: 'my-bucket',
      key: 'k',
      headers: { origin: PAGE },
      body: 'x',
    });
    expect(stored.status).toBe(200);
    expect(stored.headers).toMatchObject({
      'access-control-allow-origin': PAGE,
      'access-control-expose-headers': 'ETag, x-oss-request-id',
    });
    const read = await ask('GET', '/my-bucket/k', { origin: 'https://anyone.example' });
    expect(read.headers['access-control-allow-origin']).toBe('*');
    const refused = await ask('PUT', '/my-bucket/k', { origin: PAGE, authorization: 'OSS nobody:AAAA', date: 'x' });
    expect(refused.status).toBe(403);
    expect(refused.headers['access-control-allow-origin']).toBe(PAGE);
    const elsewhere = await call(server, {
      method: 'PUT',
      bucket: 'my-bucket',
      key: 'k',
      headers: { origin: 'https://evil.example' },
      body: 'x',
    });
    expect(elsewhere.status).toBe(200);
    expect(elsewhere.headers).not.toHaveProperty('access-control-allow-origin');
    expect((await ask('GET', '/my-bucket/k')).headers).not.toHaveProperty('access-control-allow-origin');
  });
});

describe('documents', () => {
  const put = (bucket: string, body: string, headers: Record<string, string> = {}) =>
    call(server, { method: 'PUT', bucket, query: 'cors', headers, body });
  const rule = '<CORSRule><AllowedOrigin>*</AllowedOrigin><AllowedMethod>GET</AllowedMethod></CORSRule>';

  test('ResponseVary tells caches that answers differ', async () => {
    await server.oss.buckets.ensure({ name: 'vary' });
    expect(
      (await put('vary', `<CORSConfiguration>${rule}<ResponseVary>true</ResponseVary></CORSConfiguration>`)).status,
    ).toBe(200);
    const read = await call(server, { method: 'GET', bucket: 'vary', query: 'cors' });
    expect(read.headers.vary).toBe('Origin');
    expect(read.xml).toMatchObject({ CORSRule: { AllowedOrigin: '*', AllowedMethod: 'GET' }, ResponseVary: 'true' });
  });

  test.each([
    ['what is no XML', 'nonsense', 'MalformedXML'],
    ['another root', '<Cors></Cors>', 'MalformedXML'],
    ['an unknown element', `<CORSConfiguration>${rule}<Colour>red</Colour></CORSConfiguration>`, 'MalformedXML'],
    ['no rule', '<CORSConfiguration></CORSConfiguration>', 'InvalidCORSRule'],
    ['eleven rules', `<CORSConfiguration>${rule.repeat(11)}</CORSConfiguration>`, 'InvalidCORSRule'],
  ])('refuses %s', async (_what, body, code) => {
    const reply = await put('my-bucket', body);
    expect(reply.status).toBe(400);
    expect(reply.xml.Code).toBe(code);
  });

  test('a wrong Content-MD5 is refused, and a missing bucket before anything else', async () => {
    const md5 = { 'content-md5': 'AAAAAAAAAAAAAAAAAAAAAA==' };
    expect((await put('my-bucket', `<CORSConfiguration>${rule}</CORSConfiguration>`, md5)).xml.Code).toBe(
      'InvalidDigest',
    );
    for (const method of ['PUT', 'GET', 'DELETE'])
      expect((await call(server, { method, bucket: 'no-such-bucket', query: 'cors' })).xml.Code).toBe('NoSuchBucket');
  });
});
