/** An object's size, age and ETag. */
import { requireObject } from '../service/read-object.ts';
import { metaHeaders } from '../wire/object-reply.ts';
import { objectInput, operation } from './operation.ts';

export const GetObjectMeta = operation({
  name: 'GetObjectMeta',
  match: { method: 'HEAD', path: '/{bucket}/{key+}', query: ['objectMeta'] },
  ram: [{ action: 'oss:GetObject' }],
  input: objectInput,
  handle: (ref, { store }) => requireObject(store, ref),
  encode: (record) => ({ status: 200, headers: metaHeaders(record) }),
});
