/** Which version of an object is where: the current one among the objects, all others and every delete marker in a table of their own. */
import type { Ids } from '../../../src/kernel/ids.ts';
import type { Contents } from './contents.ts';
import {
  type BucketRecord,
  NULL_VERSION,
  type ObjectRecord,
  type ObjectRef,
  type Version,
  type VersionRef,
} from './object-store.ts';
import {
  isMarkerRow,
  keyOf,
  type MarkerRow,
  type ObjectRow,
  objectKey,
  parseOrder,
  type Stamp,
  type Tables,
  toMarker,
  toObjectRecord,
  type VersionRow,
  versionKey,
} from './rows.ts';
import { orderOf, toVersionId, VERSION_ID_BYTES } from './version-ids.ts';

export interface Found<Row = VersionRow> {
  row: Row;
  /** Whether it lies among the objects; a delete marker never does. */
  isCurrent: boolean;
}

/** All of it inside one transaction, but for the looking. */
export interface Versions {
  find(ref: VersionRef): Found | undefined;
  findObject(ref: VersionRef): Found<ObjectRow> | undefined;
  findMarker(ref: VersionRef): MarkerRow | undefined;
  toRecord(ref: ObjectRef, row: ObjectRow): ObjectRecord;
  toVersion(ref: ObjectRef, row: VersionRow): Version;
  /** What a version without an id is called in this bucket: nothing, where versioning was never set. */
  nullId(bucket: string): string | undefined;
  isVersioned(bucket: string): boolean;
  /** The order of a version that may be gone; undefined when nothing tells it. */
  placeOf(ref: ObjectRef, versionId: string): number | undefined;
  /** Writes other words about the same version where it lies. */
  rewrite(ref: ObjectRef, found: Found<ObjectRow>, row: ObjectRow): void;
  /** Puts away, or frees, what the next version takes the place of; that version's stamp. */
  makeWay(ref: ObjectRef, atMs: number, freed: string[]): Stamp;
  /** The stamp of an object that is to be the version called null, where there is no other. */
  stampNull(bucket: string): Stamp;
  /** The delete marker of this stamp becomes the current version. */
  mark(ref: ObjectRef, marker: MarkerRow): void;
  /** Frees this version; where it was the current one, the next takes its place. */
  drop(ref: ObjectRef, found: Found, freed: string[]): void;
}

export interface VersionNeeds {
  tables: Tables;
  contents: Contents;
  ids: Pick<Ids, 'hex'>;
}

