/** The resource group a bucket belongs to: there is the account's default group, and no other. */
import { BUCKET_CONFIGURATION_BYTES_MAX } from '../limits.ts';
import { requireBucket } from '../service/buckets.ts';
import { resourceGroup } from '../wire/feature-shapes.ts';
import { assertResourceGroup, resourceGroupOf } from '../wire/owner.ts';
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
    assertResourceGroup(ResourceGroupId, accountId);
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
