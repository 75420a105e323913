/** Makes the operations on a bucket's configuration document: the same three for each kind, but for what the document says. */
import type { OperationRow } from '../../../src/kernel/operation.ts';
import type { XmlContent, XmlValue } from '../../../src/protocols/xml.ts';
import type { OssError } from '../errors.ts';
import { BUCKET_CONFIGURATION_BYTES_MAX } from '../limits.ts';
import { type DocumentKind, findDocument, putDocument, removeDocument, requireDocument } from '../service/documents.ts';
import type { OssServices } from '../service/services.ts';
import type { ObjectStore } from '../store/object-store.ts';
import { readXmlBody } from '../wire/xml-body.ts';
import { bucketInput, bytesBody, operation, xmlReply } from './operation.ts';

export interface BucketDocument<Document> {
  /** `Cors` makes PutBucketCors and its neighbours. */
  name: string;
  /** Where RAM calls it something else. */
  action?: string;
  subresource: string;
  kind: DocumentKind<Document>;
  /** The root element. */
  root: string;
  /** Refuses what the document may not say. */
  read(content: XmlContent, headers: Readonly<Record<string, string>>): Document;
  write(document: Document): XmlValue;
  /** Refuses what does not go with the rest of the bucket. */
  check?(store: ObjectStore, bucket: string, document: Document): void;
  bodyBytesMax?: number;
}

/** `PutBucketX`: the body replaces what was there. */
export function putRow<Document>(served: BucketDocument<Document>): OperationRow<OssServices> {
  const { name, action = name, subresource, kind, root, bodyBytesMax = BUCKET_CONFIGURATION_BYTES_MAX } = served;
  return operation({
    name: `PutBucket${name}`,
    match: { method: 'PUT', path: '/{bucket}', query: [subresource] },
    ram: [{ action: `oss:PutBucket${action}` }],
    body: 'bytes',
    bodyBytesMax,
    input: () => bucketInput.extend({ body: bytesBody }),
    handle: ({ bucket, body }, { store }, { request: { headers } }) => {
      // The bucket first: clients tell a missing bucket from a bad document.
      findDocument(store, kind, bucket);
      const document = served.read(readXmlBody({ bytes: body, headers, root }), headers);
      served.check?.(store, bucket, document);
      return putDocument(store, kind, { bucket, document });
    },
    encode: () => ({ status: 200 }),
  });
}

/** `GetBucketX`, answering with an error of its own where there is none. */
export function getRow<Document>(
  served: BucketDocument<Document>,
  absent: OssError['code'],
): OperationRow<OssServices> {
  const { name, subresource, kind, root, write } = served;
  return operation({
    name: `GetBucket${name}`,
    match: { method: 'GET', path: '/{bucket}', query: [subresource] },
    ram: [{ action: `oss:GetBucket${name}` }],
    input: bucketInput,
    handle: ({ bucket }, { store }) => requireDocument(store, kind, { bucket, absent }),
    encode: (document) => xmlReply(root, write(document)),
  });
}

/** `GetBucketX`, answering with what holds where nothing was said. */
export function getRowOr<Document>(served: BucketDocument<Document>, unset: Document): OperationRow<OssServices> {
  const { name, action = name, subresource, kind, root, write } = served;
  return operation({
    name: `GetBucket${name}`,
    match: { method: 'GET', path: '/{bucket}', query: [subresource] },
    ram: [{ action: `oss:GetBucket${action}` }],
    input: bucketInput,
    handle: ({ bucket }, { store }) => findDocument(store, kind, bucket) ?? unset,
    encode: (document) => xmlReply(root, write(document)),
  });
}

/** `DeleteBucketX`: done again, it is done. */
export function deleteRow<Document>({ name, subresource, kind }: BucketDocument<Document>): OperationRow<OssServices> {
  return operation({
    name: `DeleteBucket${name}`,
    match: { method: 'DELETE', path: '/{bucket}', query: [subresource] },
    ram: [{ action: `oss:DeleteBucket${name}` }],
    input: bucketInput,
    handle: ({ bucket }, { store }) => removeDocument(store, kind, bucket),
    encode: () => ({ status: 204 }),
  });
}
