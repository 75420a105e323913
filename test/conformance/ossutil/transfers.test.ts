/** `ossutil cp` and `sync`: uploads and downloads in parts, broken off and taken up again from a checkpoint, and copies. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { crc64 } from '../../support/crc64.ts';
import { type OssServer, startOssServer } from '../../support/oss-server.ts';
import { ADDRESSINGS, goEscape, type Ossutil, ossutil } from '../../support/ossutil.ts';
import type { RawReply } from '../../support/raw-http.ts';

const PART_BYTES = 100 * 1024;
const KEY = 'dir/a b+c%20&中文.bin';
const BYTES = Buffer.from(Array.from({ length: 2.5 * PART_BYTES }, (_none, at) => (at * 7 + (at >> 8)) % 256));
const partOf = (number: number) => BYTES.subarray((number - 1) * PART_BYTES, number * PART_BYTES);

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
    bucket = `cp-${made++}`;
    await server.oss.buckets.ensure({ name: bucket });
  });

  const begin = async (key = KEY, headers: Record<string, string> = {}) => {
    const query = { uploads: '', 'encoding-type': 'url' };
    const begun = await ask({ method: 'POST', bucket, key, query, headers });
    expect(begun).toMatchObject({ status: 200, xml: { EncodingType: 'url', Bucket: bucket, Key: goEscape(key) } });
    return String(begun.xml.UploadId);
  };
  const upload = (uploadId: string, number: number, body: Uint8Array = partOf(number)) =>
    ask({ method: 'PUT', bucket, key: KEY, query: { partNumber: String(number), uploadId }, body, isStream: true });
  /** Go writes the quotes of an ETag as references. */
  const complete = (uploadId: string, etags: readonly string[], key = KEY) => {
    const parts = etags.map(
      (etag, index) =>
        `<Part><PartNumber>${index + 1}</PartNumber><ETag>${etag.replaceAll('"', '&#34;')}</ETag></Part>`,
    );
    const body = `<CompleteMultipartUpload>${parts.join('')}</CompleteMultipartUpload>`;
    const headers = { 'content-type': 'application/xml' };
    return ask({ method: 'POST', bucket, key, query: { 'encoding-type': 'url', uploadId }, headers, body });
  };
  const get = (headers: Record<string, string> = {}) => ask({ method: 'GET', bucket, key: KEY, headers });

  test('a small file goes up in one call and comes down whole, with its checksum', async () => {
    const headers = { 'content-type': 'application/octet-stream', 'x-oss-meta-mtime': '1700000000' };
    const put = await ask({ method: 'PUT', bucket, key: KEY, headers, body: 'small', isStream: true });
    expect(put.status).toBe(200);
    expect(put.headers['x-oss-hash-crc64ecma']).toBe(crc64(Buffer.from('small')));
    const got = await get({ 'accept-encoding': 'identity' });
    expect(got.body.toString()).toBe('small');
    expect(got.headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'x-oss-meta-mtime': '1700000000',
      'x-oss-hash-crc64ecma': crc64(Buffer.from('small')),
      etag: put.headers.etag,
    });
  });

  test('parts go up in any order, and the whole has the checksum of the file', async () => {
    const uploadId = await begin(KEY, { 'content-type': 'application/octet-stream', 'x-oss-storage-class': 'IA' });
    const replies: RawReply[] = [];
    for (const number of [3, 1, 2]) replies[number - 1] = await upload(uploadId, number);
    for (const [index, reply] of replies.entries())
      expect(reply.headers['x-oss-hash-crc64ecma']).toBe(crc64(partOf(index + 1)));
    const done = await complete(
      uploadId,
      replies.map(({ headers }) => headers.etag ?? ''),
    );
    expect(done).toMatchObject({ status: 200, xml: { EncodingType: 'url', Key: goEscape(KEY) } });
    expect(done.headers['x-oss-hash-crc64ecma']).toBe(crc64(BYTES));
    const whole = await get();
    expect(whole.body.equals(BYTES)).toBe(true);
    expect(whole.headers).toMatchObject({ 'x-oss-storage-class': 'IA', 'x-oss-object-type': 'Multipart' });
  });

  test('an upload that broke off goes on with the parts that are missing', async () => {
    const uploadId = await begin();
    await upload(uploadId, 1);
    await upload(uploadId, 2, Buffer.from('torn'));
    const query = { 'encoding-type': 'url', 'max-parts': '1000', 'part-number-marker': '0', uploadId };
    const listed = await ask({ method: 'GET', bucket, key: KEY, query });
    const parts = listed.xml.Part as { PartNumber: string; Size: string; ETag: string; HashCrc64ecma: string }[];
    expect(listed.xml).toMatchObject({ EncodingType: 'url', Key: goEscape(KEY), IsTruncated: 'false' });
    expect(parts.map(({ PartNumber, Size }) => [PartNumber, Size])).toEqual([
      ['1', String(PART_BYTES)],
      ['2', '4'],
    ]);
    expect(parts[0]?.HashCrc64ecma).toBe(crc64(partOf(1)));
    const etags = [parts[0]?.ETag ?? '', '', ''];
    for (const number of [2, 3]) etags[number - 1] = (await upload(uploadId, number)).headers.etag ?? '';
    expect(await complete(uploadId, [etags[0] ?? '', parts[1]?.ETag ?? '', etags[2] ?? ''])).toMatchObject({
      status: 400,
      xml: { Code: 'InvalidPart' },
    });
    expect((await complete(uploadId, etags)).status).toBe(200);
    expect((await get()).body.equals(BYTES)).toBe(true);
    expect(await complete(uploadId, etags)).toMatchObject({ status: 404, xml: { Code: 'NoSuchUpload' } });
  });

  test('a download that broke off goes on with ranges, and notices that the object changed', async () => {
    const put = await ask({ method: 'PUT', bucket, key: KEY, body: BYTES, isStream: true });
    const head = await ask({ method: 'HEAD', bucket, key: KEY });
    expect(head.headers).toMatchObject({ etag: put.headers.etag, 'content-length': String(BYTES.length) });
    const range = (from: number, to: number) =>
      get({ range: `bytes=${from}-${to}`, 'x-oss-range-behavior': 'standard', 'if-match': head.headers.etag ?? '' });
    const pieces: Buffer[] = [];
    for (let from = 0; from < BYTES.length; from += PART_BYTES) {
      const to = Math.min(from + PART_BYTES, BYTES.length) - 1;
      const piece = await range(from, to);
      expect(piece.status).toBe(206);
      expect(piece.headers['content-range']).toBe(`bytes ${from}-${to}/${BYTES.length}`);
      // Of the whole: a client that compares it with what a range held would be wrong.
      expect(piece.headers['x-oss-hash-crc64ecma']).toBe(crc64(BYTES));
      pieces.push(piece.body);
    }
    expect(Buffer.concat(pieces).equals(BYTES)).toBe(true);
    expect(await range(BYTES.length, BYTES.length + 1)).toMatchObject({ status: 416, xml: { Code: 'InvalidRange' } });
    await ask({ method: 'PUT', bucket, key: KEY, body: 'other', isStream: true });
    expect(await range(0, 1)).toMatchObject({ status: 412, xml: { Code: 'PreconditionFailed' } });
  });

  test('objects are copied within the service, whole or in parts', async () => {
    await ask({ method: 'PUT', bucket, key: KEY, headers: { 'x-oss-tagging': 'k=v' }, body: BYTES, isStream: true });
    const source = { 'x-oss-copy-source': `/${bucket}/${goEscape(KEY)}` };
    const copied = await ask({ method: 'PUT', bucket, key: 'copy', headers: source });
    expect(copied.status).toBe(200);
    expect(copied.headers['x-oss-hash-crc64ecma']).toBe(crc64(BYTES));

    const uploadId = await begin('in-parts');
    const etags: string[] = [];
    for (const number of [1, 2, 3]) {
      const from = (number - 1) * PART_BYTES;
      const headers = { ...source, 'x-oss-copy-source-range': `bytes=${from}-${from + partOf(number).length - 1}` };
      const query = { partNumber: String(number), uploadId };
      const part = await ask({ method: 'PUT', bucket, key: 'in-parts', query, headers });
      etags.push(String(part.xml.ETag));
    }
    const done = await complete(uploadId, etags, 'in-parts');
    expect(done.headers['x-oss-hash-crc64ecma']).toBe(crc64(BYTES));
    expect((await ask({ method: 'GET', bucket, key: 'in-parts' })).body.equals(BYTES)).toBe(true);
  });

  test('a listing tells sync what HEAD would: size, time and checksum of the file', async () => {
    await ask({ method: 'PUT', bucket, key: 'f', body: 'x', isStream: true });
    const listed = await ask({ method: 'GET', bucket, query: { 'list-type': '2', 'encoding-type': 'url' } });
    const { LastModified, Size, ETag } = listed.xml.Contents as Record<string, string>;
    const { headers } = await ask({ method: 'HEAD', bucket, key: 'f' });
    expect(LastModified).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z$/);
    expect(Date.parse(LastModified ?? '')).toBe(Date.parse(headers['last-modified'] ?? ''));
    expect([Size, ETag]).toEqual([headers['content-length'], headers.etag]);
    expect(headers['x-oss-hash-crc64ecma']).toBe(crc64(Buffer.from('x')));
    const kept = await ask({
      method: 'PUT',
      bucket,
      key: 'f',
      headers: { 'x-oss-forbid-overwrite': 'true' },
      body: 'y',
      isStream: true,
    });
    expect(kept).toMatchObject({ status: 409, xml: { Code: 'FileAlreadyExists' } });
  });
});
