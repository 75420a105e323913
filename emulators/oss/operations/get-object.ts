/** Reads an object, or a range of it. */
import { getObject } from '../service/read-object.ts';
import { expirationHeaders } from '../wire/expiration.ts';
import { inEncodingOf } from '../wire/gzip.ts';
import { readConditions } from '../wire/object-headers.ts';
import { objectHeaders, overrideHeaders } from '../wire/object-reply.ts';
import { restoreHeaders } from '../wire/restore.ts';
import { objectInput, operation, readerOf } from './operation.ts';

export const GetObject = operation({
  name: 'GetObject',
  match: { method: 'GET', path: '/{bucket}/{key+}' },
  ram: [{ action: 'oss:GetObject' }],
  input: objectInput,
  handle: async ({ bucket, key }, services, call) => {
    const { headers } = call.request;
    const found = await getObject(services, {
      bucket,
      key,
      authorizeRead: readerOf(services, call),
      nowMs: call.now.getTime(),
      conditions: readConditions(headers),
      range: headers.range,
      isStandardRange: headers['x-oss-range-behavior'] === 'standard',
    });
    return { ...found, expiration: expirationHeaders(services.store, found.record) };
  },
  encode: ({ record, range, bytes, expiration }, _input, { request, now }) => {
    const headers = { ...objectHeaders(record), ...expiration, ...restoreHeaders(record, now.getTime()) };
    overrideHeaders(headers, request.query);
    if (!range)
      return inEncodingOf(request.headers['accept-encoding'], { headers, bytes, sizeBytes: record.sizeBytes });
    headers['Content-Length'] = String(range.end - range.start + 1);
    headers['Content-Range'] = `bytes ${range.start}-${range.end}/${record.sizeBytes}`;
    return { status: 206, headers, body: bytes };
  },
});
