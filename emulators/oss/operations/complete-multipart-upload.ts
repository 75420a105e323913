/** Makes an object of an upload's parts. */
import { z } from 'zod';
import { COMPLETE_BODY_BYTES_MAX } from '../limits.ts';
import { completeUpload } from '../service/complete-upload.ts';
import { readCallback } from '../wire/callback-config.ts';
import { readCompletedParts } from '../wire/completed-parts.ts';
import { encodingParameter, nameEncoder } from '../wire/listing-query.ts';
import { forbidsOverwrite, readObjectAcl } from '../wire/object-headers.ts';
import { storedHeaders } from '../wire/object-reply.ts';
import { bytesBody, objectInput, operation, originOf, xmlReply } from './operation.ts';
import { callbackReply, stored } from './stored.ts';

const NAME = 'CompleteMultipartUpload';

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
    const parts = readCompletedParts(body, headers);
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
