/** OSS V2 signatures against the published vectors, tampering, and what its clients do differently. */

import { expect, test } from 'vitest';
import {
  checkOssV2Time,
  type OssV2Claim,
  presignOssV2,
  recogniseOssV2,
  signOssV2,
  verifyOssV2,
} from '../../../../src/signing/oss-v2.ts';
import { signedRequest } from '../../../../src/signing/signed-request.ts';
import { SIGNATURE_WINDOW_MS } from '../../../../src/signing/signing-time.ts';

const AK = '44CF9590006BF252F707';
const SECRET = 'OtxrzxIsfpFjA7SwPzILwy8Bw21TLhquhboDYROV';
const NELSON = { bucket: 'oss-example', key: 'nelson' };
const PUT_HEADERS = {
  'content-md5': 'FxqG8Ca0qEJPOghSihJ8Ew==',
  'content-type': 'text/plain',
  date: 'Wed, 15 Feb 2017 09:37:11 GMT',
  'x-oss-object-acl': 'private',
};
const GET_HEADERS = {
  date: 'Thu, 16 Feb 2017 02:09:39 GMT',
  'if-modified-since': 'Thu, 16 Feb 2017 02:10:39 GMT',
  range: 'bytes=0-7',
};

/** Help page "Include a V2 signature": one request without additional headers, one with two, and a URL. */
const VECTORS = [
  {
    what: 'a PUT',
    method: 'PUT',
    target: '/nelson',
    headers: {
      ...PUT_HEADERS,
      authorization: `OSS2 AccessKeyId:${AK},Signature:5Am2ewK1tL0gXX7GV6dwybZtj7efOEtc0Mo2FR6CkM8=`,
    },
    stringToSign:
      'PUT\nFxqG8Ca0qEJPOghSihJ8Ew==\ntext/plain\nWed, 15 Feb 2017 09:37:11 GMT\nx-oss-object-acl:private\n\n%2Foss-example%2Fnelson',
  },
  {
    what: 'a GET with additional headers',
    method: 'GET',
    target: '/nelson',
    headers: {
      ...GET_HEADERS,
      authorization: `OSS2 AccessKeyId:${AK},AdditionalHeaders:if-modified-since;range,Signature:YG9mKO3m4S0Jx9Hk6Lq64VchJg/TOTkyCX4DaeeOYxE=`,
    },
    stringToSign:
      'GET\n\n\nThu, 16 Feb 2017 02:09:39 GMT\nif-modified-since:Thu, 16 Feb 2017 02:10:39 GMT\nrange:bytes=0-7\nif-modified-since;range\n%2Foss-example%2Fnelson',
  },
  {
    what: 'a signed URL',
    method: 'GET',
    target: `/nelson?x-oss-signature-version=OSS2&x-oss-expires=1487152431&x-oss-access-key-id=${AK}&x-oss-signature=ps%2F%2BMLhd1WKkVi%2FQlOiliJsTaBMBk93f6UYVscDNHCQ%3D`,
    headers: {},
    stringToSign: `GET\n\n\n1487152431\n\n%2Foss-example%2Fnelson?x-oss-access-key-id=${AK}&x-oss-expires=1487152431&x-oss-signature-version=OSS2`,
  },
];

function claimOf(method: string, target: string, headers: Record<string, string>) {
  const request = signedRequest(method, target, headers);
  const claim = recogniseOssV2(request);
  if (claim?.problem !== undefined || claim === undefined) throw new Error(`No usable claim: ${claim?.problem}`);
  return { request, claim };
}

const verify = ({ request, claim }: ReturnType<typeof claimOf>, secret = SECRET, resources = [NELSON]) =>
  verifyOssV2(request, claim, secret, { resources });

test.each(VECTORS)('verifies $what as published', ({ method, target, headers, stringToSign }) => {
  const claimed = claimOf(method, target, headers);
  expect(claimed.claim.accessKeyId).toBe(AK);
  expect(verify(claimed)).toEqual({ ok: true, resource: NELSON, form: 'strict' });
  expect(verify(claimed, 'wrong')).toMatchObject({ ok: false, stringToSign, provided: claimed.claim.signature });
});

test('signs as the published vectors are signed', () => {
  const credentials = { accessKeyId: AK, accessKeySecret: SECRET };
  const authorizations = VECTORS.map(({ headers }) => (headers as Record<string, string>).authorization);
  const common = { resource: NELSON, credentials, atMs: 1_487_151_431_000 };
  expect(signOssV2({ ...common, method: 'PUT', headers: PUT_HEADERS })).toEqual({
    authorization: authorizations[0],
  });
  const additionalHeaders = ['range', 'if-modified-since'];
  expect(signOssV2({ ...common, method: 'GET', headers: GET_HEADERS, additionalHeaders })).toEqual({
    authorization: authorizations[1],
  });
  expect(presignOssV2({ ...common, method: 'GET', expiresSeconds: 1000 })).toContainEqual([
    'x-oss-signature',
    'ps/+MLhd1WKkVi/QlOiliJsTaBMBk93f6UYVscDNHCQ=',
  ]);
  // Every parameter is signed, also one the service does not know.
  const extra = presignOssV2({
    ...{ ...common, atMs: 1_487_210_979_000, method: 'GET', expiresSeconds: 640 },
    query: [['extra-query', '1']],
  });
  expect(extra).toContainEqual(['x-oss-signature', 'wsARTPqvZdbdPjYpZfDZ/jisUaacYq7gGOdB3f1BgTE=']);
});

