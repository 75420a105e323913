/** Blocking public access: once on, what ACLs and policies open to everybody counts no more, and nothing new is opened. */
import { z } from 'zod';
import { OssError } from '../errors.ts';
import type { BucketAcl, ObjectAcl, ObjectStore } from '../store/object-store.ts';
import { type DocumentKind, documentOf } from './documents.ts';

const publicAccessBlock = z.object({ isBlocked: z.boolean() });
export type PublicAccessBlock = z.output<typeof publicAccessBlock>;
export const PUBLIC_ACCESS_BLOCK: DocumentKind<PublicAccessBlock> = {
  kind: 'publicAccessBlock',
  schema: publicAccessBlock,
};

/** Where the account's own documents lie: no bucket has this name. */
export const ACCOUNT_DOCUMENTS = '';

/** Help page "Block public access": the account's word counts for every bucket. */
export function isPublicAccessBlocked(store: ObjectStore, bucket: string): boolean {
  return [ACCOUNT_DOCUMENTS, bucket].some((of) => documentOf(store, PUBLIC_ACCESS_BLOCK, of)?.isBlocked === true);
}

/** UNVERIFIED OSS-122: the wording of both refusals. */
export function assertAclAllowed(store: ObjectStore, bucket: string, acl: BucketAcl | ObjectAcl | undefined): void {
  if (acl === undefined || acl === 'private' || acl === 'default') return;
  if (isPublicAccessBlocked(store, bucket))
    throw new OssError('AccessDenied', { message: 'Put public acl is not allowed.', bucket });
}

export function assertPolicyAllowed(store: ObjectStore, bucket: string, isPublic: boolean): void {
  if (isPublic && isPublicAccessBlocked(store, bucket))
    throw new OssError('AccessDenied', { message: 'Put public bucket policy is not allowed.', bucket });
}
