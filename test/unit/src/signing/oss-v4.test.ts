/** OSS V4 signatures against the vectors of the Go SDK and computed ones, tampering, and named problems. */

import { expect, test } from 'vitest';
import type { OssResource } from '../../../../src/signing/oss-resource.ts';
import {
  checkOssV4Time,
  OSS_V4_EXPIRES_MAX_SECONDS,
  type OssV4Claim,
  recogniseOssV4,
} from '../../../../src/signing/oss-v4.ts';
import { createOssV4Verifier, presignOssV4, signOssV4 } from '../../../../src/signing/oss-v4-signature.ts';
import { type SignedRequest, signedRequest } from '../../../../src/signing/signed-request.ts';
import { SIGNATURE_WINDOW_MS } from '../../../../src/signing/signing-time.ts';
import { GO_RESOURCE, OSS_V4_RECORDED, OSS_V4_VECTORS, type Vector } from './oss-v4.vectors.ts';

const verifier = createOssV4Verifier();

function claimOf(request: SignedRequest): OssV4Claim {
  const claim = recogniseOssV4(request);
  if (!claim || claim.problem) throw new Error(`not a usable claim: ${JSON.stringify(claim)}`);
  return claim;
}

test.each(OSS_V4_VECTORS)('verifies vector $origin', ({ secret, method, target, headers, resource, canonicalHash }) => {
  const request = signedRequest(method, target, headers);
  const claim = claimOf(request);
  expect(verifier.verify(request, claim, secret, { resources: [resource] })).toEqual({
    ok: true,
    resource,
    form: 'strict',
  });
  const wrong = verifier.verify(request, claim, `${secret}x`, { resources: [resource] });
  expect(wrong).toMatchObject({ ok: false, provided: claim.signature });
  if (!wrong.ok && canonicalHash) expect(wrong.stringToSign.endsWith(`\n${canonicalHash}`)).toBe(true);
});

test.each(OSS_V4_RECORDED)('verifies the recorded $origin, and not at another time', (recorded) => {
  const { secret, method, target, headers, resource } = recorded;
  const verify = (changes: Record<string, string>) => {
    const request = signedRequest(method, target, { ...headers, ...changes });
    return verifier.verify(request, claimOf(request), secret, { resources: [resource] });
  };
  expect(verify({})).toEqual({ ok: true, resource, form: 'strict' });
  const dated = headers['x-oss-date']
    ? { 'x-oss-date': '20261121T222523Z' }
    : { date: 'Sat, 21 Nov 2026 22:11:45 GMT' };
  expect(verify(dated).ok).toBe(false);
});

test('builds the canonical request of vector #8 to the letter', () => {
  const { target, headers } = OSS_V4_VECTORS[0] as Vector;
  const request = signedRequest('PUT', target, headers);
  const verdict = verifier.verify(request, claimOf(request), 'wrong', { resources: [GO_RESOURCE] });
  expect(verdict).toMatchObject({
    canonicalRequest: [
      'PUT',
      '/bucket/1234%2B-/123/1.txt',
      '%2Bparam1=value3&%2Bparam2&%7Cparam1=value4&%7Cparam2&param1=value1&param2',
      'content-type:text/plain',
      'x-oss-content-sha256:UNSIGNED-PAYLOAD',
      'x-oss-date:20231216T162057Z',
      'x-oss-head1:value',
      '',
      '',
      'UNSIGNED-PAYLOAD',
    ].join('\n'),
  });
});

test.each(OSS_V4_VECTORS)('refuses vector $origin once any signed part is changed', (vector) => {
  const { secret, method, target, headers, resource } = vector;
  const more = target.includes('?') ? '&' : '?';
  const changed: [string, string, string, Record<string, string>, OssResource][] = [
    ['method', 'DELETE', target, headers, resource],
    ['bucket', method, target, headers, { ...resource, bucket: 'other' }],
    ['key', method, target, headers, { ...resource, key: `${resource.key ?? ''}x` }],
    ['a parameter more', method, `${target}${more}tagging`, headers, resource],
    ['an OSS header more', method, target, { ...headers, 'x-oss-object-acl': 'public-read' }, resource],
    ['content-type', method, target, { ...headers, 'content-type': 'text/other' }, resource],
    ['content-md5', method, target, { ...headers, 'content-md5': 'AAAA' }, resource],
    ['region', method, target.replace('cn-hangzhou', 'cn-beijing'), elsewhere(headers), resource],
    ['time', method, target.replace(/(T\d{5})\dZ/, '$19Z'), later(headers), resource],
  ];
  for (const [what, verb, path, fields, named] of changed) {
    const request = signedRequest(verb, path, fields);
    expect(verifier.verify(request, claimOf(request), secret, { resources: [named] }).ok, what).toBe(false);
  }
});

