/** The vendor's STS SDK (@alicloud/sts20150401, V3 signature) against the room, over the one port. */
import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SigningCredentials } from '../../../src/signing/signed-request.ts';
import { ACCOUNT, KEY, WORKER_ARN } from '../../support/ram-room.ts';
import { type RamServer, startRamServer } from '../../support/ram-server.ts';

const require = createRequire(import.meta.url);
const sts = require('@alicloud/sts20150401') as typeof import('@alicloud/sts20150401');
const { Config } = require('@alicloud/openapi-client') as typeof import('@alicloud/openapi-client');

let server: RamServer;
beforeAll(async () => {
  server = await startRamServer();
});
afterAll(() => server.close());

function client(credentials: SigningCredentials = KEY) {
  return new sts.default(
    new Config({ ...credentials, endpoint: server.endpoint, protocol: 'http', regionId: 'cn-beijing' }) as never,
  );
}

const request = (more = {}) => new sts.AssumeRoleRequest({ roleArn: WORKER_ARN, roleSessionName: 'tester', ...more });

async function assume(more = {}, credentials?: SigningCredentials) {
  const { body } = await client(credentials).assumeRole(request(more));
  const { accessKeyId = '', accessKeySecret = '', securityToken = '' } = body?.credentials ?? {};
  return { body, credentials: { accessKeyId, accessKeySecret, securityToken } };
}

/** The SDK's error of a call that must fail. */
async function failure(
  call: Promise<unknown>,
): Promise<{ code: string; statusCode: number; message: string; data: unknown }> {
  return call.then(
    () => {
      throw new Error('The call was expected to fail.');
    },
    (error: unknown) => error as never,
  );
}

describe('GetCallerIdentity', () => {
  test('tells the account', async () => {
    const { statusCode, headers, body } = await client().getCallerIdentity();
    expect(statusCode).toBe(200);
    expect(body).toMatchObject({
      accountId: ACCOUNT,
      arn: `acs:ram::${ACCOUNT}:root`,
      identityType: 'Account',
      principalId: ACCOUNT,
    });
    expect(body?.requestId).toMatch(/^[0-9A-F-]{36}$/);
    expect(headers?.['x-acs-request-id']).toBe(body?.requestId);
  });

  test("tells a role's session", async () => {
    const { credentials, body } = await assume();
    const identity = (await client(credentials).getCallerIdentity()).body;
    expect(identity).toMatchObject({
      accountId: ACCOUNT,
      arn: `acs:ram::${ACCOUNT}:assumed-role/worker/tester`,
      identityType: 'AssumedRoleUser',
      principalId: body?.assumedRoleUser?.assumedRoleId,
    });
    expect(identity?.principalId).toBe(`${identity?.roleId}:tester`);
  });
});

