/** Who may use one object. */
import { requireObject } from '../service/read-object.ts';
import { ownerXml } from '../wire/owner.ts';
import { objectInput, operation, xmlReply } from './operation.ts';

export const GetObjectACL = operation({
  name: 'GetObjectACL',
  match: { method: 'GET', path: '/{bucket}/{key+}', query: ['acl'] },
  ram: [{ action: 'oss:GetObjectAcl' }],
  input: objectInput,
  handle: (ref, { store, accountId }) => ({ acl: requireObject(store, ref).acl, accountId }),
  encode: ({ acl, accountId }) =>
    xmlReply('AccessControlPolicy', { Owner: ownerXml(accountId), AccessControlList: { Grant: acl } }),
});
