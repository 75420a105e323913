/** An object's tags. */
import { requireObject } from '../service/read-object.ts';
import { taggingXml } from '../wire/tagging.ts';
import { objectInput, operation, xmlReply } from './operation.ts';

export const GetObjectTagging = operation({
  name: 'GetObjectTagging',
  match: { method: 'GET', path: '/{bucket}/{key+}', query: ['tagging'] },
  ram: [{ action: 'oss:GetObjectTagging' }],
  input: objectInput,
  handle: (ref, { store }) => requireObject(store, ref).tags ?? [],
  encode: (tags) => xmlReply('Tagging', taggingXml(tags)),
});
