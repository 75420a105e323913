/** Versions where they meet copies, parts, appends, links, archives and listings, over ali-oss and calls signed by hand. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AliOss, aliOss } from '../../support/ali-oss.ts';
import { type OssServer, startOssServer } from '../../support/oss-server.ts';
import { call } from '../../support/signed-oss.ts';

const BUCKET = 'my-bucket';

let server: OssServer;
let client: AliOss;
beforeAll(async () => {
  server = await startOssServer();
  await server.oss.buckets.ensure({ name: BUCKET, versioning: 'Enabled' });
  await server.oss.buckets.ensure({ name: 'plain' });
  client = aliOss(server, { endpoint: `http://127.0.0.1:${server.port}`, bucket: BUCKET });
});
afterAll(() => server.close());

async function put(key: string, text: string, headers: Record<string, string> = {}): Promise<string> {
  const { res } = await client.put(key, Buffer.from(text), { headers });
  return res.headers['x-oss-version-id'] ?? '';
}

const copy = (key: string, source: string, headers: Record<string, string> = {}) =>
  call(server, { method: 'PUT', bucket: BUCKET, key, headers: { 'x-oss-copy-source': source, ...headers } });

test('versions and delete markers are listed as they alternate, each key from its newest on', async () => {
  const ids: string[] = [];
  ids.push(await put('list/a', '1'));
  ids.push((await client.delete('list/a')).res.headers['x-oss-version-id'] ?? '');
  ids.push(await put('list/a', '22'));
  ids.push((await client.delete('list/b')).res.headers['x-oss-version-id'] ?? '');
  const { body } = await call(server, {
    method: 'GET',
    bucket: BUCKET,
    query: [
      ['versions', ''],
      ['prefix', 'list/'],
    ],
  });
  const found = [...String(body).matchAll(/<(Version|DeleteMarker)><Key>(.*?)<\/Key><VersionId>(.*?)</g)];
  expect(found.map(([, element, key, id]) => [element, key, ids.indexOf(id ?? '')])).toEqual([
    ['Version', 'list/a', 2],
    ['DeleteMarker', 'list/a', 1],
    ['Version', 'list/a', 0],
    ['DeleteMarker', 'list/b', 3],
  ]);
});

test('a part is copied of the version that the source names, and says which it was', async () => {
  const first = await put('source', 'first');
  const second = await put('source', 'the second');
  const { uploadId } = await client.initMultipartUpload('copied');
  const part = (source: string, headers: Record<string, string> = {}) =>
    call(server, {
      method: 'PUT',
      bucket: BUCKET,
      key: 'copied',
      query: [
        ['partNumber', '1'],
        ['uploadId', uploadId],
      ],
      headers: { 'x-oss-copy-source': source, ...headers },
    });
  const current = await part(`/${BUCKET}/source`);
  expect([current.status, current.headers['x-oss-copy-source-version-id']]).toEqual([200, second]);
  const named = await part(`/${BUCKET}/source?versionId=${first}`);
  expect([named.status, named.headers['x-oss-copy-source-version-id']]).toEqual([200, first]);
  await client.completeMultipartUpload('copied', uploadId, [{ number: 1, etag: named.headers.etag ?? '' }]);
  expect(String((await client.get('copied')).content)).toBe('first');

  const { headers } = (await client.delete('source')).res;
  const marker = headers['x-oss-version-id'] ?? '';
  expect((await part(`/${BUCKET}/source`)).xml.Code).toBe('NoSuchUpload');
  const again = (await client.initMultipartUpload('copied')).uploadId;
  const onto = (source: string) =>
    call(server, {
      method: 'PUT',
      bucket: BUCKET,
      key: 'copied',
      query: [
        ['partNumber', '1'],
        ['uploadId', again],
      ],
      headers: { 'x-oss-copy-source': source },
    });
  expect((await onto(`/${BUCKET}/source`)).xml.Code).toBe('NoSuchKey');
  expect((await onto(`/${BUCKET}/source?versionId=${marker}`)).xml).toMatchObject({
    Code: 'InvalidRequest',
    EC: '0016-00000307',
  });
  expect((await copy('x', `/${BUCKET}/source`)).xml.Code).toBe('NoSuchKey');
  expect((await copy('x', `/${BUCKET}/source?versionId=${marker}`)).xml).toMatchObject({
    Code: 'InvalidRequest',
    EC: '0016-00000307',
  });
  await client.abortMultipartUpload('copied', again);
});

test.each(['?versionId=', '?versionId', '?versionId=abc', '?version=x', '?versionId=a&b=c', '?versionId=%zz'])(
  'a copy source that ends in %s is refused',
  async (end) => {
    await put('source', 'x');
    const { status, xml } = await copy('x', `/${BUCKET}/source${end}`);
    expect([status, xml.Code]).toEqual([400, 'InvalidArgument']);
  },
);

test('what grows by appends is one version called null, which grows on, and is not copied', async () => {
  const append = (key: string, text: string, position: number) =>
    client.append(key, Buffer.from(text), { position: String(position) });
  const { res } = await append('log', 'one', 0);
  expect(res.headers['x-oss-version-id']).toBe('null');
  await append('log', 'two', 3);
  const listed = await client.getBucketVersions({ prefix: 'log' });
  expect(listed.objects).toMatchObject([{ name: 'log', versionId: 'null', size: 6, isLatest: true }]);
  for (const [key, headers] of [
    ['elsewhere', {}],
    ['log', { 'x-oss-meta-a': 'b', 'x-oss-metadata-directive': 'REPLACE' }],
  ] as const) {
    const { status, xml } = await copy(key, `/${BUCKET}/log`, headers);
    expect([status, xml.Code]).toEqual([400, 'OperationNotSupported']);
  }
  client.useBucket('plain');
  await append('log', 'plain', 0);
  expect((await client.copy('log-2', 'log')).res.status).toBe(200);
  client.useBucket(BUCKET);
  expect((await copy('from-plain', '/plain/log')).xml.Code).toBe('OperationNotSupported');

  await put('log', 'written over');
  await expect(append('log', 'x', 12)).rejects.toMatchObject({ code: 'ObjectNotAppendable' });
  expect(String((await client.get('log', { versionId: 'null' })).content)).toBe('onetwo');
});

test('each writing of a link is a version, read and removed by its id', async () => {
  await put('target-1', 'one');
  await put('target-2', 'two');
  const link = async (target: string) => (await client.putSymlink('link', target, {})).res.headers['x-oss-version-id'];
  const first = await link('target-1');
  const second = await link('target-2');
  expect(first).not.toBe(second);
  expect(String((await client.get('link')).content)).toBe('two');
  expect(String((await client.get('link', { versionId: first })).content)).toBe('one');
  const old = await client.getSymlink('link', { versionId: first });
  expect([old.targetName, old.res.headers['x-oss-version-id']]).toEqual(['target-1', first]);
  await client.delete('link', { versionId: second });
  expect((await client.getSymlink('link')).targetName).toBe('target-1');
  const removed = await client.delete('link');
  const marker = removed.res.headers['x-oss-version-id'];
  await expect(client.getSymlink('link')).rejects.toMatchObject({ code: 'NoSuchKey' });
  await expect(client.getSymlink('link', { versionId: marker })).rejects.toMatchObject({ code: 'MethodNotAllowed' });
});

test('an archived version is restored, and let go of, by its id', async () => {
  const old = await put('archived', 'x', { 'x-oss-storage-class': 'Archive' });
  await put('archived', 'newer');
  const on = (subresource: string, versionId = old) =>
    call(server, {
      method: 'POST',
      bucket: BUCKET,
      key: 'archived',
      query: [
        [subresource, ''],
        ['versionId', versionId],
      ],
    });
  const restore = async () => (await client.head('archived', { versionId: old })).res.headers['x-oss-restore'];
  expect((await on('restore')).status).toBe(202);
  expect((await on('cleanRestoredObject')).xml.Code).toBe('ArchiveRestoreNotFinished');
  await server.clock.advanceTo(server.clock.nowMs() + 60_000, async () => void (await server.facts()));
  expect(await restore()).toContain('ongoing-request="false"');
  const cleaned = await on('cleanRestoredObject');
  expect([cleaned.status, cleaned.headers['x-oss-version-id']]).toEqual([200, old]);
  expect(await restore()).toBeUndefined();
  expect((await on('cleanRestoredObject')).xml.Code).toBe('ArchiveRestoreFileStale');
  const current = { method: 'POST', bucket: BUCKET, key: 'archived', query: 'cleanRestoredObject' };
  expect((await call(server, current)).xml.Code).toBe('OperationNotSupported');
});
