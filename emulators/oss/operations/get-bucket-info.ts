/** Everything about a bucket in one document. */
import { requireBucket } from '../service/buckets.ts';
import { bucketXml } from '../wire/bucket-xml.ts';
import { ownerXml } from '../wire/owner.ts';
import { bucketInput, operation, xmlReply } from './operation.ts';

export const GetBucketInfo = operation({
  name: 'GetBucketInfo',
  match: { method: 'GET', path: '/{bucket}', query: ['bucketInfo'] },
  ram: [{ action: 'oss:GetBucketInfo' }],
  input: bucketInput,
  handle: ({ bucket }, { store, accountId, region }) => ({ record: requireBucket(store, bucket), accountId, region }),
  encode: ({ record, accountId, region }, _input, { request }) =>
    xmlReply('BucketInfo', {
      Bucket: {
        AccessMonitor: 'Disabled',
        Comment: '',
        CrossRegionReplication: 'Disabled',
        DataRedundancyType: record.redundancy,
        ...bucketXml(record, { region, endpoint: request.endpoint }),
        ResourceGroupId: `rg-${accountId}`,
        TransferAcceleration: 'Disabled',
        Owner: ownerXml(accountId),
        AccessControlList: { Grant: record.acl },
        // oss2 asserts that the rule is there and says None, and that Versioning is absent until it was set once.
        ServerSideEncryptionRule: { SSEAlgorithm: 'None' },
        BucketPolicy: { LogBucket: '', LogPrefix: '' },
        BlockPublicAccess: false,
      },
    }),
});
