/** Lists the account's cloud boxes, which are machines on its own premises: it has none. */
import { z } from 'zod';
import { LIST_PAGE_DEFAULT, LIST_PAGE_MAX } from '../limits.ts';
import { countParameter, textParameter } from '../wire/listing-query.ts';
import { ownerXml } from '../wire/owner.ts';
import { operation, xmlReply } from './operation.ts';

export const ListCloudBoxes = operation({
  name: 'ListCloudBoxes',
  match: { method: 'GET', path: '/', query: ['cloudboxes'] },
  ram: [{ action: 'oss-cloudbox:ListCloudBoxes' }],
  input: () =>
    z.object({
      query: z.object({
        prefix: textParameter,
        marker: textParameter,
        'max-keys': countParameter({ min: 1, max: LIST_PAGE_MAX, fallback: LIST_PAGE_DEFAULT }),
      }),
    }),
  handle: (_input, { accountId }) => accountId,
  encode: (accountId, { query }) =>
    xmlReply('ListCloudBoxResult', {
      Prefix: query.prefix,
      Marker: query.marker,
      MaxKeys: query['max-keys'],
      IsTruncated: false,
      NextMarker: '',
      Owner: ownerXml(accountId),
      CloudBoxes: '',
    }),
});
