/** Changes what is said of an object; its bytes and its age stay. */
import { OssError } from '../errors.ts';
import type { ObjectAcl, ObjectRecord, ObjectRef, ObjectTag } from '../store/object-store.ts';
import { requireBucket } from './buckets.ts';
import type { OssServices } from './services.ts';
import { assertTags } from './tags.ts';

export function putObjectAcl(services: OssServices, ref: ObjectRef, acl: ObjectAcl): Promise<ObjectRecord> {
  return amend(services, ref, { acl });
}

/** None at all takes away what there was. */
export function putObjectTags(
  services: OssServices,
  ref: ObjectRef,
  tags: readonly ObjectTag[],
): Promise<ObjectRecord> {
  assertTags(tags);
  return amend(services, ref, { tags });
}

async function amend(
  { store }: OssServices,
  ref: ObjectRef,
  change: Partial<Pick<ObjectRecord, 'acl' | 'tags'>>,
): Promise<ObjectRecord> {
  requireBucket(store, ref.bucket);
  const record = await store.amend(ref, () => change);
  if (!record) throw new OssError('NoSuchKey', { key: ref.key });
  return record;
}
