/** Buckets of the store that has an S3 server underneath: the same there and here, their settings told by tags. */
import { z } from 'zod';
import { OssError } from '../errors.ts';
import type { BucketStore } from './embedded-buckets.ts';
import type { UploadStore } from './embedded-uploads.ts';
import type { KeyLocks } from './key-locks.ts';
import type { BucketRecord, ObjectStore } from './object-store.ts';
import type { Remote } from './remote.ts';
import type { RemoteBlobs } from './remote-blobs.ts';
import { bucketRow } from './rows.ts';

export interface RemoteBucketsNeeds {
  rows: BucketStore & Pick<ObjectStore, 'listVersions'> & Pick<UploadStore, 'listUploads'>;
  blobs: RemoteBlobs;
  remote: Remote;
  locks: KeyLocks;
  /** Takes in what lies in a bucket there and not here, and drops what lies here only. */
  reconcile(bucket: string): Promise<void>;
}

export interface RemoteBuckets extends Pick<BucketStore, 'putBucket' | 'deleteBucket'> {
  /**
   * Takes a bucket away there that is gone here. One in which others still have something, or somebody still reads, stays;
   * no LocalYun knows it for one of its own then.
   */
  leave(bucket: string): Promise<void>;
}

export function createRemoteBuckets(needs: RemoteBucketsNeeds): RemoteBuckets {
  const { rows, blobs, remote, locks, reconcile } = needs;

  const first = (bucket: string) => ({ bucket, prefix: '', delimiter: '', after: '', limit: 1 });
  function whatLiesIn(bucket: string): { hasObjects: boolean; hasUploads: boolean } {
    const { versions } = rows.listVersions({ ...first(bucket), afterVersionId: '' });
    const { uploads } = rows.listUploads({ ...first(bucket), afterUploadId: '' });
    return { hasObjects: versions.length > 0, hasUploads: uploads.length > 0 };
  }

  /** False when something lies in it there. Our own that is on its way out is waited for. */
  async function removeThere(bucket: string): Promise<boolean> {
    await blobs.idle();
    return remote.removeBucket(bucket);
  }

  async function leave(bucket: string): Promise<void> {
    if (!(await removeThere(bucket))) await remote.setLabels(bucket, { [`${LABEL}left`]: 'yes' });
  }

  return {
    leave,
    putBucket: (record, commit) =>
      locks.run([record.name], async () => {
        const before = rows.getBucket(record.name);
        commit?.guard?.(before);
        const isNewThere = await remote.makeBucket(record.name);
        try {
          await remote.setLabels(record.name, toLabels(record));
          await rows.putBucket(record, commit);
        } catch (error) {
          if (isNewThere && !before) await remote.removeBucket(record.name);
          throw error;
        }
        if (!before && !isNewThere) await reconcile(record.name);
      }),
    deleteBucket: (name, commit) =>
      locks.run([name], async () => {
        if (!rows.getBucket(name)) return rows.deleteBucket(name, commit);
        await remote.check();
        const before = whatLiesIn(name);
        commit?.guard?.(before);
        if (before.hasObjects || before.hasUploads) {
          // Whoever asks for that wants everything gone.
          await rows.deleteBucket(name, commit);
          await leave(name);
          return;
        }
        if (!(await removeThere(name))) {
          await reconcile(name);
          commit?.guard?.(whatLiesIn(name));
          if (!(await removeThere(name))) throw new OssError('BucketNotEmpty', { bucket: name });
        }
        await rows.deleteBucket(name, commit);
      }),
  };
}

const LABEL = 'localyun-';

/** S3 allows letters, digits and few signs in tags. */
function toLabels({ createdAtMs, acl, storageClass, redundancy }: BucketRecord): Record<string, string> {
  return {
    [`${LABEL}created`]: `ms:${createdAtMs}`,
    [`${LABEL}acl`]: acl,
    [`${LABEL}storage-class`]: storageClass,
    [`${LABEL}redundancy`]: redundancy,
  };
}

const labels = z.object({
  created: z.string().regex(/^ms:\d+(\.\d+)?$/),
  acl: bucketRow.shape.acl,
  'storage-class': bucketRow.shape.storageClass,
  redundancy: bucketRow.shape.redundancy,
});

/** The record of a bucket that some LocalYun made; undefined for any other. */
export function fromLabels(name: string, given: Readonly<Record<string, string>>): BucketRecord | undefined {
  const parsed = labels.safeParse(
    Object.fromEntries(Object.keys(labels.shape).map((label) => [label, given[LABEL + label]])),
  );
  if (!parsed.success) return undefined;
  const { created, acl, redundancy } = parsed.data;
  return { name, createdAtMs: Number(created.slice(3)), acl, storageClass: parsed.data['storage-class'], redundancy };
}
