/** Changes what is said of an object; its bytes and its age stay. */
import type { ObjectAcl, ObjectRecord, ObjectTag, VersionRef } from '../store/object-store.ts';
import { requireBucket } from './buckets.ts';
import { missing } from './missing-object.ts';
import type { OssServices } from './services.ts';
import { assertTags } from './tags.ts';

export function putObjectAcl(services: OssServices, ref: VersionRef, acl: ObjectAcl): Promise<ObjectRecord> {
  return amend(services, ref, { acl });
}

/** None at all takes away what there was. */
export function putObjectTags(
  services: OssServices,
  ref: VersionRef,
  tags: readonly ObjectTag[],
): Promise<ObjectRecord> {
  assertTags(tags);
  return amend(services, ref, { tags });
}

async function amend(
  { store }: OssServices,
  ref: VersionRef,
  change: Partial<Pick<ObjectRecord, 'acl' | 'tags'>>,
): Promise<ObjectRecord> {
  requireBucket(store, ref.bucket);
  const record = await store.amend(ref, () => change);
  if (!record) throw missing(store, ref);
  return record;
}
