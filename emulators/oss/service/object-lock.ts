/** Locks on single versions: a retention that ends by itself, and a hold that somebody lets go. Versioned buckets only. */
import { z } from 'zod';
import { OssError } from '../errors.ts';
import type { ObjectLock } from '../store/object-lock.ts';
import type { ObjectRecord, ObjectStore, VersionRef } from '../store/object-store.ts';
import { type DocumentKind, documentOf, findDocument } from './documents.ts';
import { missing } from './missing-object.ts';
import type { OssServices } from './services.ts';

const DAY_MS = 24 * 3600 * 1000;

const objectWorm = z.object({
  defaultRetention: z
    .object({
      mode: z.enum(['GOVERNANCE', 'COMPLIANCE']),
      days: z.number().optional(),
      years: z.number().optional(),
    })
    .optional(),
});
export type ObjectWorm = z.output<typeof objectWorm>;
export const OBJECT_WORM: DocumentKind<ObjectWorm> = { kind: 'objectWorm', schema: objectWorm };
export type Retention = NonNullable<ObjectLock['retention']>;

/** UNVERIFIED OSS-197: the refusals where a bucket has no versioning, or no object lock. */
export function assertLockable(store: ObjectStore, bucket: string): void {
  if (store.getBucket(bucket)?.versioning !== 'Enabled')
    throw new OssError('InvalidRequest', { message: 'Object locks need a bucket with versioning.', bucket });
}

/** Versions that a lock may be on must not be replaced. */
export function assertMaySuspendVersioning(store: ObjectStore, bucket: string): void {
  if (!findDocument(store, OBJECT_WORM, bucket)) return;
  throw new OssError('InvalidRequest', { message: 'The object locks of this bucket need its versioning.', bucket });
}

/** What a new version gets that asks for none. */
export function defaultLock(store: ObjectStore, bucket: string, atMs: number): ObjectLock | undefined {
  const rule = documentOf(store, OBJECT_WORM, bucket)?.defaultRetention;
  if (!rule) return undefined;
  const end = new Date(atMs);
  end.setUTCFullYear(end.getUTCFullYear() + (rule.years ?? 0));
  return { retention: { mode: rule.mode, untilMs: end.getTime() + (rule.days ?? 0) * DAY_MS } };
}

export interface PutRetention {
  retention: Retention;
  bypassesGovernance: boolean;
  nowMs: number;
}

export function putRetention(
  { store }: OssServices,
  ref: VersionRef,
  { retention, bypassesGovernance, nowMs }: PutRetention,
): Promise<ObjectRecord> {
  if (retention.untilMs <= nowMs)
    throw new OssError('InvalidArgument', {
      message: 'RetainUntilDate must lie ahead.',
      argumentName: 'RetainUntilDate',
    });
  return amendLock(store, ref, (lock) => {
    const current = lock?.retention;
    const isOver = !current || nowMs >= current.untilMs;
    const isLonger = !isOver && retention.mode === current.mode && retention.untilMs >= current.untilMs;
    const isLifted = current?.mode === 'GOVERNANCE' && bypassesGovernance;
    if (!isOver && !isLonger && !isLifted) throw new OssError('FileImmutable', { key: ref.key });
    return { ...lock, retention };
  });
}

export function putHold({ store }: OssServices, ref: VersionRef, isHeld: boolean): Promise<ObjectRecord> {
  return amendLock(store, ref, (lock) => ({ ...lock, isHeld }));
}

async function amendLock(
  store: ObjectStore,
  ref: VersionRef,
  change: (lock: ObjectLock | undefined) => ObjectLock,
): Promise<ObjectRecord> {
  if (!findDocument(store, OBJECT_WORM, ref.bucket))
    throw new OssError('InvalidRequest', { message: 'The bucket has no object locks.', bucket: ref.bucket });
  const record = await store.amend(ref, ({ lock }) => ({ lock: change(lock) }));
  if (!record) throw missing(store, ref);
  return record;
}
