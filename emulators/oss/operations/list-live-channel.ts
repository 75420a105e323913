/** Lists a bucket's live channels: there are none, for none can be made here. oss2's tests ask after each of them. */
import { z } from 'zod';
import { LIST_PAGE_DEFAULT, LIST_PAGE_MAX } from '../limits.ts';
import { requireBucket } from '../service/buckets.ts';
import { countParameter, textParameter } from '../wire/listing-query.ts';
import { bucketInput, operation, xmlReply } from './operation.ts';

export const ListLiveChannel = operation({
  name: 'ListLiveChannel',
  match: { method: 'GET', path: '/{bucket}', query: ['live'] },
  ram: [{ action: 'oss:ListLiveChannel' }],
  input: () =>
    bucketInput.extend({
      query: z.object({
        prefix: textParameter,
        marker: textParameter,
        'max-keys': countParameter({ min: 1, max: LIST_PAGE_MAX, fallback: LIST_PAGE_DEFAULT }),
      }),
    }),
  handle: ({ bucket }, { store }) => requireBucket(store, bucket),
  encode: (_bucket, { query }) =>
    xmlReply('ListLiveChannelResult', {
      Prefix: query.prefix,
      Marker: query.marker,
      MaxKeys: query['max-keys'],
      IsTruncated: false,
      NextMarker: '',
    }),
});
