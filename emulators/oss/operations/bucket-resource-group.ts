/** The resource group a bucket belongs to: there is the account's default group, and no other. */
import { OssError } from '../errors.ts';
import { BUCKET_CONFIGURATION_BYTES_MAX } from '../limits.ts';
import { requireBucket } from '../service/buckets.ts';
import { resourceGroup } from '../wire/feature-shapes.ts';
import { resourceGroupOf } from '../wire/owner.ts';
import { readXmlBody } from '../wire/xml-body.ts';
import { bucketInput, bytesBody, operation, xmlReply } from './operation.ts';

const ROOT = 'BucketResourceGroupConfiguration';

const PutBucketResourceGroup = operation({
  name: 'PutBucketResourceGroup',
  match: { method: 'PUT', path: '/{bucket}', query: ['resourceGroup'] },
  ram: [{ action: 'oss:PutBucketResourceGroup' }],
  body: 'bytes',
  bodyBytesMax: BUCKET_CONFIGURATION_BYTES_MAX,
  input: () => bucketInput.extend({ body: bytesBody }),
  handle({ bucket, body }, { store, accountId }, { request: { headers } }) {
    requireBucket(store, bucket);
    const { ResourceGroupId } = resourceGroup.read(readXmlBody({ bytes: body, headers, root: ROOT }), ROOT);
    // alibabacloud-oss-v2 1.3 tests for Python: an empty id is the default group's.
    if (ResourceGroupId !== '' && ResourceGroupId !== resourceGroupOf(accountId))
      throw new OssError('ResourceGroupIdPreCheckError');
  },
  encode: () => ({ status: 200 }),
});

const GetBucketResourceGroup = operation({
  name: 'GetBucketResourceGroup',
  match: { method: 'GET', path: '/{bucket}', query: ['resourceGroup'] },
  ram: [{ action: 'oss:GetBucketResourceGroup' }],
  input: bucketInput,
  handle({ bucket }, { store, accountId }) {
    requireBucket(store, bucket);
    return resourceGroupOf(accountId);
  },
  encode: (id) => xmlReply(ROOT, { ResourceGroupId: id }),
});

export const bucketResourceGroup = [PutBucketResourceGroup, GetBucketResourceGroup];
