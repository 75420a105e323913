/** Deletes objects, or versions of them; one that isn't there counts as deleted. */
import type { Removal, VersionRef } from '../store/object-store.ts';
import { requireBucket } from './buckets.ts';
import { type Origin, removal } from './facts.ts';
import { assertMutable, removedBy } from './immutable.ts';
import type { OssServices } from './services.ts';

const NOTHING: Removal = { did: 'nothing', versionId: undefined };

export interface DeleteObject extends VersionRef {
  /** Also what is retained by GOVERNANCE. */
  bypassesGovernance?: boolean | undefined;
}

export async function deleteObject(services: OssServices, wanted: DeleteObject, origin: Origin): Promise<Removal> {
  const { bucket, key, versionId, bypassesGovernance } = wanted;
  const objects = [{ key, versionId }];
  const [removed] = await remove(
    services,
    { bucket, objects, bypassesGovernance, eventName: 'ObjectRemoved:DeleteObject' },
    origin,
  );
  return removed ?? NOTHING;
}

export interface DeleteObjects {
  bucket: string;
  objects: readonly Omit<VersionRef, 'bucket'>[];
  bypassesGovernance?: boolean | undefined;
}

/** What became of each, in the order they are named. */
export function deleteObjects(services: OssServices, wanted: DeleteObjects, origin: Origin): Promise<Removal[]> {
  return remove(services, { ...wanted, eventName: 'ObjectRemoved:DeleteObjects' }, origin);
}

/** Help page "Event types": a delete marker is no removal, and raises no event. */
async function remove(
  { store, tell }: OssServices,
  { bucket, objects, bypassesGovernance, eventName }: DeleteObjects & { eventName: string },
  origin: Origin,
): Promise<Removal[]> {
  requireBucket(store, bucket);
  const refs = new Map(objects.map((object) => [nameOf(object), { bucket, ...object }]));
  const destroyer = { nowMs: origin.atMs, bypassesGovernance };
  // UNVERIFIED OSS-199: one of them that may not be removed refuses all, before any is gone.
  for (const ref of refs.values()) assertMutable(store, removedBy(store, ref), destroyer);
  const removals = await store.remove([...refs.values()], {
    atMs: origin.atMs,
    tell(before) {
      assertMutable(store, before, destroyer);
      tell(origin, removal(eventName, before));
    },
  });
  const done = new Map([...refs.keys()].map((name, at) => [name, removals[at] ?? NOTHING]));
  return objects.map((object) => done.get(nameOf(object)) ?? NOTHING);
}

/** Named twice, an object is deleted once. */
function nameOf({ key, versionId }: Omit<VersionRef, 'bucket'>): string {
  return JSON.stringify([key, versionId]);
}
