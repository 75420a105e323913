/** Stores one object whole: the last writer wins, unless told not to overwrite. */
import { OssError } from '../errors.ts';
import type { ObjectDraft, ObjectRecord, ObjectRef, ObjectStore } from '../store/object-store.ts';
import { requireBucket } from './buckets.ts';
import { type Origin, objectChange } from './facts.ts';
import { type IncomingBody, receive } from './receive.ts';
import type { OssServices } from './services.ts';

export interface PutObject extends ObjectRef {
  draft: ObjectDraft;
  body: IncomingBody;
  forbidOverwrite: boolean;
  eventName?: 'ObjectCreated:PutObject' | 'ObjectCreated:PostObject';
}

export async function putObject({ store, tell }: OssServices, put: PutObject, origin: Origin): Promise<ObjectRecord> {
  const ref = { bucket: put.bucket, key: put.key };
  const { eventName = 'ObjectCreated:PutObject' } = put;
  requireBucket(store, put.bucket);
  // Looked at before the bytes, so that a refused upload costs none; and again in the transaction, where it counts.
  if (put.forbidOverwrite) assertAbsent(store, ref, store.head(ref));

  const staged = await receive(store, put.body);
  return store.put(ref, staged, put.draft, {
    guard(current) {
      requireBucket(store, put.bucket);
      if (put.forbidOverwrite) assertAbsent(store, ref, current);
    },
    tell: (before, after) => tell(origin, objectChange(eventName, before, after)),
  });
}

/** Help page "PutObject": where versioning was ever set nothing is overwritten, and the header that forbids it counts for nothing. */
export function assertAbsent(store: ObjectStore, { bucket, key }: ObjectRef, current: ObjectRecord | undefined): void {
  if (current && store.getBucket(bucket)?.versioning === undefined) throw new OssError('FileAlreadyExists', { key });
}
