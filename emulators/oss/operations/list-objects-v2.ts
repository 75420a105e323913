/** Lists objects, version 2: pages by an opaque token. */
import { z } from 'zod';
import { LIST_PAGE_DEFAULT, LIST_PAGE_MAX } from '../limits.ts';
import { listObjects } from '../service/list-objects.ts';
import {
  continuationToken,
  countParameter,
  encodingParameter,
  nameEncoder,
  nameParameter,
  textParameter,
  toContinuationToken,
} from '../wire/listing-query.ts';
import { listedObjects } from '../wire/listing-xml.ts';
import { bucketInput, operation, xmlReply } from './operation.ts';

export const ListObjectsV2 = operation({
  name: 'ListObjectsV2',
  match: { method: 'GET', path: '/{bucket}', query: ['list-type=2'] },
  ram: [{ action: 'oss:ListObjects' }],
  input: () =>
    bucketInput.extend({
      query: z.object({
        prefix: nameParameter,
        delimiter: nameParameter,
        'start-after': nameParameter,
        'continuation-token': continuationToken,
        'max-keys': countParameter({ min: 1, max: LIST_PAGE_MAX, fallback: LIST_PAGE_DEFAULT }),
        'encoding-type': encodingParameter,
        'fetch-owner': textParameter,
      }),
    }),
  handle: ({ bucket, query }, services) => ({
    page: listObjects(services, {
      bucket,
      prefix: query.prefix,
      delimiter: query.delimiter,
      after: query['continuation-token'] || query['start-after'],
      limit: query['max-keys'],
    }),
    owner: query['fetch-owner'] === 'true' ? services.accountId : undefined,
  }),
  encode: ({ page, owner }, { bucket, query }, { now }) => {
    const encode = nameEncoder(query['encoding-type']);
    const token = query['continuation-token'];
    return xmlReply('ListBucketResult', {
      Name: bucket,
      Prefix: encode(query.prefix),
      StartAfter: query['start-after'] === '' ? undefined : encode(query['start-after']),
      MaxKeys: query['max-keys'],
      Delimiter: encode(query.delimiter),
      EncodingType: query['encoding-type'] ? 'url' : undefined,
      IsTruncated: page.next !== undefined,
      ContinuationToken: token === '' ? undefined : toContinuationToken(token),
      NextContinuationToken: page.next === undefined ? undefined : toContinuationToken(page.next),
      KeyCount: page.objects.length + page.commonPrefixes.length,
      ...listedObjects(page, { nowMs: now.getTime(), encode, owner }),
    });
  },
});
