/** Policies of buckets: kept to the letter, and asked with every call. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type AliOss, aliOss, CLIENT_FORMS } from '../../support/ali-oss.ts';
import { ACCOUNT_ID, type OssServer, roleSession, startOssServer } from '../../support/oss-server.ts';
import { ramAccess } from '../../support/ram-access.ts';
import { send } from '../../support/raw-http.ts';
import { call } from '../../support/signed-oss.ts';

const SESSION = roleSession();
const ARN = `arn:sts::${ACCOUNT_ID}:assumed-role/image-processor/*`;
const allow = (Principal: string[], Action: string, key = '/*') => ({
  Effect: 'Allow',
  Principal,
  Action,
  Resource: [`acs:oss:*:${ACCOUNT_ID}:my-bucket${key}`],
});
const policy = (...Statement: object[]) => ({ Version: '1', Statement });

let server: OssServer;
beforeAll(async () => {
  server = await startOssServer({ decide: ramAccess });
  await server.oss.buckets.ensure({ name: 'my-bucket' });
});
afterAll(() => server.close());

const put = (document: unknown) =>
  call(server, {
    method: 'PUT',
    bucket: 'my-bucket',
    query: 'policy',
    body: typeof document === 'string' ? document : JSON.stringify(document),
  });

describe.each(CLIENT_FORMS)('$name', ({ options }) => {
  const make = (): AliOss => aliOss(server, { ...options(server), bucket: 'my-bucket' });

  test('a policy is put, read and deleted', async () => {
    const client = make();
    const document = policy(allow([ARN], 'oss:GetObject'));
    expect(await client.getBucketPolicy('my-bucket')).toMatchObject({ policy: null, status: 404 });
    await client.putBucketPolicy('my-bucket', document);
    expect(await client.getBucketPolicy('my-bucket')).toMatchObject({ policy: document, status: 200 });
    expect((await client.deleteBucketPolicy('my-bucket')).res.status).toBe(204);
  });
});

describe('what a policy does', () => {
  beforeEach(async () => {
    await call(server, { method: 'DELETE', bucket: 'my-bucket', query: 'policy' });
    expect((await call(server, { method: 'PUT', bucket: 'my-bucket', key: 'k', body: 'x' })).status).toBe(200);
  });
  const anonymous = (target = '/my-bucket/k') => send({ port: server.port, target });
  const session = (method: string) => call(server, { method, bucket: 'my-bucket', key: 'k', credentials: SESSION });

  test('it opens to everybody what it allows, and no more', async () => {
    expect((await anonymous()).status).toBe(403);
    await put(policy(allow(['*'], 'oss:GetObject')));
    expect((await anonymous()).body.toString()).toBe('x');
    expect((await anonymous('/my-bucket/')).status).toBe(403);
    expect((await anonymous('/my-bucket/k?response-content-type=text/html')).xml.Code).toBe('InvalidRequest');
    const status = await call(server, { method: 'GET', bucket: 'my-bucket', query: 'policyStatus' });
    expect(status.xml).toEqual({ IsPublic: 'true' });
  });

  test('it lets a session in by its ARN', async () => {
    expect((await session('GET')).status).toBe(403);
    await put(policy(allow([ARN], 'oss:Get*')));
    expect((await session('GET')).status).toBe(200);
    expect((await session('DELETE')).status).toBe(403);
    expect((await anonymous()).status).toBe(403);
    const status = await call(server, { method: 'GET', bucket: 'my-bucket', query: 'policyStatus' });
    expect(status.xml).toEqual({ IsPublic: 'false' });
  });

  test('what it denies is denied to the account, too, and the refusal names it; the policy stays to be mended', async () => {
    await put(policy({ ...allow(['*'], 'oss:*', '*'), Effect: 'Deny' }));
    const reply = await call(server, { method: 'GET', bucket: 'my-bucket', key: 'k' });
    expect(reply.status).toBe(403);
    expect(reply.xml).toMatchObject({
      Code: 'AccessDenied',
      Message: 'Access denied by bucket policy.',
      EC: '0003-00000201',
      AccessDeniedDetail: { NoPermissionType: 'ExplicitDeny', PolicyType: 'ResourceBasedPolicy' },
    });
    expect(reply.headers['x-localyun-reason']).toBe(
      `Statement 0 of the policy of bucket my-bucket denies oss:GetObject on acs:oss:*:${ACCOUNT_ID}:my-bucket/k.`,
    );
    expect((await anonymous()).xml.Message).toBe('Access denied by bucket policy.');
    expect((await call(server, { method: 'GET', bucket: 'my-bucket', query: 'policy' })).status).toBe(200);
    expect((await call(server, { method: 'DELETE', bucket: 'my-bucket', query: 'policy' })).status).toBe(204);
    expect((await call(server, { method: 'GET', bucket: 'my-bucket', key: 'k' })).status).toBe(200);
  });

  test('its conditions are looked at', async () => {
    const elsewhere = { Condition: { IpAddress: { 'acs:SourceIp': ['10.0.0.0/8'] } } };
    await put(policy({ ...allow(['*'], 'oss:GetObject'), ...elsewhere }));
    expect((await anonymous()).status).toBe(403);
    await put(
      policy({ ...allow(['*'], 'oss:GetObject'), Condition: { IpAddress: { 'acs:SourceIp': ['127.0.0.0/8'] } } }),
    );
    expect((await anonymous()).status).toBe(200);
  });

  test.each([
    ['what is no JSON', '{'],
    ['another version', { Version: '2', Statement: [allow(['*'], 'oss:*')] }],
    ['a name that is none', policy(allow(['somebody'], 'oss:*'))],
    ['an unknown element', policy({ ...allow(['*'], 'oss:*'), Colour: 'red' })],
  ])('refuses %s', async (_what, document) => {
    const reply = await put(document);
    expect(reply.status).toBe(400);
    expect(reply.xml.Code).toBe('InvalidPolicyDocument');
  });

  test('takes a statement without Principal, which speaks to everybody', async () => {
    expect((await put(policy({ ...allow(['*'], 'oss:*'), Principal: undefined }))).status).toBe(200);
    const reply = await send({ port: server.port, method: 'GET', target: '/my-bucket/k' });
    expect(reply.status).toBe(200);
  });
});
