/** Who may use one object. */
import { requireObject } from '../service/read-object.ts';
import { versionHeaders } from '../wire/object-reply.ts';
import { ownerXml } from '../wire/owner.ts';
import { operation, versionInput, versionOf, xmlReply } from './operation.ts';

export const GetObjectACL = operation({
  name: 'GetObjectACL',
  match: { method: 'GET', path: '/{bucket}/{key+}', query: ['acl'] },
  ram: [{ action: 'oss:GetObjectAcl' }, { action: 'oss:GetObjectVersionAcl', query: 'versionId' }],
  input: versionInput,
  handle: (input, { store, accountId }) => ({ record: requireObject(store, versionOf(input)), accountId }),
  encode: ({ record, accountId }) =>
    xmlReply(
      'AccessControlPolicy',
      { Owner: ownerXml(accountId), AccessControlList: { Grant: record.acl } },
      versionHeaders(record),
    ),
});
