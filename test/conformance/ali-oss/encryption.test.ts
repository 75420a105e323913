/** Server-side encryption of objects: what is asked for, what a bucket says, and what every answer tells. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AliOss, aliOss } from '../../support/ali-oss.ts';
import { type OssServer, startOssServer } from '../../support/oss-server.ts';
import { call } from '../../support/signed-oss.ts';

let server: OssServer;
let client: AliOss;
beforeAll(async () => {
  server = await startOssServer();
  client = aliOss(server, { sldEnable: true });
  await server.oss.buckets.ensure({ name: 'my-bucket' });
  await server.oss.buckets.ensure({ name: 'kms-bucket' });
  await client.putBucketEncryption('kms-bucket', { SSEAlgorithm: 'KMS', KMSMasterKeyID: 'bucket-key' });
});
afterAll(() => server.close());

const PREFIX = 'x-oss-server-side-';
/** Of encryption alone, without the long prefix. */
function told(headers: Record<string, string>): Record<string, string> {
  const entries = Object.entries(headers).filter(([name]) => name.startsWith(PREFIX));
  return Object.fromEntries(entries.map(([name, value]) => [name.slice(PREFIX.length), value]));
}
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const asking = (algorithm?: string, data?: string, keyId?: string) => ({
  ...(algorithm === undefined ? {} : { [`${PREFIX}encryption`]: algorithm }),
  ...(data === undefined ? {} : { [`${PREFIX}data-encryption`]: data }),
  ...(keyId === undefined ? {} : { [`${PREFIX}encryption-key-id`]: keyId }),
});

test.each([
  ['nothing', asking(), {}],
  ['AES256', asking('AES256'), { encryption: 'AES256' }],
  ['SM4', asking('SM4', 'SM4'), { encryption: 'SM4' }],
  ['KMS', asking('KMS'), { encryption: 'KMS', 'encryption-key-id': expect.stringMatching(UUID) }],
  [
    'KMS with a key and SM4',
    asking('KMS', 'SM4', 'key-1'),
    { encryption: 'KMS', 'encryption-key-id': 'key-1', 'data-encryption': 'SM4' },
  ],
  ['data encryption alone', asking(undefined, 'SM4'), {}],
])('%s is what every answer about the object tells', async (_what, headers, expected) => {
  expect(told((await client.put('k', Buffer.from('x'), { headers })).res.headers)).toEqual(expected);
  expect(told((await client.get('k')).res.headers)).toEqual(expected);
  expect(told((await client.head('k')).res.headers)).toEqual(expected);
});

test.each([
  ['an unknown algorithm', asking('aes256'), 'InvalidEncryptionAlgorithmError'],
  ['unknown data encryption', asking('KMS', 'AES'), 'InvalidEncryptionAlgorithmError'],
  ['a key without KMS', asking(undefined, undefined, 'key-1'), 'InvalidArgument'],
  ["the client's own key", { [`${PREFIX}encryption-customer-algorithm`]: 'AES256' }, 'NotImplemented'],
])('refuses %s and stores nothing', async (_what, headers, code) => {
  await expect(client.put('refused', Buffer.from('x'), { headers })).rejects.toMatchObject({ code });
  await expect(client.head('refused')).rejects.toMatchObject({ status: 404 });
});

test('a copy has what it asks for or its bucket says, and never what its source had', async () => {
  await client.put('source', Buffer.from('x'), { headers: asking('SM4') });
  await client.copy('copy', 'source');
  expect(told((await client.head('copy')).res.headers)).toEqual({});
  await client.copy('copy', 'source', { headers: asking('AES256') });
  expect(told((await client.head('copy')).res.headers)).toEqual({ encryption: 'AES256' });
  const inKms = aliOss(server, { sldEnable: true, bucket: 'kms-bucket' });
  await inKms.copy('copy', 'source', 'my-bucket');
  const expected = { encryption: 'KMS', 'encryption-key-id': 'bucket-key' };
  expect(told((await inKms.head('copy')).res.headers)).toEqual(expected);
  await inKms.put('own', Buffer.from('x'), { headers: asking('AES256') });
  expect(told((await inKms.head('own')).res.headers)).toEqual({ encryption: 'AES256' });
});

test('an upload tells it with each step, and its object has it', async () => {
  const headers = asking('AES256');
  const upload = { bucket: 'my-bucket', key: 'large' };
  const begun = await call(server, { method: 'POST', ...upload, query: 'uploads', headers });
  expect(told(begun.headers)).toEqual({ encryption: 'AES256' });
  const uploadId = String(begun.xml.UploadId);
  const part = await call(server, {
    method: 'PUT',
    ...upload,
    query: [
      ['partNumber', '1'],
      ['uploadId', uploadId],
    ],
    body: 'part',
  });
  expect(told(part.headers)).toEqual({ encryption: 'AES256' });
  const parts = [{ number: 1, etag: part.headers.etag ?? '' }];
  const done = await client.completeMultipartUpload('large', uploadId, parts);
  expect(told(done.res.headers)).toEqual({ encryption: 'AES256' });
  expect(told((await client.head('large')).res.headers)).toEqual({ encryption: 'AES256' });
});

test('appends keep what the first one said', async () => {
  await client.append('log', Buffer.from('a'), { headers: asking('AES256') });
  const second = await client.append('log', Buffer.from('b'), { position: '1' });
  expect(told(second.res.headers)).toEqual({ encryption: 'AES256' });
  await server.oss.reset();
});

test('a bucket that is made with encryption has it as its rule', async () => {
  const put = (bucket: string, headers: Record<string, string>) => call(server, { method: 'PUT', bucket, headers });
  expect((await put('sm4-bucket', asking('KMS', 'SM4', 'key-1'))).status).toBe(200);
  expect((await client.getBucketEncryption('sm4-bucket')).encryption).toEqual({
    SSEAlgorithm: 'KMS',
    KMSMasterKeyID: 'key-1',
    KMSDataEncryption: 'SM4',
  });
  expect(await put('odd-bucket', asking('ROT13'))).toMatchObject({ xml: { Code: 'InvalidEncryptionAlgorithmError' } });
  expect((await call(server, { method: 'GET', bucket: 'odd-bucket', query: 'acl' })).status).toBe(404);
});
