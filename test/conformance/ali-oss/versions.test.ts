/** ali-oss and versions: what is overwritten or deleted stays, and is read, listed and removed by its id. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AliOss, aliOss, CLIENT_FORMS } from '../../support/ali-oss.ts';
import { type OssServer, startOssServer } from '../../support/oss-server.ts';
import { call } from '../../support/signed-oss.ts';

let server: OssServer;
let client: AliOss;
beforeAll(async () => {
  server = await startOssServer();
  for (const name of ['my-bucket', 'kept', 'paused', 'asked', 'plain']) await server.oss.buckets.ensure({ name });
  const [form] = CLIENT_FORMS;
  client = aliOss(server, form?.options(server) ?? {});
});
afterAll(() => server.close());

const UNKNOWN = 'CAEQMxiBgICAof2D0BYiIDJhMGE3N2M1YTI1NDQzOGY5NTkyNTI3MGYyMzJmAAAA';

async function versioned(bucket: string, status = 'Enabled') {
  client.useBucket(bucket);
  await client.putBucketVersioning(bucket, status);
}

async function put(key: string, text: string): Promise<string> {
  const { res } = await client.put(key, Buffer.from(text));
  return res.headers['x-oss-version-id'] ?? '';
}

const read = async (key: string, versionId?: string) => String((await client.get(key, { versionId })).content);

test('versioning is unset, then what it was set to, and a second PutBucket leaves it', async () => {
  client.useBucket('kept');
  expect((await client.getBucketVersioning('kept')).versionStatus).toBeUndefined();
  expect((await client.getBucketInfo('kept')).bucket).not.toHaveProperty('Versioning');
  for (const status of ['Enabled', 'Suspended']) {
    await client.putBucketVersioning('kept', status);
    await client.putBucket('kept');
    await client.putBucketACL('kept', 'private');
    await server.oss.buckets.ensure({ name: 'kept' });
    expect((await client.getBucketVersioning('kept')).versionStatus).toBe(status);
    expect((await client.getBucketInfo('kept')).bucket.Versioning).toBe(status);
  }
  for (const status of ['', 'enabled', 'Off']) {
    const body = `<VersioningConfiguration><Status>${status}</Status></VersioningConfiguration>`;
    const reply = await call(server, { method: 'PUT', bucket: 'kept', query: 'versioning', body });
    expect([reply.status, reply.xml.Code]).toEqual([400, 'MalformedXML']);
  }
  expect((await client.getBucketVersioning('kept')).versionStatus).toBe('Suspended');
});

test('a version stays readable by its id under a newer one and a delete marker', async () => {
  await versioned('my-bucket');
  const first = await put('k', 'one');
  const second = await put('k', 'second');
  expect(first).toMatch(/^CAEQ[\w-]{60}$/);
  expect([await read('k'), await read('k', first), await read('k', second)]).toEqual(['second', 'one', 'second']);
  expect((await client.head('k', { versionId: first })).res.headers).toMatchObject({
    'x-oss-version-id': first,
    'content-length': '3',
  });

  const { headers } = (await client.delete('k')).res;
  const marker = headers['x-oss-version-id'] ?? '';
  expect(headers['x-oss-delete-marker']).toBe('true');
  await expect(client.get('k')).rejects.toMatchObject({ status: 404, code: 'NoSuchKey' });
  const gone = await call(server, { method: 'GET', bucket: 'my-bucket', key: 'k' });
  expect(gone.headers).toMatchObject({ 'x-oss-delete-marker': 'true', 'x-oss-version-id': marker });
  const named = await call(server, { method: 'GET', bucket: 'my-bucket', key: 'k', query: [['versionId', marker]] });
  expect([named.status, named.headers.allow, named.xml.Code]).toEqual([405, 'DELETE', 'MethodNotAllowed']);
  await expect(client.append('k', Buffer.from('x'))).rejects.toMatchObject({ code: 'ObjectNotAppendable' });

  const listing = await client.getBucketVersions({ prefix: 'k' });
  expect(listing.objects).toMatchObject([
    { name: 'k', versionId: second, isLatest: false, size: 6 },
    { name: 'k', versionId: first, isLatest: false, size: 3 },
  ]);
  expect(listing.deleteMarker).toMatchObject([{ name: 'k', versionId: marker }]);

  const unmarked = await client.delete('k', { versionId: marker });
  expect(unmarked.res.headers).toMatchObject({ 'x-oss-delete-marker': 'true', 'x-oss-version-id': marker });
  expect(await read('k')).toBe('second');
  const removed = await client.delete('k', { versionId: second });
  expect(removed.res.headers).not.toHaveProperty('x-oss-delete-marker');
  expect(await read('k')).toBe('one');
});

test('a copy brings an older version back, and says which it was', async () => {
  await versioned('my-bucket');
  const old = await put('back', 'old');
  await put('back', 'newer');
  const { res } = await client.copy('back', 'back', { versionId: old });
  expect(res.headers['x-oss-copy-source-version-id']).toBe(old);
  expect(res.headers['x-oss-version-id']).not.toBe(old);
  expect(await read('back')).toBe('old');
  await expect(client.copy('x', 'back', { versionId: UNKNOWN })).rejects.toMatchObject({ code: 'NoSuchVersion' });
});

test('many versions are deleted in one call, each named once or twice', async () => {
  await versioned('my-bucket');
  const one = await put('many', '1');
  await put('many', '2');
  const named = { key: 'many', versionId: one };
  const { deleted } = await client.deleteMulti([named, named, { key: 'many' }]);
  expect(deleted).toHaveLength(3);
  expect(deleted[0]).toMatchObject({ Key: 'many', VersionId: one });
  expect(deleted[2]).toMatchObject({ Key: 'many', DeleteMarker: 'true' });
  const { objects, deleteMarker } = await client.getBucketVersions({ prefix: 'many' });
  expect([objects.length, deleteMarker[0]?.versionId]).toEqual([1, deleted[2]?.DeleteMarkerVersionId]);
});

test('while versioning is suspended the version called null is replaced, and the others stay', async () => {
  await versioned('paused');
  const kept = await put('k', 'kept');
  await versioned('paused', 'Suspended');
  expect([await put('k', 'a'), await put('k', 'b')]).toEqual(['null', 'null']);
  expect([await read('k', 'null'), await read('k', kept)]).toEqual(['b', 'kept']);
  await client.put('k', Buffer.from('c'), { headers: { 'x-oss-forbid-overwrite': 'true' } });
  expect(await read('k')).toBe('c');
  await expect(client.deleteBucket('paused')).rejects.toMatchObject({ code: 'BucketNotEmpty' });
});

test('pages of versions go on where the last one ended', async () => {
  await versioned('asked');
  const ids = [await put('a', '1'), await put('a', '2'), await put('b', '3')];
  const found: string[] = [];
  let query: Record<string, unknown> = { maxKeys: 1 };
  for (let more = true; more; ) {
    const page = await client.getBucketVersions(query);
    found.push(...page.objects.map(({ versionId }) => versionId));
    query = { maxKeys: 1, keyMarker: page.nextKeyMarker, versionIdMarker: page.nextVersionIdMarker };
    more = page.isTruncated;
  }
  expect(found).toEqual([ids[1], ids[0], ids[2]]);
  const reply = await call(server, {
    method: 'GET',
    bucket: 'asked',
    query: [
      ['versions', ''],
      ['version-id-marker', 'null'],
    ],
  });
  expect([reply.status, reply.xml.Code]).toEqual([400, 'InvalidArgument']);
});

test('ACL and tags belong to one version', async () => {
  await versioned('asked');
  const old = await put('own', 'old');
  await put('own', 'new');
  const query: [string, string][] = [['versionId', old]];
  const put1 = await call(server, {
    method: 'PUT',
    bucket: 'asked',
    key: 'own',
    query: [['acl', ''], ...query],
    headers: { 'x-oss-object-acl': 'public-read' },
  });
  expect([put1.status, put1.headers['x-oss-version-id']]).toEqual([200, old]);
  const acl = async (named: [string, string][]) =>
    (await call(server, { method: 'GET', bucket: 'asked', key: 'own', query: [['acl', ''], ...named] })).xml;
  expect(await acl(query)).toMatchObject({ AccessControlList: { Grant: 'public-read' } });
  expect(await acl([])).toMatchObject({ AccessControlList: { Grant: 'default' } });
  const body = '<Tagging><TagSet><Tag><Key>a</Key><Value>1</Value></Tag></TagSet></Tagging>';
  await call(server, { method: 'PUT', bucket: 'asked', key: 'own', query: [['tagging', ''], ...query], body });
  const tagged = (versionId?: string) => client.head('own', { versionId });
  expect((await tagged(old)).res.headers['x-oss-tagging-count']).toBe('1');
  expect((await tagged()).res.headers).not.toHaveProperty('x-oss-tagging-count');
});

test('a version id that is none is refused before one that is not there', async () => {
  client.useBucket('asked');
  for (const method of ['GET', 'DELETE'])
    for (const bad of ['nonsense', 'CAE', `CAE${'x'.repeat(254)}`, '../x']) {
      const reply = await call(server, { method, bucket: 'asked', key: 'own', query: [['versionId', bad]] });
      expect([reply.status, reply.xml.Code]).toEqual([400, 'InvalidArgument']);
    }
  const empty = await call(server, { method: 'GET', bucket: 'asked', key: 'own', query: 'versionId' });
  expect(empty.xml).toMatchObject({ Code: 'InvalidArgument', Message: 'Version id can not be the empty string.' });
  await expect(client.get('own', { versionId: UNKNOWN })).rejects.toMatchObject({ status: 404, code: 'NoSuchVersion' });
  expect((await client.delete('own', { versionId: UNKNOWN })).res.status).toBe(204);
});

test('a bucket that never had versioning sends no version header, and its objects are the version called null', async () => {
  client.useBucket('plain');
  expect(await put('k', 'x')).toBe('');
  expect((await client.get('k', { versionId: 'null' })).res.headers).not.toHaveProperty('x-oss-version-id');
  expect((await client.getBucketVersions()).objects).toMatchObject([{ name: 'k', versionId: 'null', isLatest: true }]);
  const { headers } = (await client.delete('k')).res;
  expect(headers).not.toHaveProperty('x-oss-version-id');
  expect(headers).not.toHaveProperty('x-oss-delete-marker');
});
