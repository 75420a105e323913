/** Blocking public access for the whole account. */
import { z } from 'zod';
import { BUCKET_CONFIGURATION_BYTES_MAX } from '../limits.ts';
import { documentOf } from '../service/documents.ts';
import { ACCOUNT_DOCUMENTS, PUBLIC_ACCESS_BLOCK } from '../service/public-access.ts';
import { publicAccessBlockXml, readPublicAccessBlock } from '../wire/features-xml.ts';
import { readXmlBody } from '../wire/xml-body.ts';
import { bytesBody, operation, xmlReply } from './operation.ts';

const ROOT = 'PublicAccessBlockConfiguration';
const query = ['publicAccessBlock'];
const ref = { bucket: ACCOUNT_DOCUMENTS, kind: PUBLIC_ACCESS_BLOCK.kind };

const PutPublicAccessBlock = operation({
  name: 'PutPublicAccessBlock',
  match: { method: 'PUT', path: '/', query },
  ram: [{ action: 'oss:PutPublicAccessBlock' }],
  body: 'bytes',
  bodyBytesMax: BUCKET_CONFIGURATION_BYTES_MAX,
  input: () => z.object({ body: bytesBody }),
  handle: ({ body }, { store }, { request: { headers } }) =>
    store.putDocument(ref, readPublicAccessBlock(readXmlBody({ bytes: body, headers, root: ROOT }))),
  encode: () => ({ status: 200 }),
});

const GetPublicAccessBlock = operation({
  name: 'GetPublicAccessBlock',
  match: { method: 'GET', path: '/', query },
  ram: [{ action: 'oss:GetPublicAccessBlock' }],
  input: () => z.object({}),
  handle: (_input, { store }) => documentOf(store, PUBLIC_ACCESS_BLOCK, ACCOUNT_DOCUMENTS) ?? { isBlocked: false },
  encode: (document) => xmlReply(ROOT, publicAccessBlockXml(document)),
});

const DeletePublicAccessBlock = operation({
  name: 'DeletePublicAccessBlock',
  match: { method: 'DELETE', path: '/', query },
  ram: [{ action: 'oss:DeletePublicAccessBlock' }],
  input: () => z.object({}),
  handle: (_input, { store }) => store.removeDocument(ref),
  encode: () => ({ status: 204 }),
});

export const accountPublicAccess = [PutPublicAccessBlock, GetPublicAccessBlock, DeletePublicAccessBlock];
