/** Who may use a bucket. */
import { requireBucket } from '../service/buckets.ts';
import { ownerXml } from '../wire/owner.ts';
import { bucketInput, operation, xmlReply } from './operation.ts';

export const GetBucketAcl = operation({
  name: 'GetBucketAcl',
  match: { method: 'GET', path: '/{bucket}', query: ['acl'] },
  ram: [{ action: 'oss:GetBucketAcl' }],
  input: bucketInput,
  handle: ({ bucket }, { store, accountId }) => ({ acl: requireBucket(store, bucket).acl, accountId }),
  encode: ({ acl, accountId }) =>
    xmlReply('AccessControlPolicy', { Owner: ownerXml(accountId), AccessControlList: { Grant: acl } }),
});
