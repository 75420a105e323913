/** Gives an upload up and frees its parts. */
import { z } from 'zod';
import { abortUpload } from '../service/uploads.ts';
import { objectInput, operation, originOf } from './operation.ts';

export const AbortMultipartUpload = operation({
  name: 'AbortMultipartUpload',
  match: { method: 'DELETE', path: '/{bucket}/{key+}', query: ['uploadId'] },
  ram: [{ action: 'oss:AbortMultipartUpload' }],
  input: () => objectInput.extend({ query: z.object({ uploadId: z.string() }) }),
  handle: ({ bucket, key, query: { uploadId } }, services, call) =>
    abortUpload(services, { bucket, key, uploadId }, originOf(call)),
  encode: () => ({ status: 204 }),
});
