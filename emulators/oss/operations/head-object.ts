/** Everything about an object but its bytes. */
import { headObject } from '../service/read-object.ts';
import { readConditions } from '../wire/object-headers.ts';
import { objectHeaders } from '../wire/object-reply.ts';
import { objectInput, operation, readerOf } from './operation.ts';

export const HeadObject = operation({
  name: 'HeadObject',
  match: { method: 'HEAD', path: '/{bucket}/{key+}' },
  ram: [{ action: 'oss:GetObject' }],
  input: objectInput,
  handle: ({ bucket, key }, services, call) => {
    const conditions = readConditions(call.request.headers);
    return headObject(services, { bucket, key, conditions, authorizeRead: readerOf(services, call) });
  },
  encode: (record) => ({ status: 200, headers: objectHeaders(record) }),
});
