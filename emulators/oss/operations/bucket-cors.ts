/** Put, read and delete a bucket's CORS rules, and answer the preflights of browsers. */
import { CORS } from '../service/cors.ts';
import { preflight } from '../wire/cors-headers.ts';
import { corsXml, readCors } from '../wire/cors-xml.ts';
import { type BucketDocument, deleteRow, getRow, putRow } from './bucket-document.ts';
import { bucketInput, objectInput, operation } from './operation.ts';

const document: BucketDocument<Parameters<typeof corsXml>[0]> = {
  name: 'BucketCors',
  subresource: 'cors',
  kind: CORS,
  root: 'CORSConfiguration',
  read: readCors,
  write: corsXml,
};

export const bucketCors = [putRow(document), getRow(document, 'NoSuchCORSConfiguration'), deleteRow(document)];

export const OptionsBucket = operation({
  name: 'OptionsBucket',
  match: { method: 'OPTIONS', path: '/{bucket}' },
  ram: [],
  input: bucketInput,
  handle: ({ bucket }, { store }, { request }) => preflight(store, bucket, request),
  encode: (reply) => reply,
});

export const OptionObject = operation({
  name: 'OptionObject',
  match: { method: 'OPTIONS', path: '/{bucket}/{key+}' },
  ram: [],
  input: objectInput,
  handle: ({ bucket }, { store }, { request }) => preflight(store, bucket, request),
  encode: (reply) => reply,
});
