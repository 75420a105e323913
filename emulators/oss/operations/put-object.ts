/** Stores an object. */
import { putObject } from '../service/put-object.ts';
import { readCallback } from '../wire/callback-config.ts';
import { forbidsOverwrite, readIncomingBody } from '../wire/object-headers.ts';
import { storedHeaders } from '../wire/object-reply.ts';
import { draftFor } from './draft.ts';
import { objectInput, operation, originOf } from './operation.ts';
import { callbackReply, stored } from './stored.ts';

const NAME = 'PutObject';

export const PutObject = operation({
  name: NAME,
  match: { method: 'PUT', path: '/{bucket}/{key+}' },
  ram: [{ action: 'oss:PutObject' }, { action: 'oss:PutObjectTagging', header: 'x-oss-tagging' }],
  body: 'stream',
  input: objectInput,
  async handle({ bucket, key }, services, call) {
    const { headers } = call.request;
    const callback = readCallback(call.request);
    const draft = draftFor(services, { bucket, type: 'Normal', headers, atMs: call.now.getTime() });
    const body = readIncomingBody(call.request);
    const origin = originOf(call, callback);
    const put = { bucket, key, draft, body, forbidOverwrite: forbidsOverwrite(headers) };
    return stored(services, await putObject(services, put, origin), { callback, origin, operation: NAME });
  },
  encode: (put) => callbackReply(put) ?? { status: 200, headers: storedHeaders(put.record) },
});
