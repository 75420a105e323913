/** Lists the uploads that are neither completed nor aborted. */
import { z } from 'zod';
import { UPLOAD_PAGE_MAX } from '../limits.ts';
import { requireBucket } from '../service/buckets.ts';
import { countParameter, encodingParameter, nameEncoder, nameParameter, textParameter } from '../wire/listing-query.ts';
import { listedUploads } from '../wire/listing-xml.ts';
import { bucketInput, operation, xmlReply } from './operation.ts';

export const ListMultipartUploads = operation({
  name: 'ListMultipartUploads',
  match: { method: 'GET', path: '/{bucket}', query: ['uploads'] },
  ram: [{ action: 'oss:ListMultipartUploads' }],
  input: () =>
    bucketInput.extend({
      query: z.object({
        prefix: nameParameter,
        delimiter: nameParameter,
        'key-marker': nameParameter,
        'upload-id-marker': textParameter,
        'max-uploads': countParameter({ min: 1, max: UPLOAD_PAGE_MAX, fallback: UPLOAD_PAGE_MAX }),
        'encoding-type': encodingParameter,
      }),
    }),
  handle: ({ bucket, query }, { store }) => {
    requireBucket(store, bucket);
    const after = query['key-marker'];
    return store.listUploads({
      bucket,
      prefix: query.prefix,
      delimiter: query.delimiter,
      after,
      // Without a key it means nothing.
      afterUploadId: after === '' ? '' : query['upload-id-marker'],
      limit: query['max-uploads'],
    });
  },
  encode: (page, { bucket, query }) => {
    const encode = nameEncoder(query['encoding-type']);
    // alibabacloud-oss-python-sdk-v2 1.3 tests: the last upload's, though no more may follow.
    const last = page.next ?? page.uploads.at(-1);
    return xmlReply('ListMultipartUploadsResult', {
      EncodingType: query['encoding-type'] ? 'url' : undefined,
      Bucket: bucket,
      KeyMarker: encode(query['key-marker']),
      UploadIdMarker: query['upload-id-marker'],
      // Both are always there: oss2 raises on a missing one.
      NextKeyMarker: encode(last?.key ?? ''),
      NextUploadIdMarker: last?.uploadId ?? '',
      Delimiter: encode(query.delimiter),
      Prefix: encode(query.prefix),
      MaxUploads: query['max-uploads'],
      IsTruncated: page.next !== undefined,
      ...listedUploads(page, encode),
    });
  },
});
