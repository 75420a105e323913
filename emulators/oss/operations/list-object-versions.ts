/** Lists every version and delete marker of a bucket's objects. */
import { z } from 'zod';
import { LIST_PAGE_DEFAULT, LIST_PAGE_MAX } from '../limits.ts';
import { listObjectVersions } from '../service/list-objects.ts';
import { countParameter, encodingParameter, nameEncoder, nameParameter, textParameter } from '../wire/listing-query.ts';
import { listedVersions } from '../wire/listing-xml.ts';
import { invalidArgument } from '../wire/object-headers.ts';
import { readVersionId } from '../wire/version-query.ts';
import { bucketInput, operation, xmlReply } from './operation.ts';

export const ListObjectVersions = operation({
  name: 'ListObjectVersions',
  match: { method: 'GET', path: '/{bucket}', query: ['versions'] },
  ram: [{ action: 'oss:ListObjectVersions' }],
  input: () =>
    bucketInput.extend({
      query: z.object({
        prefix: nameParameter,
        delimiter: nameParameter,
        'key-marker': nameParameter,
        'version-id-marker': textParameter,
        'max-keys': countParameter({ min: 1, max: LIST_PAGE_MAX, fallback: LIST_PAGE_DEFAULT }),
        'encoding-type': encodingParameter,
      }),
    }),
  handle: ({ bucket, query }, services) => {
    const { prefix, delimiter, 'key-marker': after, 'version-id-marker': marker, 'max-keys': limit } = query;
    // UNVERIFIED OSS-104: the wording.
    if (marker !== '' && after === '')
      throw invalidArgument(
        'A version-id marker cannot be specified without a key marker.',
        'version-id-marker',
        marker,
      );
    const afterVersionId = marker === '' ? '' : readVersionId(marker, 'version-id-marker');
    const page = listObjectVersions(services, { bucket, prefix, delimiter, after, afterVersionId, limit });
    return { page, owner: services.accountId };
  },
  encode: ({ page, owner }, { bucket, query }, { now }) => {
    const encode = nameEncoder(query['encoding-type']);
    return xmlReply('ListVersionsResult', {
      Name: bucket,
      Prefix: encode(query.prefix),
      KeyMarker: encode(query['key-marker']),
      VersionIdMarker: query['version-id-marker'],
      MaxKeys: query['max-keys'],
      Delimiter: encode(query.delimiter),
      EncodingType: query['encoding-type'] ? 'url' : undefined,
      IsTruncated: page.next !== undefined,
      NextKeyMarker: page.next && encode(page.next.key),
      NextVersionIdMarker: page.next?.versionId || undefined,
      ...listedVersions(page, { nowMs: now.getTime(), encode, owner }),
    });
  },
});
