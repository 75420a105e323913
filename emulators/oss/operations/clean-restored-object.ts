/** Lets go of a restored copy before its time. */
import { cleanRestoredObject } from '../service/restore.ts';
import { versionHeaders } from '../wire/object-reply.ts';
import { operation, originOf, versionInput, versionOf } from './operation.ts';

export const CleanRestoredObject = operation({
  name: 'CleanRestoredObject',
  match: { method: 'POST', path: '/{bucket}/{key+}', query: ['cleanRestoredObject'] },
  ram: [{ action: 'oss:CleanRestoredObject' }],
  input: versionInput,
  handle: (input, services, call) => cleanRestoredObject(services, versionOf(input), originOf(call)),
  encode: (record) => ({ status: 200, headers: versionHeaders(record) }),
});
