/** Carries out the lifecycle rules of every bucket, page by page, so that other calls get their turns in between. */
import { BUCKETS_MAX } from '../limits.ts';
import type { ObjectStore, UploadPage } from '../store/object-store.ts';
import { documentOf } from './documents.ts';
import type { Change } from './facts.ts';
import { LIFECYCLE, type LifecycleDocument } from './lifecycle.ts';
import { isUploadDue } from './lifecycle-due.ts';
import { sweepMarkers, sweepObjects, sweepVersions } from './lifecycle-sweeps.ts';

export interface LifecycleRun {
  store: ObjectStore;
  nowMs: number;
  /** Called inside the transaction of what is told. */
  tell(change: Change): void;
  /** Ends the run between two pages. */
  signal: AbortSignal;
  /** Lets others have their turn. */
  pause(): Promise<void>;
}

export interface LifecycleReport {
  /** Objects, versions and delete markers that are gone, or objects that are marked as deleted. */
  expired: number;
  transitioned: number;
  aborted: number;
}

/** The rules of one bucket. */
export interface Sweep {
  bucket: string;
  document: LifecycleDocument;
  report: LifecycleReport;
}

/** Uploads looked at before others have their turn. */
const PAGE = 500;

/** UNVERIFIED OSS-074: what goes by a rule raises no event; the documented list has none for it. */
export async function runLifecycle(run: LifecycleRun): Promise<LifecycleReport> {
  const report: LifecycleReport = { expired: 0, transitioned: 0, aborted: 0 };
  const { buckets } = run.store.listBuckets({ prefix: '', marker: '', limit: BUCKETS_MAX });
  for (const { name } of buckets) {
    const document = documentOf(run.store, LIFECYCLE, name);
    if (!document) continue;
    const sweep = { bucket: name, document, report };
    await sweepObjects(run, sweep);
    await sweepVersions(run, sweep);
    await sweepMarkers(run, sweep);
    await sweepUploads(run, sweep);
  }
  return report;
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
