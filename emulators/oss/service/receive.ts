/** Takes a request's bytes onto disk and checks them against what the client announced. */
import { Buffer } from 'node:buffer';
import { type Readable, Transform } from 'node:stream';
import { isBrokenOff } from '../../../src/kernel/wire.ts';
import { OssError } from '../errors.ts';
import { PUT_BYTES_MAX } from '../limits.ts';
import type { ObjectStore, StagedBody } from '../store/object-store.ts';

export interface IncomingBody {
  bytes: Readable;
  /** As announced; undefined for a body of unknown length (chunked). */
  contentLength: number | undefined;
  /** As many come as were announced, or fewer: not so of a body that came in chunks in spite of its length. */
  isBounded?: boolean;
  /** Base64, as sent. */
  contentMd5: string | undefined;
}

/** The staged bytes; whoever gets them has to put or discard them. Nothing is kept when this throws. */
export async function receive(store: ObjectStore, incoming: IncomingBody): Promise<StagedBody> {
  const { contentLength, contentMd5 } = incoming;
  const expected = contentMd5 === undefined ? undefined : decodeMd5(contentMd5);
  if (contentLength !== undefined && contentLength > PUT_BYTES_MAX) throw tooLarge();

  const staged = await stage(store, incoming);
  try {
    if (contentLength !== undefined && staged.sizeBytes !== contentLength) throw new OssError('IncompleteBody');
    if (expected && !expected.equals(staged.md5)) throw new OssError('InvalidDigest');
  } catch (error) {
    await staged.discard();
    throw error;
  }
  return staged;
}

async function stage(store: ObjectStore, incoming: IncomingBody): Promise<StagedBody> {
  const { bytes, contentLength, isBounded } = incoming;
  try {
    if (contentLength === undefined) return await store.stage(bounded(bytes));
    return await store.stage(bytes, isBounded ? contentLength : undefined);
  } catch (error) {
    if (isBrokenOff(error)) throw new OssError('IncompleteBody', {}, { cause: error });
    throw error;
  }
}

/** Help page "Content-MD5": 16 bytes in base64. */
function decodeMd5(text: string): Buffer {
  const md5 = Buffer.from(text, 'base64');
  if (md5.length !== 16 || !/^[A-Za-z0-9+/]{22}==$/.test(text)) throw new OssError('InvalidDigest');
  return md5;
}

/** A chunked body announces no length, so it is measured on the way. */
function bounded(bytes: Readable): Readable {
  let sizeBytes = 0;
  const meter = new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      sizeBytes += chunk.byteLength;
      if (sizeBytes > PUT_BYTES_MAX) done(tooLarge());
      else done(null, chunk);
    },
  });
  bytes.once('error', (error) => meter.destroy(error));
  bytes.once('close', () => {
    if (!bytes.readableEnded) meter.destroy(Object.assign(new Error('The body broke off.'), { code: 'ECONNRESET' }));
  });
  return bytes.pipe(meter);
}

/** UNVERIFIED OSS-035: PutObject over 5 GB; PostObject's is documented as EntityTooLarge. */
function tooLarge(): OssError {
  return new OssError('EntityTooLarge');
}
