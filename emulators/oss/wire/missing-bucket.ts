/** What a caller nobody knows is told of a bucket that is not there. */
import type { WireRequest } from '../../../src/kernel/wire.ts';
import type { OssResource } from '../../../src/signing/oss-resource.ts';
import { OssError } from '../errors.ts';
import type { ObjectStore } from '../store/object-store.ts';

/**
 * alibabacloud-oss-go-sdk-v2 1.5 and alibabacloud-oss-python-sdk-v2 1.3 tests: an unknown key gets NoSuchBucket, for the
 * service looks for the bucket first; PutBucket and PutBucketAcl may make one, so they get InvalidAccessKeyId.
 * UNVERIFIED OSS-185: that every other refusal of credentials comes before the look at the bucket.
 */
export function missingBucketFirst(
  error: unknown,
  { request, readings, store }: { request: WireRequest; readings: readonly OssResource[]; store: ObjectStore },
): unknown {
  const bucket = readings[0]?.bucket;
  if (!(error instanceof OssError) || error.code !== 'InvalidAccessKeyId' || bucket === undefined) return error;
  if (store.getBucket(bucket) || makesBucket(request, readings)) return error;
  return new OssError('NoSuchBucket', { bucket });
}

function makesBucket({ method, query }: WireRequest, readings: readonly OssResource[]): boolean {
  if (method !== 'PUT' || readings[0]?.key !== undefined) return false;
  return query.every(([name]) => name === 'acl');
}
