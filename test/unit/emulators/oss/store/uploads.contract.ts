/** The part of the store contract about multipart uploads. */
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { createCrc64 } from '../../../../../emulators/oss/store/crc64.ts';
import type { ListQuery, ObjectStore, UploadPage } from '../../../../../emulators/oss/store/object-store.ts';
import {
  BUCKET,
  bytesOf,
  collect,
  draft,
  print,
  putObject,
  putPart,
  readObject,
  ref,
  startUpload,
} from './contract-tools.ts';

const md5 = (bytes: Uint8Array) => createHash('md5').update(bytes).digest();
const listParts = (store: ObjectStore, upload: Parameters<ObjectStore['listParts']>[0]) =>
  store.listParts(upload, { afterPartNumber: 0, limit: 1000 }).parts;

export function describeUploads(current: () => ObjectStore): void {
  test('joins the listed parts in order, and only these', async () => {
    const store = current();
    const upload = await startUpload(store, 'k', 'U1');
    const parts = [bytesOf(150_000, 1), bytesOf(100, 2), bytesOf(70_000, 3), bytesOf(9, 4)] as const;
    for (const [index, bytes] of [...parts.entries()].reverse()) await putPart(store, upload, index * 2 + 1, bytes);
    const record = await store.completeUpload(upload, [1, 3, 7], draft({ type: 'Multipart' }));

    const whole = Buffer.concat([parts[0], parts[1], parts[3]]);
    const crc = createCrc64();
    crc.update(whole);
    const hash = md5(Buffer.concat([md5(parts[0]), md5(parts[1]), md5(parts[3])]));
    expect(record).toEqual({
      ...draft({ type: 'Multipart' }),
      ...ref('k'),
      sizeBytes: whole.length,
      etag: `${hash.toString('hex').toUpperCase()}-3`,
      crc64: crc.digest(),
      contentMd5: undefined,
    });
    expect(store.head(ref('k'))).toEqual(record);
    expect(await readObject(store, 'k')).toBe(print(whole));
    const middle = await store.read(ref('k'), () => ({ start: 149_990, end: 150_105 }));
    expect(await collect(middle)).toBe(print(whole.subarray(149_990, 150_106)));
  });

  test('joins hundreds of parts into an object that can be read, copied, overwritten', async () => {
    const store = current();
    const upload = await startUpload(store, 'k', 'U1');
    const numbers = Array.from({ length: 300 }, (_, index) => index + 1);
    await Promise.all(numbers.map((number) => putPart(store, upload, number, bytesOf(number * 10, number))));
    await store.completeUpload(upload, numbers, draft({ type: 'Multipart' }));
    const whole = Buffer.concat(numbers.map((number) => bytesOf(number * 10, number)));
    expect(await readObject(store, 'k')).toBe(print(whole));
    await store.copy(ref('k'), ref('l'), (source) => source);
    await putObject(store, 'k', 'small');
    expect(await readObject(store, 'l')).toBe(print(whole));
    expect(await readObject(store, 'k')).toBe(print('small'));
  });

  test('goes on reading an object of several parts that is deleted meanwhile', async () => {
    const store = current();
    const upload = await startUpload(store, 'k', 'U1');
    const parts = [1, 2, 3, 4, 5, 6].map((number) => bytesOf(number === 6 ? 10 : 150_000, number));
    for (const [index, bytes] of parts.entries()) await putPart(store, upload, index + 1, bytes);
    await store.completeUpload(upload, [1, 2, 3, 4, 5, 6], draft());
    const body = await store.read(ref('k'));
    await store.remove([ref('k')]);
    await putObject(store, 'other', bytesOf(200_000));
    expect(await collect(body)).toBe(print(Buffer.concat(parts)));
  });

  test('ends an upload once: completed or aborted, it is gone', async () => {
    const store = current();
    const done = await startUpload(store, 'k', 'U1');
    const dropped = await startUpload(store, 'k', 'U2');
    for (const upload of [done, dropped]) await putPart(store, upload, 1, bytesOf(120_000));
    expect(store.getUpload(ref('k'), 'U1')).toEqual(done);
    await store.completeUpload(done, [1], draft());
    expect(await store.abortUpload(dropped)).toBe(true);
    for (const upload of [done, dropped]) {
      expect(store.getUpload(upload, upload.uploadId)).toBeUndefined();
      expect(await store.completeUpload(upload, [1], draft())).toBeUndefined();
      expect(await store.abortUpload(upload)).toBe(false);
      expect(await putPart(store, upload, 2, bytesOf(120_000))).toBeUndefined();
      expect(listParts(store, upload)).toEqual([]);
    }
    expect(await readObject(store, 'k')).toBe(print(bytesOf(120_000)));
  });

  test('replaces a part of the same number', async () => {
    const store = current();
    const upload = await startUpload(store, 'k', 'U1');
    for (const bytes of [bytesOf(120_000, 1), Buffer.from('short'), bytesOf(130_000, 2)]) {
      const part = await putPart(store, upload, 4, bytes);
      expect(part).toMatchObject({
        partNumber: 4,
        sizeBytes: bytes.length,
        etag: md5(bytes).toString('hex').toUpperCase(),
      });
      expect(listParts(store, upload)).toEqual([part]);
    }
    await store.completeUpload(upload, [4], draft());
    expect(await readObject(store, 'k')).toBe(print(bytesOf(130_000, 2)));
  });

  test('lists parts by number, page by page', async () => {
    const store = current();
    const upload = await startUpload(store, 'k', 'U1');
    await putPart(store, await startUpload(store, 'k', 'U2'), 1, 'of another upload');
    for (const number of [10_000, 2, 100, 9]) await putPart(store, upload, number, 'x');
    const page = (afterPartNumber: number, limit: number) => {
      const { parts, isTruncated } = store.listParts(upload, { afterPartNumber, limit });
      return [parts.map(({ partNumber }) => partNumber), isTruncated];
    };
    expect(page(0, 3)).toEqual([[2, 9, 100], true]);
    expect(page(100, 3)).toEqual([[10_000], false]);
    expect(page(10_000, 3)).toEqual([[], false]);
    expect(page(0, 4)).toEqual([[2, 9, 100, 10_000], false]);
  });

  test('lets guard and tell take a completion back, parts and all', async () => {
    const store = current();
    const before = await putObject(store, 'k', 'old');
    const upload = await startUpload(store, 'k', 'U1');
    await putPart(store, upload, 1, bytesOf(120_000));
    const seen: unknown[] = [];
    for (const hook of ['guard', 'tell'] as const) {
      const refuse = (...given: unknown[]) => {
        seen.push(given[0]);
        throw new Error('no');
      };
      await expect(store.completeUpload(upload, [1], draft(), { [hook]: refuse })).rejects.toThrow('no');
    }
    expect(seen).toEqual([before, before]);
    expect(await readObject(store, 'k')).toBe(print('old'));
    await store.completeUpload(upload, [1], draft());
    expect(await readObject(store, 'k')).toBe(print(bytesOf(120_000)));
  });

  test('refuses a completion that names a part which is not there, and keeps the upload', async () => {
    const upload = await startUpload(current(), 'k', 'U1');
    await putPart(current(), upload, 1, 'x');
    await expect(current().completeUpload(upload, [1, 2], draft())).rejects.toThrow('no part 2');
    expect(listParts(current(), upload)).toHaveLength(1);
    expect(current().head(ref('k'))).toBeUndefined();
  });

  test('lists uploads by key and id, with prefixes and both markers', async () => {
    const store = current();
    for (const [key, id] of [
      ['a', '2'],
      ['a', '1'],
      ['d/x', '1'],
      ['d/y', '1'],
      ['z', '1'],
    ] as const)
      await startUpload(store, key, id);
    const list = (given: Partial<ListQuery & { afterUploadId: string }>): UploadPage =>
      store.listUploads({
        bucket: BUCKET,
        prefix: '',
        delimiter: '',
        after: '',
        afterUploadId: '',
        limit: 1000,
        ...given,
      });
    const ids = (page: UploadPage) => page.uploads.map(({ key, uploadId }) => `${key}:${uploadId}`);
    expect(ids(list({}))).toEqual(['a:1', 'a:2', 'd/x:1', 'd/y:1', 'z:1']);
    expect(ids(list({ prefix: 'd/' }))).toEqual(['d/x:1', 'd/y:1']);
    expect(ids(list({ after: 'a', afterUploadId: '1' }))).toEqual(['a:2', 'd/x:1', 'd/y:1', 'z:1']);
    expect(ids(list({ after: 'a' }))).toEqual(['d/x:1', 'd/y:1', 'z:1']);
    const first = list({ delimiter: '/', limit: 1 });
    expect([ids(first), first.next]).toEqual([['a:1'], { key: 'a', uploadId: '1' }]);
    const second = list({ delimiter: '/', limit: 2, after: 'a', afterUploadId: '1' });
    expect([ids(second), second.commonPrefixes, second.next]).toEqual([['a:2'], ['d/'], { key: 'd/', uploadId: '' }]);
    const third = list({ delimiter: '/', limit: 2, after: 'd/' });
    expect([ids(third), third.commonPrefixes, third.next]).toEqual([['z:1'], [], undefined]);
  });
}
