/** Begins a multipart upload. */
import { z } from 'zod';
import { requireBucket } from '../service/buckets.ts';
import { initiateUpload } from '../service/uploads.ts';
import { encodingParameter, nameEncoder } from '../wire/listing-query.ts';
import { readDraft } from '../wire/object-headers.ts';
import { objectInput, operation, originOf, xmlReply } from './operation.ts';

export const InitiateMultipartUpload = operation({
  name: 'InitiateMultipartUpload',
  match: { method: 'POST', path: '/{bucket}/{key+}', query: ['uploads'] },
  ram: [{ action: 'oss:PutObject' }, { action: 'oss:PutObjectTagging', header: 'x-oss-tagging' }],
  input: objectInput.extend({ query: z.object({ 'encoding-type': encodingParameter }) }),
  async handle({ bucket, key }, services, call) {
    const { storageClass } = requireBucket(services.store, bucket);
    const uploadId = services.newUploadId();
    const draft = readDraft(call.request.headers, { type: 'Multipart', storageClass, atMs: call.now.getTime() });
    await initiateUpload(services, { bucket, key, uploadId, draft }, originOf(call));
    return uploadId;
  },
  encode: (uploadId, { bucket, key, query }) =>
    xmlReply('InitiateMultipartUploadResult', {
      EncodingType: query['encoding-type'] ? 'url' : undefined,
      Bucket: bucket,
      Key: nameEncoder(query['encoding-type'])(key),
      UploadId: uploadId,
    }),
});
