/** Whether the versions of a bucket's objects can be locked, and how new ones are by default. */
import { BUCKET_CONFIGURATION_BYTES_MAX } from '../limits.ts';
import { requireDocument } from '../service/documents.ts';
import { OBJECT_WORM, putObjectWorm } from '../service/object-lock.ts';
import { objectWormXml, readObjectWorm } from '../wire/object-lock-xml.ts';
import { assertBucketOfDocument, readXmlBody } from '../wire/xml-body.ts';
import { bucketInput, bytesBody, operation, xmlReply } from './operation.ts';

const ROOT = 'ObjectWormConfiguration';

const PutBucketObjectWormConfiguration = operation({
  name: 'PutBucketObjectWormConfiguration',
  match: { method: 'PUT', path: '/{bucket}', query: ['objectWorm'] },
  ram: [{ action: 'oss:PutBucketObjectWormConfiguration' }],
  body: 'bytes',
  bodyBytesMax: BUCKET_CONFIGURATION_BYTES_MAX,
  input: () => bucketInput.extend({ body: bytesBody }),
  handle({ bucket, body }, { store }, { request: { headers } }) {
    assertBucketOfDocument(store.getBucket(bucket));
    const document = readObjectWorm(readXmlBody({ bytes: body, headers, root: ROOT }));
    return putObjectWorm(store, { bucket, document });
  },
  encode: () => ({ status: 200 }),
});

const GetBucketObjectWormConfiguration = operation({
  name: 'GetBucketObjectWormConfiguration',
  match: { method: 'GET', path: '/{bucket}', query: ['objectWorm'] },
  ram: [{ action: 'oss:GetBucketObjectWormConfiguration' }],
  input: bucketInput,
  handle: ({ bucket }, { store }) => requireDocument(store, OBJECT_WORM, { bucket, absent: 'NoSuchWORMConfiguration' }),
  encode: (document) => xmlReply(ROOT, objectWormXml(document)),
});

export const bucketObjectWorm = [PutBucketObjectWormConfiguration, GetBucketObjectWormConfiguration];
