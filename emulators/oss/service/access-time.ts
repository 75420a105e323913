/** When objects were read last, in a bucket that keeps track of it, and what lifecycle rules make of that. */
import { z } from 'zod';
import { OssError } from '../errors.ts';
import type { ObjectRecord, ObjectStore, VersionRef } from '../store/object-store.ts';
import { type DocumentKind, documentOf, updateDocument } from './documents.ts';
import { type Origin, objectChange } from './facts.ts';
import { LIFECYCLE, type LifecycleDocument } from './lifecycle.ts';
import { returnsWhenVisited } from './lifecycle-due.ts';
import type { OssServices } from './services.ts';

const accessMonitor = z.object({
  Status: z.enum(['Enabled', 'Disabled']),
  /** Since when track is kept, in kernel ms. */
  sinceMs: z.number().optional(),
});
export type AccessMonitor = z.output<typeof accessMonitor>;
export const ACCESS_MONITOR: DocumentKind<AccessMonitor> = { kind: 'accessmonitor', schema: accessMonitor };

/** UNVERIFIED OSS-227: of several reads within a day the first is noted, and a write counts as one. */
const NOTED_EVERY_MS = 86_400_000;

export function putAccessMonitor(
  store: ObjectStore,
  { bucket, status, nowMs }: { bucket: string; status: AccessMonitor['Status']; nowMs: number },
): Promise<void> {
  return updateDocument(store, ACCESS_MONITOR, {
    bucket,
    change(current): AccessMonitor {
      if (status === 'Disabled') {
        assertUnused(documentOf(store, LIFECYCLE, bucket));
        return { Status: status };
      }
      return current?.Status === 'Enabled' ? current : { Status: status, sinceMs: nowMs };
    },
  });
}

/** Asked with every read. */
export function isTracked(store: ObjectStore, bucket: string): boolean {
  return documentOf(store, ACCESS_MONITOR, bucket)?.Status === 'Enabled';
}

/** Help page "PutBucketLifecycle": such rules need a bucket that keeps track. UNVERIFIED OSS-228: the refusals. */
export function assertTracked(store: ObjectStore, bucket: string, document: LifecycleDocument): void {
  if (usesAccess(document) && !isTracked(store, bucket))
    throw new OssError('InvalidArgument', {
      message: 'IsAccessTime needs a bucket whose access monitor is enabled.',
      argumentName: 'IsAccessTime',
      argumentValue: 'true',
    });
}

function assertUnused(document: LifecycleDocument | undefined): void {
  if (document && usesAccess(document))
    throw new OssError('InvalidRequest', { message: 'A lifecycle rule of the bucket goes by the last access.' });
}

function usesAccess({ rules }: LifecycleDocument): boolean {
  return rules.some(({ transitions, noncurrentTransitions = [] }) =>
    [...transitions, ...noncurrentTransitions].some(({ isAccessTime }) => isAccessTime),
  );
}

/** Undefined where no track is kept. Before that began, nobody knows of any read. */
export function lastAccessOf(
  store: ObjectStore,
  { bucket, accessedAtMs = 0, modifiedAtMs }: Pick<ObjectRecord, 'bucket' | 'accessedAtMs' | 'modifiedAtMs'>,
): number | undefined {
  const monitor = documentOf(store, ACCESS_MONITOR, bucket);
  if (monitor?.Status !== 'Enabled') return undefined;
  return Math.max(accessedAtMs, modifiedAtMs, monitor.sinceMs ?? 0);
}

/** After a read, which is not refused because it can't be noted: the next one is. Through a link its target is read as well. */
export async function noteRead(
  services: OssServices,
  { ref, record }: { ref: VersionRef; record: ObjectRecord },
  origin: Origin,
): Promise<void> {
  const { bucket } = ref;
  const read = record.symlinkTarget === undefined ? [ref] : [ref, { bucket, key: record.symlinkTarget }];
  for (const one of read) await note(services, one, origin).catch(() => undefined);
}

/** What a rule brings back is brought back now. */
async function note({ store, tell }: OssServices, ref: VersionRef, origin: Origin): Promise<void> {
  const record = store.head(ref);
  const lastMs = record && lastAccessOf(store, record);
  if (!record || lastMs === undefined) return;
  const document = documentOf(store, LIFECYCLE, ref.bucket);
  const isReturning = (object: ObjectRecord) => document !== undefined && returnsWhenVisited(document, object);
  if (origin.atMs - lastMs < NOTED_EVERY_MS && !isReturning(record)) return;
  const noted = (object: ObjectRecord) => ({
    accessedAtMs: origin.atMs,
    ...(isReturning(object) ? { storageClass: 'Standard' as const } : {}),
  });
  await store.amend(ref, noted, {
    tell(before, after) {
      if (after.storageClass !== before.storageClass)
        tell(origin, objectChange('ObjectModified:ChangeStorageClass', before, after));
    },
  });
}
