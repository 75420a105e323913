/** Multipart uploads until they are completed: begin, add parts, give up. */
import { Readable } from 'node:stream';
import { OssError } from '../errors.ts';
import type {
  ByteRange,
  ObjectDraft,
  ObjectRef,
  ObjectStore,
  PartRecord,
  UploadRecord,
  VersionRef,
} from '../store/object-store.ts';
import { requireBucket } from './buckets.ts';
import { type Conditions, checkConditions } from './conditions.ts';
import type { Origin } from './facts.ts';
import { missing } from './missing-object.ts';
import { answerRange } from './range.ts';
import { assertReadable, requireObject, unchanged } from './read-object.ts';
import { type IncomingBody, receive } from './receive.ts';
import type { OssServices } from './services.ts';
import { type AuthorizeRead, followLink, isSymlink, targetRef } from './symlinks.ts';

export interface UploadRef extends ObjectRef {
  uploadId: string;
}

export async function initiateUpload(
  { store, tell }: OssServices,
  { draft, ...ref }: UploadRef & { draft: ObjectDraft },
  origin: Origin,
): Promise<void> {
  requireBucket(store, ref.bucket);
  const { bucket, key } = ref;
  await store.createUpload(
    { ...draft, ...ref, initiatedAtMs: origin.atMs },
    {
      tell: () =>
        tell(origin, {
          eventName: 'ObjectCreated:InitiateMultipartUpload',
          bucket,
          key,
          contentType: draft.contentType,
        }),
    },
  );
}

export interface UploadPart extends UploadRef {
  partNumber: number;
}

export async function uploadPart(
  { store, tell }: OssServices,
  { body, ...part }: UploadPart & { body: IncomingBody },
  origin: Origin,
): Promise<PartRecord> {
  const upload = requireUpload(store, part, UPLOAD_PART_EC);
  return keepPart({ store, tell }, { upload, part, body, eventName: 'ObjectCreated:UploadPart' }, origin);
}

export interface UploadPartCopy extends UploadPart {
  source: VersionRef;
  range: string | undefined;
  conditions: Conditions;
  authorizeRead: AuthorizeRead;
}

/** The bytes come from an object instead of the client; a range that doesn't fit means the whole of it. */
export async function uploadPartCopy(
  { store, tell }: OssServices,
  { source, range: header, conditions, authorizeRead, ...part }: UploadPartCopy,
  origin: Origin,
): Promise<PartRecord> {
  const upload = requireUpload(store, part, UPLOAD_PART_COPY_EC);
  const named = requireObject(store, source);
  // UNVERIFIED OSS-058: a part copied from a symlink has the bytes of its target.
  const record = isSymlink(named) ? followLink(store, named, authorizeRead) : named;
  if (checkConditions(conditions, record) === 'unchanged') throw unchanged(record);
  assertReadable(store, record, origin.atMs);
  const range = copyRange(header, record.sizeBytes);
  const found = await store.read(isSymlink(named) ? targetRef(named) : source, (current) => {
    // Overwritten since it was looked at: the range may not fit the new one.
    return current.etag === record.etag ? range : copyRange(header, current.sizeBytes);
  });
  if (!found) throw missing(store, source);

  const body = { bytes: asStream(found.bytes), contentLength: undefined, contentMd5: undefined };
  return keepPart({ store, tell }, { upload, part, body, eventName: 'ObjectCreated:UploadPartCopy' }, origin);
}

export async function abortUpload({ store, tell }: OssServices, ref: UploadRef, origin: Origin): Promise<void> {
  const upload = requireUpload(store, ref);
  const { bucket, key } = ref;
  const isGone = !(await store.abortUpload(upload, {
    tell: () => tell(origin, { eventName: 'ObjectRemoved:AbortMultipartUpload', bucket, key }),
  }));
  if (isGone) throw noSuchUpload(ref);
}

/** `ec` where the operation has an error number of its own. */
export function requireUpload(store: ObjectStore, { bucket, key, uploadId }: UploadRef, ec?: string): UploadRecord {
  requireBucket(store, bucket);
  const upload = store.getUpload({ bucket, key }, uploadId);
  if (!upload) throw noSuchUpload({ uploadId }, ec);
  return upload;
}

export function noSuchUpload({ uploadId }: Pick<UploadRef, 'uploadId'>, ec?: string): OssError {
  return new OssError('NoSuchUpload', { uploadId, ec });
}

/** alibabacloud-oss-go-sdk-v2 1.5 tests: the numbers of an upload that is not there. */
const UPLOAD_PART_EC = '0042-00000104';
const UPLOAD_PART_COPY_EC = '0042-00000311';

interface KeepPart {
  upload: UploadRecord;
  part: UploadPart;
  body: IncomingBody;
  eventName: string;
}

async function keepPart(
  { store, tell }: Pick<OssServices, 'store' | 'tell'>,
  { upload, part, body, eventName }: KeepPart,
  origin: Origin,
): Promise<PartRecord> {
  const { bucket, key, contentType } = upload;
  const staged = await receive(store, body);
  const kept = await store.putPart(upload, part.partNumber, staged, origin.atMs, {
    // UNVERIFIED OSS-040: the size and ETag of a part's event are the part's.
    tell: (_before, { sizeBytes, etag }) =>
      tell(origin, { eventName, bucket, key, sizeBytes, deltaSizeBytes: sizeBytes, etag, contentType }),
  });
  if (!kept) throw noSuchUpload(part);
  return kept;
}

/** Help page "UploadPartCopy": a range that isn't inside the source copies all of it. */
function copyRange(header: string | undefined, sizeBytes: number): ByteRange | undefined {
  const answer = answerRange({ header, sizeBytes, isStandard: false });
  return typeof answer === 'string' ? undefined : answer;
}

/** A list of one: Readable.from would hand a Uint8Array over byte by byte. */
function asStream(bytes: Readable | Uint8Array): Readable {
  return bytes instanceof Uint8Array ? Readable.from([bytes]) : bytes;
}
