/** Lists the parts of an upload. */
import { z } from 'zod';
import { PART_NUMBER_MAX, PART_PAGE_MAX } from '../limits.ts';
import { requireUpload } from '../service/uploads.ts';
import { countParameter, encodingParameter, nameEncoder } from '../wire/listing-query.ts';
import { listedPart } from '../wire/listing-xml.ts';
import { objectInput, operation, xmlReply } from './operation.ts';

export const ListParts = operation({
  name: 'ListParts',
  match: { method: 'GET', path: '/{bucket}/{key+}', query: ['uploadId'] },
  ram: [{ action: 'oss:ListParts' }],
  input: () =>
    objectInput.extend({
      query: z.object({
        uploadId: z.string(),
        'max-parts': countParameter({ min: 1, max: PART_PAGE_MAX, fallback: PART_PAGE_MAX }),
        'part-number-marker': countParameter({ min: 0, max: PART_NUMBER_MAX, fallback: 0 }),
        'encoding-type': encodingParameter,
      }),
    }),
  handle: ({ bucket, key, query }, { store }) => {
    const upload = requireUpload(store, { bucket, key, uploadId: query.uploadId });
    const page = { afterPartNumber: query['part-number-marker'], limit: query['max-parts'] };
    return { ...store.listParts(upload, page), storageClass: upload.storageClass, userMeta: upload.userMeta };
  },
  encode: ({ parts, isTruncated, storageClass, userMeta }, { bucket, key, query }) =>
    xmlReply('ListPartsResult', {
      EncodingType: query['encoding-type'] ? 'url' : undefined,
      Bucket: bucket,
      Key: nameEncoder(query['encoding-type'])(key),
      UploadId: query.uploadId,
      ...clientEncryptionXml(userMeta),
      StorageClass: storageClass,
      PartNumberMarker: query['part-number-marker'],
      // Always there: oss2 raises on a missing one.
      NextPartNumberMarker: parts.at(-1)?.partNumber ?? query['part-number-marker'],
      MaxParts: query['max-parts'],
      IsTruncated: isTruncated,
      Part: parts.map(listedPart),
    }),
});

/** alibabacloud-oss-v2 1.3 tests for Python: what a client that encrypts needs in order to go on. */
const CLIENT_ENCRYPTION = {
  ClientEncryptionKey: 'key',
  ClientEncryptionStart: 'start',
  ClientEncryptionCekAlg: 'cek-alg',
  ClientEncryptionWrapAlg: 'wrap-alg',
  ClientEncryptionDataSize: 'data-size',
  ClientEncryptionPartSize: 'part-size',
};

function clientEncryptionXml(userMeta: Readonly<Record<string, string>>) {
  return Object.fromEntries(
    Object.entries(CLIENT_ENCRYPTION).map(([name, meta]) => [name, userMeta[`client-side-encryption-${meta}`]]),
  );
}
