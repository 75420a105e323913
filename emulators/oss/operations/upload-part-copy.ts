/** Adds one part whose bytes come from an object. */
import { uploadPartCopy } from '../service/upload-part-copy.ts';
import { readCopySource, sourceVersionHeaders } from '../wire/copy-source.ts';
import { readSourceConditions } from '../wire/object-headers.ts';
import { partHeaders } from '../wire/object-reply.ts';
import { partQuery, readPartNumber } from '../wire/part-query.ts';
import { xmlTime } from '../wire/times.ts';
import { objectInput, operation, originOf, readerOf, xmlReply } from './operation.ts';

export const UploadPartCopy = operation({
  name: 'UploadPartCopy',
  match: { method: 'PUT', path: '/{bucket}/{key+}', query: ['uploadId'], header: 'x-oss-copy-source' },
  ram: [{ action: 'oss:PutObject' }],
  input: () => objectInput.extend({ query: partQuery }),
  handle: ({ bucket, key, query }, services, call) => {
    const { headers } = call.request;
    const partNumber = readPartNumber(query.partNumber);
    const source = readCopySource(headers['x-oss-copy-source'] ?? '');
    const authorizeRead = readerOf(services, call);
    authorizeRead(source);
    const copy = {
      bucket,
      key,
      uploadId: query.uploadId,
      partNumber,
      source,
      range: headers['x-oss-copy-source-range'],
      conditions: readSourceConditions(headers),
      authorizeRead,
    };
    return uploadPartCopy(services, copy, originOf(call));
  },
  encode: ({ part, sourceVersionId }) =>
    xmlReply(
      'CopyPartResult',
      { LastModified: xmlTime(part.modifiedAtMs), ETag: `"${part.etag}"` },
      { ...partHeaders(part), ...sourceVersionHeaders(sourceVersionId) },
    ),
});
