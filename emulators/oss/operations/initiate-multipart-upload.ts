/** Begins a multipart upload. */
import { z } from 'zod';
import { initiateUpload } from '../service/uploads.ts';
import { encryptionHeaders } from '../wire/encryption-headers.ts';
import { encodingParameter, nameEncoder } from '../wire/listing-query.ts';
import { draftFor } from './draft.ts';
import { objectInput, operation, originOf, xmlReply } from './operation.ts';

export const InitiateMultipartUpload = operation({
  name: 'InitiateMultipartUpload',
  match: { method: 'POST', path: '/{bucket}/{key+}', query: ['uploads'] },
  ram: [{ action: 'oss:PutObject' }, { action: 'oss:PutObjectTagging', header: 'x-oss-tagging' }],
  input: () => objectInput.extend({ query: z.object({ 'encoding-type': encodingParameter }) }),
  async handle({ bucket, key }, services, call) {
    const uploadId = services.newUploadId();
    const { headers } = call.request;
    const draft = draftFor(services, { bucket, type: 'Multipart', headers, atMs: call.now.getTime() });
    const isSequential = call.request.query.some(([name]) => name === 'sequential');
    await initiateUpload(services, { bucket, key, uploadId, draft, isSequential }, originOf(call));
    return { uploadId, encryption: draft.encryption };
  },
  encode: ({ uploadId, encryption }, { bucket, key, query }) => {
    const result = {
      EncodingType: query['encoding-type'] ? 'url' : undefined,
      Bucket: bucket,
      Key: nameEncoder(query['encoding-type'])(key),
      UploadId: uploadId,
    };
    return xmlReply('InitiateMultipartUploadResult', result, encryptionHeaders(encryption));
  },
});
