/** Goes through what lies in a bucket and does to it what the lifecycle rules want by now. */
import {
  type DeleteMarker,
  isMarker,
  type ObjectRecord,
  type ObjectStore,
  type Version,
  type VersionPage,
  type VersionRef,
} from '../store/object-store.ts';
import { lastAccessOf } from './access-time.ts';
import { objectChange } from './facts.ts';
import { isImmutable } from './immutable.ts';
import { dueFor, isMarkerDue } from './lifecycle-due.ts';
import type { LifecycleRun, Sweep } from './run-lifecycle.ts';

type Wanted = ReturnType<typeof dueFor>;

/** Objects looked at before others have their turn. */
const PAGE = 500;

/** Current objects; of a bucket with versioning those that expire stay as versions, under a delete marker. */
export async function sweepObjects(run: LifecycleRun, sweep: Sweep): Promise<void> {
  const { store, signal, pause } = run;
  const prefix = commonPrefix(sweep.document.rules.map((rule) => rule.prefix));
  let after: string | undefined = '';
  while (after !== undefined && !signal.aborted) {
    const page = store.list({ bucket: sweep.bucket, prefix, delimiter: '', after, limit: PAGE });
    await carryOut(run, sweep, { found: page.objects, areCurrent: true });
    after = page.next;
    await pause();
  }
}

/** Versions and delete markers that are not current any more: what goes of them goes for good. */
export async function sweepVersions(run: LifecycleRun, sweep: Sweep): Promise<void> {
  const { rules } = sweep.document;
  if (!rules.some(({ noncurrentExpiration, noncurrentTransitions }) => noncurrentExpiration ?? noncurrentTransitions))
    return;
  await eachPage(run, sweep, (page) => {
    const found = page.flatMap(({ version, isLatest }) => (isLatest ? [] : [version]));
    return carryOut(run, sweep, { found, areCurrent: false });
  });
}

/** Delete markers that nothing lies under any more, once the versions are gone that this run takes. */
export async function sweepMarkers(run: LifecycleRun, sweep: Sweep): Promise<void> {
  if (!sweep.document.rules.some(({ expiration }) => expiration?.expiredMarkers)) return;
  await eachPage(run, sweep, async (page) => {
    const current = page.flatMap(({ version, isLatest }) => (isLatest && isMarker(version) ? [version] : []));
    const { store, nowMs } = run;
    const due = current.filter((marker) => isMarkerDue(sweep.document, marker, nowMs) && isAlone(store, marker));
    await expire(run, sweep, due, (found) => isMarker(found) && isAlone(store, found));
  });
}

async function eachPage(
  { store, signal, pause }: LifecycleRun,
  { bucket, document }: Sweep,
  look: (page: VersionPage['versions']) => Promise<void>,
): Promise<void> {
  const prefix = commonPrefix(document.rules.map((rule) => rule.prefix));
  let after: VersionPage['next'] = { key: '', versionId: '' };
  while (after !== undefined && !signal.aborted) {
    const { key, versionId } = after;
    const query = { bucket, prefix, delimiter: '', after: key, afterVersionId: versionId, limit: PAGE };
    const page: VersionPage = store.listVersions(query);
    await look(page.versions);
    after = page.next;
    await pause();
  }
}

function isAlone(store: ObjectStore, { bucket, key, versionId, noncurrentSinceMs }: DeleteMarker): boolean {
  const query = { bucket, prefix: key, delimiter: '', after: key, afterVersionId: versionId, limit: 1 };
  const [next] = store.listVersions(query).versions;
  return noncurrentSinceMs === undefined && next?.version.key !== key;
}

async function carryOut(
  run: LifecycleRun,
  sweep: Sweep,
  { found, areCurrent }: { found: readonly Version[]; areCurrent: boolean },
): Promise<void> {
  // Asked again where it is done: what was written again is young, and what is current by now has other rules.
  const wanted = (version: Version) =>
    (version.noncurrentSinceMs === undefined) === areCurrent ? wantedOf(run, sweep, version) : undefined;
  const due = found.map((version) => ({ version, what: wanted(version) }));
  const expired = due.flatMap(({ version, what }) => (what === 'expired' ? [version] : []));
  await expire(run, sweep, expired, (current) => wanted(current) === 'expired' && !mustStay(run, current));
  for (const { version, what } of due)
    if (!isMarker(version) && what !== undefined && what !== 'expired') await move(run, sweep, { version, wanted });
}

/** What would be gone for good though a policy or a lock keeps it: all but what a delete marker is put over. */
function mustStay({ store, nowMs }: LifecycleRun, found: Version): boolean {
  if (isMarker(found)) return false;
  const isGone = found.noncurrentSinceMs !== undefined || store.getBucket(found.bucket)?.versioning !== 'Enabled';
  return isGone && isImmutable(store, found, { nowMs });
}

function wantedOf({ store, nowMs }: LifecycleRun, { document }: Sweep, version: Version): Wanted {
  if (!isMarker(version)) return dueFor(document, { ...version, accessedAtMs: lastAccessOf(store, version) }, nowMs);
  return isMarkerDue(document, version, nowMs) ? 'expired' : undefined;
}

async function expire(
  { store, nowMs }: LifecycleRun,
  { report }: Sweep,
  versions: readonly Version[],
  onlyIf: (found: Version) => boolean,
): Promise<void> {
  if (versions.length === 0) return;
  const removals = await store.remove(versions.map(toRef), { atMs: nowMs, onlyIf });
  report.expired += removals.filter(({ did }) => did !== 'nothing').length;
}

/** The bytes stay where they are, and all else about them, but for what was asked back from the class before. */
async function move(
  { store, tell }: LifecycleRun,
  { report }: Sweep,
  { version, wanted }: { version: ObjectRecord; wanted(current: ObjectRecord): Wanted },
): Promise<void> {
  const change = (current: ObjectRecord) => {
    const storageClass = wanted(current);
    return storageClass === undefined || storageClass === 'expired' ? {} : { storageClass, restore: undefined };
  };
  await store.amend(toRef(version), change, {
    tell(before, after) {
      if (after.storageClass === before.storageClass) return;
      report.transitioned++;
      tell(objectChange('ObjectModified:ChangeStorageClass', before, after));
    },
  });
}

/** The current version, whichever that is by now; or the very version that is not current any more, or is a marker. */
function toRef(version: Version): VersionRef {
  const { bucket, key, versionId } = version;
  const isNamed = isMarker(version) || version.noncurrentSinceMs !== undefined;
  return isNamed ? { bucket, key, versionId } : { bucket, key };
}

function commonPrefix(prefixes: readonly string[]): string {
  let common = prefixes[0] ?? '';
  for (const prefix of prefixes) while (!prefix.startsWith(common)) common = common.slice(0, -1);
  // Half a character is no prefix of anything.
  return /[\ud800-\udbff]$/.test(common) ? common.slice(0, -1) : common;
}
