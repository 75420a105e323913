/** Makes the operations on a bucket's configuration document: the same three for each kind, but for what the document says. */
import type { OperationRow } from '../../../src/kernel/operation.ts';
import type { XmlContent, XmlValue } from '../../../src/protocols/xml.ts';
import type { OssError } from '../errors.ts';
import { BUCKET_CONFIGURATION_BYTES_MAX } from '../limits.ts';
import { requireBucket } from '../service/buckets.ts';
import { type DocumentKind, findDocument, putDocument, removeDocument, requireDocument } from '../service/documents.ts';
import type { OssServices } from '../service/services.ts';
import type { ObjectStore } from '../store/object-store.ts';
import { assertBucketOfDocument, readXmlBody } from '../wire/xml-body.ts';
import { bucketInput, bytesBody, operation, xmlReply } from './operation.ts';

export interface BucketDocument<Document> {
  /** `BucketCors` makes PutBucketCors and its neighbours. */
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
  /** Younger than the service's old ones, and refused otherwise where the bucket is missing. */
  isYoung?: boolean;
  /** Refuses what does not go with the rest of the bucket. */
  check?(store: ObjectStore, bucket: string, document: Document): void;
  bodyBytesMax?: number;
}

/** `PutX`: the body replaces what was there. */
export function putRow<Document>(served: BucketDocument<Document>): OperationRow<OssServices> {
  const { name, action = name, subresource, kind, root, bodyBytesMax = BUCKET_CONFIGURATION_BYTES_MAX } = served;
  return operation({
    name: `Put${name}`,
    match: { method: 'PUT', path: '/{bucket}', query: [subresource] },
    ram: [{ action: `oss:Put${action}` }],
    body: 'bytes',
    bodyBytesMax,
    input: () => bucketInput.extend({ body: bytesBody }),
    handle: ({ bucket, body }, { store }, { request: { headers } }) => {
      // The bucket first: clients tell a missing bucket from a bad document.
      if (served.isYoung) assertBucketOfDocument(store.getBucket(bucket));
      else requireBucket(store, bucket);
      const document = served.read(readXmlBody({ bytes: body, headers, root }), headers);
      served.check?.(store, bucket, document);
      return putDocument(store, kind, { bucket, document });
    },
    encode: () => ({ status: 200 }),
  });
}

type ReadDocument<Document> = Omit<BucketDocument<Document>, 'read'>;

/** `GetX`, answering with an error of its own where there is none. */
export function getRow<Document>(served: ReadDocument<Document>, absent: OssError['code']): OperationRow<OssServices> {
  return readRow(served, (store, bucket) => requireDocument(store, served.kind, { bucket, absent }));
}

/** `GetX`, answering with what holds where nothing was said. */
export function getRowOr<Document>(served: ReadDocument<Document>, unset: Document): OperationRow<OssServices> {
  return readRow(served, (store, bucket) => findDocument(store, served.kind, bucket) ?? unset);
}

function readRow<Document>(
  { name, action = name, subresource, root, write }: ReadDocument<Document>,
  read: (store: ObjectStore, bucket: string) => Document,
): OperationRow<OssServices> {
  return operation({
    name: `Get${name}`,
    match: { method: 'GET', path: '/{bucket}', query: [subresource] },
    ram: [{ action: `oss:Get${action}` }],
    input: bucketInput,
    handle: ({ bucket }, { store }) => read(store, bucket),
    encode: (document) => xmlReply(root, write(document)),
  });
}

/** `DeleteX`: done again, it is done. */
export function deleteRow<Document>({
  name,
  subresource,
  kind,
}: Pick<BucketDocument<Document>, 'name' | 'subresource' | 'kind'>): OperationRow<OssServices> {
  return operation({
    name: `Delete${name}`,
    match: { method: 'DELETE', path: '/{bucket}', query: [subresource] },
    ram: [{ action: `oss:Delete${name}` }],
    input: bucketInput,
    handle: ({ bucket }, { store }) => removeDocument(store, kind, bucket),
    encode: () => ({ status: 204 }),
  });
}
