/** Lifecycle rules: what they are made of, as written and as kept. */
import { z } from 'zod';
import type { ObjectTag } from '../store/object-store.ts';
import type { DocumentKind } from './documents.ts';

/** Exactly one of these. `days` after the last change; what was last changed before a day; or from a day on. */
const age = z.object({
  days: z.number().optional(),
  createdBeforeDate: z.string().optional(),
  date: z.string().optional(),
});
/** Of current objects; instead of an age, `expiredMarkers` asks for delete markers that nothing lies under any more. */
const expiration = age.extend({ expiredMarkers: z.boolean().optional() });
/** From the warmest to the coldest: objects only move on. */
export const COLDER = ['IA', 'Archive', 'ColdArchive', 'DeepColdArchive'] as const;
const storageClass = z.enum(COLDER);
/** Kept as it was written; the others count only where rules go by the last access. */
const byAccess = z.object({
  isAccessTime: z.boolean().optional(),
  returnToStdWhenVisit: z.boolean().optional(),
  allowSmallFile: z.boolean().optional(),
});
const transition = age.extend({ storageClass, ...byAccess.shape });
/** Of versions that are not current any more, counted from that moment. */
const noncurrentAge = z.object({ noncurrentDays: z.number() });
const noncurrentTransition = noncurrentAge.extend({ storageClass, ...byAccess.shape });

const tag = z.object({ key: z.string(), value: z.string() });

const lifecycleRule = z.object({
  id: z.string(),
  prefix: z.string(),
  isEnabled: z.boolean(),
  expiration: expiration.optional(),
  transitions: z.array(transition),
  noncurrentExpiration: noncurrentAge.optional(),
  noncurrentTransitions: z.array(noncurrentTransition).optional(),
  abortMultipartUpload: age.optional(),
  /** Only objects that have all of these. */
  tags: z.array(tag).optional(),
  /** Objects below it are left out; with `notTag`, those of them that have it. */
  notPrefix: z.string().optional(),
  notTag: tag.optional(),
  largerThanBytes: z.number().optional(),
  smallerThanBytes: z.number().optional(),
});
const lifecycleDocument = z.object({ rules: z.array(lifecycleRule) });

export type Age = z.output<typeof age>;
export type Expiration = z.output<typeof expiration>;
export type ByAccess = z.output<typeof byAccess>;
export type Transition = z.output<typeof transition>;
export type NoncurrentTransition = z.output<typeof noncurrentTransition>;
export type LifecycleRule = z.output<typeof lifecycleRule>;
export type LifecycleDocument = z.output<typeof lifecycleDocument>;
export const LIFECYCLE: DocumentKind<LifecycleDocument> = { kind: 'lifecycle', schema: lifecycleDocument };

/** A rule as somebody wrote it, not looked at yet. */
export interface LifecycleRuleDraft {
  id?: string | undefined;
  prefix: string;
  isEnabled: boolean;
  expiration?: Expiration | undefined;
  transitions?: readonly (Age & ByAccess & { storageClass: string })[] | undefined;
  noncurrentExpiration?: { noncurrentDays: number } | undefined;
  noncurrentTransitions?: readonly (ByAccess & { noncurrentDays: number; storageClass: string })[] | undefined;
  abortMultipartUpload?: Age | undefined;
  tags?: readonly ObjectTag[] | undefined;
  notPrefix?: string | undefined;
  notTag?: ObjectTag | undefined;
  largerThanBytes?: number | undefined;
  smallerThanBytes?: number | undefined;
}
