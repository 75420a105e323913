/** What lifecycle rules want of one object, or one upload, at one moment. */
import type { DeleteMarker, ObjectTag, ObjectType, StorageClass } from '../store/object-store.ts';
import { type Age, type ByAccess, COLDER, type LifecycleDocument, type LifecycleRule } from './lifecycle.ts';

const DAY_MS = 86_400_000;

export interface Aged {
  key: string;
  storageClass: StorageClass;
  modifiedAtMs: number;
  type?: ObjectType | undefined;
  sizeBytes?: number | undefined;
  tags?: readonly ObjectTag[] | undefined;
  /** Then other ages count, from that moment on. */
  noncurrentSinceMs?: number | undefined;
  /** Undefined where no track is kept: what goes by it is never due. */
  accessedAtMs?: number | undefined;
}

/** Which class the object should have by now, or that it should be gone; undefined when it may stay as it is. */
export function dueFor(
  { rules }: LifecycleDocument,
  object: Aged,
  nowMs: number,
): 'expired' | StorageClass | undefined {
  let wanted: StorageClass | undefined;
  for (const rule of rules) {
    if (!covers(rule, object)) continue;
    const { sinceMs, expiration, transitions } = agesOf(rule, object);
    if (expiration && isDue(expiration, sinceMs, nowMs)) return 'expired';
    for (const transition of transitions) {
      const { storageClass, isAccessTime } = transition;
      if (!isDue(transition, isAccessTime ? object.accessedAtMs : sinceMs, nowMs)) continue;
      if (!mayLieIn(storageClass, object.type) || isTooSmall(transition, object)) continue;
      if (isColder(storageClass, wanted ?? object.storageClass)) wanted = storageClass;
    }
  }
  return wanted;
}

/**
 * Whether rules want a delete marker gone: one that isn't current by its age, the current one if nothing lies under it,
 * which the caller has to see to. UNVERIFIED OSS-221: markers go by the rules of noncurrent versions, too.
 */
export function isMarkerDue({ rules }: LifecycleDocument, marker: DeleteMarker, nowMs: number): boolean {
  return rules.some((rule) => {
    if (!covers(rule, marker)) return false;
    if (marker.noncurrentSinceMs === undefined) return rule.expiration?.expiredMarkers === true;
    const { sinceMs, expiration } = agesOf(rule, marker);
    return expiration !== undefined && isDue(expiration, sinceMs, nowMs);
  });
}

/** Help page "PutBucketLifecycle": a version that isn't current has days of its own, from the moment it became so. */
function agesOf(
  rule: LifecycleRule,
  { modifiedAtMs, noncurrentSinceMs }: Pick<Aged, 'modifiedAtMs' | 'noncurrentSinceMs'>,
): {
  sinceMs: number;
  expiration: Age | undefined;
  transitions: readonly (Age & ByAccess & { storageClass: StorageClass })[];
} {
  if (noncurrentSinceMs === undefined)
    return { sinceMs: modifiedAtMs, expiration: rule.expiration, transitions: rule.transitions };
  const { noncurrentExpiration, noncurrentTransitions = [] } = rule;
  return {
    sinceMs: noncurrentSinceMs,
    expiration: noncurrentExpiration && { days: noncurrentExpiration.noncurrentDays },
    transitions: noncurrentTransitions.map(({ noncurrentDays: days, ...transition }) => ({ ...transition, days })),
  };
}

/** Help page "PutBucketLifecycle": objects below this size are moved by their last access only if the rule allows it. */
const SMALL_FILE_BYTES = 64 * 1024;

/** UNVERIFIED OSS-229: a rule that does not say whether it takes small objects takes them. */
function isTooSmall({ isAccessTime, allowSmallFile }: ByAccess, { sizeBytes = 0 }: Aged): boolean {
  return isAccessTime === true && allowSmallFile === false && sizeBytes < SMALL_FILE_BYTES;
}

/** Whether a read brings the object back from IA, where a rule by the last access may have moved it. */
export function returnsWhenVisited({ rules }: LifecycleDocument, object: Aged): boolean {
  return rules.some(
    (rule) =>
      object.storageClass === 'IA' &&
      covers(rule, object) &&
      agesOf(rule, object).transitions.some(
        ({ isAccessTime, returnToStdWhenVisit }) => isAccessTime && returnToStdWhenVisit,
      ),
  );
}

/** Help page "0016-00000503": what grows by appends lies in no class colder than Archive. */
function mayLieIn(storageClass: StorageClass, type: ObjectType | undefined): boolean {
  return type !== 'Appendable' || storageClass === 'IA' || storageClass === 'Archive';
}

export function isUploadDue(
  { rules }: LifecycleDocument,
  upload: { key: string; initiatedAtMs: number },
  nowMs: number,
) {
  return rules.some(
    (rule) =>
      covers(rule, upload) &&
      rule.abortMultipartUpload !== undefined &&
      isDue(rule.abortMultipartUpload, upload.initiatedAtMs, nowMs),
  );
}

export interface Expiry {
  atMs: number;
  ruleId: string;
}

/** When the object goes, by the first rule that takes it; undefined where no rule says a day. */
export function expiryOf({ rules }: LifecycleDocument, object: Aged): Expiry | undefined {
  let first: Expiry | undefined;
  for (const rule of rules) {
    if (!rule.expiration || !covers(rule, object)) continue;
    const atMs = dayOf(rule.expiration, object.modifiedAtMs);
    if (atMs !== undefined && (!first || atMs < first.atMs)) first = { atMs, ruleId: rule.id };
  }
  return first;
}

function covers(rule: LifecycleRule, { key, sizeBytes, tags = [] }: Pick<Aged, 'key' | 'sizeBytes' | 'tags'>): boolean {
  const { isEnabled, prefix, notPrefix, notTag, largerThanBytes, smallerThanBytes } = rule;
  const has = (tag: ObjectTag) => tags.some(({ key: name, value }) => name === tag.key && value === tag.value);
  if (!isEnabled || !key.startsWith(prefix)) return false;
  if (notPrefix !== undefined && key.startsWith(notPrefix) && (!notTag || has(notTag))) return false;
  // An upload has no size yet, and no rule about sizes gives it up.
  if (largerThanBytes !== undefined && !(sizeBytes !== undefined && sizeBytes > largerThanBytes)) return false;
  if (smallerThanBytes !== undefined && !(sizeBytes !== undefined && sizeBytes < smallerThanBytes)) return false;
  return (rule.tags ?? []).every(has);
}

function isDue(age: Age, sinceMs: number | undefined, nowMs: number): boolean {
  if (sinceMs === undefined) return false;
  if (age.createdBeforeDate !== undefined) return sinceMs < Date.parse(age.createdBeforeDate);
  const atMs = dayOf(age, sinceMs);
  return atMs !== undefined && nowMs >= atMs;
}

/** UNVERIFIED OSS-073: days are counted from the last change, and the end of the last one is the next midnight of UTC. */
function dayOf({ days, date }: Age, sinceMs: number): number | undefined {
  if (date !== undefined) return Date.parse(date);
  return days === undefined ? undefined : Math.ceil((sinceMs + days * DAY_MS) / DAY_MS) * DAY_MS;
}

function isColder(candidate: StorageClass, current: StorageClass): boolean {
  const classes: readonly StorageClass[] = COLDER;
  return classes.indexOf(candidate) > classes.indexOf(current);
}
