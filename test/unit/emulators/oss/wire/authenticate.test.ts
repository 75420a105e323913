/** Who a call is from: signatures, windows, tokens, and the three modes. */
import { describe, expect, test } from 'vitest';
import { type AuthMode, createAuthenticator } from '../../../../../emulators/oss/wire/authenticate.ts';
import { createClock } from '../../../../../src/kernel/clock.ts';
import { createLogger } from '../../../../../src/kernel/logger.ts';
import type { WireRequest } from '../../../../../src/kernel/wire.ts';
import type { Credential } from '../../../../../src/ports/credential-source.ts';
import type { OssResource } from '../../../../../src/signing/oss-resource.ts';
import { presignOssV1, signOssV1 } from '../../../../../src/signing/oss-v1.ts';
import { presignOssV2, signOssV2 } from '../../../../../src/signing/oss-v2.ts';
import { presignOssV4, signOssV4 } from '../../../../../src/signing/oss-v4-signature.ts';
import type { QueryPair } from '../../../../../src/signing/signed-request.ts';
import { lineStream } from '../../../../support/line-stream.ts';
import { wireRequest } from '../../../../support/wire-request.ts';

const OWNER: Credential = {
  accessKeyId: 'AK',
  accessKeySecret: 'secret',
  securityToken: undefined,
  expiresAtMs: undefined,
  principal: { type: 'account', accountId: '1' },
};
const KERNEL_NOW = Date.UTC(2030, 0, 1);
const SESSION: Credential = {
  ...OWNER,
  accessKeyId: 'STS.AK',
  securityToken: 'token',
  expiresAtMs: KERNEL_NOW,
  principal: { type: 'account', accountId: '2' },
};

const resource = { bucket: 'my-bucket', key: 'k' };
const clock = createClock('virtual');
clock.setNow(KERNEL_NOW);
const hostNow = clock.hostNowMs();
const MINUTE = 60_000;

function authenticate(
  request: WireRequest,
  { mode = 'enforce' as AuthMode, readings = [resource] as OssResource[] } = {},
) {
  const lines: Record<string, unknown>[] = [];
  const out = lineStream((line) => lines.push(JSON.parse(line)));
  const logger = createLogger({ clock, out, level: 'debug', format: 'json' });
  const credentials = { find: (id: string) => [OWNER, SESSION].find(({ accessKeyId }) => accessKeyId === id) };
  const run = createAuthenticator({ clock, logger, credentials, accountId: '1', auth: mode });
  return { run: () => run(request, readings), lines };
}

function request(headers: Record<string, string>, query: readonly QueryPair[] = []): WireRequest {
  const rawQuery = query.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join('&');
  return wireRequest({ method: 'GET', rawPath: '/my-bucket/k', rawQuery, query, headers });
}

const signing = (credential: Credential, atMs = hostNow) => ({
  method: 'GET',
  resource,
  atMs,
  region: 'cn-beijing',
  credentials: credential,
});

const SCHEMES = {
  'V1 header': (credential: Credential, atMs?: number) => request(signOssV1(signing(credential, atMs))),
  'V4 header': (credential: Credential, atMs?: number) => request(signOssV4(signing(credential, atMs))),
  'V2 header': (credential: Credential, atMs?: number) => request(signOssV2(signing(credential, atMs))),
  'V2 URL': (credential: Credential, atMs?: number) =>
    request({}, presignOssV2({ ...signing(credential, atMs), expiresSeconds: 60 })),
  'V1 URL': (credential: Credential, atMs?: number) =>
    request({}, presignOssV1({ ...signing(credential, atMs), expiresSeconds: 60 })),
  'V4 URL': (credential: Credential, atMs?: number) =>
    request({}, presignOssV4({ ...signing(credential, atMs), expiresSeconds: 60 })),
};

