/** Makes an object of an upload's parts. */
import { z } from 'zod';
import { xmlChildren, xmlText } from '../../../src/protocols/xml.ts';
import { OssError } from '../errors.ts';
import { COMPLETE_BODY_BYTES_MAX } from '../limits.ts';
import { type CompleteUpload, completeUpload, type ListedPart } from '../service/complete-upload.ts';
import { readCallback } from '../wire/callback-config.ts';
import { encodingParameter, nameEncoder } from '../wire/listing-query.ts';
import { forbidsOverwrite, readObjectAcl } from '../wire/object-headers.ts';
import { storedHeaders } from '../wire/object-reply.ts';
import { readPartNumber } from '../wire/part-query.ts';
import { malformed, readXmlBody } from '../wire/xml-body.ts';
import { bytesBody, objectInput, operation, originOf, xmlReply } from './operation.ts';
import { callbackReply, stored } from './stored.ts';

const NAME = 'CompleteMultipartUpload';
const MALFORMED_EC = '0042-00000205';

export const CompleteMultipartUpload = operation({
  name: NAME,
  match: { method: 'POST', path: '/{bucket}/{key+}', query: ['uploadId'] },
  ram: [{ action: 'oss:PutObject' }],
  body: 'bytes',
  bodyBytesMax: COMPLETE_BODY_BYTES_MAX,
  input: () =>
    objectInput.extend({
      body: bytesBody,
      query: z.object({ uploadId: z.string(), 'encoding-type': encodingParameter }),
    }),
  async handle({ bucket, key, query: { uploadId }, body }, services, call) {
    const { headers } = call.request;
    const callback = readCallback(call.request);
    const parts = readParts(body, headers);
    const acl = readObjectAcl(headers);
    const complete = { bucket, key, uploadId, parts, acl, forbidOverwrite: forbidsOverwrite(headers) };
    const origin = originOf(call, callback);
    return stored(services, await completeUpload(services, complete, origin), { callback, origin, operation: NAME });
  },
  encode: (completed, { bucket, key, query }, { request }) => {
    const { record } = completed;
    const encode = nameEncoder(query['encoding-type']);
    const result = {
      EncodingType: query['encoding-type'] ? 'url' : undefined,
      Location: `http://${request.headers.host ?? request.endpoint}${request.rawPath}`,
      Bucket: bucket,
      Key: encode(key),
      ETag: `"${record.etag}"`,
    };
    return callbackReply(completed) ?? xmlReply('CompleteMultipartUploadResult', result, storedHeaders(record));
  },
});

function readParts(bytes: Uint8Array, headers: Readonly<Record<string, string>>): CompleteUpload['parts'] {
  if (headers['x-oss-complete-all'] === 'yes') {
    if (bytes.length === 0) return 'all';
    throw new OssError('InvalidArgument', {
      message: 'Should not speficy both complete all header and http body.',
      argumentName: 'x-oss-complete-all',
      ec: '0042-00000216',
    });
  }
  const content = readXmlBody({ bytes, headers, root: 'CompleteMultipartUpload', ec: MALFORMED_EC });
  return xmlChildren(content, 'Part').map((part): ListedPart => {
    const etag = xmlText(part, 'ETag');
    const partNumber = xmlText(part, 'PartNumber');
    if (etag === undefined || partNumber === undefined)
      throw malformed('A Part has no PartNumber or no ETag.', MALFORMED_EC);
    return { etag, partNumber: readPartNumber(partNumber.trim()) };
  });
}
