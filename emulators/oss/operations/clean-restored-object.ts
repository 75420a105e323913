/** Lets go of a restored copy before its time. */
import { cleanRestoredObject } from '../service/restore.ts';
import { objectInput, operation, originOf } from './operation.ts';

export const CleanRestoredObject = operation({
  name: 'CleanRestoredObject',
  match: { method: 'POST', path: '/{bucket}/{key+}', query: ['cleanRestoredObject'] },
  ram: [{ action: 'oss:CleanRestoredObject' }],
  input: objectInput,
  handle: (ref, services, call) => cleanRestoredObject(services, ref, originOf(call)),
  encode: () => ({ status: 200 }),
});
