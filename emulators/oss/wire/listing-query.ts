/** The query parameters that page through listings, and the escaping of what they list. */
import { Buffer } from 'node:buffer';
import { z } from 'zod';
import { percentEncode } from '../../../src/signing/canonical.ts';

/** Absent and empty mean the same: ali-oss sends `prefix=` for an option that is undefined. */
export const textParameter = z.string().default('');

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
  return Buffer.from(key, 'utf8').toString('base64url');
}

export const continuationToken = z
  .string()
  .default('')
  .refine((token) => /^[\w-]*$/.test(token), { message: 'The continuation token provided is incorrect.' })
  .transform((token) => Buffer.from(token, 'base64url').toString('utf8'));
