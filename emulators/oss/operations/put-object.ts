/** Stores an object. */
import { putObject } from '../service/put-object.ts';
import { forbidsOverwrite, readIncomingBody } from '../wire/object-headers.ts';
import { storedHeaders } from '../wire/object-reply.ts';
import { draftFor } from './draft.ts';
import { objectInput, operation, originOf } from './operation.ts';

export const PutObject = operation({
  name: 'PutObject',
  match: { method: 'PUT', path: '/{bucket}/{key+}' },
  ram: [{ action: 'oss:PutObject' }, { action: 'oss:PutObjectTagging', header: 'x-oss-tagging' }],
  body: 'stream',
  input: objectInput,
  handle: ({ bucket, key }, services, call) => {
    const { headers } = call.request;
    const draft = draftFor(services, { bucket, type: 'Normal', headers, atMs: call.now.getTime() });
    const body = readIncomingBody(call.request);
    return putObject(
      services,
      { bucket, key, draft, body, forbidOverwrite: forbidsOverwrite(headers) },
      originOf(call),
    );
  },
  encode: (record) => ({ status: 200, headers: storedHeaders(record) }),
});
