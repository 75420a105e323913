/** Deletes objects; one that isn't there counts as deleted. */
import type { ObjectRef } from '../store/object-store.ts';
import { requireBucket } from './buckets.ts';
import { type Origin, removal } from './facts.ts';
import type { OssServices } from './services.ts';

export async function deleteObject(services: OssServices, ref: ObjectRef, origin: Origin): Promise<void> {
  await remove(services, { bucket: ref.bucket, keys: [ref.key], eventName: 'ObjectRemoved:DeleteObject' }, origin);
}

export async function deleteObjects(
  services: OssServices,
  { bucket, keys }: { bucket: string; keys: readonly string[] },
  origin: Origin,
): Promise<void> {
  await remove(services, { bucket, keys, eventName: 'ObjectRemoved:DeleteObjects' }, origin);
}

interface Removal {
  bucket: string;
  keys: readonly string[];
  eventName: string;
}

async function remove(
  { store, tell }: OssServices,
  { bucket, keys, eventName }: Removal,
  origin: Origin,
): Promise<void> {
  requireBucket(store, bucket);
  const refs = [...new Set(keys)].map((key) => ({ bucket, key }));
  await store.remove(refs, { tell: (before) => tell(origin, removal(eventName, before)) });
}
