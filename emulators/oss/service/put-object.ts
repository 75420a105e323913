/** Stores one object whole: the last writer wins, unless told not to overwrite. */
import type { ObjectDraft, ObjectRecord, ObjectRef } from '../store/object-store.ts';
import { requireBucket } from './buckets.ts';
import { type Origin, objectChange } from './facts.ts';
import { assertMayPut } from './overwriting.ts';
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
  if (put.forbidOverwrite) assertMayPut(store, { ref, current: store.head(ref), isForbidden: true, origin });

  const staged = await receive(store, put.body);
  return store.put(ref, staged, put.draft, {
    guard(current) {
      requireBucket(store, put.bucket);
      assertMayPut(store, { ref, current, isForbidden: put.forbidOverwrite, origin });
    },
    tell: (before, after) => tell(origin, objectChange(eventName, before, after)),
  });
}
