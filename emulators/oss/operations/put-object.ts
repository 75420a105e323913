/** Stores an object. */
import { requireBucket } from '../service/buckets.ts';
import { putObject } from '../service/put-object.ts';
import { forbidsOverwrite, readDraft, readIncomingBody } from '../wire/object-headers.ts';
import { storedHeaders } from '../wire/object-reply.ts';
import { objectInput, operation, originOf } from './operation.ts';

export const PutObject = operation({
  name: 'PutObject',
  match: { method: 'PUT', path: '/{bucket}/{key+}' },
  ram: [{ action: 'oss:PutObject' }, { action: 'oss:PutObjectTagging', header: 'x-oss-tagging' }],
  body: 'stream',
  input: objectInput,
  handle: ({ bucket, key }, services, call) => {
    const { headers } = call.request;
    const { storageClass } = requireBucket(services.store, bucket);
    const draft = readDraft(headers, { type: 'Normal', storageClass, atMs: call.now.getTime() });
    const body = readIncomingBody(call.request);
    return putObject(
      services,
      { bucket, key, draft, body, forbidOverwrite: forbidsOverwrite(headers) },
      originOf(call),
    );
  },
  encode: (record) => ({ status: 200, headers: storedHeaders(record) }),
});