function elsewhere(headers: Record<string, string>): Record<string, string> {
  const { authorization } = headers;
  return authorization ? { ...headers, authorization: authorization.replace('cn-hangzhou', 'cn-beijing') } : headers;
}

function later(headers: Record<string, string>): Record<string, string> {
  const date = headers['x-oss-date'];
  return date ? { ...headers, 'x-oss-date': date.replace(/\dZ$/, '9Z') } : headers;
}

test('refuses a changed additional header, and one that was taken away', () => {
  const { target, headers, resource, secret } = OSS_V4_VECTORS[2] as Vector;
  const { abc: _removed, ...without } = headers;
  for (const fields of [{ ...headers, abc: 'other' }, without]) {
    const request = signedRequest('PUT', target, fields);
    expect(verifier.verify(request, claimOf(request), secret, { resources: [resource] }).ok).toBe(false);
  }
});

test('reads the Authorization pairs in any order, spaced or not, and drops names that are signed anyway', () => {
  const scope = 'ak/20231216/cn-hangzhou/oss/aliyun_v4_request';
  for (const authorization of [
    `OSS4-HMAC-SHA256 Credential=${scope},AdditionalHeaders=abc;zabc,Signature=ff`,
    `OSS4-HMAC-SHA256 Credential=${scope}, Signature=ff, AdditionalHeaders=ZABC;abc;content-type;x-oss-date;abc`,
    `OSS4-HMAC-SHA256   Signature=ff ,AdditionalHeaders = zabc ; abc,  Credential=${scope}`,
  ]) {
    const request = signedRequest('GET', '/', { authorization, 'x-oss-date': '20231216T000000Z' });
    expect(recogniseOssV4(request)).toMatchObject({
      accessKeyId: 'ak',
      signature: 'ff',
      scope: { day: '20231216', region: 'cn-hangzhou', product: 'oss' },
      additionalHeaders: ['abc', 'zabc'],
    });
  }
});

const CREDENTIALS = { accessKeyId: 'LTAItestid', accessKeySecret: 'testsecret' };
const AT_MS = Date.UTC(2026, 0, 1);
const OBJECT = { bucket: 'my-bucket', key: "dir/a b+中?!'()*.txt" };

test('accepts what it signs, in the header and in the URL, with and without a token', () => {
  for (const credentials of [CREDENTIALS, { ...CREDENTIALS, securityToken: 'CAIS+/=' }]) {
    const headers = { 'content-type': 'a/b', host: 'h:1' };
    const signing = {
      method: 'PUT',
      resource: OBJECT,
      headers,
      credentials,
      atMs: AT_MS,
      region: 'cn-beijing',
      additionalHeaders: ['host'],
    };
    const byHeader = signedRequest('PUT', '/x?acl&z=1', {
      ...headers,
      ...signOssV4({
        ...signing,
        query: [
          ['z', '1'],
          ['acl', ''],
        ],
      }),
    });
    const presigned = presignOssV4({ ...signing, expiresSeconds: 60 });
    const query = presigned.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&');
    for (const request of [byHeader, signedRequest('PUT', `/x?${query}`, headers)]) {
      const claim = claimOf(request);
      expect(claim.securityToken).toBe('securityToken' in credentials ? 'CAIS+/=' : undefined);
      expect(verifier.verify(request, claim, 'testsecret', { resources: [OBJECT] }).ok).toBe(true);
      expect(checkOssV4Time(claim, AT_MS, SIGNATURE_WINDOW_MS)).toEqual({ state: 'ok' });
    }
  }
});

test('says which reading of an ambiguous address was signed', () => {
  const resources = [
    { bucket: 'b', key: 'b/k' },
    { bucket: 'b', key: 'k' },
  ];
  for (const resource of resources) {
    const headers = signOssV4({ method: 'GET', resource, credentials: CREDENTIALS, atMs: AT_MS, region: 'r' });
    const request = signedRequest('GET', '/b/k', headers);
    expect(verifier.verify(request, claimOf(request), 'testsecret', { resources })).toMatchObject({ resource });
  }
});

