/** HTML forms, signed as ali-oss and the vendor's samples sign them: no SDK sends one, browsers do. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { signPolicy } from '../../../src/signing/post-policy.ts';
import { formatBasicIso } from '../../../src/signing/signing-time.ts';
import { aliOss } from '../../support/ali-oss.ts';
import { type OssServer, OWNER, roleSession, startOssServer } from '../../support/oss-server.ts';
import { send, sendBytes } from '../../support/raw-http.ts';

const SESSION = roleSession();
let server: OssServer;
let isAllowed = false;
beforeAll(async () => {
  server = await startOssServer({
    decide: () => ({ effect: isAllowed ? 'allow' : 'none', statement: undefined, reason: 'as the test says' }),
  });
  await server.oss.buckets.ensure({ name: 'my-bucket' });
  await server.oss.buckets.ensure({ name: 'open-bucket', acl: 'public-read-write' });
});
afterAll(() => server.close());

type Fields = Record<string, string>;
type Sign = (conditions: unknown[], options?: { secret?: string; expiresInMs?: number; ageMs?: number }) => Fields;

function policyOf(conditions: unknown[], expiresInMs: number): string {
  const expiration = new Date(server.clock.hostNowMs() + expiresInMs).toISOString();
  return Buffer.from(JSON.stringify({ expiration, conditions })).toString('base64');
}

const signV1: Sign = (conditions, { secret = OWNER.accessKeySecret, expiresInMs = 60_000 } = {}) => {
  const policy = policyOf(conditions, expiresInMs);
  return { OSSAccessKeyId: OWNER.accessKeyId, policy, Signature: signPolicy(policy, secret, 'v1') };
};

const signV4: Sign = (conditions, { secret = OWNER.accessKeySecret, expiresInMs = 60_000, ageMs = 0 } = {}) => {
  const date = formatBasicIso(server.clock.hostNowMs() - ageMs);
  const scope = { day: date.slice(0, 8), region: 'cn-beijing', product: 'oss' };
  const repeated = {
    'x-oss-signature-version': 'OSS4-HMAC-SHA256',
    'x-oss-credential': `${OWNER.accessKeyId}/${scope.day}/cn-beijing/oss/aliyun_v4_request`,
    'x-oss-date': date,
  };
  const policy = policyOf([...conditions, repeated], expiresInMs);
  return { ...repeated, policy, 'x-oss-signature': signPolicy(policy, secret, scope) };
};

interface Form {
  bucket?: string;
  fields: Fields;
  file?: { name: string; type?: string; bytes: string | Uint8Array } | undefined;
  headers?: Record<string, string>;
}

/** The web's own FormData, as browsers lay it out. */
async function post({ bucket = 'my-bucket', fields, file, headers = {} }: Form) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  if (file) form.append('file', new Blob([Buffer.from(file.bytes)], { type: file.type ?? 'text/plain' }), file.name);
  const response = new Response(form);
  return send({
    ...{ port: server.port, method: 'POST', target: `/${bucket}` },
    headers: { ...headers, 'content-type': response.headers.get('content-type') ?? '' },
    body: Buffer.from(await response.arrayBuffer()),
  });
}

const HELLO = { name: 'C:\\photos\\你好.txt', bytes: 'hello' };

