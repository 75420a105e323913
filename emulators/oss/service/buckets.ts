/** Buckets: making, finding, opening and removing them. */
import { OssError } from '../errors.ts';
import { BUCKETS_MAX } from '../limits.ts';
import type { BucketAcl, BucketRecord, ObjectStore, StorageClass, Versioning } from '../store/object-store.ts';
import type { Origin } from './facts.ts';
import { assertBucketName } from './names.ts';
import type { OssServices } from './services.ts';

export interface PutBucket {
  bucket: string;
  /** Undefined keeps what an existing bucket has; a new one is private. */
  acl: BucketAcl | undefined;
  storageClass: StorageClass | undefined;
  redundancy: BucketRecord['redundancy'] | undefined;
}

/** The bucket, or the refusal that every operation on a missing one gets. */
export function requireBucket(store: ObjectStore, bucket: string): BucketRecord {
  const record = store.getBucket(bucket);
  if (!record) throw new OssError('NoSuchBucket', { bucket });
  return record;
}

/** Creating a bucket twice is fine for its owner, as long as nothing that can't be changed would have to. */
export async function putBucket({ store, tell }: OssServices, put: PutBucket, origin: Origin): Promise<void> {
  const { bucket } = put;
  assertBucketName(bucket);
  const current = store.getBucket(bucket);
  const record: BucketRecord = {
    name: bucket,
    createdAtMs: current?.createdAtMs ?? origin.atMs,
    acl: put.acl ?? current?.acl ?? 'private',
    storageClass: put.storageClass ?? current?.storageClass ?? 'Standard',
    redundancy: put.redundancy ?? current?.redundancy ?? 'LRS',
    versioning: current?.versioning,
  };
  await store.putBucket(record, {
    guard: (existing) => (existing ? assertSameKind(existing, record) : assertRoomForOne(store)),
    tell(before) {
      if (!before) tell(origin, { eventName: 'BucketCreated:PutBucket', bucket });
    },
  });
}

/** What was set once is never unset: a bucket whose versioning is suspended keeps the versions it has. */
export async function putBucketVersioning(
  { store }: OssServices,
  { bucket, versioning }: { bucket: string; versioning: Versioning },
): Promise<void> {
  const record = requireBucket(store, bucket);
  await store.putBucket(
    { ...record, versioning },
    {
      guard(current) {
        if (!current) throw new OssError('NoSuchBucket', { bucket });
      },
    },
  );
}

export async function deleteBucket({ store, tell }: OssServices, bucket: string, origin: Origin): Promise<void> {
  requireBucket(store, bucket);
  await store.deleteBucket(bucket, {
    guard({ hasObjects, hasUploads }) {
      if (hasObjects || hasUploads) throw new OssError('BucketNotEmpty', { bucket });
    },
    tell: () => tell(origin, { eventName: 'BucketRemoved:DeleteBucket', bucket }),
  });
}

function assertSameKind(existing: BucketRecord, wanted: BucketRecord): void {
  if (existing.storageClass !== wanted.storageClass || existing.redundancy !== wanted.redundancy)
    throw new OssError('BucketAlreadyExists', { bucket: wanted.name });
}

function assertRoomForOne(store: ObjectStore): void {
  const { buckets } = store.listBuckets({ prefix: '', marker: '', limit: BUCKETS_MAX });
  if (buckets.length >= BUCKETS_MAX) throw new OssError('TooManyBuckets');
}
