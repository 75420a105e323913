/** ali-oss and multipart uploads: every signature version on every form of endpoint. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AliOss, aliOss, CLIENT_FORMS } from '../../support/ali-oss.ts';
import { type OssServer, startOssServer } from '../../support/oss-server.ts';

const PART = 100 * 1024;
const bytes = Buffer.alloc(PART * 2 + 1000, '0123456789abcdef');

let server: OssServer;
beforeAll(async () => {
  server = await startOssServer();
  await server.oss.buckets.ensure({ name: 'my-bucket' });
});
afterAll(() => server.close());

describe.each(CLIENT_FORMS)('$name', ({ options }) => {
  let client: AliOss;
  beforeAll(() => {
    client = aliOss(server, options(server));
  });

  test('multipartUpload makes one object, and every step is told', async () => {
    const before = (await server.facts()).length;
    const { etag } = await client.multipartUpload('dir/big file.bin', bytes, {
      partSize: PART,
      meta: { a: '1' },
      mime: 'image/png',
    });
    expect(etag).toMatch(/^"[0-9A-F]{32}-3"$/);
    const { res, content } = await client.get('dir/big file.bin');
    expect(content.equals(bytes)).toBe(true);
    expect(res.headers).toMatchObject({
      etag,
      'content-type': 'image/png',
      'x-oss-meta-a': '1',
      'x-oss-object-type': 'Multipart',
    });
    expect(res.headers).not.toHaveProperty('content-md5');
    const told = (await server.facts()).slice(before).map(({ eventName }) => eventName.replace('ObjectCreated:', ''));
    expect(told).toEqual([
      'InitiateMultipartUpload',
      'UploadPart',
      'UploadPart',
      'UploadPart',
      'CompleteMultipartUpload',
    ]);
  });

  test('step by step, with listings of parts and uploads', async () => {
    const one = await client.initMultipartUpload('step');
    const two = await client.initMultipartUpload('step');
    expect(one).toMatchObject({ bucket: 'my-bucket', name: 'step', uploadId: expect.stringMatching(/^[0-9A-F]{32}$/) });

    const uploads = await client.listUploads({ prefix: 'step', 'max-uploads': 1 });
    expect(uploads).toMatchObject({ isTruncated: true, nextKeyMarker: 'step' });
    const rest = await client.listUploads({
      prefix: 'step',
      'key-marker': uploads.nextKeyMarker,
      'upload-id-marker': uploads.nextUploadIdMarker,
    });
    const ids = [...uploads.uploads, ...rest.uploads].map(({ uploadId }) => uploadId);
    expect(ids.sort()).toEqual([one.uploadId, two.uploadId].sort());

    const parts = [];
    for (const number of [2, 1]) {
      const { etag } = await client.uploadPart('step', one.uploadId, number, bytes, (number - 1) * PART, number * PART);
      parts.push({ number, etag });
    }
    const first = await client.listParts('step', one.uploadId, { 'max-parts': 1 });
    expect(first).toMatchObject({ isTruncated: 'true', nextPartNumberMarker: '1' });
    const all = await client.listParts('step', one.uploadId);
    expect(all.parts.map(({ PartNumber, Size }) => [PartNumber, Size])).toEqual([
      ['1', String(PART)],
      ['2', String(PART)],
    ]);
    expect(all.parts[0]?.ETag).toBe(parts[1]?.etag);

    const { res } = await client.completeMultipartUpload('step', one.uploadId, parts);
    expect(res.headers).toMatchObject({
      etag: expect.stringMatching(/-2"$/),
      'x-oss-hash-crc64ecma': expect.any(String),
    });
    expect((await client.get('step')).content.equals(bytes.subarray(0, 2 * PART))).toBe(true);
    expect((await client.abortMultipartUpload('step', two.uploadId)).res.status).toBe(204);
  });

  test('copies an object in parts', async () => {
    await client.put('copy source', bytes);
    await client.multipartUploadCopy(
      'copy target',
      { sourceKey: 'copy source', sourceBucketName: 'my-bucket' },
      { partSize: PART },
    );
    expect((await client.get('copy target')).content.equals(bytes)).toBe(true);
  });

  test('refuses an upload nobody knows, everywhere', async () => {
    const unknown = {
      status: 404,
      code: 'NoSuchUpload',
      message:
        'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
    };
    await expect(client.uploadPart('k', 'NOPE', 1, bytes, 0, PART)).rejects.toMatchObject(unknown);
    await expect(client.listParts('k', 'NOPE')).rejects.toMatchObject(unknown);
    await expect(client.abortMultipartUpload('k', 'NOPE')).rejects.toMatchObject(unknown);
    await expect(client.completeMultipartUpload('k', 'NOPE', [{ number: 1, etag: 'x' }])).rejects.toMatchObject(
      unknown,
    );
  });

  test('refuses a part that is too small, changed, or has no number', async () => {
    const { uploadId } = await client.initMultipartUpload('bad');
    const small = await client.uploadPart('bad', uploadId, 1, bytes, 0, PART - 1);
    const last = await client.uploadPart('bad', uploadId, 2, bytes, 0, 10);
    const parts = [
      { number: 1, etag: small.etag },
      { number: 2, etag: last.etag },
    ];
    await expect(client.completeMultipartUpload('bad', uploadId, parts)).rejects.toMatchObject({
      status: 400,
      code: 'EntityTooSmall',
      ecCode: '0042-00000213',
    });
    const changed = [{ number: 2, etag: '"00000000000000000000000000000000"' }];
    await expect(client.completeMultipartUpload('bad', uploadId, changed)).rejects.toMatchObject({
      status: 400,
      code: 'InvalidPart',
    });
    for (const number of [0, 10_001])
      await expect(client.uploadPart('bad', uploadId, number, bytes, 0, 10)).rejects.toMatchObject({
        status: 400,
        code: 'InvalidArgument',
        message: 'Part number must be an integer between 1 and 10000, inclusive.',
      });
    await client.abortMultipartUpload('bad', uploadId);
  });
});
