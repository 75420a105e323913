/** Gives an object its tags, in place of those it had. */
import { OBJECT_TAGGING_BYTES_MAX } from '../limits.ts';
import { putObjectTags } from '../service/amend-object.ts';
import { versionHeaders } from '../wire/object-reply.ts';
import { readTaggingXml } from '../wire/tagging.ts';
import { bytesBody, operation, versionInput, versionOf } from './operation.ts';

export const PutObjectTagging = operation({
  name: 'PutObjectTagging',
  match: { method: 'PUT', path: '/{bucket}/{key+}', query: ['tagging'] },
  ram: [{ action: 'oss:PutObjectTagging' }, { action: 'oss:PutObjectVersionTagging', query: 'versionId' }],
  body: 'bytes',
  bodyBytesMax: OBJECT_TAGGING_BYTES_MAX,
  input: () => versionInput.extend({ body: bytesBody }),
  handle: (input, services, { request }) =>
    putObjectTags(services, versionOf(input), readTaggingXml(input.body, request.headers)),
  encode: (record) => ({ status: 200, headers: versionHeaders(record) }),
});
