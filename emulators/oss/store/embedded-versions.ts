/** Removal and the listing of versions in the embedded store. */
import type { Key, Table } from '../../../src/kernel/database.ts';
import type { Changes } from './changes.ts';
import { compareKeys } from './key-order.ts';
import { startAfter, walk } from './listing.ts';
import {
  isMarker,
  NULL_VERSION,
  type ObjectRef,
  type ObjectStore,
  type Removal,
  type VersionPage,
} from './object-store.ts';
import { bucketOf, keyOf, objectKey, type Tables, toMarker, type VersionRow, versionKey } from './rows.ts';
import type { Versions } from './versions.ts';

export type VersionStore = Pick<ObjectStore, 'findMarker' | 'listVersions' | 'remove'>;

export interface VersionStoreNeeds {
  tables: Tables;
  changes: Changes;
  versions: Versions;
}

type Commit = NonNullable<Parameters<ObjectStore['remove']>[1]>;
type Ref = Parameters<ObjectStore['remove']>[0][number];

export function createVersionStore({ tables, changes, versions }: VersionStoreNeeds): VersionStore {
  const { objects, versions: others } = tables;

  function remove({ bucket, key, versionId }: Ref, commit: Commit, freed: string[]): Removal {
    const ref = { bucket, key };
    const isVersioned = versions.isVersioned(bucket);
    if (versionId === undefined && isVersioned) return mark(ref, commit, freed);
    const nothing: Removal = { did: 'nothing', versionId: isVersioned ? versionId : undefined };
    const found = versions.find({ ...ref, versionId });
    if (!found) return nothing;
    const before = versions.toVersion(ref, found.row);
    if (commit.onlyIf?.(before) === false) return nothing;
    versions.drop(ref, found, freed);
    if (isMarker(before)) return { ...nothing, did: 'marker' };
    commit.tell?.(before);
    return { ...nothing, did: 'object' };
  }

  function mark(ref: ObjectRef, { atMs = 0, onlyIf }: Commit, freed: string[]): Removal {
    if (onlyIf) {
      const before = versions.findObject(ref);
      if (!before || !onlyIf(versions.toRecord(ref, before.row))) return { did: 'nothing', versionId: undefined };
    }
    const row = { isMarker: true as const, modifiedAtMs: atMs, ...versions.makeWay(ref, atMs, freed) };
    versions.mark(ref, row);
    return { did: 'marked', versionId: toMarker(ref, row).versionId };
  }

  function* rowsOfBucket(table: Table<VersionRow>, bucket: string, start: Key): Iterable<Keyed> {
    for (const { key, value } of table.range({ start })) {
      if (bucketOf(key) !== bucket) return;
      yield { key: keyOf(key), row: value };
    }
  }

  /** Objects and other versions in one row: of each key the current one first. After `place` only what is below it. */
  function* versionsFrom(ref: ObjectRef, place: number | undefined): Iterable<Keyed> {
    const start = place === undefined ? objectKey(ref) : versionKey(ref, place - 1);
    const currents = rowsOfBucket(objects, ref.bucket, objectKey(ref))[Symbol.iterator]();
    try {
      let current = currents.next();
      if (place !== undefined && !current.done && current.value.key === ref.key) current = currents.next();
      for (const other of rowsOfBucket(others, ref.bucket, start)) {
        for (; !current.done && compareKeys(current.value.key, other.key) <= 0; current = currents.next())
          yield current.value;
        yield other;
      }
      for (; !current.done; current = currents.next()) yield current.value;
    } finally {
      currents.return?.();
    }
  }

  const listVersions: ObjectStore['listVersions'] = ({ bucket, prefix, delimiter, after, afterVersionId, limit }) => {
    const page: Omit<VersionPage, 'next'> = { versions: [], commonPrefixes: [] };
    const isWithin = afterVersionId !== '';
    // UNVERIFIED OSS-101: after a version called null that is gone, its key begins anew.
    const place = isWithin ? versions.placeOf({ bucket, key: after }, afterVersionId) : undefined;
    const rowsFrom = (key: string) => versionsFrom({ bucket, key }, isWithin && key === after ? place : undefined);
    const start = isWithin ? after : startAfter(after, prefix, delimiter);
    let last: VersionPage['next'];
    let left = limit;
    for (const entry of walk({ rowsFrom, prefix, delimiter, start })) {
      if (left-- === 0) return { ...page, next: last };
      if ('commonPrefix' in entry) {
        page.commonPrefixes.push(entry.commonPrefix);
        last = { key: entry.commonPrefix, versionId: '' };
        continue;
      }
      const version = versions.toVersion({ bucket, key: entry.key }, entry.row);
      page.versions.push({ version, isLatest: version.noncurrentSinceMs === undefined });
      last = { key: entry.key, versionId: version.versionId ?? NULL_VERSION };
    }
    return { ...page, next: undefined };
  };

  return {
    findMarker(ref) {
      const row = versions.findMarker(ref);
      return row && toMarker(ref, row);
    },
    listVersions,
    remove: (refs, commit = {}) => changes.change((freed) => refs.map((ref) => remove(ref, commit, freed))),
  };
}

interface Keyed {
  key: string;
  row: VersionRow;
}
