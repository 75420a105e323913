/** The query parameters that page through listings, and the escaping of what they list. */
import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { percentEncode } from '../../../src/signing/canonical.ts';
import { KEY_BYTES_MAX } from '../limits.ts';

const CHECKSUM_BYTES = 4;

/** Absent and empty mean the same: ali-oss sends `prefix=` for an option that is undefined. */
export const textParameter = z.string().default('');

/** A key, or the beginning or a part of one. oss2 2.19 tests: no longer than a key may be. UNVERIFIED OSS-176: the wording. */
export const nameParameter = textParameter.refine((text) => Buffer.byteLength(text) <= KEY_BYTES_MAX, {
  message: `The value must be no longer than ${KEY_BYTES_MAX} bytes.`,
});

/** A whole number from `min` to `max`; `fallback` when absent or empty. */
export function countParameter({ min, max, fallback }: { min: number; max: number; fallback: number }) {
  // UNVERIFIED OSS-044: the wording, and that 0 is refused.
  const message = `The value must be an integer between ${min} and ${max}.`;
  return z
    .string()
    .default('')
    .refine((text) => text === '' || (/^\d{1,9}$/.test(text) && Number(text) >= min && Number(text) <= max), {
      message,
    })
    .transform((text) => (text === '' ? fallback : Number(text)));
}

export const encodingParameter = z
  .string()
  .default('')
  // UNVERIFIED OSS-045: the wording for another encoding.
  .refine((text) => text === '' || text === 'url', { message: 'Invalid Encoding Method specified in Request.' })
  .transform((text) => text === 'url');

/** Escapes names when the client asked for it; clients unescape whatever EncodingType stands beside. */
export function nameEncoder(isEncoded: boolean): (name: string) => string {
  return isEncoded ? percentEncode : (name) => name;
}

/** An opaque token without `%` and `+`: oss2 unescapes it when the listing is url-encoded. */
export function toContinuationToken(key: string): string {
  return Buffer.concat([checksum(key), Buffer.from(key, 'utf8')]).toString('base64url');
}

export const continuationToken = z
  .string()
  .default('')
  .refine((token) => token === '' || toContinuationToken(fromContinuationToken(token)) === token, {
    message: 'The continuation token provided is incorrect.',
  })
  .transform((token) => (token === '' ? '' : fromContinuationToken(token)));

function fromContinuationToken(token: string): string {
  return Buffer.from(token, 'base64url').subarray(CHECKSUM_BYTES).toString('utf8');
}

/** Tells a token of ours from any other word: oss2's tests send one of their own, and want it refused. */
function checksum(key: string): Buffer {
  return createHash('sha256').update(key).digest().subarray(0, CHECKSUM_BYTES);
}
