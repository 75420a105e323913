/** What every object store must do, whatever keeps its bytes. */
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { beforeEach, describe, expect, test } from 'vitest';
import { createCrc64 } from '../../../../../emulators/oss/store/crc64.ts';
import type { BucketRecord, ObjectStore } from '../../../../../emulators/oss/store/object-store.ts';
import { describeAppends } from './appends.contract.ts';
import { describeConcurrency } from './concurrency.contract.ts';
import { BUCKET, bodyOf, bytesOf, collect, draft, print, putObject, readObject, ref } from './contract-tools.ts';
import { describeDocuments } from './documents.contract.ts';
import { describeListing } from './listing.contract.ts';
import { describeRestores } from './restores.contract.ts';
import { describeUploads } from './uploads.contract.ts';
import { describeVersions } from './versions.contract.ts';

/** Around the places where stores change their ways: nothing, a byte, inline limits, chunk sizes. */
const SIZES = [0, 1, 4096, 16_384, 16_385, 32_768, 32_769, 131_073, 1_500_000];

/** `modelRuns`: of random commands held against a model. */
export function describeObjectStore(
  name: string,
  open: () => Promise<ObjectStore>,
  { modelRuns = 60 }: { modelRuns?: number } = {},
): void {
  describe(`object store: ${name}`, () => {
    let store: ObjectStore;
    beforeEach(async () => {
      store = await open();
      return () => store.close();
    });
    const current = () => store;

    describe('buckets', () => describeBuckets(current));
    describe('documents', () => describeDocuments(current));
    describe('objects', () => describeObjects(current));
    describe('staging', () => describeStaging(current));
    describe('listing', () => describeListing(current));
    describe('uploads', () => describeUploads(current));
    describe('appending', () => describeAppends(current));
    describe('restores', () => describeRestores(current));
    describe('versions', () => describeVersions(current, { modelRuns }));
    describe('at the same time', () => describeConcurrency(current));
  });
}

function bucket(name: string): BucketRecord {
  return { name, createdAtMs: 5, acl: 'private', storageClass: 'IA', redundancy: 'ZRS' };
}

function describeBuckets(current: () => ObjectStore): void {
  test('keeps a bucket as it was put, and answers undefined for one that is not there', async () => {
    await current().putBucket(bucket('one'));
    expect(current().getBucket('one')).toEqual(bucket('one'));
    expect(current().getBucket('on')).toBeUndefined();
    await current().putBucket({ ...bucket('one'), acl: 'public-read' });
    expect(current().getBucket('one')?.acl).toBe('public-read');
  });

  test('lists buckets by name with prefix, marker and limit', async () => {
    for (const name of ['b-2', 'a-1', 'b-10', 'c-1']) await current().putBucket(bucket(name));
    const names = (prefix: string, marker: string, limit: number) => {
      const page = current().listBuckets({ prefix, marker, limit });
      return [page.buckets.map((found) => found.name), page.isTruncated];
    };
    expect(names('', '', 10)).toEqual([['a-1', 'b-10', 'b-2', 'c-1'], false]);
    expect(names('b-', '', 1)).toEqual([['b-10'], true]);
    expect(names('b-', 'b-10', 1)).toEqual([['b-2'], false]);
    expect(names('', 'b-10', 4)).toEqual([['b-2', 'c-1'], false]);
    expect(names('d', '', 4)).toEqual([[], false]);
    expect(names('a', 'b', 4)).toEqual([[], false]);
  });

  test('lets a guard refuse, and tells of a change in its own transaction', async () => {
    const refusal = new Error('taken');
    const refuse = () => {
      throw refusal;
    };
    await current().putBucket(bucket('one'));
    await expect(current().putBucket({ ...bucket('one'), createdAtMs: 9 }, { guard: refuse })).rejects.toBe(refusal);
    await expect(current().putBucket({ ...bucket('one'), createdAtMs: 9 }, { tell: refuse })).rejects.toBe(refusal);
    await expect(current().deleteBucket('one', { tell: refuse })).rejects.toBe(refusal);
    expect(current().getBucket('one')).toEqual(bucket('one'));
  });

  test('tells the guard of a deletion what still lies in the bucket', async () => {
    await current().putBucket(bucket(BUCKET));
    await current().putBucket(bucket(`${BUCKET}-2`));
    const seen: unknown[] = [];
    const look = (name: string) =>
      current().deleteBucket(name, {
        guard: (before) => {
          seen.push(before);
          if (before.hasObjects || before.hasUploads) throw new Error('not empty');
        },
      });
    await putObject(current(), 'k', 'v');
    await expect(look(BUCKET)).rejects.toThrow('not empty');
    await current().remove([ref('k')]);
    await current().createUpload({ ...draft(), ...ref('k'), uploadId: 'U', initiatedAtMs: 1 });
    await expect(look(BUCKET)).rejects.toThrow('not empty');
    const nothing = { hasObjects: false, hasUploads: false };
    expect(seen).toEqual([
      { ...nothing, hasObjects: true },
      { ...nothing, hasUploads: true },
    ]);
    for (const name of [`${BUCKET}-2`, 'never-there']) {
      seen.length = 0;
      await look(name);
      // A store may ask before it begins, too.
      expect(new Set(seen.map((before) => JSON.stringify(before)))).toEqual(new Set([JSON.stringify(nothing)]));
    }
    expect(current().getBucket(`${BUCKET}-2`)).toBeUndefined();
  });

  test('takes along what a deletion without a guard finds in the bucket', async () => {
    await current().putBucket(bucket(BUCKET));
    await putObject(current(), 'k', bytesOf(50_000));
    await current().deleteBucket(BUCKET);
    await current().putBucket(bucket(BUCKET));
    expect(current().head(ref('k'))).toBeUndefined();
  });
}

