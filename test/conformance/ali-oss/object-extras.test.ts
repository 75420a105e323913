/** ali-oss and what hangs on an object besides its bytes: links, ACLs, tags; every signature version on every form of endpoint. */
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { signOssV1 } from '../../../src/signing/oss-v1.ts';
import { type AliOss, aliOss, CLIENT_FORMS } from '../../support/ali-oss.ts';
import { type OssServer, OWNER, startOssServer } from '../../support/oss-server.ts';
import { send } from '../../support/raw-http.ts';

let server: OssServer;
beforeAll(async () => {
  server = await startOssServer();
  await server.oss.buckets.ensure({ name: 'my-bucket' });
});
afterAll(() => server.close());

describe.each(CLIENT_FORMS)('$name', ({ options }) => {
  let client: AliOss;
  beforeEach(async () => {
    client = aliOss(server, options(server));
    await client.put('dir/目标 a+b', Buffer.from('target'), { mime: 'text/plain' });
  });

  test('a symlink names its target, and reads as it', async () => {
    await client.putSymlink('dir/link', 'dir/目标 a+b', { storageClass: 'IA', meta: { uid: '1', slus: 'test.html' } });
    const { targetName, res } = await client.getSymlink('dir/link');
    expect(targetName).toBe('dir/目标 a+b');
    expect(res.headers).toMatchObject({ 'x-oss-meta-uid': '1', etag: expect.stringMatching(/^"[0-9A-F]{32}"$/) });
    const { content, res: got } = await client.get('dir/link');
    expect(content.toString()).toBe('target');
    expect(got.headers).toMatchObject({
      'x-oss-object-type': 'Symlink',
      'x-oss-storage-class': 'IA',
      'x-oss-meta-slus': 'test.html',
      'content-length': '6',
    });
    const { res: seen } = await client.head('dir/link');
    expect(seen.headers).toMatchObject({ etag: got.headers.etag, 'content-length': '6' });
    expect((await client.list({ prefix: 'dir/link' }, {})).objects[0]).toMatchObject({ type: 'Symlink' });
    await client.delete('dir/link');
    expect((await client.head('dir/目标 a+b')).status).toBe(200);
  });

  test('a symlink to nothing, and a link that is none', async () => {
    await client.putSymlink('dir/dangling', 'nowhere');
    await expect(client.get('dir/dangling')).rejects.toMatchObject({ status: 404, code: 'SymlinkTargetNotExist' });
    await expect(client.getSymlink('dir/none')).rejects.toMatchObject({ status: 404, code: 'NoSuchKey' });
    await expect(client.getSymlink('dir/目标 a+b')).rejects.toMatchObject({ status: 400, code: 'NotSymlink' });
  });

  test('the ACL of an object: default until it is set', async () => {
    expect(await client.getACL('dir/目标 a+b')).toMatchObject({ acl: 'default', owner: { id: '1234567890123456' } });
    await client.putACL('dir/目标 a+b', 'public-read');
    expect(await client.getACL('dir/目标 a+b')).toMatchObject({ acl: 'public-read' });
    await expect(client.putACL('dir/目标 a+b', 'everybody')).rejects.toMatchObject({
      status: 400,
      code: 'InvalidArgument',
    });
    await expect(client.putACL('nowhere', 'private')).rejects.toMatchObject({ status: 404, code: 'NoSuchKey' });
  });

  test('an archived object comes back when it is asked', async () => {
    await client.put('cold', Buffer.from('x'), { headers: { 'x-oss-storage-class': 'ColdArchive' } });
    await expect(client.get('cold')).rejects.toMatchObject({ status: 403, code: 'InvalidObjectState' });
    const asked = await client.restore('cold', { type: 'ColdArchive', Days: 2, JobParameters: 'Expedited' });
    expect([asked.res.status, asked.res.headers['x-oss-object-restore-priority']]).toEqual([202, 'Expedited']);
    expect((await client.head('cold')).res.headers['x-oss-restore']).toBe('ongoing-request="true"');
    await expect(client.restore('cold')).rejects.toMatchObject({ status: 409, code: 'RestoreAlreadyInProgress' });
    const { objects } = await client.list({ prefix: 'cold' }, {});
    expect(objects[0]).toMatchObject({ restoreInfo: { ongoingRequest: true } });
    await expect(client.restore('dir/目标 a+b')).rejects.toMatchObject({ status: 400, code: 'OperationNotSupported' });
  });

  test('tags come and go, and are counted', async () => {
    const key = 'dir/目标 a+b';
    expect((await client.getObjectTagging(key)).tag).toEqual({});
    const tag = { a: '1', b: '2 x', 'c/d': 'y' };
    expect((await client.putObjectTagging(key, tag)).status).toBe(200);
    expect((await client.getObjectTagging(key)).tag).toEqual(tag);
    expect((await client.head(key)).res.headers['x-oss-tagging-count']).toBe('3');
    expect((await client.deleteObjectTagging(key)).status).toBe(204);
    expect((await client.getObjectTagging(key)).tag).toEqual({});
    expect((await client.head(key)).res.headers['x-oss-tagging-count']).toBeUndefined();
  });

  test('tags travel with writes: put, append, upload, copy', async () => {
    const headers = { 'x-oss-tagging': 'a=1&b=%E4%B8%AD' };
    const tag = { a: '1', b: '中' };
    await client.put('put', Buffer.from('x'), { headers });
    await client.delete('append');
    await client.append('append', Buffer.from('x'), { headers });
    const { uploadId } = await client.initMultipartUpload('upload', { headers });
    const { etag } = await client.uploadPart('upload', uploadId, 1, Buffer.from('x'), 0, 1);
    await client.completeMultipartUpload('upload', uploadId, [{ number: 1, etag }]);
    await client.copy('copy', 'put', { headers: { 'x-oss-tagging': 'ignored=1' } });
    for (const key of ['put', 'append', 'upload', 'copy'])
      expect((await client.getObjectTagging(key)).tag).toEqual(tag);
    const replace = { 'x-oss-tagging-directive': 'Replace', 'x-oss-tagging': 'new=1' };
    await client.copy('copy', 'put', { headers: replace });
    expect((await client.getObjectTagging('copy')).tag).toEqual({ new: '1' });
    await expect(
      client.put('bad', Buffer.from('x'), { headers: { 'x-oss-tagging': 'a=1&a=2' } }),
    ).rejects.toMatchObject({
      status: 400,
      code: 'InvalidArgument',
    });
  });
});

