/** Adds bytes to the end of an object, only where the caller believes the end is: that belief is OSS's concurrency check. */
import { OssError } from '../errors.ts';
import { APPENDABLE_BYTES_MAX } from '../limits.ts';
import type { ObjectDraft, ObjectRecord, ObjectRef, ObjectStore } from '../store/object-store.ts';
import { requireBucket } from './buckets.ts';
import { type Origin, objectChange } from './facts.ts';
import { assertMutable } from './immutable.ts';
import { type IncomingBody, receive } from './receive.ts';
import type { OssServices } from './services.ts';

export interface AppendObject extends ObjectRef {
  position: number;
  /** Counts only where the append makes the object. */
  draft: ObjectDraft;
  body: IncomingBody;
}

export async function appendObject(
  { store, tell }: OssServices,
  { bucket, key, position, draft, body }: AppendObject,
  origin: Origin,
): Promise<ObjectRecord> {
  const ref = { bucket, key };
  requireBucket(store, bucket);
  assertAppendableClass(draft);
  // Looked at before the bytes, so that a refused append costs none; and again in the transaction, where it counts.
  assertEnd(store, { ...ref, position }, store.head(ref));

  const staged = await receive(store, body);
  return store.append(ref, staged, draft, {
    guard(current) {
      requireBucket(store, bucket);
      assertEnd(store, { ...ref, position }, current);
      assertMutable(store, current, { nowMs: origin.atMs });
      // UNVERIFIED OSS-052: the code for an append that would make the object larger than 5 GB.
      if (position + staged.sizeBytes > APPENDABLE_BYTES_MAX) throw new OssError('EntityTooLarge', { key });
    },
    // UNVERIFIED OSS-053: an append of no bytes to what is there changes nothing, and raises no event.
    tell: (before, after) => tell(origin, { ...objectChange('ObjectCreated:AppendObject', before, after), position }),
  });
}

/** Help page "AppendObject": an object that is not there has the length 0. */
function assertEnd(
  store: ObjectStore,
  { bucket, key, position }: ObjectRef & { position: number },
  current: ObjectRecord | undefined,
): void {
  const isMarked = !current && store.findMarker({ bucket, key }) !== undefined;
  // Help page "AppendObject": neither on a delete marker nor on anything else.
  if (isMarked || (current && current.type !== 'Appendable')) throw new OssError('ObjectNotAppendable', { key });
  const end = current?.sizeBytes ?? 0;
  if (position !== end) throw new OssError('PositionNotEqualToLength', { nextAppendPosition: end });
}

/** Help page "0016-00000503": an object that grows lies in no class colder than Archive. UNVERIFIED OSS-225: the code and wording. */
function assertAppendableClass({ storageClass }: ObjectDraft): void {
  if (storageClass !== 'ColdArchive' && storageClass !== 'DeepColdArchive') return;
  throw new OssError('InvalidArgument', {
    message: `The storage class ${storageClass} is not one of appendable objects.`,
    argumentName: 'x-oss-storage-class',
    argumentValue: storageClass,
    ec: '0016-00000503',
  });
}
