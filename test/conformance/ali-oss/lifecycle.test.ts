/** Lifecycle: ali-oss sets the rules, and the kernel's clock carries them out. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AliOss, aliOss, CLIENT_FORMS } from '../../support/ali-oss.ts';
import { type OssServer, startOssServer } from '../../support/oss-server.ts';
import { call } from '../../support/signed-oss.ts';

const DAY_MS = 86_400_000;

let server: OssServer;
beforeAll(async () => {
  server = await startOssServer();
  await server.oss.buckets.ensure({ name: 'my-bucket' });
});
afterAll(() => server.close());

describe.each(CLIENT_FORMS)('$name', ({ options }) => {
  const make = (): AliOss => aliOss(server, { ...options(server), bucket: 'my-bucket' });

  test('rules are put, read and deleted', async () => {
    const client = make();
    await expect(client.getBucketLifecycle('my-bucket')).rejects.toMatchObject({
      status: 404,
      code: 'NoSuchLifecycle',
      message: 'No Row found in Lifecycle Table.',
    });
    await client.putBucketLifecycle('my-bucket', [
      { id: 'old', prefix: 'uploads/', status: 'Enabled', expiration: { days: '30' } },
      {
        id: 'cold',
        prefix: 'logs/',
        status: 'Disabled',
        transition: { createdBeforeDate: '2026-01-01T00:00:00.000Z', storageClass: 'Archive' },
        abortMultipartUpload: { days: '3' },
      },
    ]);
    expect((await client.getBucketLifecycle('my-bucket')).rules).toEqual([
      { id: 'old', prefix: 'uploads/', status: 'Enabled', expiration: { days: '30' } },
      {
        id: 'cold',
        prefix: 'logs/',
        status: 'Disabled',
        transition: { createdBeforeDate: '2026-01-01T00:00:00.000Z', storageClass: 'Archive' },
        abortMultipartUpload: { days: '3' },
      },
    ]);
    expect((await client.deleteBucketLifecycle('my-bucket')).res.status).toBe(204);
  });
});

test('an object says when it goes, and is gone at that midnight of the kernel’s clock', async () => {
  const client = aliOss(server, { endpoint: `http://127.0.0.1:${server.port}`, bucket: 'my-bucket' });
  await client.putBucketLifecycle('my-bucket', [
    { id: 'old', prefix: 'uploads/', status: 'Enabled', expiration: { days: '2' } },
  ]);
  await client.put('uploads/photo', Buffer.from('x'));
  await client.put('kept', Buffer.from('x'));
  const expiration = (await client.head('uploads/photo')).res.headers['x-oss-expiration'] ?? '';
  const [, date] = /^expiry-date="(.* 00:00:00 GMT)", rule-id="old"$/.exec(expiration) ?? [];
  expect((await client.get('uploads/photo')).res.headers['x-oss-expiration']).toBe(expiration);
  expect((await client.head('kept')).res.headers).not.toHaveProperty('x-oss-expiration');

  const dueMs = Date.parse(date ?? '');
  expect(dueMs - server.clock.nowMs()).toBeGreaterThan(2 * DAY_MS - 1000);
  const settle = async () => void (await server.facts());
  await server.clock.advanceTo(dueMs - 1000, settle);
  expect((await client.head('uploads/photo')).status).toBe(200);
  await server.clock.advanceTo(dueMs, settle);
  await expect(client.head('uploads/photo')).rejects.toMatchObject({ code: 'NoSuchKey' });
  expect((await client.head('kept')).status).toBe(200);
});

test.each([
  [
    'NoncurrentVersionExpiration',
    '<NoncurrentVersionExpiration><NoncurrentDays>1</NoncurrentDays></NoncurrentVersionExpiration>',
  ],
  [
    'IsAccessTime',
    '<Transition><Days>1</Days><StorageClass>IA</StorageClass><IsAccessTime>true</IsAccessTime></Transition>',
  ],
])('%s is refused by its name', async (name, inner) => {
  const body = `<LifecycleConfiguration><Rule><Prefix></Prefix><Status>Enabled</Status>${inner}</Rule></LifecycleConfiguration>`;
  const reply = await call(server, { method: 'PUT', bucket: 'my-bucket', query: 'lifecycle', body });
  expect(reply.status).toBe(400);
  expect(reply.xml).toMatchObject({ Code: 'NotImplemented', Message: expect.stringContaining(name) });
});

test('a rule may ask for tags, and takes the days of old callers beside its expiration', async () => {
  const client = aliOss(server, { endpoint: `http://127.0.0.1:${server.port}`, bucket: 'my-bucket' });
  const tag = { key: 'kind', value: 'draft' };
  await client.putBucketLifecycle('my-bucket', [
    { id: 'tagged', prefix: 'uploads/', status: 'Enabled', expiration: { days: '2' }, tag },
    { id: 'old', prefix: 'logs/', status: 'Enabled', days: '3' },
  ]);
  expect((await client.getBucketLifecycle('my-bucket')).rules).toEqual([
    { id: 'tagged', prefix: 'uploads/', status: 'Enabled', expiration: { days: '2' }, tag: [tag] },
    { id: 'old', prefix: 'logs/', status: 'Enabled', expiration: { days: '3' } },
  ]);
  const headers = { 'x-oss-tagging': 'kind=draft' };
  await client.put('uploads/draft', Buffer.from('x'), { headers });
  await client.put('uploads/kept', Buffer.from('x'));
  expect((await client.head('uploads/draft')).res.headers['x-oss-expiration']).toContain('rule-id="tagged"');
  expect((await client.head('uploads/kept')).res.headers).not.toHaveProperty('x-oss-expiration');
});

test('days beside an expiration that says otherwise are refused', async () => {
  const body =
    '<LifecycleConfiguration><Rule><Prefix></Prefix><Status>Enabled</Status><Days>2</Days><Expiration><Days>1</Days></Expiration></Rule></LifecycleConfiguration>';
  const reply = await call(server, { method: 'PUT', bucket: 'my-bucket', query: 'lifecycle', body });
  expect(reply).toMatchObject({ status: 400, xml: { Code: 'MalformedXML' } });
});

test('overlapping rules are refused, unless the header allows them', async () => {
  const rule = (prefix: string) =>
    `<Rule><Prefix>${prefix}</Prefix><Status>Enabled</Status><Expiration><Days>1</Days></Expiration></Rule>`;
  const put = (headers: Record<string, string>) =>
    call(server, {
      method: 'PUT',
      bucket: 'my-bucket',
      query: 'lifecycle',
      headers,
      body: `<LifecycleConfiguration>${rule('x/')}${rule('x/y/')}</LifecycleConfiguration>`,
    });
  expect((await put({})).xml).toMatchObject({
    Code: 'InvalidArgument',
    Message: 'Overlap for same action type Expiration',
  });
  expect((await put({ 'x-oss-allow-same-action-overlap': 'true' })).status).toBe(200);
});
