/** Multipart uploads until they are completed: begin, add parts, give up. */
import { OssError } from '../errors.ts';
import type { ObjectDraft, ObjectRef, ObjectStore, PartRecord, UploadRecord } from '../store/object-store.ts';
import { requireBucket } from './buckets.ts';
import type { Origin } from './facts.ts';
import { type IncomingBody, receive } from './receive.ts';
import { takeTurn } from './sequential.ts';
import type { OssServices } from './services.ts';

export interface UploadRef extends ObjectRef {
  uploadId: string;
}

export async function initiateUpload(
  { store, tell }: OssServices,
  { draft, isSequential, ...ref }: UploadRef & { draft: ObjectDraft; isSequential?: boolean },
  origin: Origin,
): Promise<void> {
  requireBucket(store, ref.bucket);
  const { bucket, key } = ref;
  await store.createUpload(
    { ...draft, ...ref, initiatedAtMs: origin.atMs, ...(isSequential ? { isSequential } : {}) },
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

/** alibabacloud-oss-go-sdk-v2 1.5 tests: the number of an upload that is not there. */
const UPLOAD_PART_EC = '0042-00000104';

interface KeepPart {
  upload: UploadRecord;
  part: UploadPart;
  body: IncomingBody;
  eventName: string;
}

/** Also for a part whose bytes come from elsewhere. */
export async function keepPart(
  { store, tell }: Pick<OssServices, 'store' | 'tell'>,
  { upload, part, body, eventName }: KeepPart,
  origin: Origin,
): Promise<PartRecord> {
  const { bucket, key, contentType } = upload;
  const turn = takeTurn(store, upload, { partNumber: part.partNumber, body });
  const staged = await receive(store, turn.body);
  const kept = await store.putPart(upload, part.partNumber, staged, origin.atMs, {
    // UNVERIFIED OSS-040: the size and ETag of a part's event are the part's.
    tell: (_before, { sizeBytes, etag }) =>
      tell(origin, { eventName, bucket, key, sizeBytes, deltaSizeBytes: sizeBytes, etag, contentType }),
  });
  if (!kept) throw noSuchUpload(part);
  turn.keep();
  return kept;
}
