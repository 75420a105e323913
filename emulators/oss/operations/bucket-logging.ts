/** A bucket's access log: where it should go is kept and read back. No log is ever written. */
import { OssError } from '../errors.ts';
import { BUCKET_CONFIGURATION_BYTES_MAX } from '../limits.ts';
import { requireBucket } from '../service/buckets.ts';
import { findDocument, putDocument, removeDocument, requireDocument } from '../service/documents.ts';
import { shapeXml } from '../wire/document-shape.ts';
import { LOG_FIELDS, LOGGING, logFields, loggingStatus } from '../wire/logging-shapes.ts';
import { readXmlBody } from '../wire/xml-body.ts';
import { bucketInput, bytesBody, operation, xmlReply } from './operation.ts';

const STATUS = 'BucketLoggingStatus';
const FIELDS = 'UserDefinedLogFieldsConfiguration';

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

const GetBucketLogging = operation({
  name: 'GetBucketLogging',
  match: { method: 'GET', path: '/{bucket}', query: ['logging'] },
  ram: [{ action: 'oss:GetBucketLogging' }],
  input: bucketInput,
  handle: ({ bucket }, { store }) => findDocument(store, LOGGING, bucket),
  encode: (document) => xmlReply(STATUS, document ? shapeXml(document) : ''),
});

const DeleteBucketLogging = operation({
  name: 'DeleteBucketLogging',
  match: { method: 'DELETE', path: '/{bucket}', query: ['logging'] },
  ram: [{ action: 'oss:DeleteBucketLogging' }],
  input: bucketInput,
  handle: ({ bucket }, { store }) => removeDocument(store, LOGGING, bucket),
  encode: () => ({ status: 204 }),
});

const PutUserDefinedLogFieldsConfig = operation({
  name: 'PutUserDefinedLogFieldsConfig',
  match: { method: 'PUT', path: '/{bucket}', query: ['userDefinedLogFieldsConfig'] },
  ram: [{ action: 'oss:PutUserDefinedLogFieldsConfig' }],
  body: 'bytes',
  bodyBytesMax: BUCKET_CONFIGURATION_BYTES_MAX,
  input: () => bucketInput.extend({ body: bytesBody }),
  handle({ bucket, body }, { store }, { request: { headers } }) {
    requireBucket(store, bucket);
    const document = logFields.read(readXmlBody({ bytes: body, headers, root: FIELDS }), FIELDS);
    return putDocument(store, LOG_FIELDS, { bucket, document });
  },
  encode: () => ({ status: 200 }),
});

const GetUserDefinedLogFieldsConfig = operation({
  name: 'GetUserDefinedLogFieldsConfig',
  match: { method: 'GET', path: '/{bucket}', query: ['userDefinedLogFieldsConfig'] },
  ram: [{ action: 'oss:GetUserDefinedLogFieldsConfig' }],
  input: bucketInput,
  handle: ({ bucket }, { store }) =>
    requireDocument(store, LOG_FIELDS, { bucket, absent: 'NoSuchUserDefinedLogFieldsConfig' }),
  encode: (document) => xmlReply(FIELDS, shapeXml(document)),
});

const DeleteUserDefinedLogFieldsConfig = operation({
  name: 'DeleteUserDefinedLogFieldsConfig',
  match: { method: 'DELETE', path: '/{bucket}', query: ['userDefinedLogFieldsConfig'] },
  ram: [{ action: 'oss:DeleteUserDefinedLogFieldsConfig' }],
  input: bucketInput,
  handle: ({ bucket }, { store }) => removeDocument(store, LOG_FIELDS, bucket),
  encode: () => ({ status: 204 }),
});

export const bucketLogging = [
  PutBucketLogging,
  GetBucketLogging,
  DeleteBucketLogging,
  PutUserDefinedLogFieldsConfig,
  GetUserDefinedLogFieldsConfig,
  DeleteUserDefinedLogFieldsConfig,
];