describe.each([
  ['V1', signV1],
  ['V4', signV4],
] as const)('a form signed by %s', (_name, sign) => {
  test('stores its file with what its fields say', async () => {
    const fields = {
      ...sign([{ bucket: 'my-bucket' }, ['starts-with', '$key', 'user/'], ['content-length-range', 0, 100]]),
      key: 'user/a b+c',
      'x-oss-meta-uid': '7',
      'x-oss-object-acl': 'public-read',
      'Cache-Control': 'no-cache',
      'Content-Type': 'text/css',
    };
    const reply = await post({ fields, file: HELLO });
    expect([reply.status, reply.body.length, reply.headers.etag]).toEqual([
      ...[204, 0, '"5D41402ABC4B2A76B9719D911017C592"'],
    ]);
    const { content, res } = await aliOss(server).get('user/a b+c');
    expect(content.toString()).toBe('hello');
    expect(res.headers).toMatchObject({
      'content-type': 'text/css',
      'cache-control': 'no-cache',
      'x-oss-meta-uid': '7',
      'x-oss-hash-crc64ecma': '11177612005948864433',
    });
    expect((await server.facts()).at(-1)).toMatchObject({
      eventName: 'ObjectCreated:PostObject',
      key: 'user/a b+c',
      sizeBytes: 5,
      principal: { type: 'account' },
    });
  });

  test('answers as it was asked to', async () => {
    const fields = { ...sign([]), key: 'dir/\u0024{filename}' };
    const created = await post({ fields: { ...fields, success_action_status: '201' }, file: HELLO });
    expect(created.status).toBe(201);
    expect(created.xml).toMatchObject({
      Bucket: 'my-bucket',
      Key: 'dir/你好.txt',
      ETag: '"5D41402ABC4B2A76B9719D911017C592"',
      Location: expect.stringContaining('my-bucket'),
    });
    expect((await post({ fields: { ...fields, success_action_status: '200' }, file: HELLO })).status).toBe(200);
    expect((await post({ fields: { ...fields, success_action_status: '302' }, file: HELLO })).status).toBe(204);
    const redirect = { success_action_redirect: 'http://example.com/done?x=1', success_action_status: '201' };
    const moved = await post({ fields: { ...fields, ...redirect }, file: HELLO });
    expect([moved.status, moved.headers.location]).toEqual([
      303,
      'http://example.com/done?x=1&bucket=my-bucket&key=dir%2F%E4%BD%A0%E5%A5%BD.txt&etag=%225D41402ABC4B2A76B9719D911017C592%22',
    ]);
    const nonsense = { success_action_redirect: 'javascript:alert(1)' };
    expect((await post({ fields: { ...fields, ...nonsense }, file: HELLO })).status).toBe(204);
  });

  test.each([
    ['another secret', 403, 'SignatureDoesNotMatch', () => sign([], { secret: 'wrong' })],
    ['a policy that has expired', 403, 'AccessDenied', () => sign([], { expiresInMs: -1000 })],
    ['a condition that fails', 403, 'AccessDenied', () => sign([{ bucket: 'other-bucket' }])],
    ['a file too small', 400, 'EntityTooSmall', () => sign([['content-length-range', 6, 9]])],
    ['a file too large', 400, 'EntityTooLarge', () => sign([['content-length-range', 0, 4]])],
    ['a callback without an address', 400, 'InvalidArgument', () => ({ ...sign([]), callback: 'e30=' })],
    [
      'an unknown encryption',
      400,
      'InvalidEncryptionAlgorithmError',
      () => ({ ...sign([]), 'x-oss-server-side-encryption': 'ROT13' }),
    ],
    ['a bad ACL', 400, 'InvalidArgument', () => ({ ...sign([]), 'x-oss-object-acl': 'everybody' })],
    ['a bad key', 400, 'InvalidObjectName', () => ({ ...sign([]), key: '/x' })],
    ['a field too long', 400, 'FieldItemTooLong', () => ({ ...sign([]), 'x-oss-meta-a': 'x'.repeat(4097) })],
  ])('refuses %s and stores nothing', async (_what, status, code, fields) => {
    const reply = await post({ fields: { key: 'refused', ...fields() }, file: HELLO });
    expect([reply.status, reply.xml.Code]).toEqual([status, code]);
    await expect(aliOss(server).head('refused')).rejects.toMatchObject({ status: 404 });
  });

  test('does not overwrite where it must not', async () => {
    const fields = { ...sign([]), key: 'once', 'x-oss-forbid-overwrite': 'true' };
    expect((await post({ fields, file: HELLO })).status).toBe(204);
    expect((await post({ fields, file: HELLO })).xml.Code).toBe('FileAlreadyExists');
    await aliOss(server).delete('once');
  });

  test('carries megabytes', async () => {
    const bytes = Buffer.alloc(8_000_000, 'ab');
    const reply = await post({ fields: { ...sign([]), key: 'large' }, file: { name: 'x', bytes } });
    expect(reply.status).toBe(204);
    expect((await aliOss(server).get('large')).content.equals(bytes)).toBe(true);
  });
});

test('a V4 form older than seven days, or whose policy leaves a field out', async () => {
  const old = signV4([], { ageMs: 7 * 86_400_000 + 60_000 });
  expect((await post({ fields: { ...old, key: 'k' }, file: HELLO })).xml.Code).toBe('AccessDenied');
  const future = signV4([], { ageMs: -16 * 60_000 });
  expect((await post({ fields: { ...future, key: 'k' }, file: HELLO })).xml.Code).toBe('AccessDenied');
  const { policy: _, ...rest } = signV4([]);
  const policy = policyOf([], 60_000);
  const scope = { day: (rest['x-oss-date'] ?? '').slice(0, 8), region: 'cn-beijing', product: 'oss' };
  const signature = signPolicy(policy, OWNER.accessKeySecret, scope);
  const reply = await post({ fields: { ...rest, policy, 'x-oss-signature': signature, key: 'k' }, file: HELLO });
  expect([reply.status, reply.xml.Code]).toEqual([403, 'AccessDenied']);
});

