/** Makes an object of the parts that its client lists. */
import { Readable } from 'node:stream';
import { OssError } from '../errors.ts';
import { PART_BYTES_MIN, PART_NUMBER_MAX } from '../limits.ts';
import type { ObjectAcl, ObjectRecord, ObjectStore, PartRecord, UploadRecord } from '../store/object-store.ts';
import { type Origin, objectChange } from './facts.ts';
import { defaultLock } from './object-lock.ts';
import { assertMayPut } from './overwriting.ts';
import { wholeMd5 } from './sequential.ts';
import type { OssServices } from './services.ts';
import { noSuchUpload, requireUpload, type UploadRef } from './uploads.ts';

export interface ListedPart {
  partNumber: number;
  /** As sent: quoted or not, in any case. */
  etag: string;
}

export interface CompleteUpload extends UploadRef {
  /** `all` takes whatever has been uploaded (x-oss-complete-all). */
  parts: readonly ListedPart[] | 'all';
  acl: ObjectAcl | undefined;
  forbidOverwrite: boolean;
}

export async function completeUpload(
  { store, tell }: OssServices,
  complete: CompleteUpload,
  origin: Origin,
): Promise<ObjectRecord> {
  const upload = requireUpload(store, complete);
  const ref = { bucket: upload.bucket, key: upload.key };
  const parts = choose(store, upload, complete.parts);
  if (parts.length === 0) parts.push(await emptyPart(store, upload, origin.atMs));
  assertSizes(parts, complete.uploadId);

  const lock = defaultLock(store, ref.bucket, origin.atMs);
  const contentMd5 = wholeMd5(store, upload, parts.length);
  const acl = complete.acl ?? upload.acl;
  const draft = { ...draftOf(upload), acl, modifiedAtMs: origin.atMs, lock, contentMd5 };
  const numbers = parts.map((part) => part.partNumber);
  const record = await store.completeUpload(upload, numbers, draft, {
    guard(current) {
      assertMayPut(store, { ref, current, isForbidden: complete.forbidOverwrite, origin });
    },
    tell: (before, after) => tell(origin, objectChange('ObjectCreated:CompleteMultipartUpload', before, after)),
  });
  if (!record) throw noSuchUpload(complete);
  return record;
}

function draftOf({ contentType, headers, userMeta, storageClass, tags, encryption }: UploadRecord) {
  return { type: 'Multipart' as const, contentType, headers, userMeta, storageClass, tags, encryption };
}

function choose(store: ObjectStore, upload: UploadRecord, listed: CompleteUpload['parts']): PartRecord[] {
  const { parts: uploaded } = store.listParts(upload, { afterPartNumber: 0, limit: PART_NUMBER_MAX });
  if (listed === 'all') {
    // UNVERIFIED OSS-041: completing an upload that has no parts.
    if (uploaded.length === 0) throw new OssError('InvalidPart', { uploadId: upload.uploadId });
    return uploaded;
  }
  const byNumber = new Map(uploaded.map((part) => [part.partNumber, part]));
  let previous = 0;
  return listed.map(({ partNumber, etag }) => {
    if (partNumber <= previous) throw new OssError('InvalidPartOrder');
    previous = partNumber;
    const part = byNumber.get(partNumber);
    if (!part || part.etag !== plainEtag(etag))
      throw new OssError('InvalidPart', { etag, partNumber, uploadId: upload.uploadId });
    return part;
  });
}

/** alibabacloud-oss-go-sdk-v2 1.5 tests: what is sent in no parts at all becomes an object of no bytes. */
async function emptyPart(store: ObjectStore, upload: UploadRecord, atMs: number): Promise<PartRecord> {
  const part = await store.putPart(upload, 1, await store.stage(Readable.from([])), atMs);
  if (!part) throw noSuchUpload(upload);
  return part;
}

/** Help page "CompleteMultipartUpload": only the last part may be smaller than 100 KB. */
function assertSizes(parts: readonly PartRecord[], uploadId: string): void {
  for (const part of parts.slice(0, -1)) {
    if (part.sizeBytes < PART_BYTES_MIN)
      throw new OssError('EntityTooSmall', { uploadId, partNumber: part.partNumber, etag: part.etag });
  }
}

function plainEtag(etag: string): string {
  return etag.trim().replaceAll('"', '').toUpperCase();
}
