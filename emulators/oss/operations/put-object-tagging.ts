/** Gives an object its tags, in place of those it had. */
import { OBJECT_TAGGING_BYTES_MAX } from '../limits.ts';
import { putObjectTags } from '../service/amend-object.ts';
import { readTaggingXml } from '../wire/tagging.ts';
import { bytesBody, objectInput, operation } from './operation.ts';

export const PutObjectTagging = operation({
  name: 'PutObjectTagging',
  match: { method: 'PUT', path: '/{bucket}/{key+}', query: ['tagging'] },
  ram: [{ action: 'oss:PutObjectTagging' }],
  body: 'bytes',
  bodyBytesMax: OBJECT_TAGGING_BYTES_MAX,
  input: objectInput.extend({ body: bytesBody }),
  handle: ({ bucket, key, body }, services, { request }) =>
    putObjectTags(services, { bucket, key }, readTaggingXml(body, request.headers)),
  encode: () => ({ status: 200 }),
});
