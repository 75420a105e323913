/** A bucket's inventory configurations: kept and listed. No report is ever written for them. */
import { z } from 'zod';
import { OssError } from '../errors.ts';
import { BUCKET_CONFIGURATION_BYTES_MAX, BUCKET_INVENTORIES_MAX, INVENTORY_PAGE } from '../limits.ts';
import { findDocument, updateDocument } from '../service/documents.ts';
import { shapeXml } from '../wire/document-shape.ts';
import { INVENTORIES, inventory } from '../wire/feature-shapes.ts';
import { textParameter } from '../wire/listing-query.ts';
import { invalidArgument } from '../wire/object-headers.ts';
import { readXmlBody } from '../wire/xml-body.ts';
import { bucketInput, bytesBody, operation, xmlReply } from './operation.ts';

const ROOT = 'InventoryConfiguration';
const named = bucketInput.extend({ query: z.object({ inventoryId: z.string() }) });

const PutBucketInventory = operation({
  name: 'PutBucketInventory',
  match: { method: 'PUT', path: '/{bucket}', query: ['inventory'] },
  ram: [{ action: 'oss:PutBucketInventory' }],
  body: 'bytes',
  bodyBytesMax: BUCKET_CONFIGURATION_BYTES_MAX,
  input: () => named.extend({ body: bytesBody }),
  handle({ bucket, body, query: { inventoryId } }, { store }, { request: { headers } }) {
    findDocument(store, INVENTORIES, bucket);
    const configuration = inventory.read(readXmlBody({ bytes: body, headers, root: ROOT }), ROOT);
    // UNVERIFIED OSS-127: how the real service takes two different ids.
    if (configuration.Id !== inventoryId)
      throw invalidArgument(
        'The Id of the configuration must be the inventoryId of the request.',
        'Id',
        configuration.Id,
      );
    return updateDocument(store, INVENTORIES, {
      bucket,
      change(current) {
        const others = (current?.InventoryConfiguration ?? []).filter(({ Id }) => Id !== inventoryId);
        if (others.length >= BUCKET_INVENTORIES_MAX) throw new OssError('InventoryExceedLimit', { bucket });
        return { InventoryConfiguration: [...others, configuration].sort((a, b) => (a.Id < b.Id ? -1 : 1)) };
      },
    });
  },
  encode: () => ({ status: 200 }),
});

const GetBucketInventory = operation({
  name: 'GetBucketInventory',
  match: { method: 'GET', path: '/{bucket}', query: ['inventory', 'inventoryId'] },
  ram: [{ action: 'oss:GetBucketInventory' }],
  input: named,
  handle({ bucket, query: { inventoryId } }, { store }) {
    const kept = findDocument(store, INVENTORIES, bucket)?.InventoryConfiguration ?? [];
    const found = kept.find(({ Id }) => Id === inventoryId);
    if (!found) throw new OssError('NoSuchInventory', { bucket });
    return found;
  },
  encode: (configuration) => xmlReply(ROOT, shapeXml(configuration)),
});

const ListBucketInventory = operation({
  name: 'ListBucketInventory',
  match: { method: 'GET', path: '/{bucket}', query: ['inventory'] },
  ram: [{ action: 'oss:GetBucketInventory' }],
  input: () => bucketInput.extend({ query: z.object({ 'continuation-token': textParameter }) }),
  handle({ bucket, query: { 'continuation-token': after } }, { store }) {
    const kept = findDocument(store, INVENTORIES, bucket)?.InventoryConfiguration ?? [];
    // oss2's tests find a list of none refused like a single one that is missing.
    if (kept.length === 0) throw new OssError('NoSuchInventory', { bucket });
    const rest = kept.filter(({ Id }) => Id > after);
    return { page: rest.slice(0, INVENTORY_PAGE), isTruncated: rest.length > INVENTORY_PAGE };
  },
  encode: ({ page, isTruncated }, { query }) =>
    xmlReply('ListInventoryConfigurationsResult', {
      InventoryConfiguration: page.map(shapeXml),
      IsTruncated: isTruncated,
      ContinuationToken: query['continuation-token'] || undefined,
      NextContinuationToken: isTruncated ? page.at(-1)?.Id : undefined,
    }),
});

const DeleteBucketInventory = operation({
  name: 'DeleteBucketInventory',
  match: { method: 'DELETE', path: '/{bucket}', query: ['inventory'] },
  ram: [{ action: 'oss:DeleteBucketInventory' }],
  input: named,
  handle: ({ bucket, query: { inventoryId } }, { store }) =>
    updateDocument(store, INVENTORIES, {
      bucket,
      change(current) {
        const left = (current?.InventoryConfiguration ?? []).filter(({ Id }) => Id !== inventoryId);
        return left.length > 0 ? { InventoryConfiguration: left } : undefined;
      },
    }),
  encode: () => ({ status: 204 }),
});

export const bucketInventory = [PutBucketInventory, ListBucketInventory, GetBucketInventory, DeleteBucketInventory];
