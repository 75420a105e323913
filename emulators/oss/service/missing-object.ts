/** How an operation refuses an object, or a version of one, that is not there. */
import { OssError } from '../errors.ts';
import type { ObjectStore, VersionRef } from '../store/object-store.ts';
import { requireBucket } from './buckets.ts';

/** Help page "Delete markers": one is told where it hides the object; asked for by its id, it can only be deleted. */
export function missing(store: ObjectStore, ref: VersionRef): OssError {
  const { bucket, key, versionId } = ref;
  requireBucket(store, bucket);
  const deleteMarker = store.findMarker(ref)?.versionId;
  if (versionId === undefined) return new OssError('NoSuchKey', { key, deleteMarker });
  if (deleteMarker === undefined) return new OssError('NoSuchVersion', { key, versionId });
  return new OssError('MethodNotAllowed', { key, deleteMarker, allow: 'DELETE' });
}

/** Help page "0016-00000307": a delete marker can't be copied. UNVERIFIED OSS-223: the code and wording. */
export function missingSource(store: ObjectStore, ref: VersionRef): OssError {
  if (ref.versionId === undefined || !store.findMarker(ref)) return missing(store, ref);
  const message = 'The source of a copy must not be a delete marker.';
  return new OssError('InvalidRequest', { message, ec: '0016-00000307' });
}
