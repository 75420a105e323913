/** The older RPC signature, as pop-core, ali-oss's STS client, Terraform and the command line send it: signed by hand. */
import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createClock } from '../../../src/kernel/clock.ts';
import { KEY, WORKER_ARN } from '../../support/ram-room.ts';
import { callRpc, type RamServer, type RpcCallOptions, startRamServer } from '../../support/ram-server.ts';

const OSS = createRequire(import.meta.url)('ali-oss') as typeof import('ali-oss');

let server: RamServer;
beforeAll(async () => {
  server = await startRamServer();
});
afterAll(() => server.close());

const identity = (options?: RpcCallOptions, more = {}) =>
  callRpc(server.endpoint, { Action: 'GetCallerIdentity', ...more }, options);
const json = async (answer: Response) => (await answer.json()) as Record<string, unknown>;
const nowMs = createClock().hostNowMs();

describe('parameters', () => {
  test.each<[string, RpcCallOptions]>([
    ['in the query of a GET', { method: 'GET' }],
    ['in the query of a POST', {}],
    ['all in the form', { inForm: true }],
  ])('%s are understood', async (_where, options) => {
    const answer = await identity(options);
    expect(answer.status).toBe(200);
    expect(await json(answer)).toMatchObject({ IdentityType: 'Account' });
  });

  test('may be empty and are signed all the same', async () => {
    expect((await identity({}, { SignatureType: '', RegionId: 'cn-beijing' })).status).toBe(200);
  });
});

test('a service-linked role is not there to be deleted, which Terraform takes for done', async () => {
  const call = { Action: 'DeleteServiceLinkedRole', Version: '2020-03-31' };
  const answer = await callRpc(server.endpoint, { ...call, RoleName: 'AliyunServiceRoleForEventBridgeSendToFC' });
  expect([answer.status, (await json(answer)).Code]).toEqual([404, 'EntityNotExist.Role']);
  expect((await json(await callRpc(server.endpoint, call))).Code).toBe('MissingParameter.RoleName');
});

test('resource groups are refused by the name of the call', async () => {
  const answer = await callRpc(server.endpoint, { Action: 'ListResourceGroups', Version: '2020-03-31' });
  expect([answer.status, await json(answer)]).toMatchObject([
    ...[400, { Code: 'NotImplemented', Message: expect.stringContaining('ListResourceGroups') }],
  ]);
});

test("ali-oss's own STS client takes a role, session policy with a star included", async () => {
  const client = new OSS.STS({ ...KEY, endpoint: `http://${server.endpoint}` } as never);
  const policy = { Version: '1', Statement: [{ Effect: 'Allow', Action: ['oss:*'], Resource: ['*'] }] };
  const { credentials } = await client.assumeRole(WORKER_ARN, policy, 900, 'ali-oss');
  expect(credentials.AccessKeyId).toMatch(/^STS\./);
  expect(server.ram.credentials.find(credentials.AccessKeyId)?.securityToken).toBe(credentials.SecurityToken);
});

describe('XML', () => {
  test('is answered where it is asked for', async () => {
    const answer = await identity({}, { Format: 'XML' });
    expect(answer.headers.get('content-type')).toBe('text/xml;charset=utf-8');
    expect(await answer.text()).toMatch(
      /^<\?xml version="1.0" encoding="UTF-8"\?>\s*<GetCallerIdentityResponse><RequestId>[0-9A-F-]{36}<\/RequestId><AccountId>/,
    );
  });

  test('names an error by its elements', async () => {
    const answer = await identity({ credentials: { ...KEY, accessKeyId: 'LTAI<nobody>' } }, { Format: 'XML' });
    expect(answer.status).toBe(404);
    expect(await answer.text()).toMatch(
      /<Error><RequestId>.*<\/RequestId><HostId>.*<Code>InvalidAccessKeyId.NotFound<\/Code>/,
    );
  });
});