describe('what no SDK would send', () => {
  const signed = (method: string, key: string, query: [string, string][], headers: Record<string, string> = {}) => ({
    ...headers,
    ...signOssV1({
      ...{ method, resource: { bucket: 'my-bucket', key }, query, headers },
      ...{ credentials: OWNER, atMs: server.clock.hostNowMs() },
    }),
  });

  test('text is compressed for who takes it, and only as a whole', async () => {
    const text = 'the same line again\n'.repeat(20_000);
    await aliOss(server).put('text', Buffer.from(text), {
      mime: 'text/plain',
      headers: { 'x-oss-object-acl': 'public-read' },
    });
    const ask = (headers: Record<string, string>) => send({ port: server.port, target: '/my-bucket/text', headers });
    const packed = await ask({ 'accept-encoding': 'gzip' });
    expect(packed.headers).toMatchObject({ 'content-encoding': 'gzip', 'transfer-encoding': 'chunked' });
    expect([packed.headers['content-length'], packed.headers.etag]).toEqual([undefined, undefined]);
    expect(gunzipSync(packed.body).toString()).toBe(text);
    const part = await ask({ 'accept-encoding': 'gzip', range: 'bytes=0-1999' });
    expect([part.status, part.headers['content-encoding'], part.body.length]).toEqual([206, undefined, 2000]);
    expect((await ask({})).headers['content-length']).toBe(String(text.length));
  });

  test('a transfer with a limit takes its time both ways, and loses nothing', async () => {
    const client = aliOss(server);
    const bytes = Buffer.alloc(30_000, 'slow');
    const headers = { 'x-oss-traffic-limit': '819200' };
    const started = performance.now();
    await client.put('slow', bytes, { headers });
    const { content } = await client.get('slow', { headers });
    expect(bytes.equals(content as Buffer)).toBe(true);
    // Twice 30,000 bytes at 102,400 a second, but for the last portion of each.
    expect(performance.now() - started).toBeGreaterThan(350);
  });

  test('a symlink has tags of its own', async () => {
    const client = aliOss(server);
    await client.put('k', Buffer.from('x'), { headers: { 'x-oss-tagging': 'a=2' } });
    await client.putSymlink('tagged-link', 'k', { headers: { 'x-oss-tagging': 'a=1' } });
    expect((await client.getObjectTagging('tagged-link')).tag).toEqual({ a: '1' });
  });

  test('tags count for the append that makes an object, and are not read by the next', async () => {
    const client = aliOss(server);
    const tagged = (count: number) => ({
      headers: { 'x-oss-tagging': Array.from({ length: count }, (_, i) => `k${i}=v`).join('&') },
    });
    await expect(client.append('tagged-log', Buffer.from('x'), tagged(11))).rejects.toMatchObject({
      code: 'InvalidTag',
    });
    await client.append('tagged-log', Buffer.from('x'), tagged(1));
    await client.append('tagged-log', Buffer.from('x'), { ...tagged(11), position: 1 });
    expect((await client.getObjectTagging('tagged-log')).tag).toEqual({ k0: 'v' });
  });

  test('strangers read a link only where link and target are both open', async () => {
    const client = aliOss(server);
    await client.put('secret', Buffer.from('secret'));
    await client.putSymlink('open-link', 'secret', { headers: { 'x-oss-object-acl': 'public-read' } });
    const read = () => send({ port: server.port, target: '/my-bucket/open-link' });
    expect((await read()).status).toBe(403);
    await client.putACL('secret', 'public-read');
    expect((await read()).body.toString()).toBe('secret');
    await client.putACL('open-link', 'private');
    expect((await read()).status).toBe(403);
  });

  test.each(['x'.repeat(70_000), '<Tagging><TagSet><Tag><Key>a</Key></Tag></TagSet></Tagging>', ''])(
    'the tagging document %#',
    async (body) => {
      await aliOss(server).put('k', Buffer.from('x'));
      const headers = signed('PUT', 'k', [['tagging', '']]);
      const reply = await send({ port: server.port, method: 'PUT', target: '/my-bucket/k?tagging', headers, body });
      expect([reply.status, reply.xml.Code]).toEqual([400, 'MalformedXML']);
    },
  );
});
