/** Adds bytes to the end of an object. */
import { z } from 'zod';
import { appendObject } from '../service/append-object.ts';
import { readIncomingBody } from '../wire/object-headers.ts';
import { appendHeaders, storedHeaders } from '../wire/object-reply.ts';
import { draftFor } from './draft.ts';
import { objectInput, operation, originOf } from './operation.ts';

/** As many digits as a number holds exactly. */
const position = z
  .string()
  .regex(/^\d{1,15}$/, 'The position must be a number that is not negative.')
  .transform(Number);

export const AppendObject = operation({
  name: 'AppendObject',
  match: { method: 'POST', path: '/{bucket}/{key+}', query: ['append'] },
  ram: [{ action: 'oss:PutObject' }, { action: 'oss:PutObjectTagging', header: 'x-oss-tagging' }],
  body: 'stream',
  input: () => objectInput.extend({ query: z.object({ position }) }),
  handle: ({ bucket, key, query }, services, call) => {
    // oss2 2.19 tests: tags count for the append that makes the object, and are not even read by others.
    const { 'x-oss-tagging': tags, ...untagged } = call.request.headers;
    const headers = tags !== undefined && query.position > 0 ? untagged : call.request.headers;
    const draft = draftFor(services, { bucket, type: 'Appendable', headers, atMs: call.now.getTime() });
    const body = readIncomingBody(call.request);
    return appendObject(services, { bucket, key, position: query.position, draft, body }, originOf(call));
  },
  encode: (record) => ({ status: 200, headers: { ...storedHeaders(record), ...appendHeaders(record) } }),
});
