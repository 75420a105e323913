/** Lists objects, version 1: pages by marker. */
import { z } from 'zod';
import { LIST_PAGE_DEFAULT, LIST_PAGE_MAX } from '../limits.ts';
import { listObjects } from '../service/list-objects.ts';
import { countParameter, encodingParameter, nameEncoder, nameParameter } from '../wire/listing-query.ts';
import { listedObjects } from '../wire/listing-xml.ts';
import { bucketInput, operation, xmlReply } from './operation.ts';

export const ListObjects = operation({
  name: 'ListObjects',
  match: { method: 'GET', path: '/{bucket}' },
  ram: [{ action: 'oss:ListObjects' }],
  input: () =>
    bucketInput.extend({
      query: z.object({
        prefix: nameParameter,
        delimiter: nameParameter,
        marker: nameParameter,
        'max-keys': countParameter({ min: 1, max: LIST_PAGE_MAX, fallback: LIST_PAGE_DEFAULT }),
        'encoding-type': encodingParameter,
      }),
    }),
  handle: ({ bucket, query: { prefix, delimiter, marker, 'max-keys': limit } }, services) => ({
    page: listObjects(services, { bucket, prefix, delimiter, after: marker, limit }),
    owner: services.accountId,
  }),
  encode: ({ page, owner }, { bucket, query }, { now }) => {
    const encode = nameEncoder(query['encoding-type']);
    return xmlReply('ListBucketResult', {
      Name: bucket,
      Prefix: encode(query.prefix),
      Marker: encode(query.marker),
      MaxKeys: query['max-keys'],
      Delimiter: encode(query.delimiter),
      EncodingType: query['encoding-type'] ? 'url' : undefined,
      IsTruncated: page.next !== undefined,
      NextMarker: page.next === undefined ? undefined : encode(page.next),
      ...listedObjects(page, { nowMs: now.getTime(), encode, owner }),
    });
  },
});
