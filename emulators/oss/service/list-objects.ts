/** One page of a bucket's objects. */
import type { ListPage, ListQuery } from '../store/object-store.ts';
import { requireBucket } from './buckets.ts';
import type { OssServices } from './services.ts';

export function listObjects({ store }: OssServices, query: ListQuery): ListPage {
  requireBucket(store, query.bucket);
  return store.list(query);
}
