/** Deletes up to a thousand objects, or versions of them, in one call. */
import { z } from 'zod';
import { DELETE_BODY_BYTES_MAX } from '../limits.ts';
import { deleteObjects } from '../service/delete-objects.ts';
import { deletedXml, readDelete } from '../wire/delete-xml.ts';
import { ossArn } from '../wire/dialect.ts';
import { encodingParameter, nameEncoder } from '../wire/listing-query.ts';
import { BYPASS_RULE, readBypass } from '../wire/object-lock-xml.ts';
import { bucketInput, bytesBody, operation, originOf, xmlReply } from './operation.ts';

export const DeleteMultipleObjects = operation({
  name: 'DeleteMultipleObjects',
  match: { method: 'POST', path: '/{bucket}', query: ['delete'] },
  // Asked for each key, when the body is known.
  ram: [BYPASS_RULE],
  body: 'bytes',
  bodyBytesMax: DELETE_BODY_BYTES_MAX,
  input: () => bucketInput.extend({ body: bytesBody, query: z.object({ 'encoding-type': encodingParameter }) }),
  handle: async ({ bucket, body }, services, call) => {
    const wanted = readDelete(body, call.request.headers);
    // UNVERIFIED OSS-048: one key that may not be deleted refuses the whole call, before anything is gone.
    for (const { key, versionId } of wanted.objects) {
      call.authorize('oss:DeleteObject', ossArn(services.accountId, bucket, key));
      if (versionId !== undefined) call.authorize('oss:DeleteObjectVersion', ossArn(services.accountId, bucket, key));
    }
    const bypassesGovernance = readBypass(call.request.headers);
    const removals = await deleteObjects(
      services,
      { bucket, objects: wanted.objects, bypassesGovernance },
      originOf(call),
    );
    return { ...wanted, removals };
  },
  encode: ({ objects, removals, isQuiet }, { query }, { request }) => {
    if (isQuiet) return { status: 200 };
    const isEncoded = query['encoding-type'] || request.headers['encoding-type'] === 'url';
    const encode = nameEncoder(isEncoded);
    return xmlReply('DeleteResult', {
      EncodingType: isEncoded ? 'url' : undefined,
      Deleted: objects.map((object, at) => deletedXml(object, removals[at], encode)),
    });
  },
});
