/** What GetObject answers of an object it found: all of it, encoded as the client asks, or the range. */
import type { Call } from '../../../src/kernel/operation.ts';
import type { WireReply } from '../../../src/kernel/wire.ts';
import type { ReadAnswer } from '../service/read-object.ts';
import { inEncodingOf } from './gzip.ts';
import { objectHeaders, overrideHeaders } from './object-reply.ts';
import { restoreHeaders } from './restore.ts';

export type Found = ReadAnswer & { expiration: Record<string, string> };

export function readReply({ record, range, bytes, expiration }: Found, { request, now }: Call): WireReply {
  const headers = Object.assign(objectHeaders(record), expiration, restoreHeaders(record, now.getTime()));
  overrideHeaders(headers, request.query);
  if (!range) return inEncodingOf(request.headers['accept-encoding'], { headers, bytes, sizeBytes: record.sizeBytes });
  headers['Content-Length'] = String(range.end - range.start + 1);
  headers['Content-Range'] = `bytes ${range.start}-${range.end}/${record.sizeBytes}`;
  return { status: 206, headers, body: bytes };
}
