/** Which bucket and object names OSS takes. */
import { Buffer } from 'node:buffer';
import { OssError } from '../errors.ts';
import { BUCKET_NAME_LENGTH_MAX, BUCKET_NAME_LENGTH_MIN, KEY_BYTES_MAX, KEY_ROW_BYTES_MAX } from '../limits.ts';

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are the subject.
const TWICE = /[\u0000-\u0005]/g;
const BUCKET_NAME = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/;

/** Help page "Bucket naming conventions". */
export function isBucketName(name: string): boolean {
  return name.length >= BUCKET_NAME_LENGTH_MIN && name.length <= BUCKET_NAME_LENGTH_MAX && BUCKET_NAME.test(name);
}

export function assertBucketName(bucket: string): void {
  if (!isBucketName(bucket)) throw new OssError('InvalidBucketName', { bucket });
}

/** Help page "Object naming conventions": 1 to 1023 bytes, not starting with a slash or backslash. */
export function assertKey(key: string): void {
  if (key === '') throw invalidKey(key, '0016-00000001', 'The length of object name must be greater than 0.');
  // A UTF-16 unit takes at most three bytes, so most names need no counting.
  if (key.length * 3 > KEY_BYTES_MAX && Buffer.byteLength(key) > KEY_BYTES_MAX)
    throw invalidKey(key, '0016-00000002', `The length of object name must be less than ${KEY_BYTES_MAX + 1} bytes.`);
  if (
    key.length > KEY_ROW_BYTES_MAX - KEY_BYTES_MAX &&
    Buffer.byteLength(key) + (key.match(TWICE)?.length ?? 0) > KEY_ROW_BYTES_MAX
  )
    throw invalidKey(key, '0016-00000002', 'It has more control characters than can be kept here.');
  if (key.startsWith('/') || key.startsWith('\\'))
    throw invalidKey(key, '0016-00000005', 'The object name must not start with / or \\.');
}

/** UNVERIFIED OSS-025: only the error numbers are documented, these wordings are ours. */
function invalidKey(key: string, ec: string, why: string): OssError {
  return new OssError('InvalidObjectName', { key, ec, message: `The specified object is not valid. ${why}` });
}
