/** Deletes one object. */
import { deleteObject } from '../service/delete-objects.ts';
import { BYPASS_RULE, readBypass } from '../wire/object-lock-xml.ts';
import { removalHeaders } from '../wire/object-reply.ts';
import { operation, originOf, versionInput, versionOf } from './operation.ts';

export const DeleteObject = operation({
  name: 'DeleteObject',
  match: { method: 'DELETE', path: '/{bucket}/{key+}' },
  ram: [{ action: 'oss:DeleteObject' }, { action: 'oss:DeleteObjectVersion', query: 'versionId' }, BYPASS_RULE],
  input: versionInput,
  handle: (input, services, call) => {
    const bypassesGovernance = readBypass(call.request.headers);
    return deleteObject(services, { ...versionOf(input), bypassesGovernance }, originOf(call));
  },
  encode: (removal) => ({ status: 204, headers: removalHeaders(removal) }),
});
