/** Copies an object inside the service, or changes the metadata of one. */
import { copyObject } from '../service/copy-object.ts';
import { readCopySource } from '../wire/copy-source.ts';
import { ossArn } from '../wire/dialect.ts';
import {
  forbidsOverwrite,
  givesMetadata,
  invalidArgument,
  readConditions,
  readMetadata,
  readObjectAcl,
  readStorageClass,
} from '../wire/object-headers.ts';
import { storedHeaders } from '../wire/object-reply.ts';
import { xmlTime } from '../wire/times.ts';
import { objectInput, operation, originOf, xmlReply } from './operation.ts';

export const CopyObject = operation({
  name: 'CopyObject',
  match: { method: 'PUT', path: '/{bucket}/{key+}', header: 'x-oss-copy-source' },
  ram: [{ action: 'oss:PutObject' }],
  input: objectInput,
  handle: (target, services, call) => {
    const { headers } = call.request;
    const source = readCopySource(headers['x-oss-copy-source'] ?? '');
    call.authorize('oss:GetObject', ossArn(services.accountId, source.bucket, source.key));
    const copy = {
      source,
      target,
      conditions: readConditions(headers, 'x-oss-copy-source-'),
      directive: readDirective(headers['x-oss-metadata-directive']),
      given: readMetadata(headers),
      givesMetadata: givesMetadata(headers),
      acl: readObjectAcl(headers),
      storageClass: readStorageClass(headers['x-oss-storage-class']),
      forbidOverwrite: forbidsOverwrite(headers),
    };
    return copyObject(services, copy, originOf(call));
  },
  encode: (record) =>
    xmlReply(
      'CopyObjectResult',
      { ETag: `"${record.etag}"`, LastModified: xmlTime(record.modifiedAtMs) },
      storedHeaders(record),
    ),
});

function readDirective(text: string | undefined): 'COPY' | 'REPLACE' {
  const directive = text?.toUpperCase() ?? 'COPY';
  if (directive === 'COPY' || directive === 'REPLACE') return directive;
  throw invalidArgument('The metadata directive must be COPY or REPLACE.', 'x-oss-metadata-directive', text);
}
