/** Reads an object, or only what is known of it: conditions first, then the range. */
import { type AtOnce, andThen } from '../../../src/kernel/at-once.ts';
import { OssError } from '../errors.ts';
import type { ByteRange, ObjectBody, ObjectRecord, ObjectStore, VersionRef } from '../store/object-store.ts';
import { isDirectlyReadable } from './archive-direct-read.ts';
import { type Conditions, checkConditions } from './conditions.ts';
import { missing } from './missing-object.ts';
import { answerRange } from './range.ts';
import { isArchived, restoreState } from './restore.ts';
import type { OssServices } from './services.ts';
import {
  type AuthorizeRead,
  assertNoLink,
  followLink,
  isSymlink,
  seenThrough,
  targetMissing,
  targetRef,
} from './symlinks.ts';

export interface HeadObject extends VersionRef {
  conditions: Conditions;
  /** Asked for the target of a symlink, whose own ACL counts as well. */
  authorizeRead: AuthorizeRead;
}

export interface ReadObject extends HeadObject {
  /** Kernel time: what was archived may be readable for a while. */
  nowMs: number;
  range: string | undefined;
  isStandardRange: boolean;
}

export interface ReadAnswer {
  record: ObjectRecord;
  /** Undefined for the whole object. */
  range: ByteRange | undefined;
  bytes: ObjectBody['bytes'];
}

export function getObject({ store }: OssServices, read: ReadObject): AtOnce<ReadAnswer> {
  const ref = { bucket: read.bucket, key: read.key, versionId: read.versionId };
  const found = readAs(store, ref, (record) =>
    isSymlink(record) ? 'none' : decide(store, { shown: record, stored: record }, read),
  );
  return andThen(found, (answer) => {
    if (!answer) throw missing(store, ref);
    return isSymlink(answer.record) ? readTarget(store, answer.record, read) : answer;
  });
}

async function readTarget(store: ObjectStore, link: ObjectRecord, read: ReadObject): Promise<ReadAnswer> {
  read.authorizeRead(targetRef(link));
  const target = await readAs(store, targetRef(link), (record) => {
    assertNoLink(record);
    return decide(store, { shown: seenThrough(link, record), stored: record }, read);
  });
  if (!target) throw targetMissing(link);
  return { ...target, record: seenThrough(link, target.record) };
}

/** Reads what `pick` chooses; its refusals are thrown here, for a store has no say in what a refusal is. */
function readAs(
  store: ObjectStore,
  ref: VersionRef,
  pick: (record: ObjectRecord) => ByteRange | 'none' | undefined,
): AtOnce<ReadAnswer | undefined> {
  let picked: ReturnType<typeof pick>;
  let refusal: OssError | undefined;
  const found = store.read(ref, (record) => {
    try {
      picked = pick(record);
      return picked;
    } catch (error) {
      if (!(error instanceof OssError)) throw error;
      refusal = error;
      return 'none';
    }
  });
  return andThen(found, (body) => {
    if (refusal) throw refusal;
    return body && { record: body.record, bytes: body.bytes, range: picked === 'none' ? undefined : picked };
  });
}

export function headObject({ store }: OssServices, { conditions, authorizeRead, ...ref }: HeadObject): ObjectRecord {
  const own = requireObject(store, ref);
  const record = isSymlink(own) ? seenThrough(own, followLink(store, own, authorizeRead)) : own;
  if (checkConditions(conditions, record) === 'unchanged') throw unchanged(record);
  return record;
}

export function requireObject(store: ObjectStore, ref: VersionRef): ObjectRecord {
  const record = store.head(ref);
  if (!record) throw missing(store, ref);
  return record;
}

/** What a client that already has this version is told: 304, with the headers it compares. */
export function unchanged(record: ObjectRecord): OssError {
  return new OssError('NotModified', { record });
}

/** `shown` is what the client sees, `stored` has the bytes: they differ behind a symlink. */
function decide(
  store: ObjectStore,
  { shown, stored }: { shown: ObjectRecord; stored: ObjectRecord },
  read: ReadObject,
): ByteRange | undefined {
  if (checkConditions(read.conditions, shown) === 'unchanged') throw unchanged(shown);
  assertReadable(store, stored, read.nowMs);
  const { range: header, isStandardRange: isStandard } = read;
  const answer = answerRange({ header, sizeBytes: stored.sizeBytes, isStandard });
  if (answer === 'unsatisfiable') throw new OssError('InvalidRange');
  return answer === 'whole' ? undefined : answer;
}

/** Help page "Restore objects": archived bytes have to be restored first, unless their bucket gives them out directly. */
export function assertReadable(store: ObjectStore, record: ObjectRecord, nowMs: number): void {
  const isFrozen = isArchived(record) && restoreState(record, nowMs) !== 'restored';
  if (isFrozen && !isDirectlyReadable(store, record)) throw new OssError('InvalidObjectState', { key: record.key });
}
