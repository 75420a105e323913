/** Who may do what, over the wire: every ACL of a bucket with every ACL of its object, for callers with no right of their own. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Credential } from '../../../src/ports/credential-source.ts';
import { NONE, type OssServer, OWNER, roleSession, startOssServer } from '../../support/oss-server.ts';
import { type RawReply, send } from '../../support/raw-http.ts';
import { call, type SignedCall } from '../../support/signed-oss.ts';

const BUCKET_ACLS = ['private', 'public-read', 'public-read-write'] as const;
/** The last stands for an object that nobody gave an ACL. */
const OBJECT_ACLS = ['private', 'public-read', 'public-read-write', 'default', 'none'] as const;
const ROLE = roleSession();
const OTHER: Credential = {
  ...OWNER,
  accessKeyId: 'LTAI5tOtherAccount',
  principal: { type: 'account', accountId: '9999999999999999' },
};
const CALLERS: Readonly<Record<string, Credential | undefined>> = { anonymous: undefined, account: OTHER, role: ROLE };

/** What an ACL has to be for a call to pass: the object's where it is about one, else the bucket's. `never`: ACLs don't open it. */
type Needs = 'read' | 'write' | 'never';
interface Probe extends Pick<SignedCall, 'method' | 'key' | 'query' | 'headers' | 'body'> {
  name: string;
  needs: Needs;
  /** About the bucket, or about an object that is not there: the bucket's ACL alone counts. */
  isOfBucket?: boolean;
}

const NEW = 'new';
const OLD = 'old';
const ON_OBJECT: readonly Probe[] = [
  { name: 'GetObject', method: 'GET', key: OLD, needs: 'read' },
  { name: 'HeadObject', method: 'HEAD', key: OLD, needs: 'read' },
  { name: 'GetObjectMeta', method: 'HEAD', key: OLD, query: 'objectMeta', needs: 'read' },
  { name: 'PutObject over one', method: 'PUT', key: OLD, body: 'y', needs: 'write' },
  { name: 'DeleteObject', method: 'DELETE', key: OLD, needs: 'write' },
  { name: 'GetObjectACL', method: 'GET', key: OLD, query: 'acl', needs: 'never' },
  {
    ...{ name: 'PutObjectACL', method: 'PUT', key: OLD, query: 'acl', needs: 'never' },
    headers: { 'x-oss-object-acl': 'public-read-write' },
  },
  { name: 'GetObjectTagging', method: 'GET', key: OLD, query: 'tagging', needs: 'never' },
];
const ON_BUCKET: readonly Probe[] = (
  [
    { name: 'GetObject of none', method: 'GET', key: NEW, needs: 'read' },
    { name: 'PutObject', method: 'PUT', key: NEW, body: 'y', needs: 'write' },
    { name: 'InitiateMultipartUpload', method: 'POST', key: NEW, query: 'uploads', needs: 'write' },
    {
      ...{ name: 'AppendObject', method: 'POST', key: NEW, body: 'y', needs: 'write' },
      query: [
        ['append', ''],
        ['position', '0'],
      ],
    },
    { name: 'ListObjects', method: 'GET', needs: 'read' },
    { name: 'GetBucketInfo', method: 'GET', query: 'bucketInfo', needs: 'never' },
    { name: 'GetBucketAcl', method: 'GET', query: 'acl', needs: 'never' },
    { name: 'ListMultipartUploads', method: 'GET', query: 'uploads', needs: 'never' },
    { name: 'GetBucketPolicy', method: 'GET', query: 'policy', needs: 'never' },
    {
      name: 'PutBucketAcl',
      method: 'PUT',
      query: 'acl',
      headers: { 'x-oss-acl': 'public-read-write' },
      needs: 'never',
    },
    { name: 'DeleteBucket', method: 'DELETE', needs: 'never' },
  ] as Probe[]
).map((probe) => ({ ...probe, isOfBucket: true }));

let server: OssServer;
beforeAll(async () => {
  server = await startOssServer({
    credentials: [OWNER, OTHER, ROLE],
    // Nobody has a policy of their own: what the bucket's says is all there is.
    decide: ({ resourceDecision }) => resourceDecision ?? NONE,
  });
});
afterAll(() => server.close());

const opens = (acl: string, needs: Needs) =>
  (needs === 'read' && acl !== 'private') || (needs === 'write' && acl === 'public-read-write');

function ask(credentials: Credential | undefined, bucket: string, { method, key, query, headers, body }: Probe) {
  const asked: SignedCall = {
    ...{ method, bucket },
    ...(key === undefined ? {} : { key }),
    ...(query === undefined ? {} : { query }),
    ...(headers === undefined ? {} : { headers }),
    ...(body === undefined ? {} : { body }),
  };
  return credentials === undefined ? unsigned(asked) : call(server, { ...asked, credentials });
}