test('signs repeated parameters in a fixed order, and takes their order of arrival too', async () => {
  const headers = signOssV4({
    method: 'GET',
    resource: {},
    query: [
      ['a', '1'],
      ['a', '2'],
    ],
    credentials: CREDENTIALS,
    atMs: AT_MS,
    region: 'r',
  });
  const request = signedRequest('GET', '/?a=2&a=1', headers);
  expect(verifier.verify(request, claimOf(request), 'testsecret', { resources: [{}] }).ok).toBe(true);
  const repeated = signedRequest('GET', '/?a=2&a=1&a=1', headers);
  expect(verifier.verify(repeated, claimOf(repeated), 'testsecret', { resources: [{}] }).ok).toBe(false);
});

test('keeps no more derived keys than it may, and still verifies past the limit', () => {
  const small = createOssV4Verifier({ signingKeysMax: 2 });
  for (const secret of ['a', 'b', 'c', 'a', 'c', 'b']) {
    const credentials = { accessKeyId: 'ak', accessKeySecret: secret };
    const headers = signOssV4({ method: 'GET', resource: {}, credentials, atMs: AT_MS, region: 'r' });
    const request = signedRequest('GET', '/', headers);
    expect(small.verify(request, claimOf(request), secret, { resources: [{}] }).ok).toBe(true);
    expect(small.verify(request, claimOf(request), `${secret}!`, { resources: [{}] }).ok).toBe(false);
  }
});

const SCOPE = 'ak/20260101/cn-beijing/oss/aliyun_v4_request';
const DATED = { 'x-oss-date': '20260101T000000Z' };

test.each([
  ['malformed-authorization', 'OSS4-HMAC-SHA256', DATED],
  ['malformed-authorization', `OSS4-HMAC-SHA256 Credential=${SCOPE}`, DATED],
  ['malformed-authorization', 'OSS4-HMAC-SHA256 Signature=ff', DATED],
  ['missing-region', `OSS4-HMAC-SHA256 Credential=${SCOPE.replace(/\/[a-z-]+\/oss\//, '//oss/')},Signature=ff`, DATED],
  ['malformed-credential', 'OSS4-HMAC-SHA256 Credential=ak,Signature=ff', DATED],
  ['malformed-credential', `OSS4-HMAC-SHA256 Credential=${SCOPE.slice(2)},Signature=ff`, DATED],
  ['malformed-credential', `OSS4-HMAC-SHA256 Credential=${SCOPE.replace('oss', 's3')},Signature=ff`, DATED],
  ['malformed-credential', `OSS4-HMAC-SHA256 Credential=${SCOPE}_x,Signature=ff`, DATED],
  ['empty-additional-headers', `OSS4-HMAC-SHA256 Credential=${SCOPE},AdditionalHeaders=,Signature=ff`, DATED],
  ['scope-day-mismatch', `OSS4-HMAC-SHA256 Credential=${SCOPE},Signature=ff`, { 'x-oss-date': '20260102T000000Z' }],
  [
    'scope-day-mismatch',
    `OSS4-HMAC-SHA256 Credential=${SCOPE},Signature=ff`,
    { date: 'Fri, 02 Jan 2026 00:00:00 GMT' },
  ],
  [
    'unsupported-payload-hash',
    `OSS4-HMAC-SHA256 Credential=${SCOPE},Signature=ff`,
    { ...DATED, 'x-oss-content-sha256': 'e3b0c442' },
  ],
])('names the problem %s of %s', (problem, authorization, headers) => {
  expect(recogniseOssV4(signedRequest('GET', '/', { ...headers, authorization }))).toMatchObject({ problem });
});

function url(changes: Record<string, string | undefined>): string {
  const parameters: Record<string, string | undefined> = {
    'x-oss-signature-version': 'OSS4-HMAC-SHA256',
    'x-oss-credential': SCOPE,
    'x-oss-date': '20260101T000000Z',
    'x-oss-expires': '60',
    'x-oss-signature': 'ff',
    ...changes,
  };
  const pairs = Object.entries(parameters).filter(([, value]) => value !== undefined);
  return `/k?${pairs.map(([name, value]) => `${name}=${value}`).join('&')}`;
}

