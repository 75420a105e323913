/** What may become of a bucket, and what is told of it. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { BUCKETS_MAX } from '../../../../../emulators/oss/limits.ts';
import { deleteBucket, type PutBucket, putBucket } from '../../../../../emulators/oss/service/buckets.ts';
import { initiateUpload } from '../../../../../emulators/oss/service/uploads.ts';
import { DRAFT, ORIGIN, put, startTestServices, type TestServices } from '../../../../support/oss-services.ts';

let room: TestServices;
beforeEach(async () => {
  room = await startTestServices();
});
afterEach(() => room.close());

const make = (bucket: string, overrides: Partial<PutBucket> = {}) =>
  putBucket(
    room.services,
    { bucket, acl: undefined, storageClass: undefined, redundancy: undefined, ...overrides },
    ORIGIN,
  );

test('a new bucket is private, Standard and told once; creating it again keeps what it has', async () => {
  await make('my-bucket');
  await make('my-bucket', { acl: 'public-read' });
  await make('my-bucket');
  expect(room.services.store.getBucket('my-bucket')).toEqual({
    name: 'my-bucket',
    acl: 'public-read',
    storageClass: 'Standard',
    redundancy: 'LRS',
    createdAtMs: ORIGIN.atMs,
  });
  expect(room.told).toEqual([{ eventName: 'BucketCreated:PutBucket', bucket: 'my-bucket', requestId: 'REQUEST' }]);
});

test('refuses to change what a bucket cannot change', async () => {
  await make('my-bucket');
  await expect(make('my-bucket', { storageClass: 'IA' })).rejects.toMatchObject({ code: 'BucketAlreadyExists' });
  await expect(make('my-bucket', { redundancy: 'ZRS' })).rejects.toMatchObject({ code: 'BucketAlreadyExists' });
});

test('refuses a bad name and one bucket too many', async () => {
  await expect(make('My_Bucket')).rejects.toMatchObject({
    code: 'InvalidBucketName',
    details: { bucket: 'My_Bucket' },
  });
  for (let i = 0; i < BUCKETS_MAX; i++) await make(`bucket-${i}`);
  await expect(make('bucket-more')).rejects.toMatchObject({ code: 'TooManyBuckets' });
  await make('bucket-1', { acl: 'public-read' });
});

test('removes only an empty bucket: objects and open uploads keep it', async () => {
  await make('my-bucket');
  await put(room.services, 'a', 'x');
  await expect(deleteBucket(room.services, 'my-bucket', ORIGIN)).rejects.toMatchObject({ code: 'BucketNotEmpty' });
  await room.services.store.remove([{ bucket: 'my-bucket', key: 'a' }]);
  await initiateUpload(room.services, { bucket: 'my-bucket', key: 'b', uploadId: 'U', draft: DRAFT }, ORIGIN);
  await expect(deleteBucket(room.services, 'my-bucket', ORIGIN)).rejects.toMatchObject({ code: 'BucketNotEmpty' });
  await room.services.store.abortUpload({ bucket: 'my-bucket', key: 'b', uploadId: 'U', ...DRAFT, initiatedAtMs: 0 });

  await deleteBucket(room.services, 'my-bucket', ORIGIN);
  expect(room.told.at(-1)).toMatchObject({ eventName: 'BucketRemoved:DeleteBucket', bucket: 'my-bucket' });
  await expect(deleteBucket(room.services, 'my-bucket', ORIGIN)).rejects.toMatchObject({ code: 'NoSuchBucket' });
});
