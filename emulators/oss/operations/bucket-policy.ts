/** Put, read and delete the policy of a bucket, and tell whether it opens the bucket to everybody. */
import { BUCKET_POLICY_BYTES_MAX } from '../limits.ts';
import { POLICY } from '../service/bucket-policy.ts';
import { findDocument, putDocument, requireDocument } from '../service/documents.ts';
import { assertPolicyAllowed } from '../service/public-access.ts';
import { isPublicPolicy, readBucketPolicy } from '../wire/bucket-policy.ts';
import { deleteRow } from './bucket-document.ts';
import { bucketInput, bytesBody, operation, xmlReply } from './operation.ts';

const PutBucketPolicy = operation({
  name: 'PutBucketPolicy',
  match: { method: 'PUT', path: '/{bucket}', query: ['policy'] },
  ram: [{ action: 'oss:PutBucketPolicy' }],
  body: 'bytes',
  bodyBytesMax: BUCKET_POLICY_BYTES_MAX,
  input: () => bucketInput.extend({ body: bytesBody }),
  handle: ({ bucket, body }, { store }, { request }) => {
    findDocument(store, POLICY, bucket);
    const document = readBucketPolicy(body, request.headers);
    assertPolicyAllowed(store, bucket, isPublicPolicy(document, bucket));
    return putDocument(store, POLICY, { bucket, document });
  },
  encode: () => ({ status: 200 }),
});

const GetBucketPolicy = operation({
  name: 'GetBucketPolicy',
  match: { method: 'GET', path: '/{bucket}', query: ['policy'] },
  ram: [{ action: 'oss:GetBucketPolicy' }],
  input: bucketInput,
  handle: ({ bucket }, { store }) => requireDocument(store, POLICY, { bucket, absent: 'NoSuchBucketPolicy' }),
  encode: ({ text }) => ({ status: 200, headers: { 'Content-Type': 'application/json' }, body: text }),
});

const GetBucketPolicyStatus = operation({
  name: 'GetBucketPolicyStatus',
  match: { method: 'GET', path: '/{bucket}', query: ['policyStatus'] },
  ram: [{ action: 'oss:GetBucketPolicyStatus' }],
  input: bucketInput,
  handle: ({ bucket }, { store }) => {
    const document = findDocument(store, POLICY, bucket);
    return document !== undefined && isPublicPolicy(document, bucket);
  },
  encode: (isPublic) => xmlReply('PolicyStatus', { IsPublic: isPublic }),
});

export const bucketPolicy = [
  PutBucketPolicy,
  GetBucketPolicy,
  deleteRow({ name: 'BucketPolicy', subresource: 'policy', kind: POLICY }),
  GetBucketPolicyStatus,
];
