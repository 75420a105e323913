/** Compresses an object on its way out, where its reader takes that: OSS does so for a short list of types. */
import { pipeline, Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import type { WireReply } from '../../../src/kernel/wire.ts';
import { GZIP_BYTES_MIN } from '../limits.ts';

/** Help page "GetObject". */
const TYPES = new Set([
  'text/cache-manifest',
  'text/xml',
  'text/plain',
  'text/css',
  'application/javascript',
  'application/x-javascript',
  'application/rss+xml',
  'application/json',
  'text/json',
]);

export interface Answer {
  headers: Record<string, string>;
  bytes: Readable | Uint8Array;
  sizeBytes: number;
}

/**
 * A whole object's answer, compressed or as it is. Compressed, its length is not known and its ETag would be another's.
 * UNVERIFIED OSS-067: that a range is never compressed, and that Content-MD5 goes as well.
 */
export function inEncodingOf(acceptEncoding: string | undefined, { headers, bytes, sizeBytes }: Answer): WireReply {
  const isCompressed =
    takesGzip(acceptEncoding) &&
    sizeBytes >= GZIP_BYTES_MIN &&
    headers['Content-Encoding'] === undefined &&
    TYPES.has(typeOf(headers));
  if (!isCompressed) return { status: 200, headers, body: bytes };
  const { 'Content-Length': _length, ETag: _etag, 'Content-MD5': _md5, ...kept } = headers;
  return { status: 200, headers: { ...kept, 'Content-Encoding': 'gzip' }, body: compressed(bytes) };
}

function compressed(bytes: Readable | Uint8Array): Readable {
  const plain = bytes instanceof Uint8Array ? Readable.from([bytes]) : bytes;
  // An error of either end destroys the other: whoever sends the body meets it there.
  return pipeline(plain, createGzip(), () => {});
}

function typeOf(headers: Readonly<Record<string, string>>): string {
  return (headers['Content-Type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
}

/** `gzip;q=0` is a no. */
function takesGzip(acceptEncoding: string | undefined): boolean {
  if (!acceptEncoding) return false;
  return acceptEncoding.split(',').some((entry) => {
    const [coding = '', ...parameters] = entry.split(';').map((part) => part.trim().toLowerCase());
    return coding === 'gzip' && !parameters.some((parameter) => /^q=0(?:\.0*)?$/.test(parameter));
  });
}
