/** What the store contract's tests share: drafts, bodies, and short ways to write and read. */
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type {
  Commit,
  ObjectBody,
  ObjectDraft,
  ObjectRecord,
  ObjectStore,
  UploadRecord,
} from '../../../../../emulators/oss/store/object-store.ts';

export const BUCKET = 'a-bucket';
export const ref = (key: string, bucket = BUCKET) => ({ bucket, key });

export function draft(changes: Partial<ObjectDraft> = {}): ObjectDraft {
  return {
    type: 'Normal',
    contentType: 'text/plain',
    headers: { 'cache-control': 'no-cache' },
    userMeta: { colour: 'green' },
    storageClass: 'Standard',
    acl: 'default',
    modifiedAtMs: 1_700_000_000_000,
    ...changes,
  };
}

/** Bytes that differ with `seed` and never repeat within a block. */
export function bytesOf(sizeBytes: number, seed = 1): Buffer {
  const bytes = Buffer.alloc(sizeBytes);
  for (let at = 0, state = seed; at < sizeBytes; at++) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    bytes[at] = state >>> 16;
  }
  return bytes;
}

/** A body that arrives in pieces, as a socket's does. */
export function bodyOf(bytes: Uint8Array | string, pieceBytes = 65_536): Readable {
  const whole = Buffer.from(bytes);
  function* pieces() {
    for (let at = 0; at < whole.length; at += pieceBytes) yield whole.subarray(at, at + pieceBytes);
  }
  return Readable.from(pieces(), { objectMode: false });
}

export async function putObject(
  store: ObjectStore,
  key: string,
  bytes: Uint8Array | string = '',
  commit?: Commit,
): Promise<ObjectRecord> {
  return store.put(ref(key), await store.stage(bodyOf(bytes)), draft(), commit);
}

/** What two equal bodies have in common; comparing megabytes themselves takes a test runner seconds. */
export function print(bytes: Uint8Array | string): string {
  return `${Buffer.from(bytes).length} bytes, MD5 ${createHash('md5').update(bytes).digest('hex').toUpperCase()}`;
}

/** The print of a body read to its end. */
export async function collect(body: ObjectBody | undefined): Promise<string | undefined> {
  if (!body) return undefined;
  if (body.bytes instanceof Uint8Array) return print(body.bytes);
  const chunks: Buffer[] = [];
  for await (const chunk of body.bytes) chunks.push(chunk);
  return print(Buffer.concat(chunks));
}

export async function readObject(store: ObjectStore, key: string): Promise<string | undefined> {
  return collect(await store.read(ref(key)));
}

export async function startUpload(store: ObjectStore, key: string, uploadId: string): Promise<UploadRecord> {
  const upload = { ...draft({ type: 'Multipart' }), ...ref(key), uploadId, initiatedAtMs: 1_700_000_000_001 };
  await store.createUpload(upload);
  return upload;
}

export async function putPart(
  store: ObjectStore,
  upload: UploadRecord,
  partNumber: number,
  bytes: Uint8Array | string,
) {
  return store.putPart(upload, partNumber, await store.stage(bodyOf(bytes)), 1_700_000_000_002);
}
