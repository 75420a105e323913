/** A bucket's access log: where it should go is kept and read back. No log is ever written. */
import { OssError } from '../errors.ts';
import { BUCKET_CONFIGURATION_BYTES_MAX } from '../limits.ts';
import { requireBucket } from '../service/buckets.ts';
import { putDocument, removeDocument } from '../service/documents.ts';
import { type Read, shapeXml } from '../wire/document-shape.ts';
import { LOG_FIELDS, LOGGING, logFields, loggingStatus } from '../wire/logging-shapes.ts';
import { readXmlBody } from '../wire/xml-body.ts';
import { type BucketDocument, deleteRow, getRow, getRowOr, putRow } from './bucket-document.ts';
import { bucketInput, bytesBody, operation } from './operation.ts';

const STATUS = 'BucketLoggingStatus';
const logging = { name: 'BucketLogging', subresource: 'logging', kind: LOGGING, root: STATUS, write: shapeXml };

/** Without LoggingEnabled it is switched off. */
const PutBucketLogging = operation({
  name: 'PutBucketLogging',
  match: { method: 'PUT', path: '/{bucket}', query: ['logging'] },
  ram: [{ action: 'oss:PutBucketLogging' }],
  body: 'bytes',
  bodyBytesMax: BUCKET_CONFIGURATION_BYTES_MAX,
  input: () => bucketInput.extend({ body: bytesBody }),
  handle({ bucket, body }, { store }, { request: { headers } }) {
    requireBucket(store, bucket);
    const document = loggingStatus.read(readXmlBody({ bytes: body, headers, root: STATUS }), STATUS);
    const target = document.LoggingEnabled?.TargetBucket;
    if (target === undefined) return removeDocument(store, LOGGING, bucket);
    if (!store.getBucket(target)) throw new OssError('InvalidTargetBucketForLogging', { targetBucket: target });
    return putDocument(store, LOGGING, { bucket, document });
  },
  encode: () => ({ status: 200 }),
});

const fields: BucketDocument<Read<typeof logFields>> = {
  name: 'UserDefinedLogFieldsConfig',
  subresource: 'userDefinedLogFieldsConfig',
  kind: LOG_FIELDS,
  root: 'UserDefinedLogFieldsConfiguration',
  read: (content) => logFields.read(content, 'UserDefinedLogFieldsConfiguration'),
  write: shapeXml,
};

export const bucketLogging = [
  PutBucketLogging,
  getRowOr(logging, {}),
  deleteRow(logging),
  putRow(fields),
  getRow(fields, 'NoSuchUserDefinedLogFieldsConfig'),
  deleteRow(fields),
];
