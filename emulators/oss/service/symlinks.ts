/** Objects that stand for other objects: made without looking at the target, read through to it. */
import { Buffer } from 'node:buffer';
import { Readable } from 'node:stream';
import { OssError } from '../errors.ts';
import type { ObjectDraft, ObjectRecord, ObjectRef, ObjectStore, VersionRef } from '../store/object-store.ts';
import { requireBucket } from './buckets.ts';
import { type Origin, objectChange } from './facts.ts';
import { assertMayPut } from './overwriting.ts';
import type { OssServices } from './services.ts';

export interface PutSymlink extends ObjectRef {
  target: string;
  draft: ObjectDraft;
  forbidOverwrite: boolean;
}

/** Throws the room's refusal unless the caller may read this object, too. */
export type AuthorizeRead = (ref: VersionRef) => void;

/**
 * Help page "PutSymlink": the target need not exist, and its type is looked at when it is read.
 * UNVERIFIED OSS-056: a link's own bytes, which its size and ETag speak of, are its target's name.
 */
export async function putSymlink({ store, tell }: OssServices, put: PutSymlink, origin: Origin): Promise<ObjectRecord> {
  const { bucket, key, target, forbidOverwrite } = put;
  requireBucket(store, bucket);
  const staged = await store.stage(Readable.from([Buffer.from(target)]));
  const draft = { ...put.draft, symlinkTarget: target };
  return store.put({ bucket, key }, staged, draft, {
    guard(current) {
      requireBucket(store, bucket);
      assertMayPut(store, { ref: { bucket, key }, current, isForbidden: forbidOverwrite, origin });
    },
    tell: (before, after) => tell(origin, objectChange('ObjectCreated:PutSymlink', before, after)),
  });
}

export function isSymlink({ type }: ObjectRecord): boolean {
  return type === 'Symlink';
}

/** Help page "PutSymlink": link and target lie in one bucket. */
export function targetRef({ bucket, symlinkTarget = '' }: ObjectRecord): ObjectRef {
  return { bucket, key: symlinkTarget };
}

/** The object that a link stands for. */
export function followLink(store: ObjectStore, link: ObjectRecord, authorizeRead: AuthorizeRead): ObjectRecord {
  const ref = targetRef(link);
  authorizeRead(ref);
  const target = store.head(ref);
  if (!target) throw targetMissing(link);
  assertNoLink(target);
  return target;
}

export function targetMissing({ key }: ObjectRecord): OssError {
  return new OssError('SymlinkTargetNotExist', { key });
}

export function assertNoLink(target: ObjectRecord): void {
  if (isSymlink(target)) throw new OssError('InvalidTargetType', { key: target.key });
}

/** Help page "GetObject": bytes and their sums are the target's, the later of both times counts, all else is the link's. */
export function seenThrough(link: ObjectRecord, target: ObjectRecord): ObjectRecord {
  const { sizeBytes, etag, crc64, contentMd5 } = target;
  const modifiedAtMs = Math.max(link.modifiedAtMs, target.modifiedAtMs);
  return { ...link, sizeBytes, etag, crc64, contentMd5, modifiedAtMs };
}
