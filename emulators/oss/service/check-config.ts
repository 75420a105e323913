/** Looks over the buckets of a configuration before anything starts; problems are whole sentences. */
import { OssError } from '../errors.ts';
import { BUCKET_NAME_LENGTH_MAX, BUCKET_NAME_LENGTH_MIN } from '../limits.ts';
import type { BucketAcl, StorageClass, Versioning } from '../store/object-store.ts';
import { checkLifecycle } from './check-lifecycle.ts';
import { type CorsDocument, type CorsRuleDraft, checkCors } from './cors.ts';
import type { LifecycleDocument, LifecycleRuleDraft } from './lifecycle.ts';
import { assertBucketName } from './names.ts';

export interface ConfiguredBucket {
  name: string;
  acl?: BucketAcl | undefined;
  storageClass?: StorageClass | undefined;
  /** Undefined leaves it as calls set it. */
  versioning?: Versioning | undefined;
  cors?: readonly CorsRuleDraft[] | undefined;
  lifecycle?: readonly LifecycleRuleDraft[] | undefined;
  /** A folder whose files a new bucket has from the start; absolute. */
  seed?: string | undefined;
}

/** Help page "Bucket naming conventions". */
const NAME_RULE = `its name must have ${BUCKET_NAME_LENGTH_MIN} to ${BUCKET_NAME_LENGTH_MAX} lower-case letters, digits and hyphens, with no hyphen at either end.`;

export function checkBuckets({ buckets }: { buckets: readonly ConfiguredBucket[] }): string[] {
  return buckets.flatMap((bucket) => {
    const problems: string[] = [];
    for (const check of [() => assertBucketName(bucket.name), () => corsOf(bucket), () => lifecycleOf(bucket)]) {
      try {
        check();
      } catch (error) {
        if (!(error instanceof OssError)) throw error;
        const reason = error.code === 'InvalidBucketName' ? NAME_RULE : (error.details.message ?? error.code);
        problems.push(`The bucket ${JSON.stringify(bucket.name)}: ${reason}`);
      }
    }
    return problems;
  });
}

export function corsOf({ cors }: ConfiguredBucket): CorsDocument | undefined {
  return cors && checkCors(cors, false);
}

export function lifecycleOf({ lifecycle }: ConfiguredBucket): LifecycleDocument | undefined {
  return lifecycle && checkLifecycle(lifecycle, { allowOverlap: false });
}
