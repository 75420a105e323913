/** One page of a bucket's objects, or of all their versions. */
import type { ListPage, ListQuery, VersionPage } from '../store/object-store.ts';
import { requireBucket } from './buckets.ts';
import type { OssServices } from './services.ts';

export function listObjects({ store }: OssServices, query: ListQuery): ListPage {
  requireBucket(store, query.bucket);
  return store.list(query);
}

export function listObjectVersions({ store }: OssServices, query: ListQuery & { afterVersionId: string }): VersionPage {
  requireBucket(store, query.bucket);
  return store.listVersions(query);
}
