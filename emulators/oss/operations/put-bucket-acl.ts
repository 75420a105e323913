/** Opens or closes a bucket to strangers, and makes it if need be. */
import { OssError } from '../errors.ts';
import { putBucket } from '../service/buckets.ts';
import { readBucketAcl } from '../wire/object-headers.ts';
import { bucketInput, operation, originOf } from './operation.ts';

export const PutBucketAcl = operation({
  name: 'PutBucketAcl',
  match: { method: 'PUT', path: '/{bucket}', query: ['acl'] },
  ram: [{ action: 'oss:PutBucketAcl' }],
  input: bucketInput,
  handle({ bucket }, services, call) {
    const acl = readBucketAcl(call.request.headers);
    // UNVERIFIED OSS-047: PutBucketAcl without its header.
    if (acl === undefined) throw new OssError('MissingArgument', { argumentName: 'x-oss-acl' });
    // ali-oss 6.23 tests: a bucket that is not there is made.
    return putBucket(services, { bucket, acl, storageClass: undefined, redundancy: undefined }, originOf(call));
  },
  encode: (_none, { bucket }) => ({ status: 200, headers: { Location: `/${bucket}` } }),
});
