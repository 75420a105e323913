/** Receives a body: small ones into memory, larger ones into a file, MD5 and CRC-64 taken as the bytes pass. */
import { createHash, hash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import type { BlobFiles } from './blob-files.ts';
import { createCrc64 } from './crc64.ts';
import type { StagedBody } from './object-store.ts';

/** Where received bytes wait for the transaction that makes them an object. */
export type StagedBytes = Uint8Array | { blob: string };

export interface Staging {
  stage(body: Readable, bytesMax?: number): Promise<StagedBody>;
  /** Hands the bytes over, once; whoever takes them names them in a row or discards them. */
  take(staged: StagedBody): StagedBytes;
  discard(bytes: StagedBytes): void;
  /** Bytes that are kept elsewhere already, to be taken like those staged here. */
  hold(blob: string, body: Omit<StagedBody, 'discard'>): StagedBody;
  /** After a commit that failed: goes where no row names it, so that a full disk is not filled by what it refused. */
  discardUnlessNamed(bytes: StagedBytes): void;
  /** A committed row names the bytes now. */
  settle(bytes: StagedBytes): void;
}

/** Bytes gathered before a write: fewer calls. */
const WRITE_BYTES = 512 * 1024;
/** Writes an upload may be ahead of the disk, which is now faster and now slower than what comes: with those gathered, 2 MiB in memory. */
const WRITES_AHEAD = 3;

/** Bodies of at most `inlineBytesMax` never touch the file system: the database takes them. */
export function createStaging(files: BlobFiles, inlineBytesMax: number): Staging {
  const waiting = new WeakMap<StagedBody, StagedBytes>();

  function take(staged: StagedBody): StagedBytes {
    const bytes = waiting.get(staged);
    if (!bytes) throw new Error('These staged bytes were taken or discarded before.');
    waiting.delete(staged);
    return bytes;
  }

  function discard(bytes: StagedBytes): void {
    if ('blob' in bytes) files.release([bytes.blob]);
  }

  function discardUnlessNamed(bytes: StagedBytes): void {
    if ('blob' in bytes) files.releaseUnlessOwned(bytes.blob);
  }

  function settle(bytes: StagedBytes): void {
    if ('blob' in bytes) files.settle(bytes.blob);
  }

  function wait(bytes: StagedBytes, body: Omit<StagedBody, 'discard'>): StagedBody {
    const staged: StagedBody = Object.assign(body, { discard: async () => discard(take(staged)) });
    waiting.set(staged, bytes);
    return staged;
  }

  async function stage(body: Readable, bytesMax?: number): Promise<StagedBody> {
    const whole = bytesMax !== undefined && bytesMax <= inlineBytesMax && takeWhole(body, bytesMax);
    return whole ? wait(whole, sumsOf(whole)) : follow(body);
  }

  async function follow(body: Readable): Promise<StagedBody> {
    const md5 = createHash('md5');
    const crc = createCrc64();
    const writer = createWriter(files, inlineBytesMax);
    try {
      // The stream stays open when writing fails: it is a request's socket, and the client is still owed an answer.
      for await (const chunk of body.iterator({ destroyOnReturn: false })) {
        const bytes: Uint8Array = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
        md5.update(bytes);
        crc.update(bytes);
        await writer.write(bytes);
      }
      const bytes = await writer.end();
      return wait(bytes, { sizeBytes: writer.sizeBytes(), md5: md5.digest(), crc64: crc.digest() });
    } catch (error) {
      await writer.abort();
      throw error;
    }
  }

  return { stage, take, hold: (blob, body) => wait({ blob }, body), discard, discardUnlessNamed, settle };
}

/** A small body mostly comes with its headers, and all of it is there before anybody asks. To walk the stream costs several times what its bytes do. */
function takeWhole(body: Readable, bytesMax: number): Uint8Array | undefined {
  if (body.destroyed || body.readableLength !== bytesMax) return undefined;
  // What somebody else has begun to read, or decodes, is not counted in bytes.
  if (body.readableFlowing !== null || body.readableEncoding !== null || body.readableObjectMode) return undefined;
  const bytes: unknown = body.read();
  if (!(bytes instanceof Uint8Array)) return undefined;
  // Its end may be on its way; a connection is used again when somebody has heard it.
  if (!body.readableEnded) body.resume();
  return bytes;
}

function sumsOf(bytes: Uint8Array): Omit<StagedBody, 'discard'> {
  const crc = createCrc64();
  crc.update(bytes);
  return { sizeBytes: bytes.length, md5: hash('md5', bytes, 'buffer'), crc64: crc.digest() };
}

interface Writer {
  write(bytes: Uint8Array): Promise<void>;
  end(): Promise<StagedBytes>;
  abort(): Promise<void>;
  sizeBytes(): number;
}

interface BlobFile {
  id: string;
  handle: FileHandle;
}

function createWriter(files: BlobFiles, inlineBytesMax: number): Writer {
  let file: BlobFile | undefined;
  let gathered: Uint8Array[] = [];
  let gatheredBytes = 0;
  let total = 0;
  // One after the other, while the next ones' bytes arrive and are hashed.
  let writing: Promise<void> = Promise.resolve();
  const ahead: Promise<void>[] = [];

  async function flush(): Promise<BlobFile> {
    file ??= await createFile(files);
    const { handle } = file;
    const chunks = gathered;
    gathered = [];
    gatheredBytes = 0;
    writing = writing.then(() => writeAll(handle, chunks));
    // Whoever awaits `writing` next meets the error; until then it must not count as unhandled.
    writing.catch(() => {});
    if (ahead.push(writing) > WRITES_AHEAD) await ahead.shift();
    return file;
  }

  return {
    sizeBytes: () => total,
    async write(bytes) {
      gathered.push(bytes);
      gatheredBytes += bytes.length;
      total += bytes.length;
      if (gatheredBytes >= WRITE_BYTES) await flush();
    },
    async end() {
      if (!file && total <= inlineBytesMax) return Buffer.concat(gathered);
      const { id, handle } = await flush();
      await writing;
      await files.seal(id, handle);
      return { blob: id };
    },
    async abort() {
      if (!file) return;
      // The error that led here is the one to tell; the file goes either way.
      await writing.catch(() => {});
      await file.handle.close().catch(() => {});
      files.release([file.id]);
    },
  };
}

async function createFile(files: BlobFiles): Promise<BlobFile> {
  const id = files.newId();
  return { id, handle: await files.create(id) };
}

/** A nearly full disk takes a part and reports the error on the next attempt. */
async function writeAll(handle: FileHandle, chunks: Uint8Array[]): Promise<void> {
  for (let left = chunks; left.length > 0; ) {
    const { bytesWritten } = await handle.writev(left);
    left = dropBytes(left, bytesWritten);
  }
}

function dropBytes(chunks: Uint8Array[], sizeBytes: number): Uint8Array[] {
  let toDrop = sizeBytes;
  const left: Uint8Array[] = [];
  for (const chunk of chunks) {
    const dropped = Math.min(toDrop, chunk.length);
    toDrop -= dropped;
    if (dropped < chunk.length) left.push(chunk.subarray(dropped));
  }
  return left;
}
