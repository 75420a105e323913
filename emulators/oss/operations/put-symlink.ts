/** Makes an object that stands for another one. */
import { requireBucket } from '../service/buckets.ts';
import { putSymlink } from '../service/symlinks.ts';
import { forbidsOverwrite, readDraft } from '../wire/object-headers.ts';
import { versionHeaders } from '../wire/object-reply.ts';
import { readSymlinkTarget } from '../wire/symlink-target.ts';
import { objectInput, operation, originOf } from './operation.ts';

export const PutSymlink = operation({
  name: 'PutSymlink',
  match: { method: 'PUT', path: '/{bucket}/{key+}', query: ['symlink'] },
  ram: [{ action: 'oss:PutObject' }, { action: 'oss:PutObjectTagging', header: 'x-oss-tagging' }],
  input: objectInput,
  handle({ bucket, key }, services, call) {
    const { headers } = call.request;
    const { storageClass } = requireBucket(services.store, bucket);
    const draft = readDraft(headers, { type: 'Symlink', storageClass, atMs: call.now.getTime() });
    const target = readSymlinkTarget(headers);
    const put = { bucket, key, target, draft, forbidOverwrite: forbidsOverwrite(headers) };
    return putSymlink(services, put, originOf(call));
  },
  encode: (record) => ({ status: 200, headers: { ETag: `"${record.etag}"`, ...versionHeaders(record) } }),
});
