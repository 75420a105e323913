/** Adds a part whose bytes come from an object, or a version of one, instead of the client. */
import { Readable } from 'node:stream';
import type { ByteRange, PartRecord, VersionRef } from '../store/object-store.ts';
import { type Conditions, checkConditions } from './conditions.ts';
import type { Origin } from './facts.ts';
import { missingSource } from './missing-object.ts';
import { answerRange } from './range.ts';
import { assertReadable, unchanged } from './read-object.ts';
import type { OssServices } from './services.ts';
import { type AuthorizeRead, followLink, isSymlink, targetRef } from './symlinks.ts';
import { keepPart, requireUpload, type UploadPart } from './uploads.ts';

export interface UploadPartCopy extends UploadPart {
  source: VersionRef;
  range: string | undefined;
  conditions: Conditions;
  authorizeRead: AuthorizeRead;
}

export interface CopiedPart {
  part: PartRecord;
  /** Undefined where the source's bucket never had versioning. */
  sourceVersionId: string | undefined;
}

/** alibabacloud-oss-go-sdk-v2 1.5 tests: the number of an upload that is not there. */
const UPLOAD_PART_COPY_EC = '0042-00000311';

export async function uploadPartCopy(
  { store, tell }: OssServices,
  { source, range: header, conditions, authorizeRead, ...part }: UploadPartCopy,
  origin: Origin,
): Promise<CopiedPart> {
  const upload = requireUpload(store, part, UPLOAD_PART_COPY_EC);
  const named = store.head(source);
  if (!named) throw missingSource(store, source);
  // UNVERIFIED OSS-058: a part copied from a symlink has the bytes of its target.
  const record = isSymlink(named) ? followLink(store, named, authorizeRead) : named;
  if (checkConditions(conditions, record) === 'unchanged') throw unchanged(record);
  assertReadable(store, record, origin.atMs);
  const range = copyRange(header, record.sizeBytes);
  const found = await store.read(isSymlink(named) ? targetRef(named) : source, (current) => {
    // Overwritten since it was looked at: the range may not fit the new one.
    return current.etag === record.etag ? range : copyRange(header, current.sizeBytes);
  });
  if (!found) throw missingSource(store, source);

  const body = { bytes: asStream(found.bytes), contentLength: undefined, contentMd5: undefined };
  const eventName = 'ObjectCreated:UploadPartCopy';
  const kept = await keepPart({ store, tell }, { upload, part, body, eventName }, origin);
  return { part: kept, sourceVersionId: (isSymlink(named) ? named : found.record).versionId };
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
