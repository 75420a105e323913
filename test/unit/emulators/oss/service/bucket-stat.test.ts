/** Counting a bucket: what each class holds, and unfinished uploads. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { bucketStat } from '../../../../../emulators/oss/service/bucket-stat.ts';
import { putBucket } from '../../../../../emulators/oss/service/buckets.ts';
import { initiateUpload, uploadPart } from '../../../../../emulators/oss/service/uploads.ts';
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
});
afterEach(() => room.close());

test('counts objects class by class, small ones of the cheaper classes as 64 KB', async () => {
  await put(room.services, 'a', '12345');
  await put(room.services, 'b', '12345', { draft: { ...DRAFT, storageClass: 'IA' } });
  await put(room.services, 'c', Buffer.alloc(70_000), { draft: { ...DRAFT, storageClass: 'IA' } });
  const { classes, uploads } = await bucketStat(room.services.store, 'my-bucket');
  expect(classes.Standard).toEqual({ objects: 1, realBytes: 5, billedBytes: 5 });
  expect(classes.IA).toEqual({ objects: 2, realBytes: 70_005, billedBytes: 65_536 + 70_000 });
  expect(classes.Archive).toEqual({ objects: 0, realBytes: 0, billedBytes: 0 });
  expect(uploads).toBe(0);
});

test('counts more than one page of objects, uploads and their parts', async () => {
  await Promise.all(Array.from({ length: 1001 }, (_, at) => put(room.services, `k${at}`, '')));
  for (const uploadId of ['U', 'V']) {
    const upload = { bucket: 'my-bucket', key: 'big', uploadId };
    await initiateUpload(room.services, { ...upload, draft: { ...DRAFT, type: 'Multipart' } }, ORIGIN);
    for (const partNumber of [1, 7])
      await uploadPart(room.services, { ...upload, partNumber, body: incoming('x') }, ORIGIN);
  }
  const { classes, uploads, parts } = await bucketStat(room.services.store, 'my-bucket');
  expect([classes.Standard.objects, uploads, parts]).toEqual([1001, 2, 4]);
});

test('refuses a bucket that is not there', async () => {
  await expect(bucketStat(room.services.store, 'no-bucket')).rejects.toMatchObject({ code: 'NoSuchBucket' });
});
