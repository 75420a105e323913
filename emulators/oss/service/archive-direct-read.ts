/** Direct reads of archived objects: a bucket that allows them gives Archive objects back without a restore. */
import { z } from 'zod';
import type { ObjectRecord, ObjectStore } from '../store/object-store.ts';
import { type DocumentKind, documentOf } from './documents.ts';

const archiveDirectRead = z.object({ Enabled: z.boolean() });
export const ARCHIVE_DIRECT_READ: DocumentKind<z.output<typeof archiveDirectRead>> = {
  kind: 'bucketArchiveDirectRead',
  schema: archiveDirectRead,
};

/** Help page "Real-time access of Archive objects": the colder classes still have to be restored. */
export function isDirectlyReadable(
  store: ObjectStore,
  { bucket, storageClass }: Pick<ObjectRecord, 'bucket' | 'storageClass'>,
): boolean {
  return storageClass === 'Archive' && documentOf(store, ARCHIVE_DIRECT_READ, bucket)?.Enabled === true;
}
