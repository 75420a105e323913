/** Asks an archived object back. */
import { RESTORE_BODY_BYTES_MAX } from '../limits.ts';
import { restoreObject } from '../service/restore.ts';
import { versionHeaders } from '../wire/object-reply.ts';
import { readRestore } from '../wire/restore.ts';
import { bytesBody, operation, originOf, versionInput, versionOf } from './operation.ts';

export const RestoreObject = operation({
  name: 'RestoreObject',
  match: { method: 'POST', path: '/{bucket}/{key+}', query: ['restore'] },
  ram: [{ action: 'oss:RestoreObject' }, { action: 'oss:RestoreObjectVersion', query: 'versionId' }],
  body: 'bytes',
  bodyBytesMax: RESTORE_BODY_BYTES_MAX,
  input: () => versionInput.extend({ body: bytesBody }),
  handle: (input, services, call) =>
    restoreObject(services, { ...versionOf(input), ...readRestore(input.body, call.request.headers) }, originOf(call)),
  encode: ({ isStarted, tier, versionId }) => ({
    status: isStarted ? 202 : 200,
    headers: {
      ...versionHeaders({ versionId }),
      ...(isStarted && tier !== undefined ? { 'x-oss-object-restore-priority': tier } : {}),
    },
  }),
});