test('a temporary key needs its token, and its role the right', async () => {
  const policy = policyOf([], 60_000);
  const fields = {
    ...{ OSSAccessKeyId: SESSION.accessKeyId, policy, key: 'role' },
    Signature: signPolicy(policy, SESSION.accessKeySecret, 'v1'),
  };
  expect((await post({ fields, file: HELLO })).xml.Code).toBe('InvalidAccessKeyId');
  const whole = { ...fields, 'x-oss-security-token': SESSION.securityToken ?? '' };
  expect((await post({ fields: whole, file: HELLO })).xml.Code).toBe('AccessDenied');
  isAllowed = true;
  expect((await post({ fields: whole, file: HELLO })).status).toBe(204);
  isAllowed = false;
  expect(server.questions.at(-1)).toMatchObject({ action: 'oss:PutObject', principal: { type: 'role' } });
});

test('strangers write only into an open bucket', async () => {
  expect((await post({ fields: { key: 'k' }, file: HELLO })).status).toBe(403);
  expect((await post({ bucket: 'open-bucket', fields: { key: 'k' }, file: HELLO })).status).toBe(204);
  const half = await post({
    bucket: 'open-bucket',
    fields: { key: 'k', OSSAccessKeyId: 'x', policy: 'x' },
    file: HELLO,
  });
  expect([half.status, half.xml.Message]).toEqual([400, 'Post request signature is empty.']);
  expect((await post({ bucket: 'no-bucket', fields: { key: 'k' }, file: HELLO })).xml.Code).toBe('NoSuchBucket');
});

describe('bodies that are no such form', () => {
  const raw = (body: string, type = 'multipart/form-data; boundary=X') =>
    send({ port: server.port, method: 'POST', target: '/open-bucket', headers: { 'content-type': type }, body });
  const field = (name: string, value: string) =>
    `--X\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
  const file = (bytes: string) =>
    `--X\r\nContent-Disposition: form-data; name="file"; filename="f"\r\nContent-Type: text/plain\r\n\r\n${bytes}\r\n`;

  test.each([
    ['another type', field('key', 'k'), 'text/plain', 'RequestIsNotMultiPartContent'],
    ['no boundary', field('key', 'k'), 'multipart/form-data', 'MalformedPOSTRequest'],
    ['nothing', '', undefined, 'MalformedPOSTRequest'],
    ['garbage', 'garbage', undefined, 'MalformedPOSTRequest'],
    ['no end after the fields', field('key', 'k'), undefined, 'MalformedPOSTRequest'],
    ['no end after the file', `${field('key', 'k')}${file('x')}`, undefined, 'MalformedPOSTRequest'],
    ['no file', `${field('key', 'k')}--X--\r\n`, undefined, 'IncorrectNumberOfFilesInPOSTRequest'],
    [
      'two files',
      `${field('key', 'k')}${file('x')}${file('y')}--X--\r\n`,
      undefined,
      'IncorrectNumberOfFilesInPOSTRequest',
    ],
    ['no key', `${file('x')}--X--\r\n`, undefined, 'InvalidArgument'],
    ['a key after the file', `${file('x')}${field('key', 'k')}--X--\r\n`, undefined, 'InvalidArgument'],
    [
      'too many fields',
      `${Array.from({ length: 101 }, (_, at) => field(`f${at}`, '')).join('')}${file('x')}--X--\r\n`,
      undefined,
      'MaxPOSTPreDataLengthExceededError',
    ],
  ])('%s', async (_name, body, type, code) => {
    await aliOss(server, { bucket: 'open-bucket' }).delete('k');
    const reply = await raw(body, type);
    expect([reply.status, reply.xml.Code]).toEqual([400, code]);
    await expect(aliOss(server, { bucket: 'open-bucket' }).head('k')).rejects.toMatchObject({ status: 404 });
  });

  test('what comes after the file is ignored, names are taken in any case', async () => {
    const reply = await raw(`${field('KEY', 'any-case')}${file('x')}${field('success_action_status', '200')}--X--\r\n`);
    expect(reply.status).toBe(204);
  });

  test.each([
    ['fields', field('key', 'broken')],
    ['file', `${field('key', 'broken')}${file('x'.repeat(1000))}`],
  ])('a sender that ends in the middle of the %s is told so, and leaves nothing', async (_where, body) => {
    const before = (await server.facts()).length;
    const head = 'POST /open-bucket HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: multipart/form-data; boundary=X\r\n';
    const answer = await sendBytes(server.port, `${head}Content-Length: 100000\r\n\r\n${body}`);
    expect(answer).toMatch(/^HTTP\/1.1 400 .*<Code>IncompleteBody<\/Code>/s);
    expect(server.calls.at(-1)).toMatchObject({ operation: 'PostObject', status: 400 });
    await expect(aliOss(server, { bucket: 'open-bucket' }).head('broken')).rejects.toMatchObject({ status: 404 });
    expect(await server.facts()).toHaveLength(before);
  });
});
