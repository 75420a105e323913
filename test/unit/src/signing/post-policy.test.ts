/** The signature of a form: the computed vectors of both versions, and fields that make none. */
import { describe, expect, test } from 'vitest';
import { recognisePost, signPolicy, verifyPost } from '../../../../src/signing/post-policy.ts';

const SECRET = 'testsecret';
const V1_POLICY =
  'eyJleHBpcmF0aW9uIjoiMjAzMC0wMS0wMVQwMDowMDowMC4wMDBaIiwiY29uZGl0aW9ucyI6W3siYnVja2V0IjoibXktYnVja2V0In0sWyJjb250ZW50LWxlbmd0aC1yYW5nZSIsMCwxMDQ4NTc2XV19';
const V4_POLICY = Buffer.from(
  '{"expiration":"2030-01-01T00:00:00.000Z","conditions":[{"bucket":"my-bucket"},{"x-oss-credential":"LTAItestid/20260101/cn-hangzhou/oss/aliyun_v4_request"},{"x-oss-date":"20260101T000000Z"},{"x-oss-signature-version":"OSS4-HMAC-SHA256"},["content-length-range",0,1048576]]}',
).toString('base64');
const V4_SIGNATURE = 'c6633431f4e8cdc9508b08d08056d245b075af737e92af6440a13840b869c029';

const v1 = { ossaccesskeyid: 'LTAItestid', policy: V1_POLICY, signature: 'MZpwrAn3xGNkfgUMb+Q9+KIpZZg=' };
const v4 = {
  'x-oss-signature-version': 'OSS4-HMAC-SHA256',
  'x-oss-credential': 'LTAItestid/20260101/cn-hangzhou/oss/aliyun_v4_request',
  'x-oss-date': '20260101T000000Z',
  'x-oss-signature': V4_SIGNATURE,
  policy: V4_POLICY,
};
const recognise = (fields: Record<string, string>) => recognisePost(new Map(Object.entries(fields)));

describe.each([
  ['v1', v1],
  ['v4', v4],
] as const)('%s', (scheme, fields) => {
  test('verifies its vector, and nothing else', () => {
    const claim = recognise(fields);
    if (claim?.scheme !== scheme) throw new Error('not recognised');
    expect(claim.accessKeyId).toBe('LTAItestid');
    expect(verifyPost(claim, SECRET)).toBe(true);
    expect(verifyPost(claim, 'other')).toBe(false);
    expect(verifyPost({ ...claim, policy: `${claim.policy}=` }, SECRET)).toBe(false);
    expect(verifyPost({ ...claim, signature: '' }, SECRET)).toBe(false);
  });

  test('carries the token of a temporary key', () => {
    expect(recognise({ ...fields, 'x-oss-security-token': 'tok' })).toMatchObject({ securityToken: 'tok' });
  });

  test.each(Object.keys(fields))('says that %s is missing', (name) => {
    const claim = recognise({ ...fields, [name]: '' });
    expect(claim).toMatchObject({ scheme: undefined, problem: 'missing' });
    expect((claim as { field: string }).field.toLowerCase()).toBe(name);
  });
});

test('a form without any of the fields is nobody’s', () => {
  expect(recognise({ key: 'k' })).toBeUndefined();
});

test.each([
  { 'x-oss-signature-version': 'OSS5' },
  { 'x-oss-credential': 'LTAItestid/20260101' },
  { 'x-oss-date': '20260102T000000Z' },
])('says that %j is malformed', (change) => {
  expect(recognise({ ...v4, ...change })).toMatchObject({ scheme: undefined, problem: 'malformed' });
});

test('signs what it verifies', () => {
  expect(signPolicy(V1_POLICY, SECRET, 'v1')).toBe(v1.signature);
  expect(signPolicy(V4_POLICY, SECRET, { day: '20260101', region: 'cn-hangzhou', product: 'oss' })).toBe(V4_SIGNATURE);
});
