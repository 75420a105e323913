/** ACS3-HMAC-SHA256 against the documentation's vector and captures of the official SDKs, and against tampering. */

import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { type Acs3Claim, checkAcs3Time, recogniseAcs3, signAcs3, verifyAcs3 } from '../../../../src/signing/acs3.ts';
import { type SignedRequest, signedRequest } from '../../../../src/signing/signed-request.ts';
import { SIGNATURE_WINDOW_MS } from '../../../../src/signing/signing-time.ts';
import { ACS3_VECTORS, AK, acsHeaders, EMPTY_BODY, SK, TOKEN, type Vector } from './acs3.vectors.ts';

function claimOf(request: SignedRequest): Acs3Claim {
  const claim = recogniseAcs3(request);
  if (!claim || claim.problem) throw new Error(`not a usable claim: ${JSON.stringify(claim)}`);
  return claim;
}

test.each(ACS3_VECTORS)(
  'verifies vector $origin',
  ({ accessKeyId, secret, method, target, headers, canonicalHash }) => {
    const request = signedRequest(method, target, headers);
    const claim = claimOf(request);
    expect(claim.accessKeyId).toBe(accessKeyId);
    expect(claim.securityToken).toBe(headers['x-acs-security-token']);
    expect(verifyAcs3(request, claim, secret)).toEqual({ ok: true, form: 'strict' });
    expect(verifyAcs3(request, claim, secret, { bodySha256: claim.contentSha256 }).ok).toBe(true);
    const wrong = verifyAcs3(request, claim, `${secret}x`);
    expect(wrong).toMatchObject({ ok: false, reason: 'signature', provided: claim.signature });
    if (!wrong.ok && canonicalHash) expect(wrong.stringToSign).toBe(`ACS3-HMAC-SHA256\n${canonicalHash}`);
  },
);

test.each(ACS3_VECTORS)(
  'refuses vector $origin once any signed part is changed',
  ({ secret, method, target, headers }) => {
    const changed: [string, string, string, Record<string, string>][] = [
      ['method', method === 'GET' ? 'POST' : 'GET', target, headers],
      ['path', method, `/x${target}`, headers],
      ['query', method, `${target}${target.includes('?') ? '&' : '?'}more=1`, headers],
    ];
    for (const name of Object.keys(headers)) {
      if (name !== 'authorization' && name !== 'x-fc-trace') {
        changed.push([name, method, target, { ...headers, [name]: `${headers[name]}x` }]);
      }
    }
    for (const [what, verb, path, fields] of changed) {
      const request = signedRequest(verb, path, fields);
      expect(verifyAcs3(request, claimOf(request), secret).ok, what).toBe(false);
    }
  },
);

test('lets unsigned headers change, and refuses a body that is not the signed one', () => {
  const { method, target, headers, secret } = ACS3_VECTORS[4] as Vector;
  const request = signedRequest(method, target, { ...headers, 'x-fc-trace': '2', accept: '*/*' });
  expect(verifyAcs3(request, claimOf(request), secret)).toMatchObject({ ok: true });
  const bodySha256 = createHash('sha256').update('other').digest('hex');
  expect(verifyAcs3(request, claimOf(request), secret, { bodySha256 })).toMatchObject({ ok: false, reason: 'body' });
});

const SIGNING = {
  method: 'POST',
  rawPath: '/2023-03-30/layerarn/acs%3Afc%3A%2A',
  headers: { host: '127.0.0.1:1', 'content-type': 'application/json', 'x-fc-x': 'not signed' },
  body: '{"a":"中"}',
  action: 'CreateThing',
  version: '2023-03-30',
  atMs: Date.UTC(2026, 0, 1),
  nonce: 'n-1',
};

test('accepts what it signs, with and without a token', () => {
  for (const securityToken of [undefined, TOKEN]) {
    const credentials = { accessKeyId: AK, accessKeySecret: SK, securityToken };
    const query = [
      ['z', ''],
      ['a b', "!'()*~ 中"],
    ] as const;
    const added = signAcs3({ ...SIGNING, query, credentials });
    const target = `${SIGNING.rawPath}?${query.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join('&')}`;
    const request = signedRequest('POST', target, { ...SIGNING.headers, ...added });
    const claim = claimOf(request);
    const bodySha256 = createHash('sha256').update(SIGNING.body).digest('hex');
    expect(verifyAcs3(request, claim, SK, { bodySha256 }).ok).toBe(true);
    expect(claim).toMatchObject({ action: 'CreateThing', version: '2023-03-30', nonce: 'n-1', securityToken });
    expect(checkAcs3Time(claim, SIGNING.atMs, SIGNATURE_WINDOW_MS)).toEqual({ state: 'ok' });
  }
});