function describeObjects(current: () => ObjectStore): void {
  test.each(SIZES)('gives back %i bytes with their sums, whole and in ranges', async (sizeBytes) => {
    const bytes = bytesOf(sizeBytes);
    const record = await putObject(current(), 'dir/key ü', bytes);
    const md5 = createHash('md5').update(bytes).digest();
    const crc = createCrc64();
    crc.update(bytes);
    expect(record).toEqual({
      ...draft(),
      ...ref('dir/key ü'),
      sizeBytes,
      etag: md5.toString('hex').toUpperCase(),
      crc64: crc.digest(),
      contentMd5: md5.toString('base64'),
    });
    expect(current().head(ref('dir/key ü'))).toEqual(record);
    expect(await readObject(current(), 'dir/key ü')).toBe(print(bytes));

    const ends = [0, 1, 1000, sizeBytes - 2, sizeBytes - 1].filter((end) => end >= 0 && end < sizeBytes);
    for (const start of ends)
      for (const end of ends.filter((candidate) => candidate >= start)) {
        const body = await current().read(ref('dir/key ü'), () => ({ start, end }));
        expect(await collect(body)).toBe(print(bytes.subarray(start, end + 1)));
      }
  });

  test('answers undefined for an object that is not there', async () => {
    expect(current().head(ref('k'))).toBeUndefined();
    expect(await current().read(ref('k'))).toBeUndefined();
    expect(await current().copy(ref('k'), ref('l'), () => draft())).toBeUndefined();
    await current().remove([ref('k')]);
  });

  test('shows the record before any byte is read, and reads none when none is wanted', async () => {
    const record = await putObject(current(), 'k', bytesOf(200_000));
    const seen: unknown[] = [];
    const body = await current().read(ref('k'), (shown) => {
      seen.push(shown);
      return 'none';
    });
    expect([seen, body?.record, await collect(body)]).toEqual([[record], record, print('')]);
    const refusal = new Error('304');
    const refused = async () =>
      current().read(ref('k'), () => {
        throw refusal;
      });
    await expect(refused()).rejects.toBe(refusal);
    const tooLong = async () => current().read(ref('k'), () => ({ start: 0, end: 200_000 }));
    await expect(tooLong()).rejects.toThrow(RangeError);
  });

  test.each([10, 200_000])('copies %i bytes that outlive their source, under other metadata', async (sizeBytes) => {
    const bytes = bytesOf(sizeBytes);
    const source = await putObject(current(), 'source', bytes);
    const other = draft({ contentType: 'image/png', modifiedAtMs: 7 });
    const copied = await current().copy(ref('source'), ref('copy', 'b-bucket'), () => other);
    const { etag, crc64, contentMd5 } = source;
    expect(copied).toEqual({ ...other, ...ref('copy', 'b-bucket'), sizeBytes, etag, crc64, contentMd5 });
    await current().remove([ref('source')]);
    expect(await collect(await current().read(ref('copy', 'b-bucket')))).toBe(print(bytes));
  });

  test.each([10, 200_000])('copies %i bytes onto themselves', async (sizeBytes) => {
    await putObject(current(), 'k', bytesOf(sizeBytes));
    await current().copy(ref('k'), ref('k'), (source) => ({ ...source, userMeta: { new: 'meta' } }));
    expect(current().head(ref('k'))?.userMeta).toEqual({ new: 'meta' });
    expect(await readObject(current(), 'k')).toBe(print(bytesOf(sizeBytes)));
  });

  test('keeps the locks of an object', async () => {
    await current().putBucket(bucket(BUCKET));
    await putObject(current(), 'k', 'v');
    const lock = { retention: { mode: 'COMPLIANCE' as const, untilMs: 1_700_000_000_000 }, isHeld: true };
    await current().amend(ref('k'), () => ({ lock }));
    await current().amend(ref('k'), () => ({ acl: 'private' }));
    expect(current().head(ref('k'))?.lock).toEqual(lock);
    const copied = await current().copy(ref('k'), ref('copy'), (source) => ({ ...source, lock: { isHeld: false } }));
    expect(copied?.lock).toEqual({ isHeld: false });
    expect(current().head(ref('copy'))?.lock).toEqual({ isHeld: false });
  });

  test.each([10, 200_000])('amends what is said of %i bytes, and leaves them', async (sizeBytes) => {
    const before = await putObject(current(), 'k', bytesOf(sizeBytes));
    const told: unknown[] = [];
    const tell = (was: unknown, is: unknown) => told.push([was, is]);
    const tags = [{ key: '__proto__', value: '' }];
    const after = await current().amend(ref('k'), () => ({ acl: 'private', tags }), { tell });
    expect(after).toEqual({ ...before, acl: 'private', tags });
    expect(current().head(ref('k'))).toEqual(after);
    expect(told).toEqual([[before, after]]);
    const refusal = new Error('no');
    await expect(current().amend(ref('k'), () => raise(refusal))).rejects.toBe(refusal);
    await expect(current().amend(ref('k'), () => ({ tags: [] }), { tell: () => raise(refusal) })).rejects.toBe(refusal);
    expect(current().head(ref('k'))).toEqual(after);
    await current().amend(ref('k'), () => ({ tags: [] }));
    expect(current().head(ref('k'))?.tags).toBeUndefined();
    expect(await readObject(current(), 'k')).toBe(print(bytesOf(sizeBytes)));
    expect(await current().amend(ref('gone'), () => ({}), { tell })).toBeUndefined();
  });

  test('keeps tags and the target of a link', async () => {
    const tags = [
      { key: 'b', value: '2' },
      { key: 'a', value: '' },
    ];
    const link = draft({ type: 'Symlink', symlinkTarget: 'dir/ü', tags });
    const record = await current().put(ref('k'), await current().stage(bodyOf('dir/ü')), link);
    expect(record).toMatchObject({ type: 'Symlink', symlinkTarget: 'dir/ü', tags });
    const copied = await current().copy(ref('k'), ref('l'), (source) => source);
    expect(copied).toEqual({ ...record, key: 'l' });
    const page = current().list({ bucket: BUCKET, prefix: '', delimiter: '', after: '', limit: 9 });
    expect(page.objects).toEqual([record, copied]);
  });

  test('tells before and after of put, copy and remove, and of nothing that did not happen', async () => {
    const told: unknown[] = [];
    const tell = (before: unknown, after?: unknown) => told.push([before, after]);
    const first = await putObject(current(), 'k', '1', { tell });
    const second = await putObject(current(), 'k', '2', { tell });
    const copied = await current().copy(ref('k'), ref('l'), () => draft(), { tell });
    await current().copy(ref('gone'), ref('m'), () => draft(), { tell });
    await current().remove([ref('k'), ref('gone'), ref('l')], { tell });
    expect(told).toEqual([
      [undefined, first],
      [first, second],
      [undefined, copied],
      [second, undefined],
      [copied, undefined],
    ]);
    expect(current().list({ bucket: BUCKET, prefix: '', delimiter: '', after: '', limit: 9 }).objects).toEqual([]);
  });

  test.each(['guard', 'tell'] as const)('takes everything back when %s throws', async (hook) => {
    const before = await putObject(current(), 'k', 'old');
    const refusal = new Error('no');
    const refuse = { [hook]: () => raise(refusal) };
    await expect(putObject(current(), 'k', bytesOf(100_000), refuse)).rejects.toBe(refusal);
    await expect(current().copy(ref('k'), ref('l'), () => draft(), refuse)).rejects.toBe(refusal);
    if (hook === 'tell') await expect(current().remove([ref('k')], refuse)).rejects.toBe(refusal);
    expect(current().head(ref('k'))).toEqual(before);
    expect(current().head(ref('l'))).toBeUndefined();
    expect(await readObject(current(), 'k')).toBe(print('old'));
  });

  test('shows a guard what the transaction finds, also what another change made of it meanwhile', async () => {
    const guard = (now: unknown) => {
      if (now) throw new Error('exists');
    };
    const attempts = await Promise.allSettled(
      ['a', 'b', 'c'].map((text) => putObject(current(), 'k', text, { guard })),
    );
    expect(attempts.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  test('lets a guard ask the store what its own transaction finds', async () => {
    const store = current();
    const upload = { ...draft(), ...ref('k'), uploadId: 'U', initiatedAtMs: 1 };
    const inside: [string, ...unknown[]][] = [];
    const look = (hook: string) => () =>
      inside.push([
        hook,
        store.getBucket(BUCKET)?.name,
        store.head(ref('k'))?.etag,
        store.getUpload(ref('k'), 'U')?.key,
      ]);
    await store.putBucket(bucket(BUCKET), { guard: look('guard'), tell: look('tell') });
    // A store may ask a guard before it begins, too; the last answer is the one that counts.
    expect(inside.slice(-2)).toEqual([
      ['guard', undefined, undefined, undefined],
      ['tell', BUCKET, undefined, undefined],
    ]);
    expect(inside.filter(([hook]) => hook === 'tell')).toHaveLength(1);
    inside.length = 0;
    const [record] = await Promise.all([
      putObject(store, 'k', 'v', { guard: look('guard'), tell: look('tell') }),
      store.createUpload(upload, { tell: look('tell of the upload') }),
    ]);
    const [guarded, told] = inside.filter(([hook]) => hook !== 'tell of the upload').slice(-2);
    expect([guarded?.slice(0, 3), told?.slice(0, 3)]).toEqual([
      ['guard', BUCKET, undefined],
      ['tell', BUCKET, record.etag],
    ]);
    // Nothing comes between the guard that counts and the change it allowed.
    expect(told?.[3]).toBe(guarded?.[3]);
    expect(inside.filter(([hook]) => hook !== 'guard').map(([hook]) => hook)).toHaveLength(2);
    expect(inside.find(([hook]) => hook === 'tell of the upload')?.[3]).toBe('k');
  });

  test('forgets everything when cleared, and goes on working', async () => {
    await current().putBucket(bucket('one'));
    await putObject(current(), 'k', bytesOf(100_000));
    await current().clear();
    expect(current().getBucket('one')).toBeUndefined();
    expect(current().head(ref('k'))).toBeUndefined();
    await putObject(current(), 'k', bytesOf(100_000, 2));
    expect(await readObject(current(), 'k')).toBe(print(bytesOf(100_000, 2)));
  });
}

function describeStaging(current: () => ObjectStore): void {
  test('shows nothing before put, and nothing after discard', async () => {
    const staged = await current().stage(bodyOf(bytesOf(100_000)));
    expect(staged.sizeBytes).toBe(100_000);
    expect(current().list({ bucket: BUCKET, prefix: '', delimiter: '', after: '', limit: 9 }).objects).toEqual([]);
    await staged.discard();
    await expect(current().put(ref('k'), staged, draft())).rejects.toThrow('taken or discarded');
    expect(current().head(ref('k'))).toBeUndefined();
  });

  test.each([
    ['all there', 4096, [4096], []],
    ['all there in pieces', 4096, [1000, 3000, 96], []],
    ['none', 0, [], []],
    ['partly there', 4096, [1000], [3096]],
    ['still to come', 4096, [], [4000, 96]],
    ['more than come', 4096, [1000], [1000]],
    ['more than a row takes', 100_000, [60_000, 40_000], []],
  ])('takes the bytes that come, where the most that can are %s', async (_, bytesMax, there, later) => {
    const bytes = bytesOf([...there, ...later].reduce((sum, size) => sum + size, 0));
    const body = new Readable({ read() {}, highWaterMark: 1_000_000 });
    const ended = new Promise((resolve) => body.once('end', resolve));
    let at = 0;
    const push = (size: number) => {
      body.push(bytes.subarray(at, at + size));
      at += size;
    };
    there.forEach(push);
    const staging = current().stage(body, bytesMax);
    setImmediate(() => {
      later.forEach(push);
      body.push(null);
    });
    const staged = await staging;
    await ended;
    expect(staged.sizeBytes).toBe(bytes.length);
    const { etag, crc64 } = await current().put(ref('bounded'), staged, draft());
    expect(await readObject(current(), 'bounded')).toBe(print(bytes));
    expect(await putObject(current(), 'walked', bytes)).toMatchObject({ etag, crc64 });
  });

  test('gives staged bytes to one object only', async () => {
    const staged = await current().stage(bodyOf('once'));
    await current().put(ref('k'), staged, draft());
    await expect(current().put(ref('l'), staged, draft())).rejects.toThrow('taken or discarded');
    await expect(staged.discard()).rejects.toThrow('taken or discarded');
  });

  test.each([10, 1_000_000])('rejects with the error of a body that breaks after %i bytes', async (sizeBytes) => {
    const broken = new Error('connection lost');
    function* pieces() {
      yield bytesOf(sizeBytes);
      throw broken;
    }
    await expect(current().stage(Readable.from(pieces(), { objectMode: false }))).rejects.toBe(broken);
  });

  test('rejects when the body is destroyed half way', async () => {
    const body = new Readable({ read() {} });
    body.push(bytesOf(600_000));
    const staging = current().stage(body);
    setImmediate(() => body.destroy());
    await expect(staging).rejects.toThrow(/premature/i);
  });
}

function raise(error: Error): never {
  throw error;
}
