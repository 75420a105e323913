/** What may not be replaced or removed yet: by the retention policy of its bucket, or by a lock of its own. */
import { OssError } from '../errors.ts';
import {
  NULL_VERSION,
  type ObjectRecord,
  type ObjectRef,
  type ObjectStore,
  type VersionRef,
} from '../store/object-store.ts';
import { wormEnd } from './bucket-worm.ts';

export interface Destroyer {
  nowMs: number;
  /** Has asked, and may, to pass over a retention by GOVERNANCE. */
  bypassesGovernance?: boolean | undefined;
}

export function isImmutable(
  store: ObjectStore,
  record: ObjectRecord,
  { nowMs, bypassesGovernance }: Destroyer,
): boolean {
  const { isHeld, retention } = record.lock ?? {};
  const isRetained =
    retention !== undefined && nowMs < retention.untilMs && !(bypassesGovernance && retention.mode === 'GOVERNANCE');
  return isHeld === true || isRetained || nowMs < wormEnd(store, record, nowMs);
}

export function assertMutable(store: ObjectStore, record: ObjectRecord | undefined, destroyer: Destroyer): void {
  if (record && isImmutable(store, record, destroyer)) throw new OssError('FileImmutable', { key: record.key });
}

/** The version that a write under this name would replace for good. */
export function replacedBy(
  store: ObjectStore,
  { bucket, key }: ObjectRef,
  current: ObjectRecord | undefined,
): ObjectRecord | undefined {
  const versioning = store.getBucket(bucket)?.versioning;
  if (versioning === undefined) return current;
  return versioning === 'Suspended' ? store.head({ bucket, key, versionId: NULL_VERSION }) : undefined;
}

/** The version that a removal would take away for good. */
export function removedBy(store: ObjectStore, ref: VersionRef): ObjectRecord | undefined {
  return ref.versionId === undefined ? replacedBy(store, ref, store.head(ref)) : store.head(ref);
}
