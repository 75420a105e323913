/** The other commands of ossutil 2: mb, ls, stat, rm, set-meta, presign, append, mkdir, and what they read of the answers. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { presignOssV4 } from '../../../src/signing/oss-v4-signature.ts';
import { type OssServer, OWNER, startOssServer } from '../../support/oss-server.ts';
import {
  ADDRESSINGS,
  goEscape,
  type Ossutil,
  type OssutilCall,
  ossutil,
  queryUnescape,
} from '../../support/ossutil.ts';
import { send } from '../../support/raw-http.ts';

/** Keys that escaping goes wrong with; the one with a control character can't stand in XML at all. */
const KEYS = ['a+b c%2B&=<>"\'', 'bell\u0007', 'dir/', 'dir/one', 'dir/sub/two', '中文/é~!*()'];

let server: OssServer;
let made = 0;
beforeAll(async () => {
  server = await startOssServer();
});
afterAll(() => server.close());

describe.each(ADDRESSINGS)('with %s addressing', (addressing) => {
  let ask: Ossutil;
  let bucket: string;
  beforeEach(async () => {
    ask = ossutil(server, addressing);
    bucket = `util-${made++}`;
    await server.oss.buckets.ensure({ name: bucket });
  });

  const on = (call: Omit<OssutilCall, 'bucket'>) => ask({ bucket, ...call });
  const put = (key: string, body = 'x', headers: Record<string, string> = {}) =>
    on({ method: 'PUT', key, body, headers, isStream: true });
  const list = async (query: Record<string, string>) => {
    const { status, xml } = await on({ method: 'GET', query: { 'encoding-type': 'url', ...query } });
    expect(status).toBe(200);
    return xml as Record<string, string> & { Contents?: unknown; CommonPrefixes?: unknown };
  };
  const keysOf = (found: unknown, field = 'Key') =>
    [found ?? []].flat().map((one) => queryUnescape((one as Record<string, string>)[field] ?? ''));

  test('mb makes a bucket, ls names it, stat tells of it, rm -b removes it', async () => {
    const name = `${bucket}-made`;
    const body =
      '<CreateBucketConfiguration><StorageClass>IA</StorageClass><DataRedundancyType>ZRS</DataRedundancyType></CreateBucketConfiguration>';
    const headers = { 'content-type': 'application/xml', 'x-oss-acl': 'private' };
    expect((await ask({ method: 'PUT', bucket: name, headers, body })).status).toBe(200);
    const { xml: all } = await ask({ method: 'GET', query: { prefix: name, 'max-keys': '100' } });
    expect(all.Buckets).toMatchObject({ Bucket: { Name: name, StorageClass: 'IA', Region: 'cn-beijing' } });
    const { xml: info } = await ask({ method: 'GET', bucket: name, query: { bucketInfo: '' } });
    expect(info.Bucket).toMatchObject({ Name: name, StorageClass: 'IA', DataRedundancyType: 'ZRS' });
    expect((await ask({ method: 'GET', bucket: name, query: { stat: '' } })).xml).toMatchObject({ ObjectCount: '0' });
    expect((await ask({ method: 'DELETE', bucket: name })).status).toBe(204);
    const gone = await ask({ method: 'GET', bucket: name, query: { bucketInfo: '' } });
    expect(gone).toMatchObject({ status: 404, xml: { Code: 'NoSuchBucket' } });
  });

  test('ls pages through keys of every kind, and lists folders with a delimiter', async () => {
    for (const key of KEYS) expect((await put(key)).status).toBe(200);
    const found: string[] = [];
    for (let token: string | undefined = ''; token !== undefined; ) {
      const more: Record<string, string> = token === '' ? {} : { 'continuation-token': token };
      const page = await list({ 'list-type': '2', 'max-keys': '2', 'fetch-owner': 'true', ...more });
      found.push(...keysOf(page.Contents));
      expect(page.EncodingType).toBe('url');
      token = page.IsTruncated === 'true' ? queryUnescape(page.NextContinuationToken ?? '') : undefined;
    }
    expect(found).toEqual(KEYS);
    const folders = await list({ 'list-type': '2', delimiter: '/' });
    expect(keysOf(folders.Contents)).toEqual(KEYS.slice(0, 2));
    expect(keysOf(folders.CommonPrefixes, 'Prefix')).toEqual(['dir/', '中文/']);
    const inside = await list({ prefix: 'dir/', delimiter: '/', marker: 'dir/' });
    expect(keysOf(inside.Contents)).toEqual(['dir/one']);
    expect(queryUnescape(inside.Marker ?? '')).toBe('dir/');
    const after = await list({ 'list-type': '2', 'start-after': 'dir/one' });
    expect(keysOf(after.Contents)).toEqual(KEYS.slice(4));
  });

  test('stat tells of an object with its ACL, and of a missing one what is wrong, though HEAD has no body', async () => {
    const headers = { 'x-oss-meta-color': 'blue', 'x-oss-tagging': 'a=1&b=2', 'cache-control': 'no-cache' };
    await put('k', 'body', headers);
    const head = await on({ method: 'HEAD', key: 'k' });
    expect(head.headers).toMatchObject({
      'content-length': '4',
      'x-oss-meta-color': 'blue',
      'x-oss-tagging-count': '2',
      'cache-control': 'no-cache',
      'x-oss-object-type': 'Normal',
      'x-oss-storage-class': 'Standard',
    });
    expect((await on({ method: 'GET', key: 'k', query: { acl: '' } })).xml).toMatchObject({
      AccessControlList: { Grant: 'default' },
    });
    const missing = await on({ method: 'HEAD', key: 'nope' });
    expect(missing.status).toBe(404);
    expect(missing.headers['x-oss-ec']).toBe('0026-00000001');
    const told = Buffer.from(missing.headers['x-oss-err'] ?? '', 'base64').toString();
    expect(told).toContain('<Code>NoSuchKey</Code>');
  });

  test('rm -r deletes what ls found, a thousand at a time, and hears only of what it asked', async () => {
    for (const key of KEYS) await put(key);
    const wanted = KEYS.filter((key) => !key.includes('\u0007'));
    const objects = wanted.map((key) => `<Object><Key>${xmlText(key)}</Key></Object>`).join('');
    const remove = (quiet: boolean, md5?: string) =>
      on({
        method: 'POST',
        query: { delete: '', 'encoding-type': 'url' },
        headers: { 'content-type': 'application/xml', ...(md5 === undefined ? {} : { 'content-md5': md5 }) },
        body: `<Delete><Quiet>${quiet}</Quiet>${objects}</Delete>`,
      });
    expect(await remove(true, '1B2M2Y8AsgTpgAmY7PhCfg==')).toMatchObject({
      status: 400,
      xml: { Code: 'InvalidDigest' },
    });
    const told = await remove(false);
    expect(keysOf(told.xml.Deleted)).toEqual(wanted);
    expect((await remove(true)).xml.Deleted).toBeUndefined();
    expect(keysOf((await list({})).Contents)).toEqual(['bell\u0007']);
    expect((await on({ method: 'DELETE', key: 'bell\u0007' })).status).toBe(204);
    expect((await on({ method: 'DELETE' })).status).toBe(204);
  });

  test('rm -m gives up every upload that ls -m lists', async () => {
    for (const key of ['u', 'u', 'v'])
      await on({ method: 'POST', key, query: { uploads: '', 'encoding-type': 'url' } });
    const { Upload } = (await list({ uploads: '', 'max-uploads': '1000' })) as unknown as {
      Upload: { Key: string; UploadId: string }[];
    };
    expect(Upload.map(({ Key }) => Key)).toEqual(['u', 'u', 'v']);
    for (const { Key, UploadId } of Upload)
      expect((await on({ method: 'DELETE', key: Key, query: { uploadId: UploadId } })).status).toBe(204);
    expect((await list({ uploads: '' })).Upload).toBeUndefined();
  });

  test('ls and rm --all-versions see and remove every version and delete marker', async () => {
    const body = '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>';
    const headers = { 'content-type': 'application/xml' };
    expect((await on({ method: 'PUT', query: { versioning: '' }, headers, body })).status).toBe(200);
    await put('v+1', 'old');
    await put('v+1', 'new');
    await on({ method: 'DELETE', key: 'v+1' });
    const page = (await list({ versions: '' })) as unknown as Record<string, Record<string, string>[]>;
    const all = [page.Version ?? [], page.DeleteMarker ?? []].flat();
    expect(all.map(({ Key, IsLatest }) => [queryUnescape(Key ?? ''), IsLatest])).toEqual([
      ['v+1', 'false'],
      ['v+1', 'false'],
      ['v+1', 'true'],
    ]);
    const objects = all.map(({ VersionId }) => `<Object><Key>v+1</Key><VersionId>${VersionId}</VersionId></Object>`);
    const removed = await on({
      method: 'POST',
      query: { delete: '', 'encoding-type': 'url' },
      headers,
      body: `<Delete>${objects.join('')}<Quiet>false</Quiet></Delete>`,
    });
    expect(removed.xml.Deleted).toHaveLength(3);
    expect((await list({ versions: '' })).Version).toBeUndefined();
  });

  test('set-meta copies an object onto itself, and leaves its body, tags and class alone', async () => {
    const key = 'dir/a+b 中';
    await put(key, 'body', { 'x-oss-meta-old': '1', 'x-oss-tagging': 'k=v', 'x-oss-storage-class': 'IA' });
    const headers = {
      'x-oss-copy-source': `/${bucket}/${goEscape(key)}`,
      'x-oss-metadata-directive': 'REPLACE',
      'x-oss-storage-class': 'IA',
      'content-type': 'text/css',
      'x-oss-meta-new': '2',
    };
    expect((await on({ method: 'PUT', key, headers })).status).toBe(200);
    const head = await on({ method: 'HEAD', key });
    expect(head.headers).toMatchObject({
      'content-type': 'text/css',
      'content-length': '4',
      'x-oss-meta-new': '2',
      'x-oss-tagging-count': '1',
      'x-oss-storage-class': 'IA',
    });
    expect(head.headers['x-oss-meta-old']).toBeUndefined();
  });

  test('presign gives a URL that opens one object for a while, and no other', async () => {
    await put(KEYS[0] ?? '', 'signed');
    const open = (key: string, { ageMs = 0, path = key }: { ageMs?: number; path?: string } = {}) => {
      const query = presignOssV4({
        method: 'GET',
        resource: { bucket, key },
        credentials: OWNER,
        atMs: server.clock.hostNowMs() - ageMs,
        region: 'cn-beijing',
        expiresSeconds: 900,
      });
      const search = query.map(([name, value]) => `${goEscape(name)}=${goEscape(value)}`).join('&');
      const inHost = addressing === 'virtual';
      return send({
        port: server.port,
        target: `${inHost ? '' : `/${bucket}`}/${goEscape(path)}?${search}`,
        headers: { host: inHost ? `${bucket}.localhost` : '127.0.0.1' },
      });
    };
    expect((await open(KEYS[0] ?? '')).body.toString()).toBe('signed');
    expect(await open('other', { path: KEYS[0] ?? '' })).toMatchObject({ xml: { Code: 'SignatureDoesNotMatch' } });
    expect(await open(KEYS[0] ?? '', { ageMs: 901_000 })).toMatchObject({
      status: 403,
      xml: { Code: 'AccessDenied', Message: 'Request has expired.' },
    });
  });

  test('append, mkdir, create-symlink and restore are what their answers say', async () => {
    const append = (position: string, body: string) =>
      on({ method: 'POST', key: 'log', query: { append: '', position }, body, isStream: true });
    expect((await append('0', 'one')).headers['x-oss-next-append-position']).toBe('3');
    expect((await append('3', 'two')).headers['x-oss-next-append-position']).toBe('6');
    expect(await append('3', 'x')).toMatchObject({ status: 409, xml: { Code: 'PositionNotEqualToLength' } });
    expect((await put('folder/', '')).status).toBe(200);
    const link = { 'x-oss-symlink-target': goEscape('log') };
    expect((await on({ method: 'PUT', key: 'link', query: { symlink: '' }, headers: link })).status).toBe(200);
    expect((await on({ method: 'GET', key: 'link' })).body.toString()).toBe('onetwo');
    await put('cold', 'x', { 'x-oss-storage-class': 'Archive' });
    expect((await on({ method: 'GET', key: 'cold' })).xml.Code).toBe('InvalidObjectState');
    const body = '<RestoreRequest><Days>1</Days></RestoreRequest>';
    const restored = await on({ method: 'POST', key: 'cold', query: { restore: '' }, body });
    expect(restored.status).toBe(202);
  });
});

/** As Go's encoding/xml writes text. */
function xmlText(text: string): string {
  const names: Record<string, string> = { '"': '&#34;', "'": '&#39;', '&': '&amp;', '<': '&lt;', '>': '&gt;' };
  return text.replace(/["'&<>]/g, (sign) => names[sign] ?? sign);
}
