/** Buckets of the embedded store. */
import type { Changes } from './changes.ts';
import type { Contents } from './contents.ts';
import { compareKeys } from './key-order.ts';
import type { ObjectStore } from './object-store.ts';
import { rowsOf } from './row-scan.ts';
import { bucketOf, isMarkerRow, lastOf, parsePart, type Tables } from './rows.ts';

export type BucketStore = Pick<ObjectStore, 'getBucket' | 'listBuckets' | 'putBucket' | 'deleteBucket'>;

export interface BucketNeeds {
  tables: Tables;
  contents: Contents;
  changes: Changes;
}

export function createBucketStore({ tables, contents, changes }: BucketNeeds): BucketStore {
  const { buckets, objects, versions, nulls, uploads, parts, documents } = tables;

  const getBucket: BucketStore['getBucket'] = (name) => {
    const row = buckets.get(name);
    if (!row) return undefined;
    const { createdAtMs, acl, storageClass, redundancy, versioning } = row;
    return { name, createdAtMs, acl, storageClass, redundancy, versioning };
  };

  return {
    getBucket,
    listBuckets({ prefix, marker, limit }) {
      const found = [];
      const start = compareKeys(marker, prefix) > 0 ? marker : prefix;
      for (const { key, value } of buckets.range({ start })) {
        const name = String(key);
        if (!name.startsWith(prefix)) break;
        if (name === marker) continue;
        if (found.length === limit) return { buckets: found, isTruncated: true };
        found.push({ name, ...value });
      }
      return { buckets: found, isTruncated: false };
    },
    putBucket: ({ name, createdAtMs, acl, storageClass, redundancy, versioning }, commit) =>
      changes.change(() => {
        const before = getBucket(name);
        commit?.guard?.(before);
        const row = { createdAtMs, acl, storageClass, redundancy, ...(versioning ? { versioning } : {}) };
        buckets.put(name, row);
        commit?.tell?.(before, { name, ...row });
      }),
    deleteBucket: (name, commit) =>
      changes.change((freed) => {
        const before = {
          hasObjects: hasRows(objects, name) || hasRows(versions, name),
          hasUploads: hasRows(uploads, name),
        };
        commit?.guard?.(before);
        // What the caller allowed to lie in it still goes with it: a later bucket of this name starts empty.
        for (const table of [objects, versions])
          for (const { key, value } of rowsOf(table, name)) {
            if (!isMarkerRow(value)) freed.push(...contents.forget(value.content));
            table.remove(key);
          }
        for (const { key } of rowsOf(nulls, name)) nulls.remove(key);
        for (const { key } of rowsOf(uploads, name)) {
          for (const part of rowsOf(parts, String(lastOf(key)))) {
            freed.push(...contents.disown(parsePart(part.value).content));
            parts.remove(part.key);
          }
          uploads.remove(key);
        }
        for (const { key } of rowsOf(documents, name)) documents.remove(key);
        buckets.remove(name);
        commit?.tell?.(before, undefined);
      }),
  };
}

function hasRows(table: Tables[keyof Tables], bucket: string): boolean {
  for (const { key } of table.range({ start: [bucket], limit: 1 })) return bucketOf(key) === bucket;
  return false;
}
