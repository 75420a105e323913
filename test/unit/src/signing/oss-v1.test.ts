/** OSS V1 signatures against published and computed vectors, tampering, and what clients do differently. */

import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import type { OssResource } from '../../../../src/signing/oss-resource.ts';
import {
  checkOssV1Time,
  type OssV1Claim,
  presignOssV1,
  recogniseOssV1,
  signOssV1,
  verifyOssV1,
} from '../../../../src/signing/oss-v1.ts';
import { type SignedRequest, signedRequest } from '../../../../src/signing/signed-request.ts';
import { SIGNATURE_WINDOW_MS } from '../../../../src/signing/signing-time.ts';

const DOCS_SECRET = 'OtxrzxIsfpFjA7SwPzILwy8Bw21TLhquhboDYROV';
const IN_2022 = 'Wed, 28 Dec 2022 10:27:41 GMT';

interface Vector {
  readonly origin: string;
  readonly secret: string;
  readonly method: string;
  readonly target: string;
  readonly headers: Record<string, string>;
  readonly resource: OssResource;
  readonly stringToSign: string;
}

const VECTORS: readonly Vector[] = [
  {
    origin: '#1, help page "Include signatures in headers"',
    secret: DOCS_SECRET,
    method: 'PUT',
    target: '/nelson',
    headers: {
      'content-md5': 'ODBGOERFMDMzQTczRUY3NUE3NzA5QzdFNUYzMDQxNEM=',
      'content-type': 'text/html',
      date: 'Thu, 17 Nov 2005 18:49:58 GMT',
      'x-oss-meta-author': 'foo@bar.com',
      'x-oss-magic': 'abracadabra',
      authorization: 'OSS 44CF9590006BF252F707:26NBxoKdsyly4EDv6inkoDft/yA=',
    },
    resource: { bucket: 'oss-example', key: 'nelson' },
    stringToSign:
      'PUT\nODBGOERFMDMzQTczRUY3NUE3NzA5QzdFNUYzMDQxNEM=\ntext/html\nThu, 17 Nov 2005 18:49:58 GMT\nx-oss-magic:abracadabra\nx-oss-meta-author:foo@bar.com\n/oss-example/nelson',
  },
  {
    origin: '#1 with the Content-MD5 that its page shows and does not sign',
    secret: DOCS_SECRET,
    method: 'PUT',
    target: '/nelson',
    headers: {
      'content-md5': 'eB5eJF1ptWaXm4bijSPyxw==',
      'content-type': 'text/html',
      date: 'Thu, 17 Nov 2005 18:49:58 GMT',
      'x-oss-meta-author': 'foo@bar.com',
      'x-oss-magic': 'abracadabra',
      authorization: 'OSS 44CF9590006BF252F707:hD208RWMpg77svXkQRwWXS+V5KQ=',
    },
    resource: { bucket: 'oss-example', key: 'nelson' },
    stringToSign:
      'PUT\neB5eJF1ptWaXm4bijSPyxw==\ntext/html\nThu, 17 Nov 2005 18:49:58 GMT\nx-oss-magic:abracadabra\nx-oss-meta-author:foo@bar.com\n/oss-example/nelson',
  },
  {
    origin: '#2, go-sdk-v2 test',
    secret: 'sk',
    method: 'PUT',
    target: '/nelson',
    headers: {
      'content-md5': 'eB5eJF1ptWaXm4bijSPyxw==',
      'content-type': 'text/html',
      'x-oss-date': IN_2022,
      'x-oss-meta-magic': 'abracadabra',
      'x-oss-meta-author': 'alice',
      authorization: 'OSS ak:kSHKmLxlyEAKtZPkJhG9bZb5k7M=',
    },
    resource: { bucket: 'examplebucket', key: 'nelson' },
    stringToSign: `PUT\neB5eJF1ptWaXm4bijSPyxw==\ntext/html\n${IN_2022}\nx-oss-date:${IN_2022}\nx-oss-meta-author:alice\nx-oss-meta-magic:abracadabra\n/examplebucket/nelson`,
  },
  {
    origin: '#3, go-sdk-v2 test',
    secret: 'sk',
    method: 'GET',
    target: '/?resourceGroup&non-resousce=1&acl',
    headers: { 'x-oss-date': IN_2022, authorization: 'OSS ak:x3E5TgOvl/i7PN618s5mEvpJDYk=' },
    resource: { bucket: 'examplebucket' },
    stringToSign: `GET\n\n\n${IN_2022}\nx-oss-date:${IN_2022}\n/examplebucket/?acl&resourceGroup`,
  },
  {
    origin: '#4, computed with ali-oss',
    secret: 'sk',
    method: 'PUT',
    target: '/examplebucket/dir/obj.txt?uploadId=U1&partNumber=3',
    headers: {
      'content-type': 'text/plain',
      'x-oss-date': IN_2022,
      'x-oss-security-token': 'tok',
      authorization: 'OSS ak:+zFZZwwYV29DOnYuoiTtlwxTR/U=',
    },
    resource: { bucket: 'examplebucket', key: 'dir/obj.txt' },
    stringToSign: `PUT\n\ntext/plain\n${IN_2022}\nx-oss-date:${IN_2022}\nx-oss-security-token:tok\n/examplebucket/dir/obj.txt?partNumber=3&uploadId=U1`,
  },
  {
    origin: '#5, help page "Include signatures in URLs"',
    secret: DOCS_SECRET,
    method: 'GET',
    target: '/oss-api.pdf?OSSAccessKeyId=nz2pc56s936&Expires=1141889120&Signature=EwaNTn1erJGkimiJ9WmXgwnANLc%3D',
    headers: {},
    resource: { bucket: 'oss-example', key: 'oss-api.pdf' },
    stringToSign: 'GET\n\n\n1141889120\n/oss-example/oss-api.pdf',
  },
  {
    origin: '#6, go-sdk-v2 test',
    secret: 'sk',
    method: 'GET',
    target: '/key?versionId=versionId&Expires=1699807420&OSSAccessKeyId=ak&Signature=dcLTea%2BYh9ApirQ8o8dOPqtvJXQ%3D',
    headers: {},
    resource: { bucket: 'bucket', key: 'key' },
    stringToSign: 'GET\n\n\n1699807420\n/bucket/key?versionId=versionId',
  },
  {
    origin: '#7, go-sdk-v2 test',
    secret: 'sk',
    method: 'GET',
    target:
      '/key%2B123?versionId=versionId&security-token=token&Expires=1699808204&OSSAccessKeyId=ak&Signature=jzKYRrM5y6Br0dRFPaTGOsbrDhY%3D',
    headers: {},
    resource: { bucket: 'bucket', key: 'key+123' },
    stringToSign: 'GET\n\n\n1699808204\n/bucket/key+123?security-token=token&versionId=versionId',
  },
];

