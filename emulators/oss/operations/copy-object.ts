/** Copies an object inside the service, or changes the metadata of one. */
import { copyObject } from '../service/copy-object.ts';
import { encryptionFor } from '../service/encryption.ts';
import { readCopySource, readDirective, sourceVersionHeaders } from '../wire/copy-source.ts';
import { readEncryptionHeaders } from '../wire/encryption-headers.ts';
import {
  forbidsOverwrite,
  givesMetadata,
  readMetadata,
  readObjectAcl,
  readSourceConditions,
  readStorageClass,
} from '../wire/object-headers.ts';
import { storedHeaders } from '../wire/object-reply.ts';
import { readTags } from '../wire/tagging.ts';
import { xmlTime } from '../wire/times.ts';
import { objectInput, operation, originOf, readerOf, xmlReply } from './operation.ts';

export const CopyObject = operation({
  name: 'CopyObject',
  match: { method: 'PUT', path: '/{bucket}/{key+}', header: 'x-oss-copy-source' },
  ram: [{ action: 'oss:PutObject' }, { action: 'oss:PutObjectTagging', header: 'x-oss-tagging' }],
  input: objectInput,
  handle: (target, services, call) => {
    const { headers } = call.request;
    const { store, accountId } = services;
    const source = readCopySource(headers['x-oss-copy-source'] ?? '');
    readerOf(services, call)(source);
    const copy = {
      source,
      target,
      conditions: readSourceConditions(headers),
      directive: readDirective(headers, 'x-oss-metadata-directive'),
      given: { ...readMetadata(headers), contentType: headers['content-type'] || undefined },
      givesMetadata: givesMetadata(headers),
      tags: readDirective(headers, 'x-oss-tagging-directive') === 'REPLACE' ? (readTags(headers) ?? []) : undefined,
      acl: readObjectAcl(headers),
      storageClass: readStorageClass(headers['x-oss-storage-class']),
      encryption: encryptionFor(store, { asked: readEncryptionHeaders(headers), bucket: target.bucket, accountId }),
      forbidOverwrite: forbidsOverwrite(headers),
    };
    return copyObject(services, copy, originOf(call));
  },
  encode: ({ record, sourceVersionId }) =>
    xmlReply(
      'CopyObjectResult',
      { ETag: `"${record.etag}"`, LastModified: xmlTime(record.modifiedAtMs) },
      { ...storedHeaders(record), ...sourceVersionHeaders(sourceVersionId) },
    ),
});
