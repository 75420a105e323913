/** Storing, reading, copying and deleting objects: what is refused, what is kept, what is told. */
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { putBucket } from '../../../../../emulators/oss/service/buckets.ts';
import { type CopyObject, copyObject } from '../../../../../emulators/oss/service/copy-object.ts';
import { deleteObject, deleteObjects } from '../../../../../emulators/oss/service/delete-objects.ts';
import { getObject, headObject } from '../../../../../emulators/oss/service/read-object.ts';
import {
  DRAFT,
  incoming,
  ORIGIN,
  put,
  startTestServices,
  type TestServices,
} from '../../../../support/oss-services.ts';

let room: TestServices;
beforeEach(async () => {
  room = await startTestServices();
  const bucket = { bucket: 'my-bucket', acl: undefined, storageClass: undefined, redundancy: undefined };
  await putBucket(room.services, bucket, ORIGIN);
  room.told.length = 0;
});
afterEach(() => room.close());

const ref = (key: string, bucket = 'my-bucket') => ({ bucket, key });
const head = (key: string) => room.services.store.head(ref(key));

describe('putting', () => {
  test('keeps the bytes and tells the new size and its difference to the old', async () => {
    await put(room.services, 'a', 'hello');
    await put(room.services, 'a', 'hi');
    expect(head('a')).toMatchObject({ sizeBytes: 2, etag: '49F68A5C8493EC2C0BF489821C21FC3B', type: 'Normal' });
    expect(room.told).toEqual([
      expect.objectContaining({ eventName: 'ObjectCreated:PutObject', key: 'a', sizeBytes: 5, deltaSizeBytes: 5 }),
      expect.objectContaining({ eventName: 'ObjectCreated:PutObject', key: 'a', sizeBytes: 2, deltaSizeBytes: -3 }),
    ]);
  });

  test('refuses a missing bucket before it reads a byte', async () => {
    const bytes = Readable.from([Buffer.from('x')]);
    const body = incoming('x', { bytes });
    await expect(put(room.services, 'a', 'x', { bucket: 'no-bucket', body })).rejects.toMatchObject({
      code: 'NoSuchBucket',
      details: { bucket: 'no-bucket' },
    });
    expect(bytes.readableDidRead).toBe(false);
  });

  test.each([
    ['another MD5', { contentMd5: '1B2M2Y8AsgTpgAmY7PhCfg==' }, 'InvalidDigest'],
    ['an MD5 that is none', { contentMd5: 'abc' }, 'InvalidDigest'],
    ['an announced length it does not have', { contentLength: 6 }, 'IncompleteBody'],
  ])('keeps nothing of a body with %s', async (_name, overrides, code) => {
    await put(room.services, 'a', 'old');
    await expect(put(room.services, 'a', 'x', { body: incoming('hello', overrides) })).rejects.toMatchObject({ code });
    expect(head('a')?.sizeBytes).toBe(3);
    expect(room.told).toHaveLength(1);
  });

  test('keeps nothing of a body whose sender goes away in the middle', async () => {
    for (const contentLength of [10, undefined]) {
      const bytes = new Readable({ read() {} });
      bytes.push(Buffer.from('hell'));
      const putting = put(room.services, 'a', '', { body: { bytes, contentLength, contentMd5: undefined } });
      setImmediate(() => bytes.destroy(Object.assign(new Error('aborted'), { code: 'ECONNRESET' })));
      await expect(putting).rejects.toMatchObject({ code: 'IncompleteBody' });
    }
    expect(head('a')).toBeUndefined();
    expect(room.told).toEqual([]);
  });

  test('takes a body of unknown length and checks its MD5 all the same', async () => {
    const body = incoming('hello', { contentLength: undefined, contentMd5: 'XUFAKrxLKna5cZ2REBfFkg==' });
    await put(room.services, 'a', '', { body });
    expect(head('a')?.sizeBytes).toBe(5);
  });

  test('refuses 5 GB and a byte unread', async () => {
    const body = incoming('x', { contentLength: 5 * 1024 ** 3 + 1 });
    await expect(put(room.services, 'a', 'x', { body })).rejects.toMatchObject({ code: 'EntityTooLarge' });
  });

  test('does not overwrite when told not to, also when two writers race', async () => {
    const racing = await Promise.allSettled([
      put(room.services, 'a', 'one', { forbidOverwrite: true }),
      put(room.services, 'a', 'two', { forbidOverwrite: true }),
    ]);
    expect(racing.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    await expect(put(room.services, 'a', 'x', { forbidOverwrite: true })).rejects.toMatchObject({
      code: 'FileAlreadyExists',
      details: { key: 'a' },
    });
    expect(room.told).toHaveLength(1);
  });
});

describe('reading', () => {
  const read = async (key: string, overrides = {}) =>
    getObject(room.services, {
      ...{
        ...ref(key),
        authorizeRead: () => {},
        nowMs: ORIGIN.atMs,
        conditions: {},
        range: undefined,
        isStandardRange: false,
      },
      ...overrides,
    });
  const text = async (bytes: Readable | Uint8Array) =>
    (bytes instanceof Readable ? await buffer(bytes) : Buffer.from(bytes)).toString();

  test('gives the whole object or the range that was asked for', async () => {
    await put(room.services, 'a', '0123456789');
    expect(await text((await read('a')).bytes)).toBe('0123456789');
    const part = await read('a', { range: 'bytes=2-4' });
    expect([part.range, await text(part.bytes)]).toEqual([{ start: 2, end: 4 }, '234']);
    await expect(read('a', { range: 'bytes=-0' })).rejects.toMatchObject({ code: 'InvalidRange' });
  });

  test('tells a missing object from a missing bucket', async () => {
    await expect(read('a')).rejects.toMatchObject({ code: 'NoSuchKey', details: { key: 'a' } });
    await expect(read('a', { bucket: 'no-bucket' })).rejects.toMatchObject({ code: 'NoSuchBucket' });
    expect(() => headObject(room.services, { ...ref('a'), authorizeRead: () => {}, conditions: {} })).toThrow(
      expect.objectContaining({ code: 'NoSuchKey' }),
    );
  });

  test('answers conditions before ranges', async () => {
    await put(room.services, 'a', 'x');
    await expect(read('a', { conditions: { ifMatch: 'y' }, range: 'bytes=-0' })).rejects.toMatchObject({
      code: 'PreconditionFailed',
    });
    await expect(read('a', { conditions: { ifNoneMatch: head('a')?.etag } })).rejects.toMatchObject({
      code: 'NotModified',
    });
  });

  test('refuses the bytes of an archived object and still describes it', async () => {
    await put(room.services, 'a', 'x', { draft: { ...DRAFT, storageClass: 'Archive' } });
    await expect(read('a')).rejects.toMatchObject({ code: 'InvalidObjectState' });
    expect(headObject(room.services, { ...ref('a'), authorizeRead: () => {}, conditions: {} }).storageClass).toBe(
      'Archive',
    );
  });
});

describe('copying', () => {
  const given = { contentType: 'image/png', headers: { 'cache-control': 'no-cache' }, userMeta: { new: '1' } };
  const copy = (source: string, target: string, overrides: Partial<CopyObject> = {}) =>
    copyObject(
      room.services,
      {
        source: ref(source),
        target: ref(target),
        conditions: {},
        directive: 'COPY',
        encryption: undefined,
        given,
        givesMetadata: true,
        tags: undefined,
        acl: undefined,
        storageClass: undefined,
        forbidOverwrite: false,
        ...overrides,
      },
      ORIGIN,
    );

  beforeEach(async () => {
    await put(room.services, 'a', 'hello', { draft: { ...DRAFT, userMeta: { old: '1' }, acl: 'public-read' } });
    room.told.length = 0;
  });

  test('keeps the metadata of the source, or takes the one that is given, as directed; never the ACL', async () => {
    await copy('a', 'b');
    expect(head('b')).toMatchObject({ userMeta: { old: '1' }, contentType: 'text/plain', acl: 'default' });
    await copy('a', 'c', { directive: 'REPLACE' });
    expect(head('c')).toMatchObject({ ...given, etag: head('a')?.etag, crc64: head('a')?.crc64 });
    expect(room.told).toEqual([
      expect.objectContaining({ eventName: 'ObjectCreated:CopyObject', key: 'b', sizeBytes: 5, deltaSizeBytes: 5 }),
      expect.objectContaining({ eventName: 'ObjectCreated:CopyObject', key: 'c' }),
    ]);
  });

  test('onto itself takes given metadata whatever the directive, and tells a change of metadata', async () => {
    await copy('a', 'a');
    expect(head('a')).toMatchObject({ ...given, acl: 'public-read', sizeBytes: 5 });
    expect(room.told).toEqual([
      expect.objectContaining({ eventName: 'ObjectModified:UpdateObjectMeta', key: 'a', deltaSizeBytes: 0 }),
    ]);
  });

  test('refuses what is missing, and conditions that fail, changing nothing', async () => {
    await expect(copy('nope', 'b')).rejects.toMatchObject({ code: 'NoSuchKey', details: { key: 'nope' } });
    await expect(copy('a', 'b', { source: ref('a', 'no-bucket') })).rejects.toMatchObject({ code: 'NoSuchBucket' });
    await expect(copy('a', 'b', { target: ref('b', 'no-bucket') })).rejects.toMatchObject({ code: 'NoSuchBucket' });
    await expect(copy('a', 'b', { conditions: { ifMatch: 'x' } })).rejects.toMatchObject({
      code: 'PreconditionFailed',
    });
    await expect(copy('a', 'b', { conditions: { ifNoneMatch: '*' } })).rejects.toMatchObject({ code: 'NotModified' });
    await put(room.services, 'b', 'there');
    await expect(copy('a', 'b', { forbidOverwrite: true })).rejects.toMatchObject({ code: 'FileAlreadyExists' });
    expect(head('b')?.sizeBytes).toBe(5);
    expect(room.told).toHaveLength(1);
  });
});

describe('deleting', () => {
  test('counts a missing object as deleted, and tells only of what was there', async () => {
    await put(room.services, 'a', 'hello');
    await put(room.services, 'b', 'hi');
    room.told.length = 0;
    await deleteObject(room.services, ref('a'), ORIGIN);
    await deleteObject(room.services, ref('a'), ORIGIN);
    await deleteObjects(
      room.services,
      { bucket: 'my-bucket', objects: [{ key: 'b' }, { key: 'b' }, { key: 'nope' }] },
      ORIGIN,
    );
    expect(head('a')).toBeUndefined();
    expect(room.told).toEqual([
      expect.objectContaining({ eventName: 'ObjectRemoved:DeleteObject', key: 'a', sizeBytes: 5, deltaSizeBytes: -5 }),
      expect.objectContaining({ eventName: 'ObjectRemoved:DeleteObjects', key: 'b', sizeBytes: 2, deltaSizeBytes: -2 }),
    ]);
  });

  test('needs the bucket', async () => {
    await expect(deleteObject(room.services, ref('a', 'no-bucket'), ORIGIN)).rejects.toMatchObject({
      code: 'NoSuchBucket',
    });
  });
});