function claimOf(request: SignedRequest): OssV1Claim {
  const claim = recogniseOssV1(request);
  if (!claim || claim.problem) throw new Error(`not a usable claim: ${JSON.stringify(claim)}`);
  return claim;
}

test.each(VECTORS)('verifies vector $origin', ({ secret, method, target, headers, resource, stringToSign }) => {
  const request = signedRequest(method, target, headers);
  const claim = claimOf(request);
  expect(verifyOssV1(request, claim, secret, { resources: [resource] })).toEqual({
    ok: true,
    resource,
    form: 'strict',
  });
  expect(verifyOssV1(request, claim, `${secret}x`, { resources: [resource] })).toMatchObject({
    ok: false,
    stringToSign,
    provided: claim.signature,
  });
});

test.each(VECTORS)('refuses vector $origin once any signed part is changed', (vector) => {
  const { secret, method, target, headers, resource } = vector;
  const changed: [string, string, string, Record<string, string>, OssResource][] = [
    ['method', method === 'GET' ? 'HEAD' : 'POST', target, headers, resource],
    ['bucket', method, target, headers, { ...resource, bucket: 'other' }],
    ['key', method, target, headers, { ...resource, key: `${resource.key ?? ''}x` }],
    ['a sub-resource more', method, `${target}${target.includes('?') ? '&' : '?'}tagging`, headers, resource],
    ['an OSS header more', method, target, { ...headers, 'x-oss-object-acl': 'public-read' }, resource],
    ['content-type', method, target, { ...headers, 'content-type': 'text/other' }, resource],
    ['content-md5', method, target, { ...headers, 'content-md5': 'AAAA' }, resource],
    ['date', method, target.replace('Expires=1', 'Expires=2'), later(headers), resource],
  ];
  for (const [what, verb, path, fields, named] of changed) {
    const request = signedRequest(verb, path, fields);
    expect(verifyOssV1(request, claimOf(request), secret, { resources: [named] }).ok, what).toBe(false);
  }
});

