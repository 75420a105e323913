/** Objects whose bytes follow from their key and version, so that whatever is read can be told whole from torn. */
import { createCipheriv, createHash } from 'node:crypto';
import { crc64 } from '../support/crc64.ts';

export const SHAPES = ['small', 'large', 'parts', 'gone', 'append', 'copy'] as const;
/** In the database; a file; several files; written and deleted in turns; grown piece by piece; a copy of the writer's `large`. */
export type Shape = (typeof SHAPES)[number];

export const PART_BYTES = 100 * 1024;
/** So many appends, and then the object is deleted and begins anew. */
const APPENDS = 24;
/** Of an appended object: every so often a piece that is kept as a file. */
const LARGE_PIECE_EVERY = 6;

export interface Version {
  key: string;
  number: number;
  /** What `x-oss-meta-version` says. */
  meta: number;
  bytes: Buffer;
  /** In pieces as they are uploaded: one, but for `parts` and `append`. */
  pieces: Buffer[];
  /** As OSS must answer it, without quotes. */
  etag: string;
}

export function shapeOf(key: string): Shape {
  return SHAPES.find((shape) => key.startsWith(`${shape}/`)) ?? 'small';
}

/** What a copy is made of: the same writer's, of the same number. */
export const sourceOf = (key: string) => key.replace(/^copy\//, 'large/');

/** Asked for again and again, and slow to make. */
const made = new Map<string, Version | undefined>();
const MADE_MAX = 300;
const sums = new WeakMap<Version, string>();

/** Undefined where the object is not there in this version. */
export function versionOf(key: string, number: number): Version | undefined {
  const name = `${key}@${number}`;
  if (made.has(name)) return made.get(name);
  const version = makeVersion(key, number);
  for (const [oldest] of made) if (made.size >= MADE_MAX) made.delete(oldest);
  made.set(name, version);
  return version;
}

function crc64Of(version: Version): string {
  const sum = sums.get(version) ?? crc64(version.bytes);
  sums.set(version, sum);
  return sum;
}

function makeVersion(key: string, number: number): Version | undefined {
  const shape = shapeOf(key);
  if (number === 0 || (shape === 'gone' && number % 2 === 0)) return undefined;
  if (shape === 'append') return appended(key, number);
  if (shape === 'copy') return { ...written(sourceOf(key), 'large', number), key };
  return written(key, shape, number);
}

/** The version that was read, from what its metadata and its length say. */
export function numberOf(key: string, { meta, sizeBytes }: { meta: number; sizeBytes: number }): number {
  if (shapeOf(key) !== 'append') return meta;
  const first = meta * (APPENDS + 1);
  for (let count = 1; count <= APPENDS; count++)
    if (versionOf(key, first + count)?.bytes.length === sizeBytes) return first + count;
  return Number.NaN;
}

/** What is wrong with what was read as this version; undefined when it is whole. */
export function flaw(
  version: Version | undefined,
  read: { bytes: Buffer; etag: string | undefined; crc64: string | undefined },
): string | undefined {
  if (!version) return `${read.bytes.length} bytes with the ETag ${read.etag}, which are no version of it`;
  const name = `${version.key} version ${version.number}`;
  if (!read.bytes.equals(version.bytes)) return `${name}: ${read.bytes.length} bytes that are not what was written`;
  if (read.etag !== version.etag) return `${name}: ETag ${read.etag} instead of ${version.etag}`;
  const expected = crc64Of(version);
  return read.crc64 === expected ? undefined : `${name}: CRC-64 ${read.crc64} instead of ${expected}`;
}

function written(key: string, shape: Shape, number: number): Version {
  const seed = md5(Buffer.from(`${key}@${number}`));
  const bytes = stretch(seed, sizeOf(shape, seed));
  const pieces = shape === 'parts' ? cut(bytes) : [bytes];
  return { key, number, meta: number, bytes, pieces, etag: etagOf(shape, pieces) };
}

function appended(key: string, number: number): Version | undefined {
  const cycle = Math.floor(number / (APPENDS + 1));
  const count = number % (APPENDS + 1);
  if (count === 0) return undefined;
  const pieces = Array.from({ length: count }, (_, index) => pieceOf(key, cycle, index + 1));
  const bytes = Buffer.concat(pieces);
  return { key, number, meta: cycle, bytes, pieces, etag: etagOfAppended(bytes) };
}

function pieceOf(key: string, cycle: number, index: number): Buffer {
  const seed = md5(Buffer.from(`${key}@${cycle}+${index}`));
  return stretch(seed, 1 + (index % LARGE_PIECE_EVERY === 0 ? 70_000 : 0) + (seed.readUInt32BE(0) % 3000));
}

function sizeOf(shape: Shape, seed: Buffer): number {
  const some = seed.readUInt32BE(0);
  if (shape === 'small') return some % 4096;
  if (shape === 'parts') return 2 * PART_BYTES + 1 + (some % PART_BYTES);
  // On both sides of what is kept in the database.
  return shape === 'gone' ? some % 150_000 : 200_000 + (some % 200_000);
}

function stretch(seed: Buffer, sizeBytes: number): Buffer {
  return createCipheriv('aes-128-ctr', seed, Buffer.alloc(16)).update(Buffer.alloc(sizeBytes));
}

function cut(bytes: Buffer): Buffer[] {
  const count = Math.ceil(bytes.length / PART_BYTES);
  return Array.from({ length: count }, (_, part) => bytes.subarray(part * PART_BYTES, (part + 1) * PART_BYTES));
}

/** Help page "CompleteMultipartUpload": the MD5 of the parts' MD5s, and how many they are. */
function etagOf(shape: Shape, pieces: readonly Buffer[]): string {
  const hex = (digest: Buffer) => digest.toString('hex').toUpperCase();
  if (shape !== 'parts') return hex(md5(pieces[0] ?? Buffer.alloc(0)));
  return `${hex(md5(Buffer.concat(pieces.map(md5))))}-${pieces.length}`;
}

/** Assumption OSS-051: CRC-64, and the length from its lowest byte. */
function etagOfAppended(bytes: Buffer): string {
  const etag = Buffer.alloc(16);
  etag.writeBigUInt64BE(BigInt(crc64(bytes)), 0);
  etag.writeBigUInt64LE(BigInt(bytes.length), 8);
  return etag.toString('hex').toUpperCase();
}

function md5(bytes: Uint8Array): Buffer {
  return createHash('md5').update(bytes).digest();
}
