/** Everything about an object but its bytes. */
import { headObject } from '../service/read-object.ts';
import { accessHeaders, expirationHeaders } from '../wire/expiration.ts';
import { readConditions } from '../wire/object-headers.ts';
import { objectHeaders } from '../wire/object-reply.ts';
import { restoreHeaders } from '../wire/restore.ts';
import { operation, readerOf, versionInput, versionOf } from './operation.ts';

export const HeadObject = operation({
  name: 'HeadObject',
  match: { method: 'HEAD', path: '/{bucket}/{key+}' },
  ram: [{ action: 'oss:GetObject' }, { action: 'oss:GetObjectVersion', query: 'versionId' }],
  input: versionInput,
  handle: async (input, services, call) => {
    const conditions = readConditions(call.request.headers);
    const record = await headObject(services, {
      ...versionOf(input),
      conditions,
      authorizeRead: readerOf(services, call),
    });
    const { store } = services;
    return { record, ages: { ...expirationHeaders(store, record), ...accessHeaders(store, record) } };
  },
  encode: ({ record, ages }, _input, { now }) => ({
    status: 200,
    headers: { ...objectHeaders(record), ...ages, ...restoreHeaders(record, now.getTime()) },
  }),
});