export function createVersions({ tables, contents, ids }: VersionNeeds): Versions {
  const { buckets, objects, versions, nulls, counters } = tables;

  const versioningOf = (bucket: string): BucketRecord['versioning'] => {
    return buckets.get(bucket)?.versioning;
  };
  const nullId: Versions['nullId'] = (bucket) => (versioningOf(bucket) ? NULL_VERSION : undefined);
  const toRecord: Versions['toRecord'] = (ref, row) =>
    toObjectRecord(ref, row, row.versionId === undefined ? nullId(ref.bucket) : undefined);

  function current(ref: ObjectRef): ObjectRow | undefined {
    return objects.get(objectKey(ref));
  }

  /** The newest version that lies in the table of the others. */
  function top(ref: ObjectRef): VersionRow | undefined {
    for (const { key, value } of versions.range({ start: objectKey(ref), limit: 1 }))
      return isOf(ref, key) ? value : undefined;
    return undefined;
  }

  function find({ versionId, ...ref }: VersionRef): Found | undefined {
    const row = current(ref);
    if (row && (versionId === undefined || idOf(row) === versionId)) return { row, isCurrent: true };
    if (versionId === undefined) return asFound(top(ref));
    const order = versionId === NULL_VERSION ? nullOrder(ref) : orderOf(versionId);
    const other = order === undefined ? undefined : versions.get(versionKey(ref, order));
    return other && idOf(other) === versionId ? asFound(other) : undefined;
  }

  function nullOrder(ref: ObjectRef): number | undefined {
    const order = nulls.get(objectKey(ref));
    return order === undefined ? undefined : parseOrder(order);
  }

  function nextOrder(): number {
    const last = counters.get('order');
    const order = (last === undefined ? 0 : parseOrder(last)) + 1;
    counters.put('order', order);
    return order;
  }

  function putOther(ref: ObjectRef, row: VersionRow): void {
    const order = row.order ?? 0;
    versions.put(versionKey(ref, order), row);
    if (row.versionId === undefined) nulls.put(objectKey(ref), order);
  }

  function removeOther(ref: ObjectRef, row: VersionRow): void {
    versions.remove(versionKey(ref, row.order ?? 0));
    if (row.versionId === undefined) nulls.remove(objectKey(ref));
  }

  function free(row: VersionRow, freed: string[]): void {
    if (!isMarkerRow(row)) freed.push(...contents.forget(row.content));
  }

  function drop(ref: ObjectRef, { row, isCurrent }: Found, freed: string[]): void {
    free(row, freed);
    if (isCurrent) objects.remove(objectKey(ref));
    else removeOther(ref, row);
    const next = objects.has(objectKey(ref)) ? undefined : top(ref);
    if (next?.noncurrentSinceMs === undefined) return;
    removeOther(ref, next);
    if (isMarkerRow(next)) putOther(ref, asCurrent(next));
    else objects.put(objectKey(ref), asCurrent(next));
  }

  return {
    find,
    findObject(ref) {
      if (ref.versionId === undefined) {
        const row = current(ref);
        return row && { row, isCurrent: true };
      }
      const found = find(ref);
      return found && !isMarkerRow(found.row) ? { ...found, row: found.row } : undefined;
    },
    findMarker(ref) {
      const row = find(ref)?.row;
      return row && isMarkerRow(row) ? row : undefined;
    },
    toRecord,
    toVersion: (ref, row) => (isMarkerRow(row) ? toMarker(ref, row) : toRecord(ref, row)),
    nullId,
    isVersioned: (bucket) => versioningOf(bucket) !== undefined,
    placeOf(ref, versionId) {
      if (versionId !== NULL_VERSION) return orderOf(versionId);
      const found = find({ ...ref, versionId });
      return found && (found.row.order ?? 0);
    },
    rewrite(ref, { isCurrent }, row) {
      if (isCurrent) objects.put(objectKey(ref), row);
      else putOther(ref, row);
    },
    makeWay(ref, atMs, freed) {
      const versioning = versioningOf(ref.bucket);
      const before = current(ref);
      if (!versioning) {
        if (before) free(before, freed);
        return {};
      }
      if (versioning === 'Suspended') {
        const former = find({ ...ref, versionId: NULL_VERSION });
        if (former) free(former.row, freed);
        if (former && !former.isCurrent) removeOther(ref, former.row);
      }
      const below = before ?? top(ref);
      const isReplaced = before && versioning === 'Suspended' && before.versionId === undefined;
      if (below && !isReplaced) putOther(ref, { ...below, noncurrentSinceMs: below.noncurrentSinceMs ?? atMs });
      const order = nextOrder();
      return versioning === 'Enabled' ? { order, versionId: toVersionId(order, ids.hex(VERSION_ID_BYTES)) } : { order };
    },
    stampNull: (bucket) => (versioningOf(bucket) ? { order: nextOrder() } : {}),
    mark(ref, marker) {
      objects.remove(objectKey(ref));
      putOther(ref, marker);
    },
    drop,
  };
}

function idOf({ versionId }: Stamp): string {
  return versionId ?? NULL_VERSION;
}

function asCurrent<Row extends VersionRow>({ noncurrentSinceMs: _, ...row }: Row) {
  return row;
}

function asFound(row: VersionRow | undefined): Found | undefined {
  return row && { row, isCurrent: false };
}

/** Whether a row of the other versions belongs to this object. */
function isOf({ bucket, key }: ObjectRef, rowKey: unknown): boolean {
  return Array.isArray(rowKey) && rowKey[0] === bucket && keyOf(rowKey) === key;
}
