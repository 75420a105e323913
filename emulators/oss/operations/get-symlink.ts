/** What a symlink stands for. */
import { OssError } from '../errors.ts';
import { requireObject } from '../service/read-object.ts';
import { isSymlink } from '../service/symlinks.ts';
import { symlinkHeaders } from '../wire/object-reply.ts';
import { operation, versionInput, versionOf } from './operation.ts';

export const GetSymlink = operation({
  name: 'GetSymlink',
  match: { method: 'GET', path: '/{bucket}/{key+}', query: ['symlink'] },
  ram: [{ action: 'oss:GetObject' }, { action: 'oss:GetObjectVersion', query: 'versionId' }],
  input: versionInput,
  handle(input, { store }) {
    const record = requireObject(store, versionOf(input));
    if (!isSymlink(record)) throw new OssError('NotSymlink', { key: input.key });
    return record;
  },
  encode: (record) => ({ status: 200, headers: symlinkHeaders(record) }),
});