/** The signing code of the SDKs themselves, found where the client that uses it finds it. */
const officialSigner = createRequire(createRequire(import.meta.url).resolve('@alicloud/openapi-client'))(
  '@alicloud/openapi-util',
).default as {
  getAuthorization(request: object, algorithm: string, hash: string, ak: string, sk: string): string;
};

test.each([
  ['/2023-03-30/functions/a*b+c*d+e~', { prefix: '*', 'k y': '' }],
  ['/2023-03-30/functions/%7Ea%7Eb', undefined],
  ['/', { limit: '10' }],
])('accepts what @alicloud/openapi-util signs for the path %j', (pathname, query) => {
  const headers: Record<string, string> = { ...acsHeaders('ListFunctions', '2023-03-30'), 'x-acs-empty': '' };
  headers.authorization = officialSigner.getAuthorization(
    { method: 'GET', pathname, query: query ?? {}, headers },
    'ACS3-HMAC-SHA256',
    EMPTY_BODY,
    AK,
    SK,
  );
  const search = Object.entries(query ?? {}).map(([name, value]) => `${encodeURIComponent(name)}=${value}`);
  const request = signedRequest('GET', search.length > 0 ? `${pathname}?${search.join('&')}` : pathname, headers);
  expect(verifyAcs3(request, claimOf(request), SK)).toMatchObject({ ok: true });
});

test.each([
  ['ACS3-HMAC-SM3 Credential=ak,SignedHeaders=host,Signature=ff', 'unsupported-algorithm'],
  ['ACS3-RSA-SHA256 Credential=ak,SignedHeaders=host,Signature=ff', 'unsupported-algorithm'],
  ['ACS4-HMAC-SHA256 Credential=ak/d/r/p/aliyun_v4_request,Signature=ff', 'unsupported-algorithm'],
  ['ACS3-HMAC-SHA256', 'malformed-authorization'],
  ['ACS3-HMAC-SHA256 Credential=ak', 'malformed-authorization'],
  ['ACS3-HMAC-SHA256 Credential=,Signature=ff', 'malformed-authorization'],
  ['ACS3-HMAC-SHA256 Credential=ak,Signature=ff', 'unsigned-header'],
  ['ACS3-HMAC-SHA256 Credential=ak,SignedHeaders=host,Signature=ff', 'unsigned-header'],
  ['acs ak:sig', undefined],
  ['', undefined],
])('reads the Authorization header %j as %s', (authorization, problem) => {
  const headers = { ...acsHeaders('A', 'V'), authorization };
  expect(recogniseAcs3(signedRequest('POST', '/', headers))?.problem).toBe(problem);
});

test.each(['constructor', '__proto__', 'toString'])('takes %s, listed as signed and not sent, for absent', (name) => {
  const added = signAcs3({ ...SIGNING, credentials: { accessKeyId: AK, accessKeySecret: SK } });
  const authorization = added.authorization?.replace('SignedHeaders=', `SignedHeaders=${name};`) ?? '';
  const request = signedRequest('POST', SIGNING.rawPath, { ...SIGNING.headers, ...added, authorization });
  expect(verifyAcs3(request, claimOf(request), SK)).toMatchObject({ ok: false });
});

test('names a required header that is listed as signed but did not come', () => {
  const { method, target, headers } = ACS3_VECTORS[0] as Vector;
  const { 'x-acs-date': _gone, ...rest } = headers;
  expect(recogniseAcs3(signedRequest(method, target, rest))).toMatchObject({
    problem: 'unsigned-header',
    detail: 'x-acs-date',
    accessKeyId: 'YourAccessKeyId',
  });
});

test('reads spaced pairs in any order', () => {
  const { method, target, headers, secret, signature } = ACS3_VECTORS[0] as Vector;
  const authorization = `ACS3-HMAC-SHA256 Signature=${signature}, SignedHeaders=host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version, Credential=YourAccessKeyId`;
  const request = signedRequest(method, target, { ...headers, authorization });
  expect(verifyAcs3(request, claimOf(request), secret)).toMatchObject({ ok: true });
});

test('holds the date against the window it is given', () => {
  const { method, target, headers } = ACS3_VECTORS[0] as Vector;
  const claim = claimOf(signedRequest(method, target, headers));
  const signedAtMs = Date.UTC(2023, 9, 26, 10, 22, 32);
  expect(checkAcs3Time(claim, signedAtMs + 1000, 1000).state).toBe('ok');
  expect(checkAcs3Time(claim, signedAtMs + 1001, 1000).state).toBe('skewed');
  expect(checkAcs3Time({ ...claim, date: '2023-10-26' }, signedAtMs, 1000).state).toBe('malformed');
});
