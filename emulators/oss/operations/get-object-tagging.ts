/** An object's tags. */
import { requireObject } from '../service/read-object.ts';
import { versionHeaders } from '../wire/object-reply.ts';
import { taggingXml } from '../wire/tagging.ts';
import { operation, versionInput, versionOf, xmlReply } from './operation.ts';

export const GetObjectTagging = operation({
  name: 'GetObjectTagging',
  match: { method: 'GET', path: '/{bucket}/{key+}', query: ['tagging'] },
  ram: [{ action: 'oss:GetObjectTagging' }, { action: 'oss:GetObjectVersionTagging', query: 'versionId' }],
  input: versionInput,
  handle: (input, { store }) => requireObject(store, versionOf(input)),
  encode: (record) => xmlReply('Tagging', taggingXml(record.tags ?? []), versionHeaders(record)),
});
