/** An object's size, age and ETag. */
import { requireObject } from '../service/read-object.ts';
import { accessHeaders } from '../wire/expiration.ts';
import { metaHeaders } from '../wire/object-reply.ts';
import { operation, versionInput, versionOf } from './operation.ts';

export const GetObjectMeta = operation({
  name: 'GetObjectMeta',
  match: { method: 'HEAD', path: '/{bucket}/{key+}', query: ['objectMeta'] },
  ram: [{ action: 'oss:GetObject' }, { action: 'oss:GetObjectVersion', query: 'versionId' }],
  input: versionInput,
  handle(input, { store }) {
    const record = requireObject(store, versionOf(input));
    return { record, access: accessHeaders(store, record) };
  },
  encode: ({ record, access }) => ({ status: 200, headers: { ...metaHeaders(record), ...access } }),
});
