/** Under which name an object lies on an S3 server: its key, wherever the server can have it. */
import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';

/** Of the names of objects whose key the server can't have; the key itself is in the object's metadata. */
export const ALIAS_PREFIX = '.localyun-keys/';

/** A folder's name on the server's disk. */
const SEGMENT_BYTES_MAX = 255;
/** What MinIO calls a folder that is an object, on its disk. */
const RESERVED_SUFFIX = '__XLDIR__';
/** Control characters don't survive XML; MinIO on Windows takes backslashes for slashes. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are the subject.
const UNFIT = /[\u0000-\u001f\u007f\\\ufffe\uffff]/;

export function aliasOf(key: string): string {
  return ALIAS_PREFIX + createHash('sha256').update(key).digest('hex');
}

/** Whether an object of this key may lie under it. MinIO keeps no versions of what ends in a slash. */
export function isFitName(key: string): boolean {
  return !UNFIT.test(key) && !key.startsWith(ALIAS_PREFIX) && key.split('/').every(isFitSegment);
}

/** Every name an object of this key may have had. */
export function namesOf(key: string): string[] {
  return isFitName(key) ? [key, aliasOf(key)] : [aliasOf(key)];
}

function isFitSegment(segment: string): boolean {
  if (segment === '' || segment === '.' || segment === '..' || segment.endsWith(RESERVED_SUFFIX)) return false;
  return Buffer.byteLength(segment) <= SEGMENT_BYTES_MAX;
}

/** `a` and `a/b` of `a/b/c`: where an object lies under one of these, MinIO does not list the longer key. */
export function ancestorsOf(key: string): string[] {
  const ancestors: string[] = [];
  for (let cut = key.indexOf('/'); cut >= 0; cut = key.indexOf('/', cut + 1)) ancestors.push(key.slice(0, cut));
  return ancestors;
}