describe.each(Object.entries(SCHEMES))('%s', (scheme, sign) => {
  test('knows its key', () => {
    expect(authenticate(sign(OWNER)).run()).toEqual({ principal: OWNER.principal, resource });
  });

  test('takes a temporary key with its token, until it expires on the kernel’s clock', () => {
    expect(authenticate(sign(SESSION)).run().principal).toEqual(SESSION.principal);
    clock.setNow(KERNEL_NOW + 1);
    expect(authenticate(sign(SESSION)).run).toThrow(
      expect.objectContaining({ code: 'SecurityTokenExpired', details: { securityToken: 'token' } }),
    );
    clock.setNow(KERNEL_NOW);
  });

  test('refuses a temporary key without its token, and with another', () => {
    expect(authenticate(sign({ ...SESSION, securityToken: undefined })).run).toThrow(
      expect.objectContaining({ code: 'InvalidAccessKeyId' }),
    );
    expect(authenticate(sign({ ...SESSION, securityToken: 'other' })).run).toThrow(
      expect.objectContaining({ code: 'InvalidSecurityToken' }),
    );
  });

  test('refuses a key nobody knows', () => {
    expect(authenticate(sign({ ...OWNER, accessKeyId: 'WHO' })).run).toThrow(
      expect.objectContaining({ code: 'InvalidAccessKeyId', details: { accessKeyId: 'WHO' } }),
    );
  });

  test('refuses a wrong secret with the string to sign, and logs what was expected', () => {
    const { run, lines } = authenticate(sign({ ...OWNER, accessKeySecret: 'wrong' }));
    expect(run).toThrow(
      expect.objectContaining({
        code: 'SignatureDoesNotMatch',
        details: expect.objectContaining({ stringToSign: expect.any(String), signatureProvided: expect.any(String) }),
      }),
    );
    expect(lines).toEqual([expect.objectContaining({ level: 'warn', expected: expect.stringMatching(/^\S{28,}$/) })]);
  });

  test('holds the time against the host’s clock', () => {
    const isUrl = scheme.endsWith('URL');
    expect(authenticate(sign(OWNER, hostNow - 14 * MINUTE)).run).toSatisfy((run: () => unknown) =>
      isUrl ? throwsCode(run, 'AccessDenied') : run() !== undefined,
    );
    expect(
      throwsCode(authenticate(sign(OWNER, hostNow - 16 * MINUTE)).run, isUrl ? 'AccessDenied' : 'RequestTimeTooSkewed'),
    ).toBe(true);
    if (scheme !== 'V1 URL' && scheme !== 'V2 URL')
      expect(throwsCode(authenticate(sign(OWNER, hostNow + 16 * MINUTE)).run, 'RequestTimeTooSkewed')).toBe(true);
  });

  test('only logs in the mode for it, and still knows whose key it was', () => {
    const { run, lines } = authenticate(sign({ ...SESSION, accessKeySecret: 'wrong' }), { mode: 'log' });
    expect(run()).toEqual({ principal: SESSION.principal, resource });
    expect(lines.at(-1)).toMatchObject({ level: 'warn', code: 'SignatureDoesNotMatch' });
  });

  test('believes everybody when off', () => {
    expect(authenticate(sign({ ...SESSION, accessKeySecret: 'wrong' }), { mode: 'off' }).run().principal).toEqual(
      SESSION.principal,
    );
    expect(authenticate(sign({ ...OWNER, accessKeyId: 'WHO' }), { mode: 'off' }).run().principal).toEqual({
      type: 'account',
      accountId: '1',
    });
  });

  test('lets the signature tell which reading of an address was meant', () => {
    const readings = [{ bucket: 'my-bucket', key: 'my-bucket/k' }, resource];
    for (const mode of ['enforce', 'log', 'off'] as const)
      expect(authenticate(sign(OWNER), { readings, mode }).run().resource).toEqual(resource);
  });
});

function throwsCode(run: () => unknown, code: string): boolean {
  try {
    run();
  } catch (error) {
    return (error as { code?: string }).code === code;
  }
  return false;
}

test('an unsigned call is anonymous, or the account itself when off', () => {
  expect(authenticate(request({})).run()).toEqual({ principal: { type: 'anonymous' }, resource });
  expect(authenticate(request({}), { mode: 'off' }).run().principal).toEqual({ type: 'account', accountId: '1' });
});

test('the expiry of a URL is looked at before its signature, and before its key', () => {
  const old = { ...signing({ ...OWNER, accessKeyId: 'WHO', accessKeySecret: 'wrong' }, hostNow - 61_000) };
  const expired = expect.objectContaining({
    code: 'AccessDenied',
    details: expect.objectContaining({ message: 'Request has expired.' }),
  });
  expect(authenticate(request({}, presignOssV1({ ...old, expiresSeconds: 60 }))).run).toThrow(expired);
  expect(authenticate(request({}, presignOssV4({ ...old, expiresSeconds: 60 }))).run).toThrow(expired);
});

test.each([
  [{ authorization: 'OSS nonsense' }, [], 'InvalidArgument'],
  [{ authorization: 'OSS4-HMAC-SHA256 Credential=x,Signature=y' }, [], 'InvalidArgument'],
  [{ authorization: 'AWS4-HMAC-SHA256 Credential=x' }, [], 'NotImplemented'],
  [{ authorization: 'OSS2 AccessKeyId:AK' }, [], 'InvalidArgument'],
  [{ authorization: 'OSS2 AccessKeyId:AK,Signature:y' }, [], 'AccessDenied'],
  [{}, [['x-oss-signature-version', 'OSS2']], 'AccessDenied'],
  [{ authorization: 'Bearer x' }, [], 'NotImplemented'],
  [{}, [['OSSAccessKeyId', 'AK']], 'AccessDenied'],
  [{}, [['Signature', 'x']], 'AccessDenied'],
  [
    {},
    [
      ['OSSAccessKeyId', 'AK'],
      ['Signature', 'x'],
      ['Expires', 'soon'],
    ],
    'AccessDenied',
  ],
  [{}, [['x-oss-signature-version', 'OSS4-HMAC-SHA256']], 'AccessDenied'],
  [
    { authorization: 'OSS AK:x' },
    [
      ['OSSAccessKeyId', 'AK'],
      ['Signature', 'x'],
    ],
    'InvalidArgument',
  ],
  [{ authorization: 'OSS AK:x' }, [], 'AccessDenied'],
  [{ authorization: 'OSS AK:x', date: 'yesterday' }, [], 'AccessDenied'],
] as [Record<string, string>, QueryPair[], string][])('refuses %j %j with %s', (headers, query, code) => {
  expect(authenticate(request(headers, query)).run).toThrow(expect.objectContaining({ code }));
});

test('a permanent key with a token is refused', () => {
  const headers = signOssV1({ ...signing({ ...OWNER, securityToken: 'token' }) });
  expect(authenticate(request(headers)).run).toThrow(expect.objectContaining({ code: 'InvalidSecurityToken' }));
});
