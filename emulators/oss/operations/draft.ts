/** What a request says of the object it is about to make, with what its bucket says where it is silent. */
import { requireBucket } from '../service/buckets.ts';
import { encryptionFor } from '../service/encryption.ts';
import { defaultLock } from '../service/object-lock.ts';
import type { OssServices } from '../service/services.ts';
import type { ObjectDraft, ObjectType } from '../store/object-store.ts';
import { readEncryptionHeaders } from '../wire/encryption-headers.ts';
import { readDraft } from '../wire/object-headers.ts';

export interface DraftRequest {
  bucket: string;
  type: ObjectType;
  headers: Readonly<Record<string, string>>;
  atMs: number;
}

export function draftFor(
  { store, accountId }: OssServices,
  { bucket, type, headers, atMs }: DraftRequest,
): ObjectDraft {
  const { storageClass } = requireBucket(store, bucket);
  const encryption = encryptionFor(store, { asked: readEncryptionHeaders(headers), bucket, accountId });
  const lock = defaultLock(store, bucket, atMs);
  const draft = readDraft(headers, { type, storageClass, atMs });
  draft.encryption = encryption;
  draft.lock = lock;
  return draft;
}
