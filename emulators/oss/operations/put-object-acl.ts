/** Opens or closes one object to strangers. */
import { OssError } from '../errors.ts';
import { putObjectAcl } from '../service/amend-object.ts';
import { readObjectAcl } from '../wire/object-headers.ts';
import { versionHeaders } from '../wire/object-reply.ts';
import { operation, versionInput, versionOf } from './operation.ts';

export const PutObjectACL = operation({
  name: 'PutObjectACL',
  match: { method: 'PUT', path: '/{bucket}/{key+}', query: ['acl'] },
  ram: [{ action: 'oss:PutObjectAcl' }, { action: 'oss:PutObjectVersionAcl', query: 'versionId' }],
  input: versionInput,
  handle(input, services, { request }) {
    const acl = readObjectAcl(request.headers);
    // UNVERIFIED OSS-047: without its header.
    if (acl === undefined) throw new OssError('MissingArgument', { argumentName: 'x-oss-object-acl' });
    return putObjectAcl(services, versionOf(input), acl);
  },
  encode: (record) => ({ status: 200, headers: versionHeaders(record) }),
});
