/** Lists the account's buckets. */
import { z } from 'zod';
import { BUCKET_PAGE_DEFAULT, LIST_PAGE_MAX } from '../limits.ts';
import { listBuckets, readWantedTags, tagsOf } from '../service/list-buckets.ts';
import { bucketXml } from '../wire/bucket-xml.ts';
import { countParameter, textParameter } from '../wire/listing-query.ts';
import { ownerXml, resourceGroupOf } from '../wire/owner.ts';
import { taggingXml } from '../wire/tagging.ts';
import { operation, xmlReply } from './operation.ts';

export const ListBuckets = operation({
  name: 'ListBuckets',
  match: { method: 'GET', path: '/' },
  ram: [{ action: 'oss:ListBuckets' }],
  input: () =>
    z.object({
      query: z.object({
        prefix: textParameter,
        marker: textParameter,
        'max-keys': countParameter({ min: 1, max: LIST_PAGE_MAX, fallback: BUCKET_PAGE_DEFAULT }),
        'tag-key': textParameter,
        'tag-value': textParameter,
        tagging: textParameter,
      }),
    }),
  handle: ({ query }, { store, accountId, region }, { request }) => {
    const { prefix, marker, 'max-keys': limit, 'tag-key': key, 'tag-value': value, tagging: list } = query;
    const tags = readWantedTags({ key, value, list });
    const group = request.headers['x-oss-resource-group-id'];
    // There is one resource group, and every bucket is in it.
    const isElsewhere = group !== undefined && group !== resourceGroupOf(accountId);
    const page = isElsewhere
      ? { buckets: [], isTruncated: false }
      : listBuckets(store, { prefix, marker, limit, tags });
    // ali-oss 6.23 tests: who asks for tags gets to see them.
    return {
      ...page,
      buckets: page.buckets.map((bucket) => ({ bucket, tags: tags && tagsOf(store, bucket) })),
      accountId,
      region,
    };
  },
  encode: ({ buckets, isTruncated, accountId, region }, { query }, { request }) =>
    xmlReply('ListAllMyBucketsResult', {
      Prefix: query.prefix,
      Marker: query.marker,
      MaxKeys: query['max-keys'],
      IsTruncated: isTruncated,
      NextMarker: isTruncated ? buckets.at(-1)?.bucket.name : '',
      Owner: ownerXml(accountId),
      Buckets: {
        Bucket: buckets.map(({ bucket, tags }) => ({
          ...bucketXml(bucket, { region, endpoint: request.endpoint }),
          ResourceGroupId: resourceGroupOf(accountId),
          Tagging: tags && taggingXml(tags),
        })),
      },
    }),
});
