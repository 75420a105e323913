/** Deletes up to a thousand objects, or versions of them, in one call. */
import { z } from 'zod';
import { xmlChildren, xmlText } from '../../../src/protocols/xml.ts';
import { DELETE_BODY_BYTES_MAX, DELETE_KEYS_MAX } from '../limits.ts';
import { deleteObjects } from '../service/delete-objects.ts';
import { assertKey } from '../service/names.ts';
import type { Removal } from '../store/object-store.ts';
import { ossArn } from '../wire/dialect.ts';
import { encodingParameter, nameEncoder } from '../wire/listing-query.ts';
import { readVersionId } from '../wire/version-query.ts';
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
    for (const { key, versionId } of wanted.objects) {
      call.authorize('oss:DeleteObject', ossArn(services.accountId, bucket, key));
      if (versionId !== undefined) call.authorize('oss:DeleteObjectVersion', ossArn(services.accountId, bucket, key));
    }
    const removals = await deleteObjects(services, { bucket, objects: wanted.objects }, originOf(call));
    return { ...wanted, removals };
  },
  encode: ({ objects, removals, isQuiet }, { query }, { request }) => {
    if (isQuiet) return { status: 200 };
    const isEncoded = query['encoding-type'] || request.headers['encoding-type'] === 'url';
    const encode = nameEncoder(isEncoded);
    return xmlReply('DeleteResult', {
      EncodingType: isEncoded ? 'url' : undefined,
      Deleted: objects.map(({ key, versionId }, at) => ({
        Key: encode(key),
        VersionId: versionId,
        ...deletedMarker(removals[at]),
      })),
    });
  },
});

function readDelete(bytes: Uint8Array, headers: Readonly<Record<string, string>>) {
  const content = readXmlBody({ bytes, headers, root: 'Delete', ec: MALFORMED_EC });
  const objects = xmlChildren(content, 'Object');
  if (objects.length === 0 || objects.length > DELETE_KEYS_MAX)
    throw malformed(`One to ${DELETE_KEYS_MAX} objects can be deleted, not ${objects.length}.`, MALFORMED_EC);
  const named = objects.map((object) => {
    const key = xmlText(object, 'Key');
    if (key === undefined) throw malformed('An Object has no Key.', MALFORMED_EC);
    assertKey(key);
    // UNVERIFIED OSS-103: an empty VersionId names none.
    const versionId = xmlText(object, 'VersionId')?.trim() || undefined;
    return { key, versionId: versionId === undefined ? undefined : readVersionId(versionId, 'VersionId') };
  });
  return { objects: named, isQuiet: xmlText(content, 'Quiet')?.trim().toLowerCase() === 'true' };
}

/** The delete marker that was made, or is gone. */
function deletedMarker(removal: Removal | undefined) {
  if (removal?.did !== 'marked' && removal?.did !== 'marker') return {};
  return { DeleteMarker: true, DeleteMarkerVersionId: removal.versionId };
}
