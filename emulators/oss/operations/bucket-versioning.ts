/** Whether a bucket keeps what is overwritten or deleted. */
import { xmlText } from '../../../src/protocols/xml.ts';
import { BUCKET_CONFIGURATION_BYTES_MAX } from '../limits.ts';
import { putBucketVersioning, requireBucket } from '../service/buckets.ts';
import { assertMaySuspendVersioning } from '../service/object-lock.ts';
import { malformed, readXmlBody } from '../wire/xml-body.ts';
import { bucketInput, bytesBody, operation, xmlReply } from './operation.ts';

const ROOT = 'VersioningConfiguration';

const PutBucketVersioning = operation({
  name: 'PutBucketVersioning',
  match: { method: 'PUT', path: '/{bucket}', query: ['versioning'] },
  ram: [{ action: 'oss:PutBucketVersioning' }],
  body: 'bytes',
  bodyBytesMax: BUCKET_CONFIGURATION_BYTES_MAX,
  input: () => bucketInput.extend({ body: bytesBody }),
  handle({ bucket, body }, services, { request: { headers } }) {
    requireBucket(services.store, bucket);
    const versioning = xmlText(readXmlBody({ bytes: body, headers, root: ROOT }), 'Status')?.trim();
    if (versioning !== 'Enabled' && versioning !== 'Suspended') throw malformed('Status is Enabled or Suspended.');
    if (versioning === 'Suspended') assertMaySuspendVersioning(services.store, bucket);
    return putBucketVersioning(services, { bucket, versioning });
  },
  encode: () => ({ status: 200 }),
});

const GetBucketVersioning = operation({
  name: 'GetBucketVersioning',
  match: { method: 'GET', path: '/{bucket}', query: ['versioning'] },
  ram: [{ action: 'oss:GetBucketVersioning' }],
  input: bucketInput,
  handle: ({ bucket }, { store }) => requireBucket(store, bucket).versioning,
  encode: (versioning) => xmlReply(ROOT, { Status: versioning }),
});

export const bucketVersioning = [PutBucketVersioning, GetBucketVersioning];
