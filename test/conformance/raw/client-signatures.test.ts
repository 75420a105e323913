/** What single clients sign otherwise than the rest, on the wire: each as its source has it, and none opens a door. */
import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { signOssV4 } from '../../../src/signing/oss-v4-signature.ts';
import { formatHttpDate } from '../../../src/signing/signing-time.ts';
import { aliOss } from '../../support/ali-oss.ts';
import { type OssServer, OWNER, roleSession, startOssServer } from '../../support/oss-server.ts';
import { send } from '../../support/raw-http.ts';

const ROLE = roleSession();
const BUCKET = 'my-bucket';
let server: OssServer;
beforeAll(async () => {
  server = await startOssServer({
    decide: () => ({ effect: 'allow', statement: undefined, reason: 'as the test says' }),
  });
  await server.oss.buckets.ensure({ name: BUCKET });
});
afterAll(() => server.close());

interface V1 {
  method?: string;
  /** As on the wire. */
  target: string;
  /** As signed. */
  resource: string;
  headers?: Record<string, string>;
  /** Headers that are sent and not signed. */
  unsigned?: Record<string, string>;
  credentials?: { accessKeyId: string; accessKeySecret: string };
}

function v1({ method = 'GET', target, resource, headers = {}, unsigned = {}, credentials = OWNER }: V1) {
  const date = formatHttpDate(server.clock.hostNowMs());
  const lines = Object.entries(headers).map(([name, value]) => `${name}:${value}\n`);
  const text = `${method}\n\n\n${date}\n${lines.join('')}${resource}`;
  const signature = createHmac('sha1', credentials.accessKeySecret).update(text).digest('base64');
  const authorization = `OSS ${credentials.accessKeyId}:${signature}`;
  return send({ port: server.port, method, target, headers: { date, ...headers, ...unsigned, authorization } });
}

test.each([
  ['the documented form', `/${BUCKET}/?acl`, `/${BUCKET}/?acl`],
  ['aliyun-oss-java-sdk: an empty value signed with its equals sign', `/${BUCKET}/?acl=`, `/${BUCKET}/?acl=`],
  ['ali-oss: the same parameter, signed without', `/${BUCKET}/?acl=`, `/${BUCKET}/?acl`],
  [
    'alibabacloud-oss-go-sdk-v2 and gateway-oss: names that begin with x-oss-, listed or not',
    `/${BUCKET}/?acl&x-oss-unheard-of=1`,
    `/${BUCKET}/?acl&x-oss-unheard-of=1`,
  ],
  [
    'ali-oss: whatever its caller put into subres, and nothing of its paging',
    `/${BUCKET}/?brandNew=1&max-keys=2&acl`,
    `/${BUCKET}/?acl&brandNew=1`,
  ],
  ['ali-oss: paging put into subres', `/${BUCKET}/?prefix=a&max-keys=2`, `/${BUCKET}/?max-keys=2&prefix=a`],
  ['a listing, whose paging nobody signs', `/${BUCKET}/?prefix=a&max-keys=2&delimiter=%2F`, `/${BUCKET}/`],
  ['a bucket without its slash', `/${BUCKET}?acl`, `/${BUCKET}/?acl`],
  [
    'response overrides, signed by their decoded values',
    `/${BUCKET}/k?response-content-type=a%2Fb`,
    `/${BUCKET}/k?response-content-type=a/b`,
  ],
])('V1 takes %s', async (_what, target, resource) => {
  await aliOss(server).put('k', Buffer.from('x'));
  expect((await v1({ target, resource })).status).toBe(200);
});

