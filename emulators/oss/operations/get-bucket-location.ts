/** The region a bucket lies in. */
import { requireBucket } from '../service/buckets.ts';
import { location } from '../wire/bucket-xml.ts';
import { bucketInput, operation, xmlReply } from './operation.ts';

export const GetBucketLocation = operation({
  name: 'GetBucketLocation',
  match: { method: 'GET', path: '/{bucket}', query: ['location'] },
  ram: [{ action: 'oss:GetBucketLocation' }],
  input: bucketInput,
  handle({ bucket }, { store, region }) {
    requireBucket(store, bucket);
    return location(region);
  },
  // No xmlns: ali-oss compares the parsed document to a plain string.
  encode: (name) => xmlReply('LocationConstraint', name),
});
