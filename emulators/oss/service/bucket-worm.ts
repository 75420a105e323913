/** The retention policy of a bucket: for so many days after its last change, nothing in it is changed or removed. */
import { z } from 'zod';
import { OssError } from '../errors.ts';
import type { ObjectRecord, ObjectStore } from '../store/object-store.ts';
import { type DocumentKind, documentOf, findDocument, updateDocument } from './documents.ts';

const DAY_MS = 24 * 3600 * 1000;
/** Help page "InitiateBucketWorm": one that nobody completes within a day ends. */
const COMPLETE_WITHIN_MS = DAY_MS;

const bucketWorm = z.object({
  wormId: z.string(),
  state: z.enum(['InProgress', 'Locked']),
  days: z.number(),
  createdAtMs: z.number(),
});
export type BucketWorm = z.output<typeof bucketWorm>;
const WORM: DocumentKind<BucketWorm> = { kind: 'worm', schema: bucketWorm };

export interface WormRequest {
  bucket: string;
  wormId: string;
  nowMs: number;
}

/** Help page "InitiateBucketWorm": it counts from the first moment, not only when it is completed. */
export function initiateWorm(
  store: ObjectStore,
  { bucket, wormId, nowMs, days }: WormRequest & { days: number },
): Promise<void> {
  return updateDocument(store, WORM, {
    bucket,
    change(current): BucketWorm {
      if (isInEffect(current, nowMs)) throw new OssError('WORMConfigurationAlreadyExists', { bucket });
      return { wormId, state: 'InProgress', days, createdAtMs: nowMs };
    },
  });
}

export function abortWorm(store: ObjectStore, { bucket, nowMs }: Omit<WormRequest, 'wormId'>): Promise<void> {
  return updateDocument(store, WORM, {
    bucket,
    change(current) {
      if (!isInEffect(current, nowMs)) throw new OssError('NoSuchWORMConfiguration', { bucket });
      if (current.state === 'Locked') throw new OssError('WORMConfigurationLocked', { bucket });
      return undefined;
    },
  });
}

/** From now on nobody takes it back. UNVERIFIED OSS-195: completing it again, which does nothing. */
export function completeWorm(store: ObjectStore, request: WormRequest): Promise<void> {
  return updateDocument(store, WORM, {
    bucket: request.bucket,
    change: (current): BucketWorm => ({ ...requireSame(current, request), state: 'Locked' }),
  });
}

/** oss2 2.19 tests: the code for one that isn't locked yet. UNVERIFIED OSS-196: its words, and the refusal of days that are not more. */
export function extendWorm(store: ObjectStore, request: WormRequest & { days: number }): Promise<void> {
  return updateDocument(store, WORM, {
    bucket: request.bucket,
    change(current) {
      const worm = requireSame(current, request);
      if (worm.state !== 'Locked')
        throw new OssError('InvalidWORMConfiguration', {
          message: 'A WORM configuration is extended once it is locked.',
        });
      if (request.days <= worm.days)
        throw new OssError('InvalidArgument', {
          message: `RetentionPeriodInDays can only grow, and is ${worm.days}.`,
          argumentName: 'RetentionPeriodInDays',
          argumentValue: String(request.days),
        });
      return { ...worm, days: request.days };
    },
  });
}

export function requireWorm(store: ObjectStore, bucket: string, nowMs: number): BucketWorm {
  const worm = findDocument(store, WORM, bucket);
  if (!isInEffect(worm, nowMs)) throw new OssError('NoSuchWORMConfiguration', { bucket });
  return worm;
}

/** Until when the policy of its bucket keeps an object. */
export function wormEnd(store: ObjectStore, { bucket, modifiedAtMs }: ObjectRecord, nowMs: number): number {
  const worm = documentOf(store, WORM, bucket);
  return isInEffect(worm, nowMs) ? modifiedAtMs + worm.days * DAY_MS : 0;
}

function isInEffect(worm: BucketWorm | undefined, nowMs: number): worm is BucketWorm {
  return worm !== undefined && (worm.state === 'Locked' || nowMs < worm.createdAtMs + COMPLETE_WITHIN_MS);
}

function requireSame(worm: BucketWorm | undefined, { bucket, wormId, nowMs }: WormRequest): BucketWorm {
  if (!isInEffect(worm, nowMs) || worm.wormId !== wormId) throw new OssError('NoSuchWORMConfiguration', { bucket });
  return worm;
}
