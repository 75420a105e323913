/** Removes an empty bucket. */
import { deleteBucket } from '../service/buckets.ts';
import { bucketInput, operation, originOf } from './operation.ts';

export const DeleteBucket = operation({
  name: 'DeleteBucket',
  match: { method: 'DELETE', path: '/{bucket}' },
  ram: [{ action: 'oss:DeleteBucket' }],
  input: bucketInput,
  handle: ({ bucket }, services, call) => deleteBucket(services, bucket, originOf(call)),
  encode: () => ({ status: 204 }),
});
