/** Everything about a bucket in one document. */
import { ACCESS_MONITOR } from '../service/access-time.ts';
import { requireBucket } from '../service/buckets.ts';
import { documentOf } from '../service/documents.ts';
import { ENCRYPTION } from '../service/encryption.ts';
import { PUBLIC_ACCESS_BLOCK } from '../service/public-access.ts';
import { bucketXml } from '../wire/bucket-xml.ts';
import { TRANSFER_ACCELERATION } from '../wire/feature-shapes.ts';
import { encryptionRuleXml } from '../wire/features-xml.ts';
import { ownerXml, resourceGroupOf } from '../wire/owner.ts';
import { bucketInput, operation, xmlReply } from './operation.ts';

export const GetBucketInfo = operation({
  name: 'GetBucketInfo',
  match: { method: 'GET', path: '/{bucket}', query: ['bucketInfo'] },
  ram: [{ action: 'oss:GetBucketInfo' }],
  input: bucketInput,
  handle: ({ bucket }, { store, accountId, region }) => {
    const record = requireBucket(store, bucket);
    const rule = documentOf(store, ENCRYPTION, bucket);
    const shown = {
      AccessMonitor: documentOf(store, ACCESS_MONITOR, bucket)?.Status ?? 'Disabled',
      TransferAcceleration: documentOf(store, TRANSFER_ACCELERATION, bucket)?.Enabled ? 'Enabled' : 'Disabled',
      BlockPublicAccess: documentOf(store, PUBLIC_ACCESS_BLOCK, bucket)?.isBlocked ?? false,
      // oss2 asserts that the rule is there and says None, and that Versioning is absent until it was set once.
      ServerSideEncryptionRule: rule ? encryptionRuleXml(rule) : { SSEAlgorithm: 'None' },
    };
    return { record, shown, accountId, region };
  },
  encode: ({ record, shown, accountId, region }, _input, { request }) =>
    xmlReply('BucketInfo', {
      Bucket: {
        ...shown,
        Comment: '',
        CrossRegionReplication: 'Disabled',
        DataRedundancyType: record.redundancy,
        ...bucketXml(record, { region, endpoint: request.endpoint }),
        ResourceGroupId: resourceGroupOf(accountId),
        Versioning: record.versioning,
        Owner: ownerXml(accountId),
        AccessControlList: { Grant: record.acl },
        BucketPolicy: { LogBucket: '', LogPrefix: '' },
      },
    }),
});