function later(headers: Record<string, string>): Record<string, string> {
  const name = 'x-oss-date' in headers ? 'x-oss-date' : 'date';
  return { ...headers, [name]: 'Fri, 30 Dec 2022 10:27:41 GMT' };
}

const CREDENTIALS = { accessKeyId: 'LTAItestid', accessKeySecret: 'testsecret' };
const AT_MS = Date.UTC(2026, 0, 1);
const OBJECT = { bucket: 'my-bucket', key: 'dir/a b+中?.txt' };

test('accepts what it signs, in the header and in the URL, with and without a token', () => {
  for (const credentials of [CREDENTIALS, { ...CREDENTIALS, securityToken: 'CAIS+/=' }]) {
    const signing = { method: 'PUT', resource: OBJECT, headers: { 'content-type': 'a/b' }, credentials, atMs: AT_MS };
    const byHeader = signedRequest('PUT', '/x?acl', {
      ...signing.headers,
      ...signOssV1({ ...signing, query: [['acl', '']] }),
    });
    const byUrl = signedRequest(
      'PUT',
      `/x?${queryText(presignOssV1({ ...signing, expiresSeconds: 60 }))}`,
      signing.headers,
    );
    for (const request of [byHeader, byUrl]) {
      const claim = claimOf(request);
      expect(claim.securityToken).toBe('securityToken' in credentials ? 'CAIS+/=' : undefined);
      expect(verifyOssV1(request, claim, 'testsecret', { resources: [OBJECT] }).ok).toBe(true);
      expect(checkOssV1Time(claim, AT_MS, SIGNATURE_WINDOW_MS)).toEqual({ state: 'ok' });
    }
  }
});

function queryText(pairs: readonly (readonly [string, string])[]): string {
  return pairs.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join('&');
}

test('says which reading of an ambiguous address was signed', () => {
  const asVirtualHost = { bucket: 'b', key: 'b/k' };
  const asPath = { bucket: 'b', key: 'k' };
  for (const signed of [asVirtualHost, asPath]) {
    const headers = signOssV1({ method: 'GET', resource: signed, credentials: CREDENTIALS, atMs: AT_MS });
    const request = signedRequest('GET', '/b/k', headers);
    const verdict = verifyOssV1(request, claimOf(request), 'testsecret', { resources: [asVirtualHost, asPath] });
    expect(verdict).toMatchObject({ ok: true, resource: signed });
  }
});

test('shows the first reading in a mismatch, and refuses when there is no reading at all', () => {
  const request = signedRequest('GET', '/b/k', { authorization: 'OSS ak:xxx', date: IN_2022 });
  const claim = claimOf(request);
  const resources = [
    { bucket: 'b', key: 'b/k' },
    { bucket: 'b', key: 'k' },
  ];
  expect(verifyOssV1(request, claim, 's', { resources })).toMatchObject({
    stringToSign: `GET\n\n\n${IN_2022}\n/b/b/k`,
  });
  expect(verifyOssV1(request, claim, 's', { resources: [] }).ok).toBe(false);
});

test.each([
  ['Java: an empty value with its equals sign', '/?acl=', '?acl='],
  ['go-sdk-v2: an unlisted name starting x-oss-', '/?x-oss-new-thing=1&prefix=p', '?x-oss-new-thing=1'],
  ['ali-oss: an unlisted sub-resource, next to paging', '/?brandNew=&prefix=p&max-keys=2', '?brandNew'],
  ['ali-oss: paging given as sub-resource', '/?acl&prefix=p', '?acl&prefix=p'],
])('tolerates %s', (_client, target, signedQuery) => {
  const stringToSign = `GET\n\n\n${IN_2022}\n/b/${signedQuery}`;
  const signature = createHmac('sha1', 's').update(stringToSign).digest('base64');
  const request = signedRequest('GET', target, { authorization: `OSS ak:${signature}`, date: IN_2022 });
  const verdict = verifyOssV1(request, claimOf(request), 's', { resources: [{ bucket: 'b' }] });
  expect(verdict).toMatchObject({ ok: true });
  expect(verdict).not.toMatchObject({ form: 'strict' });
});

