/** Small documents of a bucket: its tags, who pays, and which pages may link to its objects. */
import { Buffer } from 'node:buffer';
import { z } from 'zod';
import { OssError } from '../errors.ts';
import { BUCKET_TAG_KEY_BYTES_MAX, BUCKET_TAG_VALUE_BYTES_MAX, BUCKET_TAGS_MAX } from '../limits.ts';
import type { DocumentKind } from './documents.ts';

const bucketTags = z.object({ tags: z.array(z.object({ key: z.string(), value: z.string() })) });
export type BucketTags = z.output<typeof bucketTags>;
export const TAGS: DocumentKind<BucketTags> = { kind: 'tagging', schema: bucketTags };

const requestPayment = z.object({ payer: z.enum(['BucketOwner', 'Requester']) });
export type RequestPayment = z.output<typeof requestPayment>;
export const REQUEST_PAYMENT: DocumentKind<RequestPayment> = { kind: 'requestPayment', schema: requestPayment };

const referer = z.object({
  allowEmpty: z.boolean(),
  truncateQuery: z.boolean(),
  truncatePath: z.boolean(),
  allowed: z.array(z.string()),
  refused: z.array(z.string()),
});
export type RefererRules = z.output<typeof referer>;
export const REFERER: DocumentKind<RefererRules> = { kind: 'referer', schema: referer };

export const NO_REFERER_RULES: RefererRules = {
  allowEmpty: true,
  truncateQuery: true,
  truncatePath: false,
  allowed: [],
  refused: [],
};

/** Help page "PutBucketTags". */
export function checkBucketTags(tags: BucketTags['tags']): BucketTags {
  // UNVERIFIED OSS-081: the codes for tags of a bucket that break a limit are those for tags of an object.
  if (tags.length > BUCKET_TAGS_MAX) throw invalidTag(`A bucket has at most ${BUCKET_TAGS_MAX} tags.`);
  for (const { key, value } of tags) {
    if (key === '' || Buffer.byteLength(key) > BUCKET_TAG_KEY_BYTES_MAX)
      throw invalidTag(`The key of a tag has 1 to ${BUCKET_TAG_KEY_BYTES_MAX} bytes.`);
    if (/^(https?:\/\/|Aliyun)/.test(key))
      throw invalidTag('The key of a tag does not begin with http://, https:// or Aliyun.');
    if (Buffer.byteLength(value) > BUCKET_TAG_VALUE_BYTES_MAX)
      throw invalidTag(`The value of a tag has at most ${BUCKET_TAG_VALUE_BYTES_MAX} bytes.`);
  }
  if (new Set(tags.map(({ key }) => key)).size < tags.length) throw new OssError('RepeatedTags');
  return { tags };
}

function invalidTag(why: string): OssError {
  return new OssError('InvalidTag', { message: `The Tag you have provided is invalid. ${why}` });
}
