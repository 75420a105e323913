/** The transition of a bucket from one zone to several. */
import { z } from 'zod';
import { OssError } from '../errors.ts';
import type { BucketRecord, ObjectStore } from '../store/object-store.ts';
import { requireBucket } from './buckets.ts';
import type { DocumentKind } from './documents.ts';

const transition = z.object({ taskId: z.string(), atMs: z.number() });
export type Transition = z.output<typeof transition>;
export const TRANSITION: DocumentKind<Transition> = { kind: 'redundancyTransition', schema: transition };

/** UNVERIFIED OSS-205: the refusal where the bucket lies in several zones already. */
export async function toZoneRedundancy(store: ObjectStore, bucket: string): Promise<void> {
  const assertLocal = ({ redundancy }: BucketRecord) => {
    if (redundancy !== 'LRS')
      throw new OssError('OperationNotSupported', { message: 'The bucket is zone-redundant already.', bucket });
  };
  const record = requireBucket(store, bucket);
  assertLocal(record);
  await store.putBucket(
    { ...record, redundancy: 'ZRS' },
    {
      guard(current) {
        if (!current) throw new OssError('NoSuchBucket', { bucket });
        assertLocal(current);
      },
    },
  );
}