test.each([
  ['missing-url-parameter', { 'x-oss-credential': undefined }],
  ['missing-url-parameter', { 'x-oss-date': undefined }],
  ['missing-url-parameter', { 'x-oss-expires': undefined }],
  ['missing-url-parameter', { 'x-oss-signature': undefined }],
  ['missing-url-parameter', { 'x-oss-signature-version': undefined }],
  ['unknown-signature-version', { 'x-oss-signature-version': 'OSS5' }],
  ['empty-additional-headers', { 'x-oss-additional-headers': '' }],
  ['malformed-expires', { 'x-oss-expires': '0' }],
  ['malformed-expires', { 'x-oss-expires': '-5' }],
  ['malformed-expires', { 'x-oss-expires': 'soon' }],
  ['malformed-expires', { 'x-oss-expires': String(OSS_V4_EXPIRES_MAX_SECONDS + 1) }],
  ['scope-day-mismatch', { 'x-oss-date': '20260102T000000Z' }],
] as const)('names the problem %s of a URL with %j', (problem, changes) => {
  expect(recogniseOssV4(signedRequest('GET', url(changes)))).toMatchObject({ problem });
});

test('takes the longest expiry, and refuses a signed URL that comes with an Authorization header', () => {
  const longest = url({ 'x-oss-expires': String(OSS_V4_EXPIRES_MAX_SECONDS) });
  expect(recogniseOssV4(signedRequest('GET', longest))?.problem).toBeUndefined();
  expect(recogniseOssV4(signedRequest('GET', longest, { authorization: 'OSS a:b' }))).toMatchObject({
    problem: 'two-signatures',
  });
});

test('holds a URL between its date less the skew and its expiry, a header within the skew', () => {
  const claim = claimOf(signedRequest('GET', url({})));
  const check = (nowMs: number) => checkOssV4Time(claim, nowMs, SIGNATURE_WINDOW_MS).state;
  expect(check(AT_MS - SIGNATURE_WINDOW_MS)).toBe('ok');
  expect(check(AT_MS - SIGNATURE_WINDOW_MS - 1)).toBe('skewed');
  expect(check(AT_MS + 60_000)).toBe('ok');
  expect(check(AT_MS + 60_001)).toBe('expired');
  const header = { ...claim, where: 'header', expiresSeconds: undefined } as const;
  expect(checkOssV4Time(header, AT_MS + SIGNATURE_WINDOW_MS + 1, SIGNATURE_WINDOW_MS)).toEqual({
    state: 'skewed',
    requestTimeMs: AT_MS,
    serverTimeMs: AT_MS + SIGNATURE_WINDOW_MS + 1,
    maxSkewMs: SIGNATURE_WINDOW_MS,
  });
  for (const date of ['', '20260101', '20260231T000000Z', 'Sat, 31 Feb 2026 00:00:00 GMT', '2026-01-01T00:00:00Z']) {
    expect(checkOssV4Time({ ...header, date }, AT_MS, SIGNATURE_WINDOW_MS).state).toBe('malformed');
  }
});

test('takes the Date header of a request without x-oss-date, as aliyun-oss-go-sdk signs; not so in a URL', () => {
  const date = 'Thu, 01 Jan 2026 00:00:00 GMT';
  const authorization = `OSS4-HMAC-SHA256 Credential=${SCOPE},Signature=ff`;
  const check = (headers: Record<string, string>, nowMs = AT_MS) =>
    checkOssV4Time(claimOf(signedRequest('GET', '/', { ...headers, authorization })), nowMs, SIGNATURE_WINDOW_MS).state;
  expect(check({ date })).toBe('ok');
  expect(check({ date }, AT_MS + SIGNATURE_WINDOW_MS + 1)).toBe('skewed');
  expect(check({ date: 'today' })).toBe('malformed');
  expect(check({})).toBe('malformed');
  // x-oss-date counts where there is one.
  expect(check({ ...DATED, date: 'Thu, 01 Jan 1970 00:00:00 GMT' })).toBe('ok');
  expect(check({ 'x-oss-date': 'soon', date })).toBe('malformed');
  const inUrl = claimOf(signedRequest('GET', url({ 'x-oss-date': encodeURIComponent(date) })));
  expect(checkOssV4Time(inUrl, AT_MS, SIGNATURE_WINDOW_MS).state).toBe('malformed');
});
