/** Creates a bucket; again, by its owner, it may change the ACL. */
import { xmlText } from '../../../src/protocols/xml.ts';
import { BUCKET_CONFIGURATION_BYTES_MAX } from '../limits.ts';
import { putBucket } from '../service/buckets.ts';
import { putDocument } from '../service/documents.ts';
import { ENCRYPTION } from '../service/encryption.ts';
import type { BucketRecord } from '../store/object-store.ts';
import { readEncryptionHeaders } from '../wire/encryption-headers.ts';
import { invalidArgument, readBucketAcl, readStorageClass } from '../wire/object-headers.ts';
import { assertResourceGroup } from '../wire/owner.ts';
import { malformed, readXmlBody } from '../wire/xml-body.ts';
import { bucketInput, bytesBody, operation, originOf } from './operation.ts';

export const PutBucket = operation({
  name: 'PutBucket',
  match: { method: 'PUT', path: '/{bucket}' },
  // UNVERIFIED OSS-049: that naming an ACL needs the second action.
  ram: [
    { action: 'oss:PutBucket' },
    { action: 'oss:PutBucketAcl', header: 'x-oss-acl', emptyIsNone: true },
    { action: 'oss:PutBucketEncryption', header: 'x-oss-server-side-encryption' },
  ],
  body: 'bytes',
  bodyBytesMax: BUCKET_CONFIGURATION_BYTES_MAX,
  input: () => bucketInput.extend({ body: bytesBody }),
  async handle({ bucket, body }, services, call) {
    const { headers } = call.request;
    const configuration = readConfiguration(body, headers, services.region);
    const encryption = readEncryptionHeaders(headers);
    assertResourceGroup(headers['x-oss-resource-group-id'], services.accountId);
    await putBucket(services, { bucket, acl: readBucketAcl(headers), ...configuration }, originOf(call));
    // oss2 2.19 tests: the headers of encryption make the bucket's rule.
    if (encryption) await putDocument(services.store, ENCRYPTION, { bucket, document: encryption });
  },
  encode: (_none, { bucket }) => ({ status: 200, headers: { Location: `/${bucket}` } }),
});

function readConfiguration(bytes: Uint8Array, headers: Readonly<Record<string, string>>, region: string) {
  // Clients that send no document name the class in a header.
  const fromHeader = readStorageClass(headers['x-oss-storage-class']);
  if (bytes.length === 0) return { storageClass: fromHeader, redundancy: undefined };
  const content = readXmlBody({ bytes, headers, root: 'CreateBucketConfiguration' });
  const elsewhere = xmlText(content, 'LocationConstraint');
  // UNVERIFIED OSS-046: how the old way of naming another region is refused.
  if (elsewhere !== undefined && elsewhere !== '' && elsewhere !== `oss-${region}`)
    throw malformed(`The location constraint ${elsewhere} is not this endpoint's, oss-${region}.`);
  return {
    storageClass: readStorageClass(xmlText(content, 'StorageClass')) ?? fromHeader,
    redundancy: readRedundancy(xmlText(content, 'DataRedundancyType')),
  };
}

function readRedundancy(text: string | undefined): BucketRecord['redundancy'] | undefined {
  if (text === undefined || text === 'LRS' || text === 'ZRS') return text;
  throw invalidArgument('No such data redundancy type exists.', 'DataRedundancyType', text);
}
