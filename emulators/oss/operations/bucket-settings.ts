/** A bucket's referer rules, tags, payer and access log. */
import { z } from 'zod';
import { xmlChildren } from '../../../src/protocols/xml.ts';
import { OssError } from '../errors.ts';
import { BUCKET_CONFIGURATION_BYTES_MAX } from '../limits.ts';
import {
  type BucketTags,
  NO_REFERER_RULES,
  REFERER,
  REQUEST_PAYMENT,
  type RefererRules,
  type RequestPayment,
  TAGS,
} from '../service/bucket-settings.ts';
import { requireBucket } from '../service/buckets.ts';
import { findDocument, putDocument, removeDocument } from '../service/documents.ts';
import {
  bucketTagsXml,
  readBucketTags,
  readReferer,
  readRequestPayment,
  refererXml,
  requestPaymentXml,
} from '../wire/settings-xml.ts';
import { readXmlBody } from '../wire/xml-body.ts';
import { type BucketDocument, getRowOr, putRow } from './bucket-document.ts';
import { bucketInput, bytesBody, operation, xmlReply } from './operation.ts';

const referer: BucketDocument<RefererRules> = {
  name: 'Referer',
  subresource: 'referer',
  kind: REFERER,
  root: 'RefererConfiguration',
  read: readReferer,
  write: refererXml,
};

const tags: BucketDocument<BucketTags> = {
  name: 'Tags',
  action: 'Tagging',
  subresource: 'tagging',
  kind: TAGS,
  root: 'Tagging',
  read: readBucketTags,
  write: bucketTagsXml,
};

const requestPayment: BucketDocument<RequestPayment> = {
  name: 'RequestPayment',
  subresource: 'requestPayment',
  kind: REQUEST_PAYMENT,
  root: 'RequestPaymentConfiguration',
  read: readRequestPayment,
  write: requestPaymentXml,
};

/** All tags, or with `?tagging=k1,k2` these. */
const DeleteBucketTags = operation({
  name: 'DeleteBucketTags',
  match: { method: 'DELETE', path: '/{bucket}', query: ['tagging'] },
  ram: [{ action: 'oss:DeleteBucketTagging' }],
  input: bucketInput.extend({ query: z.object({ tagging: z.string() }) }),
  handle: ({ bucket, query }, { store }) => {
    const gone = query.tagging.split(',').filter((key) => key !== '');
    const left = (findDocument(store, TAGS, bucket)?.tags ?? []).filter(({ key }) => !gone.includes(key));
    if (gone.length === 0 || left.length === 0) return removeDocument(store, TAGS, bucket);
    return putDocument(store, TAGS, { bucket, document: { tags: left } });
  },
  encode: () => ({ status: 204 }),
});

/** Access logs are not written, so nothing may ask for them: only switching them off is accepted. */
const PutBucketLogging = operation({
  name: 'PutBucketLogging',
  match: { method: 'PUT', path: '/{bucket}', query: ['logging'] },
  ram: [{ action: 'oss:PutBucketLogging' }],
  body: 'bytes',
  bodyBytesMax: BUCKET_CONFIGURATION_BYTES_MAX,
  input: bucketInput.extend({ body: bytesBody }),
  handle: ({ bucket, body }, { store }, { request: { headers } }) => {
    requireBucket(store, bucket);
    const content = readXmlBody({ bytes: body, headers, root: 'BucketLoggingStatus' });
    if (xmlChildren(content, 'LoggingEnabled').length > 0)
      throw new OssError('NotImplemented', { message: 'LoggingEnabled is not served yet: no access log is written.' });
  },
  encode: () => ({ status: 200 }),
});

const GetBucketLogging = operation({
  name: 'GetBucketLogging',
  match: { method: 'GET', path: '/{bucket}', query: ['logging'] },
  ram: [{ action: 'oss:GetBucketLogging' }],
  input: bucketInput,
  handle: ({ bucket }, { store }) => void requireBucket(store, bucket),
  encode: () => xmlReply('BucketLoggingStatus', ''),
});

const DeleteBucketLogging = operation({
  name: 'DeleteBucketLogging',
  match: { method: 'DELETE', path: '/{bucket}', query: ['logging'] },
  ram: [{ action: 'oss:DeleteBucketLogging' }],
  input: bucketInput,
  handle: ({ bucket }, { store }) => void requireBucket(store, bucket),
  encode: () => ({ status: 204 }),
});

export const bucketSettings = [
  putRow(referer),
  getRowOr(referer, NO_REFERER_RULES),
  PutBucketLogging,
  GetBucketLogging,
  DeleteBucketLogging,
  putRow(tags),
  getRowOr(tags, { tags: [] }),
  DeleteBucketTags,
  putRow(requestPayment),
  getRowOr(requestPayment, { payer: 'BucketOwner' }),
];
