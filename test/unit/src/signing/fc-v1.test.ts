/** Function Compute's own signature (`FC ak:sig`) against captures of @alicloud/fc2. */

import { expect, test } from 'vitest';
import { checkFcV1Time, type FcV1Claim, recogniseFcV1, signFcV1, verifyFcV1 } from '../../../../src/signing/fc-v1.ts';
import { type SignedRequest, signedRequest } from '../../../../src/signing/signed-request.ts';
import { SIGNATURE_WINDOW_MS } from '../../../../src/signing/signing-time.ts';

const AK = 'LTAI5tTestAccessKeyId00';
const SK = 'TestAccessKeySecret0000000000x';
const TOKEN = 'CAISTestSecurityToken+/=';
const DATE = 'Tue, 02 Jan 2024 03:04:05 GMT';
const COMMON: Record<string, string> = { date: DATE, 'x-fc-account-id': '1234567890123456' };

const VECTORS = [
  {
    origin: 'M, GET whose query is not signed',
    method: 'GET',
    target: '/2016-08-15/services?limit=5&prefix=a',
    headers: { ...COMMON, authorization: `FC ${AK}:0OLrHnaKN/lqXopkzzDEGk+D1y87+gvcYB1mfAWsK2I=` },
  },
  {
    origin: 'N, asynchronous invocation',
    method: 'POST',
    target: '/2016-08-15/services/svc.LATEST/functions/fn/invocations',
    headers: {
      ...COMMON,
      'content-md5': 'YmI2Y2I1YzY4ZGY0NjUyOTQxY2FmNjUyYTM2NmYyZDg=',
      'content-type': 'application/octet-stream',
      'x-fc-invocation-type': 'Async',
      authorization: `FC ${AK}:2bSIYl2a37OaYX+x1sXTSQeMW5IkoHsqqCQ093qSAF4=`,
    },
  },
  {
    origin: 'O, HTTP trigger whose query is signed',
    method: 'GET',
    target: '/2016-08-15/proxy/svc/fn/path/p1?b=2&a=x&a=y',
    headers: { ...COMMON, authorization: `FC ${AK}:+vmU1NktS03JqFFPznPwX5+ff8kGd9Q6awOJnXKCctY=` },
  },
  {
    origin: 'N2, temporary keys',
    method: 'GET',
    target: '/2016-08-15/services?limit=5&prefix=a',
    headers: {
      ...COMMON,
      'x-fc-security-token': TOKEN,
      authorization: 'FC STS.TestAccessKeyId0000:uvCOOs4Zw4u906HJg952bQpu8qXRWp2qQcPhdhdeGJc=',
    },
  },
] satisfies { origin: string; method: string; target: string; headers: Record<string, string> }[];

function claimOf(request: SignedRequest): FcV1Claim {
  const claim = recogniseFcV1(request);
  if (!claim || claim.problem) throw new Error(`not a usable claim: ${JSON.stringify(claim)}`);
  return claim;
}

test.each(VECTORS)('verifies vector $origin', ({ method, target, headers }) => {
  const request = signedRequest(method, target, headers);
  expect(verifyFcV1(request, claimOf(request), SK)).toEqual({ ok: true, form: 'strict' });
  expect(verifyFcV1(request, claimOf(request), `${SK}x`)).toMatchObject({ ok: false });
});

test.each(VECTORS)('refuses vector $origin once any signed part is changed', ({ method, target, headers }) => {
  const changed: [string, string, string, Record<string, string>][] = [
    ['method', 'DELETE', target, headers],
    ['path', method, `/x${target}`, headers],
    ['content-type', method, target, { ...headers, 'content-type': 'other/type' }],
    ['content-md5', method, target, { ...headers, 'content-md5': 'AAAA' }],
    ['date', method, target, { ...headers, date: 'Wed, 03 Jan 2024 03:04:05 GMT' }],
    ['account', method, target, { ...headers, 'x-fc-account-id': '9' }],
    ['a header more', method, target, { ...headers, 'x-fc-log-type': 'Tail' }],
  ];
  if (target.includes('/proxy/')) changed.push(['query', method, `${target}&c=1`, headers]);
  for (const [what, verb, path, fields] of changed) {
    const request = signedRequest(verb, path, fields);
    expect(verifyFcV1(request, claimOf(request), SK).ok, what).toBe(false);
  }
});

test.each([
  ['/2016-08-15/tempBucketToken', []],
  ['/2016-08-15/services/a b/中', []],
  ['/2016-08-15/proxy/s/f/', []],
  ['/2016-08-15/proxy/s/f/x', [['b', '2'] as const, ['a', ''] as const]],
])('accepts what it signs for the path %s', (path, query) => {
  const credentials = { accessKeyId: 'STS.x', accessKeySecret: SK, securityToken: TOKEN };
  const headers = { 'x-fc-account-id': '1' };
  const added = signFcV1({ method: 'GET', path, query, headers, credentials, atMs: Date.UTC(2026, 0, 1) });
  const search = query.map(([name, value]) => `${name}=${value}`).join('&');
  const request = signedRequest('GET', `${encodeURI(path)}?${search}`, { ...headers, ...added });
  const claim = claimOf(request);
  expect(claim.securityToken).toBe(TOKEN);
  expect(verifyFcV1(request, claim, SK)).toMatchObject({ ok: true });
  expect(checkFcV1Time(claim, Date.UTC(2026, 0, 1), SIGNATURE_WINDOW_MS).state).toBe('ok');
  expect(checkFcV1Time({ ...claim, date: 'no' }, 0, SIGNATURE_WINDOW_MS).state).toBe('malformed');
});

test.each([
  ['FC', undefined],
  ['FC ', 'malformed-authorization'],
  ['FC ak', 'malformed-authorization'],
  ['FC :sig', 'malformed-authorization'],
  ['fc ak:sig', undefined],
])('reads the Authorization header %j as %s', (authorization, problem) => {
  expect(recogniseFcV1(signedRequest('GET', '/', { authorization }))?.problem).toBe(problem);
});
