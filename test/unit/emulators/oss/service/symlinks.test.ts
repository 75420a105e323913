/** Links: made blindly, read through, never through a second one. */
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { putBucket } from '../../../../../emulators/oss/service/buckets.ts';
import { copyObject } from '../../../../../emulators/oss/service/copy-object.ts';
import { getObject, headObject, type ReadObject } from '../../../../../emulators/oss/service/read-object.ts';
import { putSymlink } from '../../../../../emulators/oss/service/symlinks.ts';
import { uploadPartCopy } from '../../../../../emulators/oss/service/upload-part-copy.ts';
import { initiateUpload } from '../../../../../emulators/oss/service/uploads.ts';
import { DRAFT, ORIGIN, put, startTestServices, type TestServices } from '../../../../support/oss-services.ts';

let room: TestServices;
let asked: string[];
beforeEach(async () => {
  room = await startTestServices();
  const bucket = { bucket: 'my-bucket', acl: undefined, storageClass: undefined, redundancy: undefined };
  await putBucket(room.services, bucket, ORIGIN);
  room.told.length = 0;
  asked = [];
});
afterEach(() => room.close());

const ref = (key: string) => ({ bucket: 'my-bucket', key });
const LATER = ORIGIN.atMs + 60_000;

function link(key: string, target: string, { forbidOverwrite = false, modifiedAtMs = LATER } = {}) {
  const draft = { ...DRAFT, type: 'Symlink' as const, contentType: 'image/png', userMeta: { link: '1' }, modifiedAtMs };
  return putSymlink(room.services, { ...ref(key), target, draft, forbidOverwrite }, ORIGIN);
}

const question = (key: string): ReadObject => ({
  ...ref(key),
  nowMs: ORIGIN.atMs,
  conditions: {},
  range: undefined,
  isStandardRange: false,
  authorizeRead: (target) => void asked.push(target.key),
});

async function read(key: string, overrides: Partial<ReadObject> = {}) {
  const { bytes, record, range } = await getObject(room.services, { ...question(key), ...overrides });
  const body = bytes instanceof Readable ? await buffer(bytes) : Buffer.from(bytes);
  return { text: body.toString(), record, range };
}

test("stands for its target: bytes and sums are the target's, all else is its own", async () => {
  await link('link', 'target');
  const target = await put(room.services, 'target', '0123456789');
  const { text, record } = await read('link');
  const { sizeBytes, etag, crc64, contentMd5 } = target;
  expect(text).toBe('0123456789');
  expect(record).toMatchObject({ sizeBytes, etag, crc64, contentMd5 });
  expect(record).toMatchObject({
    type: 'Symlink',
    contentType: 'image/png',
    userMeta: { link: '1' },
    modifiedAtMs: LATER,
  });
  expect(headObject(room.services, question('link'))).toEqual(record);
  expect(asked).toEqual(['target', 'target']);
  expect(room.told[0]).toMatchObject({ eventName: 'ObjectCreated:PutSymlink', key: 'link' });
});

test('shows the later of both times, and answers ranges and conditions of the target', async () => {
  const target = await put(room.services, 'target', '0123456789');
  await link('link', 'target', { modifiedAtMs: 5 });
  expect(await read('link', { range: 'bytes=2-4' })).toMatchObject({
    text: '234',
    range: { start: 2, end: 4 },
    record: { modifiedAtMs: target.modifiedAtMs },
  });
  await expect(read('link', { conditions: { ifNoneMatch: target.etag } })).rejects.toMatchObject({
    code: 'NotModified',
  });
});

test('refuses a target that is gone, and one that is a link, itself included', async () => {
  await link('link', 'target');
  const missing = { code: 'SymlinkTargetNotExist' };
  await expect(read('link')).rejects.toMatchObject(missing);
  expect(() => headObject(room.services, question('link'))).toThrow(expect.objectContaining(missing));
  await link('self', 'self');
  const wrong = { code: 'InvalidTargetType' };
  await expect(read('self')).rejects.toMatchObject(wrong);
  expect(() => headObject(room.services, question('self'))).toThrow(expect.objectContaining(wrong));
});

test('is not read by whom the target is closed to, whether it exists or not', async () => {
  await link('link', 'target');
  const refusal = new Error('closed');
  const authorizeRead = () => {
    throw refusal;
  };
  await expect(read('link', { authorizeRead })).rejects.toBe(refusal);
  expect(() => headObject(room.services, { ...question('link'), authorizeRead })).toThrow(refusal);
});

test('refuses the bytes of an archived target', async () => {
  await put(room.services, 'target', 'x', { draft: { ...DRAFT, storageClass: 'Archive' } });
  await link('link', 'target');
  await expect(read('link')).rejects.toMatchObject({ code: 'InvalidObjectState' });
});

test('overwrites what is there unless told not to', async () => {
  await put(room.services, 'link', 'x');
  await expect(link('link', 'target', { forbidOverwrite: true })).rejects.toMatchObject({ code: 'FileAlreadyExists' });
  expect(await link('link', 'target')).toMatchObject({ type: 'Symlink', symlinkTarget: 'target' });
});

test('is copied as a link, while a part copied from it has the bytes of its target', async () => {
  await put(room.services, 'target', '0123456789');
  await link('link', 'target');
  const given = { contentType: '', headers: {}, userMeta: {} };
  const silent = { acl: undefined, storageClass: undefined, tags: undefined, encryption: undefined };
  const choices = { ...silent, forbidOverwrite: false };
  const copy = { source: ref('link'), target: ref('copy'), conditions: {}, directive: 'COPY' as const };
  await copyObject(room.services, { ...copy, ...choices, given, givesMetadata: false }, ORIGIN);
  expect((await read('copy')).text).toBe('0123456789');

  const upload = { ...ref('big'), uploadId: 'U' };
  await initiateUpload(room.services, { ...upload, draft: { ...DRAFT, type: 'Multipart' } }, ORIGIN);
  const { authorizeRead } = question('link');
  const part = { ...upload, partNumber: 1, source: ref('link'), range: 'bytes=0-3', conditions: {}, authorizeRead };
  expect(await uploadPartCopy(room.services, part, ORIGIN)).toMatchObject({ part: { sizeBytes: 4 } });
  expect(asked.at(-1)).toBe('target');
});
