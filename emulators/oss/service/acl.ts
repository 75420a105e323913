/** What the ACLs of a bucket and its objects open to callers whom no policy allows. */
import type { BucketAcl, ObjectStore } from '../store/object-store.ts';
import { requireBucket } from './buckets.ts';
import { isPublicAccessBlocked } from './public-access.ts';

/** Help page "Bucket ACLs": the actions a public bucket or object opens; everything else needs a right of its own. */
const OPENED_BY: Readonly<Record<string, 'read' | 'write'>> = {
  'oss:GetObject': 'read',
  // UNVERIFIED OSS-031: that a public bucket can be listed by everybody.
  'oss:ListObjects': 'read',
  'oss:PutObject': 'write',
  'oss:DeleteObject': 'write',
  'oss:AbortMultipartUpload': 'write',
  'oss:ListParts': 'write',
};

export interface AclQuestion {
  action: string;
  bucket: string;
  /** Undefined for the bucket itself. */
  key: string | undefined;
}

/** An object's own ACL beats its bucket's; `default` is the bucket's. */
export function isOpenByAcl(store: ObjectStore, { action, bucket, key }: AclQuestion): boolean {
  const opens = OPENED_BY[action];
  if (opens === undefined) return false;
  const record = requireBucket(store, bucket);
  const own = key === undefined ? undefined : store.head({ bucket, key })?.acl;
  const acl: BucketAcl = own === undefined || own === 'default' ? record.acl : own;
  const isOpen = acl === 'public-read-write' || (acl === 'public-read' && opens === 'read');
  return isOpen && !isPublicAccessBlocked(store, bucket);
}
