/** A bucket's referer rules, tags and payer. */
import { z } from 'zod';
import {
  type BucketTags,
  NO_REFERER_RULES,
  REFERER,
  REQUEST_PAYMENT,
  type RefererRules,
  type RequestPayment,
  TAGS,
} from '../service/bucket-settings.ts';
import { findDocument, putDocument, removeDocument } from '../service/documents.ts';
import {
  bucketTagsXml,
  readBucketTags,
  readReferer,
  readRequestPayment,
  refererXml,
  requestPaymentXml,
} from '../wire/settings-xml.ts';
import { type BucketDocument, getRowOr, putRow } from './bucket-document.ts';
import { bucketInput, operation } from './operation.ts';

const referer: BucketDocument<RefererRules> = {
  name: 'BucketReferer',
  subresource: 'referer',
  kind: REFERER,
  root: 'RefererConfiguration',
  read: readReferer,
  write: refererXml,
};

const tags: BucketDocument<BucketTags> = {
  name: 'BucketTags',
  action: 'BucketTagging',
  subresource: 'tagging',
  kind: TAGS,
  root: 'Tagging',
  read: readBucketTags,
  write: bucketTagsXml,
};

const requestPayment: BucketDocument<RequestPayment> = {
  name: 'BucketRequestPayment',
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
  input: () => bucketInput.extend({ query: z.object({ tagging: z.string() }) }),
  handle: ({ bucket, query }, { store }) => {
    const gone = query.tagging.split(',').filter((key) => key !== '');
    const left = (findDocument(store, TAGS, bucket)?.tags ?? []).filter(({ key }) => !gone.includes(key));
    if (gone.length === 0 || left.length === 0) return removeDocument(store, TAGS, bucket);
    return putDocument(store, TAGS, { bucket, document: { tags: left } });
  },
  encode: () => ({ status: 204 }),
});

export const bucketSettings = [
  putRow(referer),
  getRowOr(referer, NO_REFERER_RULES),
  putRow(tags),
  getRowOr(tags, { tags: [] }),
  DeleteBucketTags,
  putRow(requestPayment),
  getRowOr(requestPayment, { payer: 'BucketOwner' }),
];
