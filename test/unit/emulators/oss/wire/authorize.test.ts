/** RAM's word first, then the ACLs; every refusal says why. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { putBucket } from '../../../../../emulators/oss/service/buckets.ts';
import type { BucketAcl, ObjectAcl } from '../../../../../emulators/oss/store/object-store.ts';
import type { AuthMode } from '../../../../../emulators/oss/wire/authenticate.ts';
import { createAuthorizer } from '../../../../../emulators/oss/wire/authorize.ts';
import { createClock } from '../../../../../src/kernel/clock.ts';
import { createLogger } from '../../../../../src/kernel/logger.ts';
import type { Access } from '../../../../../src/kernel/pipeline.ts';
import type { Principal } from '../../../../../src/kernel/principal.ts';
import type { AccessDecision, AccessQuestion } from '../../../../../src/ports/access-decider.ts';
import { lineStream } from '../../../../support/line-stream.ts';
import { DRAFT, ORIGIN, put, startTestServices, type TestServices } from '../../../../support/oss-services.ts';
import { wireRequest } from '../../../../support/wire-request.ts';

const ACCOUNT = '1234567890123456';
const ROLE: Principal = {
  type: 'role',
  accountId: ACCOUNT,
  roleName: 'r',
  roleId: '3',
  sessionName: 's',
  arn: `acs:ram::${ACCOUNT}:role/r/s`,
  accessKeyId: 'STS.A',
};
const STRANGER: Principal = { type: 'anonymous' };
const NONE: AccessDecision = { effect: 'none', statement: undefined, reason: 'No statement allows it.' };
const DENY: AccessDecision = { ...NONE, effect: 'deny', reason: 'Statement 0 of p denies it.' };
const ALLOW: AccessDecision = { ...NONE, effect: 'allow' };

let room: TestServices;
let questions: AccessQuestion[];
beforeEach(async () => {
  room = await startTestServices();
  questions = [];
});
afterEach(() => room.close());

async function stage(bucketAcl: BucketAcl, objectAcl?: ObjectAcl) {
  const bucket = { bucket: 'my-bucket', acl: bucketAcl, storageClass: undefined, redundancy: undefined };
  await putBucket(room.services, bucket, ORIGIN);
  if (objectAcl) await put(room.services, 'k', 'x', { draft: { ...DRAFT, acl: objectAcl } });
}

interface Asked {
  decision?: AccessDecision;
  mode?: AuthMode;
  query?: Access['request']['query'];
}

function ask(
  principal: Principal,
  action: string,
  path = 'my-bucket/k',
  { decision = NONE, mode = 'enforce', query = [] }: Asked = {},
) {
  const clock = createClock();
  const out = lineStream();
  const authorize = createAuthorizer({
    clock,
    logger: createLogger({ clock, out, level: 'debug', format: 'json' }),
    access: {
      decide(question) {
        questions.push(question);
        return decision;
      },
    },
    store: room.services.store,
    accountId: ACCOUNT,
    auth: mode,
  });
  const headers = { 'user-agent': 'test' };
  const request = wireRequest({ method: 'GET', query, headers, remoteAddress: '10.0.0.1' });
  const access: Access = {
    principal,
    action: `oss:${action}`,
    resource: `acs:oss:*:${ACCOUNT}:${path}`,
    request,
    requestId: 'R',
    operation: action,
  };
  try {
    authorize(access);
    return 'allowed';
  } catch (error) {
    const { code, details } = error as { code: string; details: Record<string, unknown> };
    return { code, ...details };
  }
}

test('the account may do everything of its own, unasked; another account may not', async () => {
  await stage('private');
  expect(ask({ type: 'account', accountId: ACCOUNT }, 'DeleteBucket', 'my-bucket')).toBe('allowed');
  expect(questions).toEqual([]);
  expect(ask({ type: 'account', accountId: '2' }, 'DeleteBucket', 'my-bucket')).toMatchObject({
    code: 'AccessDenied',
    message: 'The bucket you access does not belong to you.',
  });
});

test('a role may do what is allowed, and is asked for with everything conditions look at', async () => {
  await stage('private');
  expect(ask(ROLE, 'ListObjects', 'my-bucket', { decision: ALLOW, query: [['prefix', 'a/']] })).toBe('allowed');
  expect(questions).toEqual([
    expect.objectContaining({
      principal: ROLE,
      action: 'oss:ListObjects',
      resource: `acs:oss:*:${ACCOUNT}:my-bucket`,
      requestId: 'R',
      operation: 'ListObjects',
      context: {
        'acs:SourceIp': '10.0.0.1',
        'acs:SecureTransport': 'false',
        'acs:CurrentTime': expect.stringMatching(/^\d{4}-.*Z$/),
        'acs:UserAgent': 'test',
        'acs:AccessId': 'STS.A',
        'oss:Prefix': 'a/',
      },
    }),
  ]);
});

test('a refusal says which action was missing, for whom, and why', async () => {
  await stage('private', 'default');
  expect(ask(ROLE, 'GetObject')).toMatchObject({
    code: 'AccessDenied',
    message: "Access denied by authorizer's policy.",
    reason: 'No statement allows it.',
    accessDeniedDetail: {
      AuthAction: 'oss:GetObject',
      AuthPrincipalDisplayName: 'r:s',
      AuthPrincipalOwnerId: ACCOUNT,
      AuthPrincipalType: 'AssumedRoleUser',
      NoPermissionType: 'ImplicitDeny',
      PolicyType: 'AccountLevelIdentityBasedPolicy',
    },
  });
  expect(ask(ROLE, 'ListBuckets', '*')).toMatchObject({ message: 'You are forbidden to list buckets.' });
});

test('an explicit deny beats the most open ACL', async () => {
  await stage('public-read-write', 'public-read-write');
  expect(ask(ROLE, 'GetObject')).toBe('allowed');
  expect(ask(ROLE, 'GetObject', 'my-bucket/k', { decision: DENY })).toMatchObject({
    code: 'AccessDenied',
    ec: '0003-00000201',
    accessDeniedDetail: { NoPermissionType: 'ExplicitDeny' },
  });
});

test.each<[BucketAcl, ObjectAcl | undefined, boolean, boolean]>([
  ['private', 'default', false, false],
  ['private', undefined, false, false],
  ['private', 'public-read', true, false],
  ['private', 'public-read-write', true, true],
  ['public-read', 'default', true, false],
  ['public-read', undefined, true, false],
  ['public-read', 'private', false, false],
  ['public-read-write', 'default', true, true],
  ['public-read-write', 'private', false, false],
  ['public-read-write', undefined, true, true],
])('in a %s bucket an object that is %s: a stranger reads %s, writes %s', async (bucket, object, reads, writes) => {
  await stage(bucket, object);
  expect(ask(STRANGER, 'GetObject') === 'allowed').toBe(reads);
  expect(ask(STRANGER, 'PutObject') === 'allowed').toBe(writes);
  expect(ask(STRANGER, 'DeleteObject') === 'allowed').toBe(writes);
  // An open ACL is no denial, so whoever keeps denials is told of it.
  expect(questions.map(({ isOpenOtherwise }) => isOpenOtherwise)).toEqual([reads, writes, writes]);
});

test('a stranger lists a public bucket and manages none', async () => {
  await stage('public-read-write');
  expect(ask(STRANGER, 'ListObjects', 'my-bucket')).toBe('allowed');
  for (const action of ['DeleteBucket', 'PutBucketAcl', 'GetBucketInfo'])
    expect(ask(STRANGER, action, 'my-bucket')).toMatchObject({
      code: 'AccessDenied',
      message: 'Anonymous access is forbidden for this operation.',
    });
});

test('a stranger does not choose the headers of an answer', async () => {
  await stage('public-read', 'default');
  expect(ask(STRANGER, 'GetObject', 'my-bucket/k', { query: [['response-expires', 'x']] })).toMatchObject({
    code: 'InvalidRequest',
    message: 'Request specific response headers cannot be used for anonymous GET requests.',
  });
});

test('a missing bucket is told before the missing right', () => {
  expect(ask(STRANGER, 'GetObject')).toMatchObject({ code: 'NoSuchBucket' });
  expect(ask(ROLE, 'GetObject')).toMatchObject({ code: 'NoSuchBucket' });
});

test('lets everybody pass when it only logs, and asks nobody when off', async () => {
  await stage('private');
  expect(ask(ROLE, 'GetObject', 'my-bucket/k', { mode: 'log', decision: DENY })).toBe('allowed');
  expect(questions).toHaveLength(1);
  expect(ask(ROLE, 'GetObject', 'my-bucket/k', { mode: 'off', decision: DENY })).toBe('allowed');
  expect(questions).toHaveLength(1);
});
