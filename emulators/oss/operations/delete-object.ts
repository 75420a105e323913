/** Deletes one object. */
import { deleteObject } from '../service/delete-objects.ts';
import { objectInput, operation, originOf } from './operation.ts';

export const DeleteObject = operation({
  name: 'DeleteObject',
  match: { method: 'DELETE', path: '/{bucket}/{key+}' },
  ram: [{ action: 'oss:DeleteObject' }],
  input: objectInput,
  handle: (ref, services, call) => deleteObject(services, ref, originOf(call)),
  encode: () => ({ status: 204 }),
});
