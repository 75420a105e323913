/** Turns pieces into bytes to send: a buffer where they are few, a stream with back-pressure otherwise. */
import { Readable } from 'node:stream';
import type { BlobFiles, OpenBlob } from './blob-files.ts';
import type { ByteRange } from './object-store.ts';
import type { Piece } from './rows.ts';

/** Bytes `start` to `end` (not included) of one piece. */
export interface Slice {
  piece: Piece;
  start: number;
  end: number;
}

/** A range this short is read in one go. */
const WHOLE_BYTES_MAX = 128 * 1024;
const CHUNK_BYTES = 128 * 1024;

/** Which part of which piece a range touches. */
export function slicesOf(pieces: readonly Piece[], range: ByteRange): Slice[] {
  const slices: Slice[] = [];
  let offset = 0;
  for (const piece of pieces) {
    const start = Math.max(range.start - offset, 0);
    const end = Math.min(range.end + 1 - offset, piece.sizeBytes);
    if (start < end) slices.push({ piece, start, end });
    offset += piece.sizeBytes;
  }
  return slices;
}

/**
 * Must be called in the same turn as the row was read: the pins set before the first await keep the files, the copies the
 * inline bytes, whatever is committed afterwards. (Inline pieces of a long object are few: parts have a minimum size.)
 */
export async function openSlices(
  slices: readonly Slice[],
  files: Pick<BlobFiles, 'open' | 'pin'>,
  inlineBytes: (piece: Piece) => Uint8Array,
): Promise<Readable | Uint8Array> {
  const sources = slices.map(({ piece, start, end }): Source => {
    const whole = piece.inline ? inlineBytes(piece) : undefined;
    const isAll = start === 0 && end === piece.sizeBytes;
    return { piece, start, end, bytes: isAll ? whole : whole?.subarray(start, end) };
  });
  const [first] = sources;
  if (first?.bytes && sources.length === 1) return first.bytes;

  const unpin = files.pin(sources.filter(({ bytes }) => !bytes).map(({ piece }) => piece.blob));
  try {
    const sizeBytes = sources.reduce((sum, { start, end }) => sum + end - start, 0);
    if (sizeBytes > WHOLE_BYTES_MAX) return await openStream(sources, files, unpin);
    const whole = await readWhole(sources, files);
    unpin();
    return whole;
  } catch (error) {
    unpin();
    throw error;
  }
}

interface Source extends Slice {
  /** Of an inline piece. */
  bytes: Uint8Array | undefined;
}

async function readWhole(sources: readonly Source[], files: Pick<BlobFiles, 'open'>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for (const source of sources) for await (const chunk of chunksOf(source, files)) chunks.push(chunk);
  return chunks[0] && chunks.length === 1 ? chunks[0] : Buffer.concat(chunks);
}

async function openStream(
  sources: readonly Source[],
  files: Pick<BlobFiles, 'open'>,
  unpin: () => void,
): Promise<Readable> {
  // The first file is opened at once, so that a damaged store is told before the answer has begun.
  const [first] = sources;
  const opened = first && !first.bytes ? await files.open(first.piece.blob, first.start, first.end) : undefined;

  async function* chunks() {
    for (const source of sources) yield* chunksOf(source, files, source === first ? opened : undefined);
  }
  const stream = Readable.from(chunks(), { objectMode: false, highWaterMark: 2 * CHUNK_BYTES });
  // Also when the reader goes away before the first chunk, where no generator's `finally` would run.
  stream.once('close', () => {
    unpin();
    opened?.close().catch(() => {});
  });
  return stream;
}

async function* chunksOf({ piece, start, end, bytes }: Source, files: Pick<BlobFiles, 'open'>, opened?: OpenBlob) {
  if (bytes) yield bytes;
  else yield* (opened ?? (await files.open(piece.blob, start, end))).chunks();
}
