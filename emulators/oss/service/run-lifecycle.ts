/** Carries out the lifecycle rules of every bucket, page by page, so that other calls get their turns in between. */
import { BUCKETS_MAX } from '../limits.ts';
import {
  isMarker,
  type ObjectRecord,
  type ObjectRef,
  type ObjectStore,
  type StorageClass,
  type UploadPage,
} from '../store/object-store.ts';
import { documentOf } from './documents.ts';
import { LIFECYCLE, type LifecycleDocument } from './lifecycle.ts';
import { dueFor, isUploadDue } from './lifecycle-due.ts';

export interface LifecycleRun {
  store: ObjectStore;
  nowMs: number;
  /** Ends the run between two pages. */
  signal: AbortSignal;
  /** Lets others have their turn. */
  pause(): Promise<void>;
}

export interface LifecycleReport {
  expired: number;
  transitioned: number;
  aborted: number;
}

/** Objects or uploads looked at before others have their turn. */
const PAGE = 500;

/** UNVERIFIED OSS-074: what goes by a rule raises no event; the documented list has none for it. */
export async function runLifecycle(run: LifecycleRun): Promise<LifecycleReport> {
  const report: LifecycleReport = { expired: 0, transitioned: 0, aborted: 0 };
  const { buckets } = run.store.listBuckets({ prefix: '', marker: '', limit: BUCKETS_MAX });
  for (const { name } of buckets) {
    const document = documentOf(run.store, LIFECYCLE, name);
    if (!document) continue;
    await sweepObjects(run, { bucket: name, document, report });
    await sweepUploads(run, { bucket: name, document, report });
  }
  return report;
}

interface Sweep {
  bucket: string;
  document: LifecycleDocument;
  report: LifecycleReport;
}

async function sweepObjects({ store, nowMs, signal, pause }: LifecycleRun, { bucket, document, report }: Sweep) {
  const prefix = commonPrefix(document.rules.map((rule) => rule.prefix));
  let after: string | undefined = '';
  while (after !== undefined && !signal.aborted) {
    const page = store.list({ bucket, prefix, delimiter: '', after, limit: PAGE });
    const due = page.objects.map((object) => ({ object, wanted: dueFor(document, object, nowMs) }));
    const expired = due.filter(({ wanted }) => wanted === 'expired').map(({ object }) => object);
    if (expired.length > 0)
      await store.remove(expired.map(toRef), {
        atMs: nowMs,
        // Written again since it was looked at: then it is young.
        onlyIf: (current) => !isMarker(current) && dueFor(document, current, nowMs) === 'expired',
        tell: () => void report.expired++,
      });
    for (const { object, wanted } of due)
      if (wanted !== undefined && wanted !== 'expired') {
        if (await move(store, object, (current) => dueFor(document, current, nowMs))) report.transitioned++;
      }
    after = page.next;
    await pause();
  }
}

/** The bytes stay where they are, and so does everything else about the object, its last change included. */
async function move(
  store: ObjectStore,
  { bucket, key }: ObjectRecord,
  wanted: (current: ObjectRecord) => 'expired' | StorageClass | undefined,
): Promise<boolean> {
  let isMoved = false;
  await store.amend({ bucket, key }, (current) => {
    const storageClass = wanted(current);
    isMoved = storageClass !== undefined && storageClass !== 'expired';
    return storageClass === undefined || storageClass === 'expired' ? {} : { storageClass };
  });
  return isMoved;
}

/** The current version, whichever that is. */
function toRef({ bucket, key }: ObjectRecord): ObjectRef {
  return { bucket, key };
}

async function sweepUploads({ store, nowMs, signal, pause }: LifecycleRun, { bucket, document, report }: Sweep) {
  if (!document.rules.some(({ abortMultipartUpload }) => abortMultipartUpload)) return;
  let after: { key: string; uploadId: string } | undefined = { key: '', uploadId: '' };
  while (after !== undefined && !signal.aborted) {
    const page: UploadPage = store.listUploads({
      bucket,
      prefix: '',
      delimiter: '',
      after: after.key,
      afterUploadId: after.uploadId,
      limit: PAGE,
    });
    for (const upload of page.uploads)
      if (isUploadDue(document, upload, nowMs) && (await store.abortUpload(upload))) report.aborted++;
    after = page.next;
    await pause();
  }
}

function commonPrefix(prefixes: readonly string[]): string {
  let common = prefixes[0] ?? '';
  for (const prefix of prefixes) while (!prefix.startsWith(common)) common = common.slice(0, -1);
  // Half a character is no prefix of anything.
  return /[\ud800-\udbff]$/.test(common) ? common.slice(0, -1) : common;
}