test.each([
  ['a sub-resource that was not signed', `/${BUCKET}/?acl`, `/${BUCKET}/`],
  ['another sub-resource than was signed', `/${BUCKET}/?policy`, `/${BUCKET}/?acl`],
  ['another value than was signed', `/${BUCKET}/k?uploadId=2`, `/${BUCKET}/k?uploadId=1`],
  ['an override that was not signed', `/${BUCKET}/k?response-content-type=text%2Fhtml`, `/${BUCKET}/k`],
  ['an x-oss- parameter that is listed and was not signed', `/${BUCKET}/k?x-oss-process=image`, `/${BUCKET}/k`],
  ['another object than was signed', `/${BUCKET}/other`, `/${BUCKET}/k`],
])('V1 refuses %s', async (_what, target, resource) => {
  const reply = await v1({ target, resource });
  expect([reply.status, reply.xml.Code]).toEqual([403, 'SignatureDoesNotMatch']);
});

test('alibabacloud-oss-python-sdk-v2: V1 with its token in a header outside the signature', async () => {
  const { accessKeyId, accessKeySecret, securityToken = '' } = ROLE;
  const credentials = { accessKeyId, accessKeySecret };
  const asking = { target: `/${BUCKET}/?acl`, resource: `/${BUCKET}/?acl`, credentials };
  expect((await v1({ ...asking, unsigned: { 'security-token': securityToken } })).status).toBe(200);
  expect((await v1({ ...asking, headers: { 'x-oss-security-token': securityToken } })).status).toBe(200);
  expect((await v1(asking)).xml.Code).toBe('InvalidAccessKeyId');
  expect((await v1({ ...asking, unsigned: { 'security-token': 'another' } })).xml.Code).toBe('InvalidSecurityToken');
});

test('ali-oss: a date in x-oss-date alone; alibabacloud-oss-go-sdk-v2: the same moment in both', async () => {
  const date = formatHttpDate(server.clock.hostNowMs());
  const text = `GET\n\n\n${date}\nx-oss-date:${date}\n/${BUCKET}/?acl`;
  const signature = createHmac('sha1', OWNER.accessKeySecret).update(text).digest('base64');
  const authorization = `OSS ${OWNER.accessKeyId}:${signature}`;
  for (const headers of [{ 'x-oss-date': date }, { 'x-oss-date': date, date }])
    expect(
      (await send({ port: server.port, target: `/${BUCKET}/?acl`, headers: { ...headers, authorization } })).status,
    ).toBe(200);
});

/** Rewrites a header as our signer makes it. */
function v4(target: string, query: readonly (readonly [string, string])[], rewrite = (header: string) => header) {
  const { authorization = '', ...headers } = signOssV4({
    ...{ method: 'GET', resource: { bucket: BUCKET }, query, credentials: OWNER, region: 'cn-beijing' },
    ...{ headers: { host: 'my-host' }, additionalHeaders: ['host'], atMs: server.clock.hostNowMs() },
  });
  const sent = { ...headers, host: 'my-host', authorization: rewrite(authorization) };
  return send({ port: server.port, target, headers: sent });
}

test.each([
  ['as it is documented', (header: string) => header],
  [
    'oss2: the signature before the additional headers, a space after each comma',
    (header: string) => header.replace(/(Credential=[^,]+),(AdditionalHeaders=[^,]+),(Signature=.+)/, '$1, $3, $2'),
  ],
])('V4 reads its header %s', async (_what, rewrite) => {
  expect((await v4(`/${BUCKET}/?acl`, [['acl', '']], rewrite)).status).toBe(200);
});

test('V4 takes a query in any order, with or without equals signs, its spaces escaped either way', async () => {
  const query = [
    ['prefix', 'a b'],
    ['delimiter', '/'],
    ['encoding-type', 'url'],
  ] as const;
  for (const search of ['prefix=a%20b&delimiter=%2F&encoding-type=url', 'delimiter=/&encoding-type=url&prefix=a+b'])
    expect((await v4(`/${BUCKET}/?${search}`, query)).status).toBe(200);
  expect((await v4(`/${BUCKET}/?acl=`, [['acl', '']])).status).toBe(200);
  expect((await v4(`/${BUCKET}/?prefix=a&delimiter=%2F&encoding-type=url`, query)).xml.Code).toBe(
    'SignatureDoesNotMatch',
  );
});
