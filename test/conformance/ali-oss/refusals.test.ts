/** Bad keys, times, names and bodies: the documented code, message and status, as ali-oss shows them. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { signOssV1 } from '../../../src/signing/oss-v1.ts';
import { type AliOss, aliOss, CLIENT_FORMS } from '../../support/ali-oss.ts';
import { NONE, type OssServer, OWNER, roleSession, startOssServer } from '../../support/oss-server.ts';
import { send, sendBytes } from '../../support/raw-http.ts';
import { call } from '../../support/signed-oss.ts';

const MINUTE = 60_000;
const SESSION = roleSession();
let allowed = new Set<string>();

let server: OssServer;
beforeAll(async () => {
  server = await startOssServer({
    decide: ({ action }) => (allowed.has(action) ? { ...NONE, effect: 'allow' } : NONE),
  });
  await server.oss.buckets.ensure({ name: 'my-bucket' });
});
afterAll(() => server.close());
afterEach(() => {
  allowed = new Set();
});

describe.each(CLIENT_FORMS)('$name', ({ options }) => {
  const make = (overrides: Record<string, unknown> = {}): AliOss =>
    aliOss(server, { ...options(server), ...overrides });
  const session = () =>
    make({
      accessKeyId: SESSION.accessKeyId,
      accessKeySecret: SESSION.accessKeySecret,
      stsToken: SESSION.securityToken,
      refreshSTSToken: async () => ({}),
    });

  test('a wrong secret; the log has what was expected', async () => {
    await expect(make({ accessKeySecret: 'wrong' }).put('k', Buffer.from('x'))).rejects.toMatchObject({
      status: 403,
      code: 'SignatureDoesNotMatch',
      message:
        'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
      ecCode: '0002-00000040',
    });
    expect(server.logs.at(-1)).toMatchObject({
      level: 'warn',
      accessKeyId: OWNER.accessKeyId,
      expected: expect.any(String),
      stringToSign: expect.any(String),
    });
  });

  test('a key nobody knows', async () => {
    await expect(make({ accessKeyId: 'LTAInobody' }).list({})).rejects.toMatchObject({
      status: 403,
      code: 'InvalidAccessKeyId',
      message: 'The OSS Access Key Id you provided does not exist in our records.',
      ecCode: '0002-00000902',
    });
  });

  test('a clock that is off by more than a quarter of an hour, either way', async () => {
    for (const amendTimeSkewed of [16 * MINUTE, -16 * MINUTE])
      await expect(make({ amendTimeSkewed }).list({})).rejects.toMatchObject({
        status: 403,
        code: 'RequestTimeTooSkewed',
        message: 'The difference between the request time and the current time is too large.',
        ecCode: '0002-00000504',
      });
    await expect(make({ amendTimeSkewed: 14 * MINUTE }).list({})).resolves.toBeDefined();
  });

  test('a temporary key that has expired, or comes with another token', async () => {
    const expired = roleSession({ accessKeyId: 'STS.expired', expiresAtMs: server.clock.nowMs() - 1 });
    server.credentials.push(expired);
    const keys = { accessKeySecret: expired.accessKeySecret, refreshSTSToken: async () => ({}) };
    await expect(
      make({ ...keys, accessKeyId: 'STS.expired', stsToken: expired.securityToken }).list({}),
    ).rejects.toMatchObject({
      status: 403,
      code: 'SecurityTokenExpired',
      message: 'The security token you provided has expired.',
    });
    await expect(make({ ...keys, accessKeyId: SESSION.accessKeyId, stsToken: 'other' }).list({})).rejects.toMatchObject(
      {
        status: 403,
        code: 'InvalidSecurityToken',
        message: 'The security token you provided is invalid.',
      },
    );
  });

  test('a role that may not: says which action was missing and why, and lets it through once allowed', async () => {
    await expect(session().put('role', Buffer.from('x'))).rejects.toMatchObject({
      status: 403,
      code: 'AccessDenied',
      message: "Access denied by authorizer's policy.",
    });
    expect(server.calls.at(-1)).toMatchObject({ operation: 'PutObject', status: 403 });
    expect(server.questions.at(-1)).toMatchObject({
      action: 'oss:PutObject',
      resource: 'acs:oss:*:1234567890123456:my-bucket/role',
    });
    allowed.add('oss:PutObject');
    await session().put('role', Buffer.from('x'));
    await expect(session().get('role')).rejects.toMatchObject({ code: 'AccessDenied' });
    await expect(session().listBuckets()).rejects.toMatchObject({ message: 'You are forbidden to list buckets.' });
  });

  test('a copy needs its source to be readable, and a multiple delete every key', async () => {
    allowed.add('oss:PutObject');
    await make().put('source', Buffer.from('x'));
    await expect(session().copy('target', 'source')).rejects.toMatchObject({ code: 'AccessDenied' });
    expect(server.questions.at(-1)).toMatchObject({ action: 'oss:GetObject' });
    await expect(session().deleteMulti(['source', 'other'])).rejects.toMatchObject({ code: 'AccessDenied' });
    expect((await make().head('source')).status).toBe(200);
  });

  test('a wrong Content-MD5 keeps nothing', async () => {
    const headers = { 'Content-MD5': '1B2M2Y8AsgTpgAmY7PhCfg==' };
    await expect(make().put('md5', Buffer.from('x'), { headers })).rejects.toMatchObject({
      status: 400,
      code: 'InvalidDigest',
      message: 'The Content-MD5 you specified was invalid.',
    });
    await expect(make().head('md5')).rejects.toMatchObject({ status: 404 });
  });

  test('names that are none', async () => {
    await expect(make().put('x'.repeat(1024), Buffer.from('x'))).rejects.toMatchObject({
      status: 400,
      code: 'InvalidObjectName',
    });
    await expect(make().put('\\x', Buffer.from('x'))).rejects.toMatchObject({ code: 'InvalidObjectName' });
  });

  test('what is not served yet is refused by its name and never does something else', async () => {
    await make().put('plain', Buffer.from('x'));
    await expect(make().postAsyncFetch('plain', 'http://127.0.0.1:1/')).rejects.toMatchObject({
      status: 400,
      code: 'NotImplemented',
      message: 'The operation PostAsyncFetch is not served yet.',
    });
    await expect(make().get('plain', { process: 'image/info' })).rejects.toMatchObject({
      status: 400,
      code: 'NotImplemented',
      message: expect.stringContaining('x-oss-process'),
    });
    const headers = { 'x-oss-persistent-headers': 'a:YQ==' };
    await expect(make().put('kept', Buffer.from('x'), { headers })).rejects.toMatchObject({
      status: 400,
      code: 'NotImplemented',
      message: expect.stringContaining('x-oss-persistent-headers'),
    });
    await expect(make().head('kept')).rejects.toMatchObject({ status: 404 });
  });
});

describe('requests no SDK would send', () => {
  const signed = (method: string, key: string | undefined, headers: Record<string, string> = {}) => ({
    ...headers,
    ...signOssV1({
      method,
      resource: { bucket: 'my-bucket', key },
      headers,
      credentials: OWNER,
      atMs: server.clock.hostNowMs(),
    }),
  });
  const ask = (method: string, target: string, headers: Record<string, string> = {}, body = '') =>
    send({ port: server.port, method, target, headers, body });

  test.each(['/Bad_Bucket/', '/ab/', `/${'x'.repeat(64)}/`, '/-bucket/'])('the bucket name in %s', async (target) => {
    const reply = await ask('PUT', target);
    expect([reply.status, reply.xml.Code, reply.xml.Message]).toEqual([
      400,
      'InvalidBucketName',
      'The specified bucket is not valid.',
    ]);
  });

  test.each(['/my-bucket/%zz', '/my-bucket/%ff', '/my-bucket//x'])('the object name in %s', async (target) => {
    const reply = await ask('GET', target);
    expect([reply.status, reply.xml.Code]).toEqual([400, 'InvalidObjectName']);
  });

  test.each([
    ['an object', 'PUT', '', '12345', 'Content-Length: 10'],
    ['an object of unknown length', 'PUT', '', '5\r\n12345\r\n', 'Transfer-Encoding: chunked'],
    ['an append', 'POST', 'append&position=0', '12345', 'Content-Length: 10'],
    ['a document', 'PUT', 'tagging', '<Tagging>', 'Content-Length: 10'],
    ['an object, of which nothing came,', 'PUT', '', '', 'Content-Length: 10'],
  ])(
    'the body of %s that ends early, in OSS’s own words, and leaves nothing',
    async (_what, method, search, body, length) => {
      const before = (await server.facts()).length;
      const query = search
        .split('&')
        .filter(Boolean)
        .map((part) => part.split('=') as [string, string?]);
      const auth = signOssV1({
        method,
        resource: { bucket: 'my-bucket', key: 'short' },
        query: query.map(([name, value = '']) => [name, value]),
        credentials: OWNER,
        atMs: server.clock.hostNowMs(),
      });
      const headers = Object.entries(auth).map(([name, value]) => `${name}: ${value}\r\n`);
      const target = `/my-bucket/short${search === '' ? '' : `?${search}`}`;
      const head = `${method} ${target} HTTP/1.1\r\nHost: 127.0.0.1\r\n${length}\r\n${headers.join('')}\r\n`;
      const answer = await sendBytes(server.port, `${head}${body}`);
      expect(answer).toMatch(/^HTTP\/1.1 400 .*Connection: close.*<Code>IncompleteBody<\/Code>/s);
      expect(server.calls.at(-1)).toMatchObject({ status: 400, error: { code: 'IncompleteBody' } });
      await expect(aliOss(server).head('short')).rejects.toMatchObject({ status: 404 });
      expect(await server.facts()).toHaveLength(before);
    },
  );

  test('a body without any length', async () => {
    const headers = Object.entries(signed('PUT', 'k')).map(([name, value]) => `${name}: ${value}\r\n`);
    const answer = await sendBytes(
      server.port,
      `PUT /my-bucket/k HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n${headers.join('')}\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1.1 411 /);
    expect(answer).toContain(
      '<Code>MissingContentLength</Code><Message>You must provide the Content-Length HTTP header.',
    );
  });

  test.each(['', 'garbage', '<Delete>', '<Other/>', '<Delete><Object><Key>a</Key></Object>', '<Delete/>'])(
    'the document %j to delete by',
    async (body) => {
      const auth = signOssV1({
        method: 'POST',
        resource: { bucket: 'my-bucket' },
        query: [['delete', '']],
        credentials: OWNER,
        atMs: server.clock.hostNowMs(),
      });
      const reply = await ask('POST', '/my-bucket/?delete', auth, body);
      expect(reply.status).toBe(400);
      expect(reply.xml).toMatchObject({
        Code: 'MalformedXML',
        Message: 'The XML you provided was not well-formed or did not validate against our published schema.',
        EC: '0016-00000608',
        ErrorDetail: expect.any(String),
      });
      expect(reply.headers['x-oss-ec']).toBe('0016-00000608');
    },
  );

  test('names with dots and doubled slashes are kept as they are', async () => {
    const key = 'a/../b/./c//d';
    const target = `/my-bucket/${key}`;
    expect((await ask('PUT', target, signed('PUT', key), 'dots')).status).toBe(200);
    expect((await ask('GET', target, signed('GET', key))).body.toString()).toBe('dots');
    expect((await ask('GET', '/my-bucket/b/c/d', signed('GET', 'b/c/d'))).status).toBe(404);
  });

  test('an unsigned call: refused on a private bucket, served by the ACL of a public one', async () => {
    await aliOss(server).put('public', Buffer.from('x'), { headers: { 'x-oss-object-acl': 'public-read' } });
    expect((await ask('GET', '/my-bucket/public')).body.toString()).toBe('x');
    const write = await ask('PUT', '/my-bucket/public', {}, 'y');
    expect([write.status, write.xml.Code, write.xml.Message]).toEqual([
      403,
      'AccessDenied',
      'You have no right to access this object because of bucket acl.',
    ]);
    expect(write.headers['x-localyun-reason']).toBe('No statement allows it.');
    const list = await ask('GET', '/');
    expect([list.status, list.xml.Message]).toEqual([403, 'Anonymous access is forbidden for this operation.']);
    const override = await ask('GET', '/my-bucket/public?response-content-type=x');
    expect([override.status, override.xml.Code]).toEqual([400, 'InvalidRequest']);
  });

  test('questions that ali-oss does not ask: the regions, and the live channels of a bucket', async () => {
    const bare = (query: [string, string], bucket?: string) =>
      signOssV1({
        ...{ method: 'GET', resource: bucket === undefined ? {} : { bucket }, query: [query] },
        ...{ credentials: OWNER, atMs: server.clock.hostNowMs() },
      });
    const regions = await ask('GET', '/?regions', bare(['regions', '']));
    expect(regions.xml.RegionInfo).toContainEqual(
      expect.objectContaining({ Region: 'oss-cn-beijing', InternetEndpoint: server.endpoint }),
    );
    const other = await ask('GET', '/?regions=oss-cn-mars', bare(['regions', 'oss-cn-mars']));
    expect([other.status, other.xml.Code]).toEqual([404, 'NoSuchRegion']);
    const channels = await ask('GET', '/my-bucket/?live&max-keys=5', bare(['live', ''], 'my-bucket'));
    expect(channels.xml).toMatchObject({ IsTruncated: 'false', MaxKeys: '5', NextMarker: '' });
    const missing = await ask('GET', '/no-bucket/?live', bare(['live', ''], 'no-bucket'));
    expect(missing.xml.Code).toBe('NoSuchBucket');
  });

  test('deleting the website of a bucket never deletes the bucket', async () => {
    const name = 'kept-bucket';
    await server.oss.buckets.ensure({ name });
    await call(server, { method: 'DELETE', bucket: name, query: 'website' });
    expect((await call(server, { method: 'GET', bucket: name, query: 'acl' })).status).toBe(200);
  });

  test('a sub-resource nobody serves does not reach the plain operation', async () => {
    const before = (await server.facts()).length;
    for (const [method, target] of [
      ['PUT', '/my-bucket/?worm'],
      ['DELETE', '/my-bucket/?stat'],
      ['GET', '/my-bucket/public?worm'],
      ['DELETE', '/my-bucket/public?acl'],
    ] as const) {
      const reply = await ask(method, target);
      expect([reply.status, reply.xml.Code]).toEqual([400, 'NotImplemented']);
    }
    expect(await server.facts()).toHaveLength(before);
  });

  test('a HEAD that is refused says why in its headers', async () => {
    const reply = await ask('HEAD', '/my-bucket/nope', signed('HEAD', 'nope'));
    expect([reply.status, reply.body.length, reply.headers['x-oss-ec']]).toEqual([404, 0, '0026-00000001']);
    expect(Buffer.from(reply.headers['x-oss-err'] ?? '', 'base64').toString()).toContain('<Code>NoSuchKey</Code>');
  });
});
