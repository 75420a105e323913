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

test('a rule by the last read needs a bucket that keeps track, which then says when that was', async () => {
  await server.oss.buckets.ensure({ name: 'tracked' });
  const put = (query: string, body: string) => call(server, { method: 'PUT', bucket: 'tracked', query, body });
  const moving = '<Days>3</Days><StorageClass>IA</StorageClass><IsAccessTime>true</IsAccessTime>';
  const rule = `<Prefix></Prefix><Status>Enabled</Status><Transition>${moving}<ReturnToStdWhenVisit>true</ReturnToStdWhenVisit><AllowSmallFile>true</AllowSmallFile></Transition>`;
  const rules = `<LifecycleConfiguration><Rule><ID>r</ID>${rule}</Rule></LifecycleConfiguration>`;
  const monitor = (status: string) =>
    put('accessmonitor', `<AccessMonitorConfiguration><Status>${status}</Status></AccessMonitorConfiguration>`);
  expect((await put('lifecycle', rules)).xml.Code).toBe('InvalidArgument');
  expect((await monitor('Enabled')).status).toBe(200);
  expect((await put('lifecycle', rules)).status).toBe(200);
  expect((await monitor('Disabled')).xml.Code).toBe('InvalidRequest');
  const { body } = await call(server, { method: 'GET', bucket: 'tracked', query: 'lifecycle' });
  expect(String(body)).toContain(moving);

  const client = aliOss(server, { endpoint: `http://127.0.0.1:${server.port}`, bucket: 'tracked' });
  await client.put('a', Buffer.from('x'));
  const headers = async () => (await client.head('a')).res.headers;
  const { 'x-oss-last-access-time': first = '', 'last-modified': written } = await headers();
  expect(Date.parse(first)).toBe(Date.parse(written ?? ''));
  expect((await client.getObjectMeta('a')).res.headers['x-oss-last-access-time']).toBe(first);
  const advance = (days: number) =>
    server.clock.advanceTo(server.clock.nowMs() + days * DAY_MS, async () => void (await server.facts()));
  await advance(5);
  expect((await headers())['x-oss-storage-class']).toBe('IA');
  expect(String((await client.get('a')).content)).toBe('x');
  const after = await headers();
  expect(after['x-oss-storage-class']).toBe('Standard');
  expect(Date.parse(after['x-oss-last-access-time'] ?? '') - Date.parse(first)).toBeGreaterThanOrEqual(
    5 * DAY_MS - 2000,
  );
});

test('versions and the markers over them go by rules of their own, read back as they were put', async () => {
  await server.oss.buckets.ensure({ name: 'versioned', versioning: 'Enabled' });
  const client = aliOss(server, { endpoint: `http://127.0.0.1:${server.port}`, bucket: 'versioned' });
  const rules = [
    {
      id: 'versions',
      prefix: 'logs/',
      status: 'Enabled' as const,
      expiration: { expiredObjectDeleteMarker: 'true' },
      noncurrentVersionExpiration: { noncurrentDays: '3' },
      noncurrentVersionTransition: { noncurrentDays: '1', storageClass: 'IA' },
    },
  ];
  await client.putBucketLifecycle('versioned', structuredClone(rules) as never);
  expect((await client.getBucketLifecycle('versioned')).rules).toEqual(rules);
  await client.put('logs/a', Buffer.from('1'));
  await client.put('logs/a', Buffer.from('22'));
  await client.delete('logs/a');
  await client.put('kept', Buffer.from('x'));
  await client.delete('kept');
  const list = async () => {
    const { objects, deleteMarker } = await client.getBucketVersions({ 'max-keys': '100' });
    const named = objects as unknown as { name: string; size: number; storageClass: string }[];
    return [
      named.map(({ name, size, storageClass }) => `${name} ${size} ${storageClass}`),
      (deleteMarker as { name: string }[]).map(({ name }) => name),
    ];
  };
  const advance = (days: number) =>
    server.clock.advanceTo(server.clock.nowMs() + days * DAY_MS, async () => void (await server.facts()));
  await advance(2);
  expect(await list()).toEqual([
    ['kept 1 Standard', 'logs/a 2 IA', 'logs/a 1 IA'],
    ['kept', 'logs/a'],
  ]);
  await advance(2);
  expect(await list()).toEqual([['kept 1 Standard'], ['kept']]);
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