describe('AssumeRole', () => {
  test('answers in the documented shape', async () => {
    const { body } = await assume({ durationSeconds: 900, sourceIdentity: 'alice' });
    expect(body?.assumedRoleUser).toMatchObject({
      arn: `${WORKER_ARN}/tester`,
      assumedRoleId: expect.stringMatching(/^\d{18}:tester$/),
    });
    expect(body?.credentials).toMatchObject({
      accessKeyId: expect.stringMatching(/^STS\./),
      accessKeySecret: expect.stringMatching(/^\w{44}$/),
      securityToken: expect.stringMatching(/^CAIS/),
      expiration: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
    });
    expect(body?.sourceIdentity).toBe('alice');
    const lastsMs = Date.parse(body?.credentials?.expiration ?? '') - server.clock.nowMs();
    expect(lastsMs).toBeGreaterThan(898_000);
    expect(lastsMs).toBeLessThanOrEqual(900_000);
  });

  test("limits a session by its own policy, whatever the role's allow", async () => {
    const policy = JSON.stringify({
      Version: '1',
      Statement: [{ Effect: 'Allow', Action: 'oss:*', Resource: 'acs:oss:*:*:photos/one.jpg' }],
    });
    const { credentials } = await assume({ policy });
    const principal = server.ram.credentials.find(credentials.accessKeyId)?.principal;
    if (!principal) throw new Error('The session is not known.');
    const ask = (action: string, key: string) =>
      server.ram.access.decide({
        principal,
        action,
        resource: `acs:oss:*:${ACCOUNT}:photos/${key}`,
        context: {},
        requestId: 'R',
        operation: 'Test',
      });
    expect(ask('oss:GetObject', 'one.jpg').effect).toBe('allow');
    expect(ask('oss:PutObject', 'one.jpg')).toMatchObject({
      effect: 'none',
      reason: expect.stringContaining('role worker'),
    });
    expect(ask('oss:GetObject', 'two.jpg')).toMatchObject({
      effect: 'none',
      reason: expect.stringMatching(/^The session policy of tester does not allow oss:GetObject/),
    });
  });

  test.each([
    [
      'a role that is not there',
      { roleArn: `acs:ram::${ACCOUNT}:role/nobody` },
      404,
      'EntityNotExist.Role',
      'The specified Role not exists.',
    ],
    [
      'what is no ARN',
      { roleArn: 'worker' },
      400,
      'InvalidParameter.RoleArn',
      'The parameter RoleArn is wrongly formed.',
    ],
    [
      'a session name of one letter',
      { roleSessionName: 'x' },
      400,
      'InvalidParameter.RoleSessionName',
      'The parameter RoleSessionName is wrongly formed.',
    ],
    [
      'a session name of 65 letters',
      { roleSessionName: 'x'.repeat(65) },
      400,
      'InvalidParameter.RoleSessionName',
      'wrongly formed',
    ],
    [
      '899 seconds',
      { durationSeconds: 899 },
      400,
      'InvalidParameter.DurationSeconds',
      'The Min/Max value of DurationSeconds is 15min/2hr.',
    ],
    ["more than the role's maximum", { durationSeconds: 7201 }, 400, 'InvalidParameter.DurationSeconds', '15min/2hr.'],
    [
      'a policy that is none',
      { policy: '{"Statement":[]}' },
      400,
      'InvalidParameter.PolicyGrammar',
      'The parameter Policy has not passed grammar check.',
    ],
    [
      'a policy that is too long',
      { policy: ' '.repeat(2049) },
      400,
      'InvalidParameter.PolicySize',
      'The size of Policy must be smaller than 2048 bytes.',
    ],
    [
      'an external id of one letter',
      { externalId: 'x' },
      400,
      'InvalidParameter',
      'The specified parameter "ExternalId" is not valid.',
    ],
    [
      'no session name',
      { roleSessionName: undefined },
      400,
      'MissingParameter.RoleSessionName',
      'RoleSessionName is mandatory for this action.',
    ],
    [
      'a role that trusts only a service',
      { roleArn: `acs:ram::${ACCOUNT}:role/bystander` },
      403,
      'NoPermission',
      'No permission perform sts:AssumeRole on this Role.',
    ],
  ])('refuses %s', async (_what, more, statusCode, code, message) => {
    const error = await failure(client().assumeRole(request(more)));
    expect(error).toMatchObject({ statusCode, code, message: expect.stringContaining(message) });
  });

  test('is refused to a session whose role lacks the permission, with the reason in the denials', async () => {
    const { credentials } = await assume();
    const error = await failure(client(credentials).assumeRole(request()));
    expect(error).toMatchObject({ code: 'NoPermission', statusCode: 403 });
    expect(error.data).toMatchObject({
      AccessDeniedDetail: {
        AuthAction: 'sts:AssumeRole',
        AuthPrincipalType: 'AssumedRoleUser',
        NoPermissionType: 'ImplicitDeny',
      },
    });
    expect(server.ram.denials.list(1)[0]).toMatchObject({
      operation: 'AssumeRole',
      action: 'sts:AssumeRole',
      resource: WORKER_ARN,
      policies: ['read-photos'],
      suggestion: { Effect: 'Allow', Action: ['sts:AssumeRole'], Resource: [WORKER_ARN] },
    });
  });

  test('is refused by a role that does not trust the caller, with what its trust policy lacks in the denials', async () => {
    const roleArn = `acs:ram::${ACCOUNT}:role/bystander`;
    await failure(client().assumeRole(request({ roleArn })));
    expect(server.ram.denials.list(1)[0]).toMatchObject({
      ...{ operation: 'AssumeRole', action: 'sts:AssumeRole', resource: roleArn, effect: 'none' },
      reason: `The trust policy of role bystander does not name the caller. Its Principal.RAM should name acs:ram::${ACCOUNT}:root.`,
      suggestion: { Effect: 'Allow', Action: ['sts:AssumeRole'], Principal: { RAM: [`acs:ram::${ACCOUNT}:root`] } },
    });
  });
});

