/** Counts what lies in a bucket, class by class: asked of the rows themselves, so that the numbers are those of now. */
import type { ObjectStore, StorageClass } from '../store/object-store.ts';
import { requireBucket } from './buckets.ts';

export interface ClassStat {
  objects: number;
  /** As stored. */
  realBytes: number;
  /** As billed: small objects of the cheaper classes count as 64 KB. */
  billedBytes: number;
}

export interface BucketStat {
  classes: Readonly<Record<StorageClass, ClassStat>>;
  uploads: number;
  parts: number;
  /** When the newest of its objects was written; 0 while there is none. */
  modifiedAtMs: number;
}

/** Help page "Billable items of storage": outside Standard a smaller object is billed as this. */
const BILLED_BYTES_MIN = 64 * 1024;
/** Rows looked at before other calls get their turn. */
const TURN_ROWS = 1000;

export async function bucketStat(store: ObjectStore, bucket: string): Promise<BucketStat> {
  requireBucket(store, bucket);
  const classes = { Standard: none(), IA: none(), Archive: none(), ColdArchive: none(), DeepColdArchive: none() };
  const query = { bucket, prefix: '', delimiter: '', limit: TURN_ROWS };
  let modifiedAtMs = 0;
  for (let after: string | undefined = ''; after !== undefined; ) {
    const page = store.list({ ...query, after });
    for (const { storageClass, sizeBytes, modifiedAtMs: writtenAtMs } of page.objects) {
      modifiedAtMs = Math.max(modifiedAtMs, writtenAtMs);
      const counted = classes[storageClass];
      counted.objects++;
      counted.realBytes += sizeBytes;
      counted.billedBytes += storageClass === 'Standard' ? sizeBytes : Math.max(sizeBytes, BILLED_BYTES_MIN);
    }
    after = page.next;
    if (after !== undefined) await nextTurn();
  }
  return { classes, modifiedAtMs, ...(await countUploads(store, bucket)) };
}

async function countUploads(store: ObjectStore, bucket: string): Promise<{ uploads: number; parts: number }> {
  const counted = { uploads: 0, parts: 0 };
  const query = { bucket, prefix: '', delimiter: '', limit: TURN_ROWS };
  let marker: { key: string; uploadId: string } | undefined = { key: '', uploadId: '' };
  while (marker) {
    const page = store.listUploads({ ...query, after: marker.key, afterUploadId: marker.uploadId });
    for (const upload of page.uploads) {
      counted.uploads++;
      counted.parts += countParts(store, upload);
    }
    marker = page.next;
    if (marker) await nextTurn();
  }
  return counted;
}

function countParts(store: ObjectStore, upload: Parameters<ObjectStore['listParts']>[0]): number {
  let parts = 0;
  for (let afterPartNumber = 0; ; ) {
    const page = store.listParts(upload, { afterPartNumber, limit: TURN_ROWS });
    parts += page.parts.length;
    const last = page.parts.at(-1);
    if (!page.isTruncated || !last) return parts;
    afterPartNumber = last.partNumber;
  }
}

function none(): ClassStat {
  return { objects: 0, realBytes: 0, billedBytes: 0 };
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
