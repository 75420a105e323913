/** Multipart uploads from their beginning to their end. */
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { PART_BYTES_MIN } from '../../../../../emulators/oss/limits.ts';
import { putBucket } from '../../../../../emulators/oss/service/buckets.ts';
import { type CompleteUpload, completeUpload } from '../../../../../emulators/oss/service/complete-upload.ts';
import { uploadPartCopy } from '../../../../../emulators/oss/service/upload-part-copy.ts';
import { abortUpload, initiateUpload, uploadPart } from '../../../../../emulators/oss/service/uploads.ts';
import {
  DRAFT,
  incoming,
  ORIGIN,
  put,
  startTestServices,
  type TestServices,
} from '../../../../support/oss-services.ts';

const upload = { bucket: 'my-bucket', key: 'big', uploadId: 'UPLOAD' };
const big = Buffer.alloc(PART_BYTES_MIN, 'a');

let room: TestServices;
beforeEach(async () => {
  room = await startTestServices();
  const bucket = { bucket: 'my-bucket', acl: undefined, storageClass: undefined, redundancy: undefined };
  await putBucket(room.services, bucket, ORIGIN);
  await initiateUpload(
    room.services,
    { ...upload, draft: { ...DRAFT, type: 'Multipart', userMeta: { a: '1' } } },
    ORIGIN,
  );
});
afterEach(() => room.close());

const part = (partNumber: number, bytes: string | Uint8Array, overrides = {}) =>
  uploadPart(room.services, { ...upload, partNumber, body: incoming(bytes), ...overrides }, ORIGIN);
const complete = (parts: CompleteUpload['parts'], overrides: Partial<CompleteUpload> = {}) =>
  completeUpload(room.services, { ...upload, parts, acl: undefined, forbidOverwrite: false, ...overrides }, ORIGIN);
const events = () => room.told.map(({ eventName, sizeBytes }) => [eventName.replace(/^.*:/, ''), sizeBytes]);

test('makes one object of its parts and tells every step', async () => {
  const last = await part(7, 'end');
  await part(2, 'replaced');
  const first = await part(2, big);
  const record = await complete([{ partNumber: 2, etag: `"${first.etag.toLowerCase()}"` }, last]);
  expect(record).toMatchObject({ type: 'Multipart', sizeBytes: big.length + 3, userMeta: { a: '1' } });
  expect(record.etag).toMatch(/^[0-9A-F]{32}-2$/);
  const body = (await room.services.store.read(record))?.bytes ?? expect.fail('no bytes');
  const bytes = body instanceof Uint8Array ? Buffer.from(body) : await buffer(body);
  expect(bytes.equals(Buffer.concat([big, Buffer.from('end')]))).toBe(true);
  expect(events()).toEqual([
    ['PutBucket', undefined],
    ['InitiateMultipartUpload', undefined],
    ['UploadPart', 3],
    ['UploadPart', 8],
    ['UploadPart', big.length],
    ['CompleteMultipartUpload', big.length + 3],
  ]);
});

test('refuses parts that are out of order, unknown, changed or too small, and stays open', async () => {
  const one = await part(1, 'small');
  const two = await part(2, 'last');
  await expect(complete([two, one])).rejects.toMatchObject({ code: 'InvalidPartOrder' });
  await expect(complete([one, one])).rejects.toMatchObject({ code: 'InvalidPartOrder' });
  await expect(complete([{ partNumber: 3, etag: one.etag }])).rejects.toMatchObject({
    code: 'InvalidPart',
    details: { partNumber: 3, uploadId: 'UPLOAD', etag: one.etag },
  });
  await expect(complete([{ partNumber: 1, etag: two.etag }])).rejects.toMatchObject({ code: 'InvalidPart' });
  await expect(complete([one, two])).rejects.toMatchObject({ code: 'EntityTooSmall', details: { partNumber: 1 } });
  await expect(complete([two])).resolves.toMatchObject({ sizeBytes: 4 });
});

test('takes a part of exactly the smallest size, and refuses one byte less', async () => {
  const last = await part(9, 'x');
  await expect(complete([await part(1, big.subarray(1)), last])).rejects.toMatchObject({ code: 'EntityTooSmall' });
  await expect(complete([await part(1, big), last])).resolves.toMatchObject({ sizeBytes: big.length + 1 });
});

test('completes with all parts when told so, and not without any', async () => {
  await expect(complete('all')).rejects.toMatchObject({ code: 'InvalidPart' });
  await part(1, big);
  await part(5, 'end');
  await expect(complete('all')).resolves.toMatchObject({ sizeBytes: big.length + 3 });
});

test('ends once: completed or aborted, the upload is unknown', async () => {
  await complete([await part(1, 'x')]);
  const unknown = { code: 'NoSuchUpload', details: { uploadId: 'UPLOAD' } };
  await expect(complete('all')).rejects.toMatchObject(unknown);
  await expect(part(1, 'x')).rejects.toMatchObject(unknown);
  await expect(abortUpload(room.services, upload, ORIGIN)).rejects.toMatchObject(unknown);
});

test('aborting tells it, and leaves no object', async () => {
  await part(1, 'x');
  await abortUpload(room.services, upload, ORIGIN);
  expect(room.told.at(-1)).toMatchObject({ eventName: 'ObjectRemoved:AbortMultipartUpload', key: 'big' });
  expect(room.services.store.head(upload)).toBeUndefined();
});

test('an upload belongs to its key, and does not overwrite when told not to', async () => {
  await expect(part(1, 'x', { key: 'other' })).rejects.toMatchObject({ code: 'NoSuchUpload' });
  await part(1, 'x');
  await put(room.services, 'big', 'there');
  await expect(complete('all', { forbidOverwrite: true })).rejects.toMatchObject({ code: 'FileAlreadyExists' });
  await expect(complete('all')).resolves.toMatchObject({ sizeBytes: 1 });
  expect(room.told.at(-1)).toMatchObject({ sizeBytes: 1, deltaSizeBytes: -4 });
});

test('keeps nothing of a part whose MD5 is wrong', async () => {
  const body = incoming('x', { contentMd5: '1B2M2Y8AsgTpgAmY7PhCfg==' });
  await expect(part(1, '', { body })).rejects.toMatchObject({ code: 'InvalidDigest' });
  await expect(complete('all')).rejects.toMatchObject({ code: 'InvalidPart' });
});

test('copies a part out of an object: the range, or all of it where the range does not fit', async () => {
  await put(room.services, 'source', '0123456789');
  const copy = (range: string | undefined, conditions = {}) =>
    uploadPartCopy(
      room.services,
      {
        ...upload,
        partNumber: 1,
        source: { bucket: 'my-bucket', key: 'source' },
        range,
        conditions,
        authorizeRead: () => {},
      },
      ORIGIN,
    );
  expect(await copy('bytes=2-4')).toMatchObject({ part: { sizeBytes: 3 }, sourceVersionId: undefined });
  expect(await copy('bytes=2-40')).toMatchObject({ part: { sizeBytes: 10 }, sourceVersionId: undefined });
  expect(await copy(undefined)).toMatchObject({ part: { sizeBytes: 10 }, sourceVersionId: undefined });
  await expect(copy(undefined, { ifMatch: 'x' })).rejects.toMatchObject({ code: 'PreconditionFailed' });
  expect(room.told.at(-1)).toMatchObject({ eventName: 'ObjectCreated:UploadPartCopy', sizeBytes: 10 });
});
