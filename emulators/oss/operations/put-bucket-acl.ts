/** Opens or closes a bucket to strangers. */
import { OssError } from '../errors.ts';
import { putBucketAcl } from '../service/buckets.ts';
import { readBucketAcl } from '../wire/object-headers.ts';
import { bucketInput, operation } from './operation.ts';

export const PutBucketAcl = operation({
  name: 'PutBucketAcl',
  match: { method: 'PUT', path: '/{bucket}', query: ['acl'] },
  ram: [{ action: 'oss:PutBucketAcl' }],
  input: bucketInput,
  handle({ bucket }, services, { request }) {
    const acl = readBucketAcl(request.headers);
    // UNVERIFIED OSS-047: PutBucketAcl without its header.
    if (acl === undefined) throw new OssError('MissingArgument', { argumentName: 'x-oss-acl' });
    return putBucketAcl(services, { bucket, acl });
  },
  encode: (_none, { bucket }) => ({ status: 200, headers: { Location: `/${bucket}` } }),
});