test('takes the token from either header name', () => {
  const token = (name: string) =>
    claimOf(signedRequest('GET', '/', { authorization: 'OSS ak:s', [name]: 't' })).securityToken;
  expect(token('x-oss-security-token')).toBe('t');
  expect(token('security-token')).toBe('t');
});

test.each([
  ['OSS', undefined],
  ['OSS ', 'malformed-authorization'],
  ['OSS ak', 'malformed-authorization'],
  ['OSS :sig', 'malformed-authorization'],
  ['OSS ak:', 'malformed-authorization'],
  ['OSS2 AccessKeyId:ak,Signature:s', undefined],
  ['Basic abc', undefined],
])('reads the Authorization header %j as %s', (authorization, problem) => {
  expect(recogniseOssV1(signedRequest('GET', '/', { authorization }))?.problem).toBe(problem);
});

test.each([
  ['/k?Signature=s&Expires=1', 'OSSAccessKeyId'],
  ['/k?OSSAccessKeyId=ak&Expires=1', 'Signature'],
  ['/k?OSSAccessKeyId=ak&Signature=s', 'Expires'],
])('names the parameter that the signed URL %s lacks', (target, detail) => {
  expect(recogniseOssV1(signedRequest('GET', target))).toMatchObject({ problem: 'missing-url-parameter', detail });
});

test('refuses a signed URL that comes with an Authorization header', () => {
  const request = signedRequest('GET', '/k?OSSAccessKeyId=ak&Signature=s&Expires=1', { authorization: 'OSS ak:s' });
  expect(recogniseOssV1(request)).toMatchObject({ problem: 'two-signatures', accessKeyId: 'ak' });
});

test('holds a header date against 15 minutes either way, and a URL against its expiry', () => {
  const at = (date: string) => claimOf(signedRequest('GET', '/', { authorization: 'OSS ak:s', date }));
  const now = Date.UTC(2022, 11, 28, 10, 27, 41);
  const check = (claim: OssV1Claim, nowMs: number) => checkOssV1Time(claim, nowMs, SIGNATURE_WINDOW_MS).state;
  expect(check(at(IN_2022), now + SIGNATURE_WINDOW_MS)).toBe('ok');
  expect(check(at(IN_2022), now - SIGNATURE_WINDOW_MS)).toBe('ok');
  expect(check(at(IN_2022), now + SIGNATURE_WINDOW_MS + 1)).toBe('skewed');
  expect(check(at(IN_2022), now - SIGNATURE_WINDOW_MS - 1)).toBe('skewed');
  expect(check(at('yesterday'), now)).toBe('malformed');
  expect(check(at(''), now)).toBe('malformed');
  const url = (expires: string) => claimOf(signedRequest('GET', `/k?OSSAccessKeyId=ak&Signature=s&Expires=${expires}`));
  expect(check(url('1000'), 1_000_000)).toBe('ok');
  expect(checkOssV1Time(url('1000'), 1_000_001, 0)).toEqual({
    state: 'expired',
    expiresMs: 1_000_000,
    serverTimeMs: 1_000_001,
  });
  expect(check(url('-1'), 0)).toBe('expired');
  for (const broken of ['soon', '', '1.5', '9'.repeat(20)]) expect(check(url(broken), 0)).toBe('malformed');
});

test('verifies a query whose spaces came as plus signs and were kept so by the server', () => {
  const subresource = ['response-content-type', 'a b'] as const;
  const signing = { method: 'GET', resource: OBJECT, query: [subresource], credentials: CREDENTIALS, atMs: AT_MS };
  const request = signedRequest('GET', '/x?response-content-type=a+b', signOssV1(signing));
  const asReceived: SignedRequest = { ...request, query: [['response-content-type', 'a+b']] };
  expect(verifyOssV1(asReceived, claimOf(asReceived), 'testsecret', { resources: [OBJECT] })).toMatchObject({
    ok: true,
  });
});