function unsigned({ method, bucket, key = '', query = [], headers = {}, body }: SignedCall): Promise<RawReply> {
  const pairs: readonly (readonly [string, string])[] = typeof query === 'string' ? [[query, '']] : query;
  const search = pairs.map(([name, value]) => (value === '' ? name : `${name}=${value}`)).join('&');
  const target = `/${bucket}/${key}${search === '' ? '' : `?${search}`}`;
  return send({ port: server.port, method, target, headers, ...(body === undefined ? {} : { body }) });
}

const isRefused = ({ status, headers, xml }: RawReply) =>
  status === 403 && (xml.Code === 'AccessDenied' || headers['x-oss-err'] !== undefined);

describe.each(BUCKET_ACLS)('in a bucket that is %s', (bucketAcl) => {
  const bucket = `acl-${bucketAcl}`;

  async function stage(objectAcl: (typeof OBJECT_ACLS)[number]): Promise<void> {
    await server.oss.buckets.ensure({ name: bucket, acl: bucketAcl });
    await call(server, { method: 'DELETE', bucket, key: NEW });
    const headers: Record<string, string> = objectAcl === 'none' ? {} : { 'x-oss-object-acl': objectAcl };
    expect((await call(server, { method: 'PUT', bucket, key: OLD, headers, body: 'x' })).status).toBe(200);
  }

  describe.each(Object.entries(CALLERS))('to the %s caller', (_who, credentials) => {
    describe.each(OBJECT_ACLS)('an object of ACL %s', (objectAcl) => {
      beforeEach(() => stage(objectAcl));

      test.each(ON_OBJECT)('opens $name as the ACL says', async (probe) => {
        const acl = objectAcl === 'default' || objectAcl === 'none' ? bucketAcl : objectAcl;
        const reply = await ask(credentials, bucket, probe);
        expect([isRefused(reply), reply.status < 300]).toEqual(opens(acl, probe.needs) ? [false, true] : [true, false]);
      });
    });

    test.each(ON_BUCKET)('opens $name as the bucket’s ACL says', async (probe) => {
      await stage('public-read-write');
      expect(isRefused(await ask(credentials, bucket, probe))).toBe(!opens(bucketAcl, probe.needs));
    });
  });
});

describe('a bucket’s policy', () => {
  const bucket = 'by-policy';
  const statement = (effect: string, actions: string[], principals: string[], resources: string[]) => ({
    ...{ Effect: effect, Action: actions, Principal: principals },
    Resource: resources.map((path) => `acs:oss:*:*:${path}`),
  });
  const setPolicy = async (...statements: object[]) => {
    const body = JSON.stringify({ Version: '1', Statement: statements });
    expect((await call(server, { method: 'PUT', bucket, query: 'policy', body })).status).toBe(200);
  };
  const get = (key: string): Probe => ({ name: 'GetObject', method: 'GET', key, needs: 'read' });

  beforeEach(async () => {
    await server.oss.buckets.ensure({ name: bucket });
    await call(server, { method: 'DELETE', bucket, query: 'policy' });
    for (const key of ['open/a', 'shut/a']) await call(server, { method: 'PUT', bucket, key, body: 'x' });
  });

  test.each(Object.entries(CALLERS))(
    'opens to the %s caller what it names, and nothing beside',
    async (_who, caller) => {
      await setPolicy(statement('Allow', ['oss:GetObject'], ['*'], [`${bucket}/open/*`]));
      expect((await ask(caller, bucket, get('open/a'))).status).toBe(200);
      expect(isRefused(await ask(caller, bucket, get('shut/a')))).toBe(true);
      expect(isRefused(await ask(caller, bucket, { ...get('open/a'), method: 'PUT', body: 'y' }))).toBe(true);
    },
  );

  test('opens to the one account that it names', async () => {
    await setPolicy(statement('Allow', ['oss:GetObject'], ['9999999999999999'], [`${bucket}/*`]));
    expect((await ask(OTHER, bucket, get('open/a'))).status).toBe(200);
    for (const caller of [undefined, ROLE]) expect(isRefused(await ask(caller, bucket, get('open/a')))).toBe(true);
  });

  test.each(Object.entries(CALLERS))('shuts to the %s caller what an ACL would open', async (_who, caller) => {
    await call(server, {
      ...{ method: 'PUT', bucket, key: 'shut/a', query: 'acl' },
      headers: { 'x-oss-object-acl': 'public-read' },
    });
    expect((await ask(caller, bucket, get('shut/a'))).status).toBe(200);
    await setPolicy(statement('Deny', ['oss:GetObject'], ['*'], [`${bucket}/shut/*`]));
    expect(isRefused(await ask(caller, bucket, get('shut/a')))).toBe(true);
  });
});
