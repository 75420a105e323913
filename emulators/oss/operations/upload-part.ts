/** Adds one part to an upload, or replaces it. */
import { uploadPart } from '../service/uploads.ts';
import { encryptionHeaders } from '../wire/encryption-headers.ts';
import { readIncomingBody } from '../wire/object-headers.ts';
import { partHeaders } from '../wire/object-reply.ts';
import { partQuery, readPartNumber } from '../wire/part-query.ts';
import { objectInput, operation, originOf } from './operation.ts';

export const UploadPart = operation({
  name: 'UploadPart',
  match: { method: 'PUT', path: '/{bucket}/{key+}', query: ['uploadId'] },
  ram: [{ action: 'oss:PutObject' }],
  body: 'stream',
  input: () => objectInput.extend({ query: partQuery }),
  handle: async ({ bucket, key, query }, services, call) => {
    const partNumber = readPartNumber(query.partNumber);
    const body = readIncomingBody(call.request);
    const encryption = services.store.getUpload({ bucket, key }, query.uploadId)?.encryption;
    const part = { bucket, key, uploadId: query.uploadId, partNumber, body };
    return { ...(await uploadPart(services, part, originOf(call))), encryption };
  },
  encode: ({ encryption, ...part }) => ({
    status: 200,
    headers: { ...partHeaders(part), ...encryptionHeaders(encryption) },
  }),
});
