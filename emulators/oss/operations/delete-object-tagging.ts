/** Takes an object's tags away. */
import { putObjectTags } from '../service/amend-object.ts';
import { objectInput, operation } from './operation.ts';

export const DeleteObjectTagging = operation({
  name: 'DeleteObjectTagging',
  match: { method: 'DELETE', path: '/{bucket}/{key+}', query: ['tagging'] },
  ram: [{ action: 'oss:DeleteObjectTagging' }],
  input: objectInput,
  handle: (ref, services) => putObjectTags(services, ref, []),
  encode: () => ({ status: 204 }),
});