test.each([
  ['method', 'POST', '/nelson', {}],
  ['parameter', 'PUT', '/nelson?acl', {}],
  ['x-oss header', 'PUT', '/nelson', { 'x-oss-object-acl': 'public-read' }],
  ['type', 'PUT', '/nelson', { 'content-type': 'text/html' }],
  ['date', 'PUT', '/nelson', { date: 'Wed, 15 Feb 2017 09:37:12 GMT' }],
])('a changed %s is no match', (_what, method, target, headers) => {
  expect(verify(claimOf(method, target, { ...VECTORS[0]?.headers, ...headers })).ok).toBe(false);
});

test('a header that nobody named may change', () => {
  expect(verify(claimOf('PUT', '/nelson', { ...VECTORS[0]?.headers, range: 'bytes=0-1' })).ok).toBe(true);
});

test('takes spaces after commas and headers named in any order, as aliyun-oss-java-sdk and oss2 write them', () => {
  const [, vector] = VECTORS;
  const signature = 'YG9mKO3m4S0Jx9Hk6Lq64VchJg/TOTkyCX4DaeeOYxE=';
  const authorization = `OSS2 AccessKeyId:${AK}, AdditionalHeaders:Range;if-modified-since, Signature:${signature}`;
  expect(verify(claimOf('GET', '/nelson', { ...vector?.headers, authorization })).ok).toBe(true);
});

test('escapes what names need, slashes included, and finds which reading of an address was signed', () => {
  const credentials = { accessKeyId: AK, accessKeySecret: SECRET, securityToken: 'token' };
  const resource = { bucket: 'b', key: "dir/a b+c%20&=?~'(中).txt" };
  const query = [
    ['prefix', 'a/b'],
    ['acl', ''],
  ] as const;
  const headers = signOssV2({ method: 'GET', resource, query, credentials, atMs: 0 });
  const claimed = claimOf('GET', '/x?prefix=a%2Fb&acl=', headers);
  const other = { bucket: 'b', key: 'b/dir' };
  expect(verify(claimed, SECRET, [other, resource])).toEqual({ ok: true, resource, form: 'strict' });
  expect(claimed.claim.securityToken).toBe('token');
});

test.each([
  [{ authorization: 'OSS2 AccessKeyId:ak' }, '/k', 'malformed-authorization'],
  [{ authorization: 'OSS2 Signature:s' }, '/k', 'malformed-authorization'],
  [{ authorization: 'OSS2 ' }, '/k', 'malformed-authorization'],
  [{}, '/k?x-oss-signature-version=OSS2', 'missing-url-parameter'],
  [{}, '/k?x-oss-signature-version=OSS2&x-oss-access-key-id=ak', 'missing-url-parameter'],
  [{}, '/k?x-oss-signature-version=OSS2&x-oss-access-key-id=ak&x-oss-signature=s', 'missing-url-parameter'],
  [{ authorization: 'OSS ak:s' }, '/k?x-oss-signature-version=OSS2', 'two-signatures'],
] as [Record<string, string>, string, string][])('names what is wrong with %j %s: %s', (headers, target, problem) => {
  expect(recogniseOssV2(signedRequest('GET', target, headers))).toMatchObject({ scheme: 'oss-v2', problem });
});

test('is silent about everybody else’s credentials', () => {
  for (const authorization of ['OSS ak:s', 'OSS4-HMAC-SHA256 Credential=x', 'OSS2X AccessKeyId:a,Signature:b'])
    expect(recogniseOssV2(signedRequest('GET', '/', { authorization }))).toBeUndefined();
});

test('holds a header’s time within 15 minutes, and a URL’s until its end', () => {
  const NOW = Date.UTC(2017, 1, 15, 9, 37, 11);
  const header = claimOf('PUT', '/nelson', VECTORS[0]?.headers ?? {}).claim;
  const state = (claim: OssV2Claim, nowMs: number) => checkOssV2Time(claim, nowMs, SIGNATURE_WINDOW_MS).state;
  expect(state(header, NOW + SIGNATURE_WINDOW_MS)).toBe('ok');
  expect(state(header, NOW + SIGNATURE_WINDOW_MS + 1)).toBe('skewed');
  const fresh = claimOf('PUT', '/nelson', {
    ...VECTORS[0]?.headers,
    'x-oss-date': 'Wed, 15 Feb 2017 09:07:11 GMT',
  }).claim;
  expect(state(fresh, NOW)).toBe('skewed');
  const url = claimOf('GET', VECTORS[2]?.target ?? '', {}).claim;
  expect(state(url, 1_487_152_431_000)).toBe('ok');
  expect(state(url, 1_487_152_431_001)).toBe('expired');
  expect(state({ ...url, time: 'soon' }, 0)).toBe('malformed');
});
