/** Reads a multipart form as it arrives: the fields before the file, then the file's bytes, of which none is kept here. */
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { Busboy } from '@fastify/busboy';
import { isBrokenOff, type WireRequest } from '../../../src/kernel/wire.ts';
import { OssError } from '../errors.ts';
import { POST_FIELD_BYTES_MAX, POST_FIELDS_MAX } from '../limits.ts';

export interface PostForm {
  /** By lower-case name; the first of a repeated one. What comes after the file does not count. */
  fields: ReadonlyMap<string, string>;
  /** The last part of the path that the file had at its sender's. */
  fileName: string;
  fileType: string;
  /** Ends when the whole form has been read, and throws where it is broken or has a second file. */
  file: AsyncIterable<Uint8Array>;
  /** Stops reading: for a form that is refused before its file. */
  abandon(): void;
}

type Parser = ReturnType<typeof Busboy>;

/** Resolves when the file begins. */
export async function readPostForm({ headers, body }: Pick<WireRequest, 'headers' | 'body'>): Promise<PostForm> {
  const parser = openParser(headers['content-type'] ?? '');
  const fields = new Map<string, string>();
  const failed = new AbortController();
  let isFileSeen = false;
  const fail = (error: unknown) => failed.abort(asRefusal(error));

  parser.on('file', () => {
    isFileSeen = true;
  });
  parser.on('field', (name, value, _nameTruncated, isTruncated) => {
    if (isFileSeen) return;
    if (isTruncated) fail(new OssError('FieldItemTooLong', { argumentName: name }));
    const known = name?.toLowerCase() ?? '';
    if (!fields.has(known)) fields.set(known, value);
  });
  parser.on('fieldsLimit', () => fail(new OssError('MaxPOSTPreDataLengthExceededError')));
  parser.on('filesLimit', () => fail(new OssError('IncorrectNumberOfFilesInPOSTRequest')));
  parser.on('error', fail);
  body.once('error', fail);
  body.once('close', () => {
    if (!body.readableEnded) fail(Object.assign(new Error('The form broke off.'), { code: 'ECONNRESET' }));
  });

  const finished = untilEnd(parser, failed.signal);
  const begun = fileOf(parser, finished, failed.signal);
  body.pipe(parser);
  const abandon = () => body.unpipe(parser);
  try {
    const { stream, fileName, fileType } = await begun;
    failed.signal.throwIfAborted();
    return { fields, fileName, fileType, file: bytesOf(stream, finished, failed.signal), abandon };
  } catch (error) {
    abandon();
    throw error;
  }
}

function openParser(contentType: string): Parser {
  if (!/^multipart\/form-data\b/i.test(contentType)) throw new OssError('RequestIsNotMultiPartContent');
  try {
    return Busboy({
      headers: { 'content-type': contentType },
      limits: { files: 1, fields: POST_FIELDS_MAX, fieldSize: POST_FIELD_BYTES_MAX },
      isPartAFile: (name) => name?.toLowerCase() === 'file',
    });
  } catch (error) {
    throw new OssError('MalformedPOSTRequest', {}, { cause: error });
  }
}

async function untilEnd(parser: Parser, signal: AbortSignal): Promise<void> {
  await orRefusal(once(parser, 'finish', { signal }), signal);
}

/** `once` rejects with a plain AbortError; what is wanted is why. */
async function orRefusal<Value>(waiting: Promise<Value>, signal: AbortSignal): Promise<Value> {
  try {
    return await waiting;
  } catch (error) {
    throw signal.aborted ? signal.reason : asRefusal(error);
  }
}

interface FilePart {
  stream: Readable;
  fileName: string;
  fileType: string;
}

/** A form that ends without a file has not the one it needs. */
async function fileOf(parser: Parser, finished: Promise<void>, signal: AbortSignal): Promise<FilePart> {
  const begins = new Promise<FilePart>((resolve) => {
    parser.on('file', (_name, stream, fileName, _encoding, fileType) => {
      // Whoever reads the file meets the error; until then it must not count as unhandled.
      stream.on('error', () => {});
      signal.addEventListener('abort', () => stream.destroy(signal.reason), { once: true });
      resolve({ stream, fileName: fileName ?? '', fileType });
    });
  });
  const part = await Promise.race([begins, finished]);
  if (!part) throw new OssError('IncorrectNumberOfFilesInPOSTRequest');
  return part;
}

async function* bytesOf(file: Readable, finished: Promise<void>, signal: AbortSignal): AsyncIterable<Uint8Array> {
  try {
    yield* file;
  } catch (error) {
    throw signal.aborted ? signal.reason : asRefusal(error);
  }
  await finished;
}

/** What the parser stumbles over is the form's fault, but for a form that never came whole. */
function asRefusal(error: unknown): unknown {
  if (error instanceof OssError) return error;
  if (isBrokenOff(error)) return new OssError('IncompleteBody', {}, { cause: error });
  return new OssError('MalformedPOSTRequest', {}, { cause: error });
}