describe('a call that is refused', () => {
  const refusals: [what: string, send: () => Promise<Response>, status: number, code: string, message: string][] = [
    [
      'with a wrong secret',
      () => identity({ credentials: { ...KEY, accessKeySecret: 'x' } }),
      400,
      'SignatureDoesNotMatch',
      'server string to sign is:POST&%2F&AccessKeyId%3D',
    ],
    [
      '16 minutes old',
      () => identity({ atMs: nowMs - 16 * 60_000 }),
      400,
      'InvalidTimeStamp.Expired',
      'Specified time stamp or date value is expired.',
    ],
    ['16 minutes ahead', () => identity({ atMs: nowMs + 16 * 60_000 }), 400, 'InvalidTimeStamp.Expired', 'expired'],
    [
      'with a time that is none',
      () => fetchQuery('AccessKeyId=LTAI5tTestAccessKeyId00&Signature=x&Timestamp=noon'),
      400,
      'InvalidTimeStamp.Format',
      'well formatted',
    ],
    ['unsigned', () => fetchQuery(''), 400, 'MissingAccessKeyId', 'AccessKeyId is mandatory for this action.'],
    [
      'with a key and no signature',
      () => fetchQuery('AccessKeyId=LTAI&SignatureMethod=HMAC-SHA1'),
      400,
      'MissingSignature',
      'mandatory',
    ],
    [
      'signed with another method',
      () => fetchQuery('AccessKeyId=LTAI&SignatureMethod=HMAC-MD5&Signature=x'),
      400,
      'InvalidSignatureMethod',
      'HMAC-MD5',
    ],
    [
      'with a bearer token',
      () => fetchQuery('SignatureType=BEARERTOKEN&BearerToken=x'),
      400,
      'NotImplemented',
      'A bearer token is not served',
    ],
    [
      'for an unknown action',
      () => identity({}, { Action: 'MakeCoffee' }),
      400,
      'InvalidParameter',
      'The specified parameter "Action or Version" is not valid.',
    ],
    [
      'for RAM, which is to come',
      () => identity({}, { Action: 'CreateRole', Version: '2015-05-01' }),
      400,
      'NotImplemented',
      'CreateRole',
    ],
  ];
  const fetchQuery = (more: string) =>
    fetch(`http://${server.endpoint}/?Action=GetCallerIdentity&Version=2015-04-01&Format=JSON&${more}`);

  test.each(refusals)('%s', async (_what, send, status, code, message) => {
    const answer = await send();
    expect(answer.status).toBe(status);
    const body = await json(answer);
    expect(body).toMatchObject({ Code: code, Message: expect.stringContaining(message) });
    // alibaba-cloud-sdk-go panics over an error field that is no text.
    for (const name of ['RequestId', 'HostId', 'Code', 'Message', 'Recommend'])
      expect(body[name]).toEqual(expect.any(String));
  });

  test('because its nonce was used before', async () => {
    const options = { nonce: 'once', atMs: nowMs };
    expect((await identity(options)).status).toBe(200);
    expect(await json(await identity(options))).toMatchObject({ Code: 'SignatureNonceUsed' });
  });

  test('because its body is too large', async () => {
    const answer = await fetch(`http://${server.endpoint}/?Action=GetCallerIdentity&Version=2015-04-01&Format=JSON`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: `x=${'y'.repeat(1024 * 1024)}`,
    });
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain('larger than 1048576 bytes');
  });
});

describe('with auth', () => {
  test.each(['log', 'off'] as const)('%s, a wrong secret is served as the key it names', async (auth) => {
    const relaxed = await startRamServer({ auth });
    try {
      const wrong = { credentials: { ...KEY, accessKeySecret: 'x' } };
      const answer = await callRpc(relaxed.endpoint, { Action: 'GetCallerIdentity' }, wrong);
      expect(await json(answer)).toMatchObject({ IdentityType: 'Account' });
      const told = relaxed.logged.some(({ message }) => String(message).includes('would be refused'));
      expect(told).toBe(auth === 'log');
    } finally {
      await relaxed.close();
    }
  });
});
