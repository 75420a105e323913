/** Uploads whose parts come one after the other, so that the MD5 of the whole is known at the end. */
import { createHash, type Hash } from 'node:crypto';
import { Readable } from 'node:stream';
import { OssError } from '../errors.ts';
import { PART_NUMBER_MAX, SEQUENTIAL_UPLOADS_MAX } from '../limits.ts';
import type { ObjectStore, UploadRecord } from '../store/object-store.ts';
import type { IncomingBody } from './receive.ts';

/** Of parts 1 to `parts`. A sum can't be written down half done: one that was begun before a restart is lost, and so is the MD5. */
interface Progress {
  parts: number;
  hash: Hash;
}

const known = new WeakMap<ObjectStore, Map<string, Progress>>();

/** One part's turn: its bytes pass by here, and count once the part is kept. */
export interface Turn {
  body: IncomingBody;
  keep(): void;
}

/** UNVERIFIED OSS-207: that the last part can't be sent again either. */
export function takeTurn(
  store: ObjectStore,
  upload: UploadRecord,
  { partNumber, body }: { partNumber: number; body: IncomingBody },
): Turn {
  if (!upload.isSequential) return { body, keep() {} };
  const { parts } = store.listParts(upload, { afterPartNumber: 0, limit: PART_NUMBER_MAX });
  if (partNumber !== parts.length + 1) throw new OssError('PartNotSequential', { uploadId: upload.uploadId });
  const before = progressOf(store, upload.uploadId);
  const hash = partNumber === 1 ? createHash('md5') : before?.parts === parts.length ? before.hash.copy() : undefined;
  if (!hash) return { body, keep() {} };
  const bytes = Readable.from(passing(body.bytes, hash), { objectMode: false });
  return { body: { ...body, bytes }, keep: () => remember(store, upload.uploadId, { parts: partNumber, hash }) };
}

/** The MD5 of these parts together, in Base64; undefined where it is not known. */
export function wholeMd5(
  store: ObjectStore,
  { uploadId, isSequential }: UploadRecord,
  parts: number,
): string | undefined {
  if (!isSequential) return undefined;
  const progress = progressOf(store, uploadId);
  // A copy, for the completion may be refused, and asked for again.
  return progress?.parts === parts ? progress.hash.copy().digest('base64') : undefined;
}

async function* passing(bytes: AsyncIterable<Uint8Array>, hash: Hash): AsyncIterable<Uint8Array> {
  for await (const chunk of bytes) {
    hash.update(chunk);
    yield chunk;
  }
}

function progressOf(store: ObjectStore, uploadId: string): Progress | undefined {
  return known.get(store)?.get(uploadId);
}

/** Those that nobody ends make room in the end. */
function remember(store: ObjectStore, uploadId: string, progress: Progress): void {
  const uploads = known.get(store) ?? new Map<string, Progress>();
  known.set(store, uploads);
  uploads.delete(uploadId);
  uploads.set(uploadId, progress);
  const [oldest] = uploads.keys();
  if (uploads.size > SEQUENTIAL_UPLOADS_MAX && oldest !== undefined) uploads.delete(oldest);
}
