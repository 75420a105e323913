/** Which OSS signature a request is found to carry. */

import { expect, test } from 'vitest';
import { recogniseOss } from '../../../../src/signing/oss.ts';
import { signedRequest } from '../../../../src/signing/signed-request.ts';

const V4 = 'OSS4-HMAC-SHA256 Credential=ak/20260101/r/oss/aliyun_v4_request,Signature=ff';

test.each([
  ['anonymous', '/k', {}, undefined, undefined],
  ['anonymous with unknown parameters', '/k?Expires=1&x=y', {}, undefined, undefined],
  ['V1 in the header', '/k', { authorization: 'OSS ak:s' }, 'oss-v1', undefined],
  ['V1 in the URL', '/k?OSSAccessKeyId=ak&Expires=1&Signature=s', {}, 'oss-v1', undefined],
  ['V4 in the header', '/k', { authorization: V4, 'x-oss-date': '20260101T000000Z' }, 'oss-v4', undefined],
  [
    'V4 and a signed V1 URL',
    '/k?OSSAccessKeyId=ak&Expires=1&Signature=s',
    { authorization: V4 },
    'oss-v1',
    'two-signatures',
  ],
  ['V2 in the header', '/k', { authorization: 'OSS2 AccessKeyId:ak,Signature:s' }, 'oss-v2', undefined],
  [
    'V2 in the URL',
    '/k?x-oss-signature-version=OSS2&x-oss-access-key-id=ak&x-oss-expires=1&x-oss-signature=s',
    {},
    'oss-v2',
    undefined,
  ],
  ['half a V2 URL', '/k?x-oss-signature-version=OSS2&x-oss-signature=s', {}, 'oss-v2', 'missing-url-parameter'],
  [
    'V4 and a signed V2 URL',
    '/k?x-oss-signature-version=OSS2&x-oss-signature=s',
    { authorization: V4 },
    'oss-v2',
    'two-signatures',
  ],
  ['S3 in the header', '/k', { authorization: 'AWS4-HMAC-SHA256 Credential=x' }, 'oss-unserved', 'unserved-scheme'],
  ['S3 in the URL', '/k?X-Amz-Algorithm=AWS4-HMAC-SHA256', {}, 'oss-unserved', 'unserved-scheme'],
])('recognises %s', (_what, target, headers, scheme, problem) => {
  const claim = recogniseOss(signedRequest('GET', target, headers as Record<string, string>));
  expect(claim?.scheme).toBe(scheme);
  expect(claim?.problem).toBe(problem);
});

test('names the scheme that is not served', () => {
  const detail = (authorization: string) => recogniseOss(signedRequest('GET', '/', { authorization }));
  expect(detail('AWS4-HMAC-SHA256 Credential=ak')).toMatchObject({ detail: 'AWS4-HMAC-SHA256' });
  expect(detail('Bearer x')).toMatchObject({ detail: 'Bearer' });
});
