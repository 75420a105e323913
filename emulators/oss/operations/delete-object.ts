/** Deletes one object. */
import { deleteObject } from '../service/delete-objects.ts';
import { removalHeaders } from '../wire/object-reply.ts';
import { operation, originOf, versionInput, versionOf } from './operation.ts';

export const DeleteObject = operation({
  name: 'DeleteObject',
  match: { method: 'DELETE', path: '/{bucket}/{key+}' },
  ram: [{ action: 'oss:DeleteObject' }, { action: 'oss:DeleteObjectVersion', query: 'versionId' }],
  input: versionInput,
  handle: (input, services, call) => deleteObject(services, versionOf(input), originOf(call)),
  encode: (removal) => ({ status: 204, headers: removalHeaders(removal) }),
});
