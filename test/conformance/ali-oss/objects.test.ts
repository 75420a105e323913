/** ali-oss and objects: every signature version on every form of endpoint. */
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AliOss, aliOss, CLIENT_FORMS } from '../../support/ali-oss.ts';
import { type OssServer, startOssServer } from '../../support/oss-server.ts';

const KEYS = [
  'plain.txt',
  'dir/sub/obj',
  'a b+c%d&e=f?g#h',
  '中文/文件.txt',
  'my-bucket/looks/like/a/bucket',
  'emoji😀',
  'quotes\'"<>&',
  'two//slashes/',
  '~tilde(paren)*!',
];

let server: OssServer;
beforeAll(async () => {
  server = await startOssServer();
  await server.oss.buckets.ensure({ name: 'my-bucket' });
  await server.oss.buckets.ensure({ name: 'other-bucket' });
});
afterAll(() => server.close());

describe.each(CLIENT_FORMS)('$name', ({ options }) => {
  let client: AliOss;
  beforeAll(() => {
    client = aliOss(server, options(server));
  });

  test.each(KEYS)('an object named %j comes back as it was put', async (key) => {
    const { res } = await client.put(key, Buffer.from('hello'));
    expect(res.headers).toMatchObject({
      etag: '"5D41402ABC4B2A76B9719D911017C592"',
      'x-oss-hash-crc64ecma': '11177612005948864433',
      'content-md5': 'XUFAKrxLKna5cZ2REBfFkg==',
      server: 'AliyunOSS',
      'x-oss-request-id': expect.stringMatching(/^[0-9A-F]{24}$/),
    });
    const { content } = await client.get(key);
    expect(content.toString()).toBe('hello');
    expect((await client.list({ prefix: key }, {})).objects.map(({ name }) => name)).toContain(key);
    expect((await client.delete(key)).res.status).toBe(204);
    await expect(client.get(key)).rejects.toMatchObject({ status: 404, code: 'NoSuchKey' });
  });

  test('metadata, type and stored headers come back, and can be changed in place', async () => {
    await client.put('meta', Buffer.from('x'), {
      mime: 'image/png',
      meta: { author: 'Zhang San', Upper: 'case' },
      headers: {
        'Cache-Control': 'max-age=60',
        'Content-Disposition': 'attachment',
        Expires: 'Thu, 17 Nov 2025 18:49:58 GMT',
      },
    });
    const { meta, res } = await client.head('meta');
    expect(meta).toEqual({ author: 'Zhang San', upper: 'case' });
    expect(res.headers).toMatchObject({
      'content-type': 'image/png',
      'content-length': '1',
      'cache-control': 'max-age=60',
      'content-disposition': 'attachment',
      expires: 'Thu, 17 Nov 2025 18:49:58 GMT',
      'accept-ranges': 'bytes',
      'x-oss-object-type': 'Normal',
      'x-oss-storage-class': 'Standard',
    });
    await client.putMeta('meta', { author: 'Li Si' });
    expect((await client.head('meta')).meta).toEqual({ author: 'Li Si' });
    expect((await client.get('meta')).content.toString()).toBe('x');
  });

  test('a stream of unknown length and one of megabytes come back whole', async () => {
    const chunk = Buffer.alloc(300_000, 'abcdefg');
    await client.putStream('stream', Readable.from([chunk, chunk, chunk]));
    const { stream } = await client.getStream('stream');
    expect((await buffer(stream)).equals(Buffer.concat([chunk, chunk, chunk]))).toBe(true);
    await client.put('empty', Buffer.alloc(0));
    expect((await client.get('empty')).content).toHaveLength(0);
  });

  test('a range of it, in OSS’s own way and in HTTP’s', async () => {
    await client.put('range', Buffer.from('0123456789'));
    const part = await client.get('range', { headers: { Range: 'bytes=2-4' } });
    expect([part.res.status, part.content.toString()]).toEqual([206, '234']);
    expect(part.res.headers).toMatchObject({ 'content-range': 'bytes 2-4/10', 'content-length': '3' });
    const beyond = await client.get('range', { headers: { Range: 'bytes=8-20' } });
    expect([beyond.res.status, beyond.content.toString()]).toEqual([200, '0123456789']);
    const standard = { 'x-oss-range-behavior': 'standard' };
    const clipped = await client.get('range', { headers: { Range: 'bytes=8-20', ...standard } });
    expect([clipped.res.status, clipped.content.toString()]).toEqual([206, '89']);
    await expect(client.get('range', { headers: { Range: 'bytes=10-', ...standard } })).rejects.toMatchObject({
      status: 416,
      code: 'InvalidRange',
      message: 'The requested range cannot be satisfied',
    });
  });

  test('conditions are kept', async () => {
    const { res } = await client.put('condition', Buffer.from('x'));
    const { etag } = res.headers;
    const past = 'Thu, 17 Nov 2005 18:49:58 GMT';
    expect((await client.get('condition', { headers: { 'If-Match': etag } })).res.status).toBe(200);
    const unchanged = await client.get('condition', { headers: { 'If-None-Match': etag } });
    expect([unchanged.res.status, unchanged.res.headers.etag, unchanged.content.length]).toEqual([304, etag, 0]);
    expect((await client.head('condition', { headers: { 'If-None-Match': etag } })).status).toBe(304);
    expect((await client.head('condition', { headers: { 'If-Modified-Since': past } })).status).toBe(200);
    await expect(client.get('condition', { headers: { 'If-Match': '"no"' } })).rejects.toMatchObject({
      status: 412,
      code: 'PreconditionFailed',
      message: 'At least one of the pre-conditions you specified did not hold. (condition: If-Match)',
    });
    await expect(client.get('condition', { headers: { 'If-Unmodified-Since': past } })).rejects.toMatchObject({
      message: 'At least one of the pre-conditions you specified did not hold. (condition: If-Unmodified-Since)',
    });
  });

  test('the answer’s headers can be chosen', async () => {
    await client.put('override', Buffer.from('x'));
    const { res } = await client.get('override', {
      subres: { 'response-content-type': 'text/x-test', 'response-cache-control': 'no-store' },
    });
    expect(res.headers).toMatchObject({ 'content-type': 'text/x-test', 'cache-control': 'no-store' });
  });

  test('GetObjectMeta tells only the size, the age and the ETag', async () => {
    await client.put('few', Buffer.from('hello'), { meta: { a: '1' } });
    const { res } = await client.getObjectMeta('few');
    expect(res.headers).toMatchObject({ 'content-length': '5', etag: '"5D41402ABC4B2A76B9719D911017C592"' });
    expect(res.headers).toHaveProperty('last-modified');
    expect(res.headers).not.toHaveProperty('x-oss-meta-a');
    expect(res.headers).not.toHaveProperty('content-type');
  });

  test('does not overwrite when told not to', async () => {
    const headers = { 'x-oss-forbid-overwrite': 'true' };
    await client.delete('once');
    await client.put('once', Buffer.from('1'), { headers });
    await expect(client.put('once', Buffer.from('2'), { headers })).rejects.toMatchObject({
      status: 409,
      code: 'FileAlreadyExists',
      message: 'The object you specified already exists and can not be overwritten.',
    });
    expect((await client.get('once')).content.toString()).toBe('1');
  });

  test('copies within and between buckets, with its metadata or with new', async () => {
    const key = 'copy me/中 +.txt';
    const { res } = await client.put(key, Buffer.from('hello'), { meta: { old: '1' } });
    const { data } = await client.copy('copied', key);
    expect(data.etag).toBe(res.headers.etag);
    expect((await client.head('copied')).meta).toEqual({ old: '1' });
    await client.copy('copied', key, { meta: { fresh: '2' } });
    expect((await client.head('copied')).meta).toEqual({ fresh: '2' });

    const other = aliOss(server, { ...options(server), bucket: 'other-bucket' });
    await other.copy('from afar', key, 'my-bucket');
    expect((await other.get('from afar')).content.toString()).toBe('hello');
    await expect(client.copy('x', 'nope')).rejects.toMatchObject({ status: 404, code: 'NoSuchKey' });
    await expect(client.copy('x', 'nope', 'no-bucket')).rejects.toMatchObject({ status: 404, code: 'NoSuchBucket' });
  });

  test('copies under conditions: 304 for what has not changed, 412 for what has', async () => {
    const { res } = await client.put('source', Buffer.from('hello'));
    const { etag } = res.headers;
    expect((await client.copy('target', 'source', { headers: { 'If-Match': etag } })).res.status).toBe(200);
    expect((await client.copy('target', 'source', { headers: { 'If-None-Match': etag } })).res.status).toBe(304);
    await expect(client.copy('target', 'source', { headers: { 'If-Match': '"no"' } })).rejects.toMatchObject({
      status: 412,
      code: 'PreconditionFailed',
    });
  });

  test('deletes many at once, whatever their names', async () => {
    const keys = KEYS;
    for (const key of keys) await client.put(key, Buffer.from('x'));
    const { deleted } = await client.deleteMulti([...keys, 'never was']);
    expect(deleted.map(({ Key }) => Key)).toEqual([...keys, 'never was']);
    for (const key of keys) await expect(client.head(key)).rejects.toMatchObject({ status: 404 });
    await client.put('quiet', Buffer.from('x'));
    expect((await client.deleteMulti(['quiet'], { quiet: true })).deleted).toEqual([]);
  });

  test('tells a missing object and a missing bucket apart', async () => {
    await expect(client.head('nope')).rejects.toMatchObject({ status: 404, code: 'NoSuchKey' });
    await expect(client.get('nope')).rejects.toMatchObject({
      status: 404,
      code: 'NoSuchKey',
      message: 'The specified key does not exist.',
      ecCode: '0026-00000001',
    });
    const lost = aliOss(server, { ...options(server), bucket: 'no-bucket' });
    const calls: (() => Promise<unknown>)[] = [
      () => lost.get('x'),
      () => lost.put('x', Buffer.from('x')),
      () => lost.delete('x'),
      () => lost.list({}),
      () => lost.deleteMulti(['x']),
    ];
    for (const call of calls) await expect(call()).rejects.toMatchObject({ status: 404, code: 'NoSuchBucket' });
  });
});
