/** A MinIO that others use too: what they put, overwrite and remove there is what OSS says, without an event. */
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import { type AliOss, aliOss } from '../support/ali-oss.ts';
import { type MinioServer, startMinio } from '../support/minio-server.ts';
import { type OssServer, startOssServer } from '../support/oss-server.ts';
import { until } from '../support/processes.ts';

const BUCKET = 'my-bucket';
/** Also how often changes are looked for where MinIO does not tell of them at once. */
const LIMIT_MS = 1_000;

let minio: MinioServer;
beforeAll(async () => {
  minio = await startMinio();
});
afterAll(() => minio.kill());
beforeEach(() => minio.empty());

async function node(): Promise<{ server: OssServer; client: AliOss }> {
  const server = await startOssServer({ minio: { ...minio, limitMs: LIMIT_MS } });
  onTestFinished(() => server.close());
  return { server, client: aliOss(server) };
}

async function textOf(client: AliOss, key: string): Promise<string | number> {
  return client.get(key).then(
    ({ content }) => content.toString(),
    (error: { status: number }) => error.status,
  );
}

test('what others put, overwrite and remove is taken in, and no event tells of it', async () => {
  const { server, client } = await node();
  await client.putBucket(BUCKET);
  await client.put('ours', Buffer.from('ours'));
  await minio.client.putObject(BUCKET, 'dir/theirs', 'theirs', 6, { 'Content-Type': 'text/x-test', colour: 'green' });
  await until('it is there', async () => (await textOf(client, 'dir/theirs')) === 'theirs');
  const { res } = await client.head('dir/theirs');
  expect(res.headers).toMatchObject({
    'content-type': 'text/x-test',
    'x-oss-meta-colour': 'green',
    'x-oss-object-type': 'Normal',
    'x-oss-hash-crc64ecma': expect.stringMatching(/^\d+$/),
    etag: expect.stringMatching(/^"[0-9A-F]{32}"$/),
  });
  await minio.client.putObject(BUCKET, 'ours', 'changed');
  await until('it is another', async () => (await textOf(client, 'ours')) === 'changed');
  await minio.client.removeObject(BUCKET, 'dir/theirs');
  await until('it is gone', async () => (await textOf(client, 'dir/theirs')) === 404);
  expect((await client.list({})).objects.map(({ name }) => name)).toEqual(['ours']);
  expect((await server.facts()).map(({ eventName }) => eventName)).toEqual([
    'BucketCreated:PutBucket',
    'ObjectCreated:PutObject',
  ]);
});

test('two nodes on one MinIO serve the same objects, with what S3 has no word for', async () => {
  const first = await node();
  await first.client.putBucket(BUCKET);
  const headers = { 'x-oss-storage-class': 'IA', 'x-oss-object-acl': 'public-read', 'x-oss-tagging': 'a=1' };
  await first.client.put('k', Buffer.from('one'), { headers });
  await first.client.putSymlink('link', 'k');
  const second = await node();
  expect(await textOf(second.client, 'k')).toBe('one');
  expect((await second.client.getACL('k')).acl).toBe('public-read');
  expect((await second.client.getObjectTagging('k')).tag).toEqual({ a: '1' });
  expect((await second.client.getSymlink('link')).targetName).toBe('k');
  const { res } = await second.client.head('k');
  expect(res.headers).toMatchObject({ 'x-oss-storage-class': 'IA', etag: '"F97C5D29941BFB1B2FDAB0874906AB82"' });
  await second.client.put('k', Buffer.from('two'));
  await until('the first node has it', async () => (await textOf(first.client, 'k')) === 'two');
  await first.client.delete('k');
  await until('it is gone from the second', async () => (await textOf(second.client, 'k')) === 404);
});

test('a bucket that others made is not touched until it is asked for, and then its objects are served', async () => {
  await minio.client.makeBucket('theirs-bucket');
  await minio.client.putObject('theirs-bucket', 'k', 'v');
  const { client } = await node();
  expect((await client.listBuckets()).buckets ?? []).toEqual([]);
  client.useBucket('theirs-bucket');
  expect(await textOf(client, 'k')).toBe(404);
  await client.putBucket('theirs-bucket');
  expect(await textOf(client, 'k')).toBe('v');
});

test('a bucket that another node makes is shown, and one that others take away is gone', async () => {
  const [first, second] = [await node(), await node()];
  const buckets = async () => ((await second.client.listBuckets()).buckets ?? []).map(({ name }) => name);
  await first.client.putBucket(BUCKET);
  await until('the other node shows it', async () => String(await buckets()) === BUCKET);
  await minio.client.removeBucket(BUCKET);
  await until('it is gone', async () => String(await buckets()) === '');
});

test('a bucket in which others put something in the last moment is not deleted', async () => {
  const { client } = await node();
  await client.putBucket(BUCKET);
  await minio.kill();
  await minio.start();
  await minio.client.putObject(BUCKET, 'late', 'v');
  await expect(client.deleteBucket(BUCKET)).rejects.toMatchObject({ status: 409, code: 'BucketNotEmpty' });
  expect(await textOf(client, 'late')).toBe('v');
});

test('keys that MinIO can’t have are kept and listed all the same', async () => {
  const { client } = await node();
  await client.putBucket(BUCKET);
  const keys = ['a', 'a/b', 'a//b', 'a/b/', 'x'.repeat(300), `back\\slash`, '.localyun-keys/mine'];
  for (const key of keys) await client.put(key, Buffer.from(key));
  expect((await client.list({ 'max-keys': 100 })).objects.map(({ name }) => name).sort()).toEqual([...keys].sort());
  for (const key of keys) expect(await textOf(client, key)).toBe(key);
  const { client: second } = await node();
  for (const key of keys) expect(await textOf(second, key)).toBe(key);
});

test('versions and delete markers stand there as they stand here', async () => {
  const { client } = await node();
  await client.putBucket(BUCKET);
  await client.putBucketVersioning(BUCKET, 'Enabled');
  await client.put('k', Buffer.from('one'));
  await client.put('k', Buffer.from('two'));
  await client.delete('k');
  const there = async () => {
    const found: string[] = [];
    for await (const { name, isDeleteMarker, isLatest } of minio.client.listObjects(BUCKET, '', true, {
      IncludeVersion: true,
    }))
      found.push(`${name}${isDeleteMarker ? ' marker' : ''}${isLatest ? ' latest' : ''}`);
    return found.sort();
  };
  expect(await there()).toEqual(['k', 'k', 'k marker latest']);
  const { objects, deleteMarker } = await client.getBucketVersions();
  await client.delete('k', { versionId: deleteMarker[0]?.versionId });
  expect(await there()).toEqual(['k', 'k latest']);
  for (const { versionId } of objects) await client.delete('k', { versionId });
  expect(await there()).toEqual([]);
});
