/** Which tags an object may have. */
import { Buffer } from 'node:buffer';
import { OssError } from '../errors.ts';
import { OBJECT_TAG_KEY_BYTES_MAX, OBJECT_TAG_VALUE_BYTES_MAX, OBJECT_TAGS_MAX } from '../limits.ts';
import type { ObjectTag } from '../store/object-store.ts';

/** UNVERIFIED OSS-057: "letters" are those of any script. */
const ALLOWED = /^[\p{L}\p{M}\p{N} +\-=._:/]*$/u;

/** Help page "Object tagging". */
export function assertTags(tags: readonly ObjectTag[]): void {
  if (tags.length > OBJECT_TAGS_MAX) throw invalid(`An object has at most ${OBJECT_TAGS_MAX} tags.`);
  for (const { key, value } of tags) {
    if (key === '' || Buffer.byteLength(key) > OBJECT_TAG_KEY_BYTES_MAX)
      throw invalid(`The key of a tag has 1 to ${OBJECT_TAG_KEY_BYTES_MAX} bytes.`);
    if (Buffer.byteLength(value) > OBJECT_TAG_VALUE_BYTES_MAX)
      throw invalid(`The value of a tag has at most ${OBJECT_TAG_VALUE_BYTES_MAX} bytes.`);
  }
  assertTagLetters(tags);
}

/** A lifecycle rule may ask for more and longer tags than an object can have, and then takes none: oss2's tests do. */
export function assertTagLetters(tags: readonly ObjectTag[]): void {
  for (const { key, value } of tags)
    if (key === '' || !ALLOWED.test(key) || !ALLOWED.test(value))
      throw invalid('A tag has letters, digits, spaces and + - = . _ : / in it.');
  if (hasTwins(tags)) throw new OssError('RepeatedTags');
}

export function hasTwins(tags: readonly ObjectTag[]): boolean {
  return new Set(tags.map(({ key }) => key)).size < tags.length;
}

function invalid(why: string): OssError {
  return new OssError('InvalidTag', { message: `The Tag you have provided is invalid. ${why}` });
}
