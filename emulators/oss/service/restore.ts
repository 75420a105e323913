/** Archived objects asked back: after a while, by class and priority, they can be read for some days. */
import { OssError } from '../errors.ts';
import type { ObjectRecord, StorageClass, VersionRef } from '../store/object-store.ts';
import { requireBucket } from './buckets.ts';
import type { Origin } from './facts.ts';
import { missing } from './missing-object.ts';
import type { OssServices } from './services.ts';

export type RestoreTier = 'Expedited' | 'Standard' | 'Bulk';

export interface RestoreObject extends VersionRef {
  /** Undefined is one. */
  days: number | undefined;
  /** Undefined is Standard, and the only choice there is for Archive. */
  tier: RestoreTier | undefined;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

interface ArchiveClass {
  daysMax: number;
  /** How long each priority takes; what is not here is not to be had. */
  delayMs: Readonly<Partial<Record<RestoreTier, number>>>;
  hasTiers: boolean;
}

/** Help page "Restore objects". UNVERIFIED OSS-068: the longest of each range of hours, and a priority for Archive. */
const ARCHIVES: Readonly<Partial<Record<StorageClass, ArchiveClass>>> = {
  Archive: { daysMax: 7, hasTiers: false, delayMs: { Standard: MINUTE_MS } },
  ColdArchive: {
    daysMax: 365,
    hasTiers: true,
    delayMs: { Expedited: HOUR_MS, Standard: 5 * HOUR_MS, Bulk: 12 * HOUR_MS },
  },
  DeepColdArchive: { daysMax: 365, hasTiers: true, delayMs: { Expedited: 12 * HOUR_MS, Standard: 48 * HOUR_MS } },
};

/** `frozen` is also what has never been archived: ask `isArchived` first. */
export function restoreState({ restore }: ObjectRecord, nowMs: number): 'frozen' | 'ongoing' | 'restored' {
  if (!restore || nowMs >= restore.expiresAtMs) return 'frozen';
  return nowMs < restore.readyAtMs ? 'ongoing' : 'restored';
}

export function isArchived({ type, storageClass }: ObjectRecord): boolean {
  return type !== 'Symlink' && ARCHIVES[storageClass] !== undefined;
}

export interface Restored {
  /** False where it could be read already, and now can for longer. */
  isStarted: boolean;
  /** Of a class that has any. */
  tier: RestoreTier | undefined;
  versionId?: string | undefined;
}

export async function restoreObject(
  { store, restoreKept }: OssServices,
  { days = 1, tier, ...ref }: RestoreObject,
  origin: Origin,
): Promise<Restored> {
  const { atMs } = origin;
  requireBucket(store, ref.bucket);
  let restored: Restored = { isStarted: false, tier: undefined };
  const restoring = (current: ObjectRecord) => {
    const archive = requireArchive(current);
    const delayMs = archive.delayMs[tier ?? 'Standard'];
    // ali-oss 6.23 and oss2 2.19 tests: Archive knows no priorities, and its schema no JobParameters.
    if (tier !== undefined && !archive.hasTiers)
      throw new OssError('MalformedXML', { errorDetail: 'JobParameters is not for this storage class.' });
    if (delayMs === undefined) throw argument('Tier', tier);
    if (days < 1 || days > archive.daysMax) throw argument('Days', days);
    const state = restoreState(current, atMs);
    if (state === 'ongoing') throw new OssError('RestoreAlreadyInProgress', { key: ref.key });
    restored = { isStarted: state === 'frozen', tier: archive.hasTiers ? (tier ?? 'Standard') : undefined };
    const readyAtMs = state === 'frozen' ? atMs + delayMs : (current.restore?.readyAtMs ?? atMs);
    return { restore: { readyAtMs, expiresAtMs: Math.max(readyAtMs, atMs) + days * DAY_MS } };
  };
  const record = await store.amend(ref, restoring, {
    tell(_before, { versionId, restore }) {
      // Help page "Event notifications": the end of a restore is told of the classes that have tiers.
      if (!restored.isStarted || restored.tier === undefined || !restore) return;
      store.keepRestore({ ...ref, versionId, readyAtMs: restore.readyAtMs, cause: origin });
    },
  });
  if (!record) throw missing(store, ref);
  if (restored.isStarted && record.restore) restoreKept(record.restore.readyAtMs);
  return { ...restored, versionId: record.versionId };
}

/** alibabacloud-oss-python-sdk-v2 1.3 tests: one that was never asked back and one not back yet have codes of their own. */
export async function cleanRestoredObject(
  { store }: OssServices,
  ref: VersionRef,
  { atMs }: Origin,
): Promise<ObjectRecord> {
  requireBucket(store, ref.bucket);
  const record = await store.amend(ref, (current) => {
    requireArchive(current);
    const state = restoreState(current, atMs);
    if (state === 'frozen') throw new OssError('ArchiveRestoreFileStale', { key: ref.key });
    if (state === 'ongoing') throw new OssError('ArchiveRestoreNotFinished', { key: ref.key });
    return { restore: undefined };
  });
  if (!record) throw missing(store, ref);
  return record;
}

function requireArchive(record: ObjectRecord): ArchiveClass {
  const archive = isArchived(record) ? ARCHIVES[record.storageClass] : undefined;
  if (!archive) throw new OssError('OperationNotSupported', { key: record.key });
  return archive;
}

function argument(argumentName: string, value: string | number | undefined): OssError {
  const message = `${argumentName} is not one that this storage class takes.`;
  return new OssError('InvalidArgument', { message, argumentName, argumentValue: String(value) });
}