describe('a signer that is refused', () => {
  test('with a wrong secret is told what was signed, in the form the SDKs look for', async () => {
    const error = await failure(client({ ...KEY, accessKeySecret: 'wrong' }).getCallerIdentity());
    expect(error).toMatchObject({ code: 'SignatureDoesNotMatch', statusCode: 400 });
    expect(error.message).toMatch(
      /Specified signature is not matched with our calculation\. server string to sign is:ACS3-HMAC-SHA256\n[0-9a-f]{64}/,
    );
    const line = server.logged.find(({ message }) => String(message).startsWith('A signature does not match'));
    expect(line).toMatchObject({ action: 'GetCallerIdentity', expected: expect.stringMatching(/^[0-9a-f]{64}$/) });
  });

  test('with an unknown key', async () => {
    const error = await failure(client({ accessKeyId: 'LTAInobody', accessKeySecret: 'x' }).getCallerIdentity());
    expect(error).toMatchObject({ code: 'InvalidAccessKeyId.NotFound', statusCode: 404 });
    expect(error.data).toMatchObject({
      HostId: server.endpoint,
      Recommend: expect.stringContaining('Keyword=InvalidAccessKeyId.NotFound'),
    });
  });

  test('with a temporary key and no token', async () => {
    const { credentials } = await assume();
    const { securityToken: _left, ...bare } = credentials;
    expect(await failure(client(bare).getCallerIdentity())).toMatchObject({
      code: 'MissingSecurityToken',
      statusCode: 400,
    });
  });

  test("with another session's token", async () => {
    const [one, other] = [await assume(), await assume()];
    const mixed = { ...one.credentials, securityToken: other.credentials.securityToken };
    expect(await failure(client(mixed).getCallerIdentity())).toMatchObject({
      code: 'InvalidSecurityToken.MismatchWithAccessKey',
    });
  });

  test('with a token that expired on the clock', async () => {
    const { credentials, body } = await assume({ durationSeconds: 900 });
    await server.clock.advanceTo(Date.parse(body?.credentials?.expiration ?? ''), async () => {});
    expect((await client(credentials).getCallerIdentity()).statusCode).toBe(200);
    await server.clock.advanceTo(server.clock.nowMs() + 1, async () => {});
    expect(await failure(client(credentials).getCallerIdentity())).toMatchObject({
      code: 'InvalidSecurityToken.Expired',
      statusCode: 400,
    });
  });
});

test('an operation that is not served yet is refused by name, and not with a 5xx', async () => {
  const withOidc = new sts.AssumeRoleWithOIDCRequest({
    OIDCToken: 'x'.repeat(10),
    roleArn: WORKER_ARN,
    roleSessionName: 's1',
  });
  expect(await failure(client().assumeRoleWithOIDC(withOidc))).toMatchObject({
    code: 'NotImplemented',
    statusCode: 400,
    message: expect.stringContaining('The operation AssumeRoleWithOIDC is not served by LocalYun yet.'),
  });
});
