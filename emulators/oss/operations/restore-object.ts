/** Asks an archived object back. */
import { RESTORE_BODY_BYTES_MAX } from '../limits.ts';
import { restoreObject } from '../service/restore.ts';
import { readRestore } from '../wire/restore.ts';
import { bytesBody, objectInput, operation, originOf } from './operation.ts';

export const RestoreObject = operation({
  name: 'RestoreObject',
  match: { method: 'POST', path: '/{bucket}/{key+}', query: ['restore'] },
  ram: [{ action: 'oss:RestoreObject' }],
  body: 'bytes',
  bodyBytesMax: RESTORE_BODY_BYTES_MAX,
  input: objectInput.extend({ body: bytesBody }),
  handle: ({ bucket, key, body }, services, call) =>
    restoreObject(services, { bucket, key, ...readRestore(body, call.request.headers) }, originOf(call)),
  encode: ({ isStarted, tier }) => ({
    status: isStarted ? 202 : 200,
    headers: isStarted && tier !== undefined ? { 'x-oss-object-restore-priority': tier } : {},
  }),
});
