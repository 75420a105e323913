/** Rules of a bucket that forbid overwriting, by the name of the object and by who writes. */
import { BUCKET_CONFIGURATION_BYTES_MAX } from '../limits.ts';
import { putDocument, removeDocument, requireDocument } from '../service/documents.ts';
import { OVERWRITE } from '../service/overwriting.ts';
import { overwriteRulesXml, readOverwriteRules } from '../wire/overwrite-xml.ts';
import { assertBucketOfDocument, readXmlBody } from '../wire/xml-body.ts';
import { bucketInput, bytesBody, operation, xmlReply } from './operation.ts';

const ROOT = 'OverwriteConfiguration';

const PutBucketOverwriteConfig = operation({
  name: 'PutBucketOverwriteConfig',
  match: { method: 'PUT', path: '/{bucket}', query: ['overwriteConfig'] },
  ram: [{ action: 'oss:PutBucketOverwriteConfig' }],
  body: 'bytes',
  bodyBytesMax: BUCKET_CONFIGURATION_BYTES_MAX,
  input: () => bucketInput.extend({ body: bytesBody }),
  handle({ bucket, body }, { store }, { request: { headers } }) {
    assertBucketOfDocument(store.getBucket(bucket));
    const document = readOverwriteRules(readXmlBody({ bytes: body, headers, root: ROOT }));
    return putDocument(store, OVERWRITE, { bucket, document });
  },
  encode: () => ({ status: 200 }),
});

const GetBucketOverwriteConfig = operation({
  name: 'GetBucketOverwriteConfig',
  match: { method: 'GET', path: '/{bucket}', query: ['overwriteConfig'] },
  ram: [{ action: 'oss:GetBucketOverwriteConfig' }],
  input: bucketInput,
  handle: ({ bucket }, { store }) =>
    requireDocument(store, OVERWRITE, { bucket, absent: 'NoSuchBucketOverwriteConfig' }),
  encode: (document) => xmlReply(ROOT, overwriteRulesXml(document)),
});

const DeleteBucketOverwriteConfig = operation({
  name: 'DeleteBucketOverwriteConfig',
  match: { method: 'DELETE', path: '/{bucket}', query: ['overwriteConfig'] },
  ram: [{ action: 'oss:DeleteBucketOverwriteConfig' }],
  input: bucketInput,
  handle: ({ bucket }, { store }) => removeDocument(store, OVERWRITE, bucket),
  encode: () => ({ status: 204 }),
});

export const bucketOverwrite = [PutBucketOverwriteConfig, GetBucketOverwriteConfig, DeleteBucketOverwriteConfig];
