/** Objects whose bytes follow from their key and version, so that whatever is read can be told whole from torn. */
import { createCipheriv, createHash } from 'node:crypto';
import { crc64 } from '../support/crc64.ts';

export const SHAPES = ['small', 'large', 'parts'] as const;
/** Inline in the database; a file; several files. */
export type Shape = (typeof SHAPES)[number];

export const PART_BYTES = 100 * 1024;

export interface Version {
  key: string;
  number: number;
  bytes: Buffer;
  /** In pieces as they are uploaded: one, but for `parts`. */
  pieces: Buffer[];
  /** As OSS must answer it, without quotes. */
  etag: string;
}

/** `key` begins with its shape. */
export function versionOf(key: string, number: number): Version {
  const shape = SHAPES.find((each) => key.startsWith(each)) ?? 'small';
  const seed = md5(Buffer.from(`${key}@${number}`));
  const bytes = stretch(seed, sizeOf(shape, seed));
  const pieces = shape === 'parts' ? cut(bytes) : [bytes];
  return { key, number, bytes, pieces, etag: etagOf(shape, pieces) };
}

/** What is wrong with what was read as this version; undefined when it is whole. */
export function flaw(
  version: Version,
  read: { bytes: Buffer; etag: string | undefined; crc64: string | undefined },
): string | undefined {
  const name = `${version.key} version ${version.number}`;
  if (!read.bytes.equals(version.bytes)) return `${name}: ${read.bytes.length} bytes that are not what was written`;
  if (read.etag !== version.etag) return `${name}: ETag ${read.etag} instead of ${version.etag}`;
  const expected = crc64(version.bytes);
  return read.crc64 === expected ? undefined : `${name}: CRC-64 ${read.crc64} instead of ${expected}`;
}

function sizeOf(shape: Shape, seed: Buffer): number {
  const some = seed.readUInt32BE(0);
  if (shape === 'small') return some % 4096;
  if (shape === 'large') return 200_000 + (some % 200_000);
  return 2 * PART_BYTES + 1 + (some % PART_BYTES);
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

function md5(bytes: Uint8Array): Buffer {
  return createHash('md5').update(bytes).digest();
}
