/** Deletes up to a thousand objects in one call. */
import { z } from 'zod';
import { xmlChildren, xmlText } from '../../../src/protocols/xml.ts';
import { OssError } from '../errors.ts';
import { DELETE_BODY_BYTES_MAX, DELETE_KEYS_MAX } from '../limits.ts';
import { deleteObjects } from '../service/delete-objects.ts';
import { assertKey } from '../service/names.ts';
import { ossArn } from '../wire/dialect.ts';
import { encodingParameter, nameEncoder } from '../wire/listing-query.ts';
import { malformed, readXmlBody } from '../wire/xml-body.ts';
import { bucketInput, bytesBody, operation, originOf, xmlReply } from './operation.ts';

const MALFORMED_EC = '0016-00000608';

export const DeleteMultipleObjects = operation({
  name: 'DeleteMultipleObjects',
  match: { method: 'POST', path: '/{bucket}', query: ['delete'] },
  // Asked for each key, when the body is known.
  ram: [],
  body: 'bytes',
  bodyBytesMax: DELETE_BODY_BYTES_MAX,
  input: bucketInput.extend({ body: bytesBody, query: z.object({ 'encoding-type': encodingParameter }) }),
  handle: async ({ bucket, body }, services, call) => {
    const wanted = readDelete(body, call.request.headers);
    // UNVERIFIED OSS-048: one key that may not be deleted refuses the whole call, before anything is gone.
    for (const key of wanted.keys) call.authorize('oss:DeleteObject', ossArn(services.accountId, bucket, key));
    await deleteObjects(services, { bucket, keys: wanted.keys }, originOf(call));
    return wanted;
  },
  encode: ({ keys, isQuiet }, { query }, { request }) => {
    if (isQuiet) return { status: 200 };
    const isEncoded = query['encoding-type'] || request.headers['encoding-type'] === 'url';
    const encode = nameEncoder(isEncoded);
    return xmlReply('DeleteResult', {
      EncodingType: isEncoded ? 'url' : undefined,
      Deleted: keys.map((key) => ({ Key: encode(key) })),
    });
  },
});

function readDelete(bytes: Uint8Array, headers: Readonly<Record<string, string>>) {
  const content = readXmlBody({ bytes, headers, root: 'Delete', ec: MALFORMED_EC });
  const objects = xmlChildren(content, 'Object');
  if (objects.length === 0 || objects.length > DELETE_KEYS_MAX)
    throw malformed(`One to ${DELETE_KEYS_MAX} objects can be deleted, not ${objects.length}.`, MALFORMED_EC);
  const keys = objects.map((object) => {
    const key = xmlText(object, 'Key');
    if (key === undefined) throw malformed('An Object has no Key.', MALFORMED_EC);
    if (xmlText(object, 'VersionId')) throw new OssError('NotImplemented', { message: VERSIONS_UNSERVED });
    assertKey(key);
    return key;
  });
  return { keys, isQuiet: xmlText(content, 'Quiet')?.trim().toLowerCase() === 'true' };
}

const VERSIONS_UNSERVED = 'DeleteMultipleObjects does not serve VersionId yet.';
