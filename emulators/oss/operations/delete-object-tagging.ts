/** Takes an object's tags away. */
import { putObjectTags } from '../service/amend-object.ts';
import { versionHeaders } from '../wire/object-reply.ts';
import { operation, versionInput, versionOf } from './operation.ts';

export const DeleteObjectTagging = operation({
  name: 'DeleteObjectTagging',
  match: { method: 'DELETE', path: '/{bucket}/{key+}', query: ['tagging'] },
  ram: [{ action: 'oss:DeleteObjectTagging' }, { action: 'oss:DeleteObjectVersionTagging', query: 'versionId' }],
  input: versionInput,
  handle: (input, services) => putObjectTags(services, versionOf(input), []),
  encode: (record) => ({ status: 204, headers: versionHeaders(record) }),
});
