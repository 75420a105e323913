/** What a symlink stands for. */
import { OssError } from '../errors.ts';
import { requireObject } from '../service/read-object.ts';
import { isSymlink } from '../service/symlinks.ts';
import { symlinkHeaders } from '../wire/object-reply.ts';
import { objectInput, operation } from './operation.ts';

export const GetSymlink = operation({
  name: 'GetSymlink',
  match: { method: 'GET', path: '/{bucket}/{key+}', query: ['symlink'] },
  ram: [{ action: 'oss:GetObject' }],
  input: objectInput,
  handle(ref, { store }) {
    const record = requireObject(store, ref);
    if (!isSymlink(record)) throw new OssError('NotSymlink', { key: ref.key });
    return record;
  },
  encode: (record) => ({ status: 200, headers: symlinkHeaders(record) }),
});
