/** The headers that say when a lifecycle rule will remove an object, and when it was read last. */
import { lastAccessOf } from '../service/access-time.ts';
import { documentOf } from '../service/documents.ts';
import { LIFECYCLE } from '../service/lifecycle.ts';
import { expiryOf } from '../service/lifecycle-due.ts';
import type { ObjectRecord, ObjectStore } from '../store/object-store.ts';
import { headerTime } from './times.ts';

export function expirationHeaders(store: ObjectStore, record: ObjectRecord): Record<string, string> {
  // What is not current any more goes by other rules.
  if (record.noncurrentSinceMs !== undefined) return {};
  const document = documentOf(store, LIFECYCLE, record.bucket);
  const expiry = document && expiryOf(document, record);
  if (!expiry) return {};
  return {
    'x-oss-expiration': `expiry-date="${headerTime(expiry.atMs)}", rule-id="${encodeURIComponent(expiry.ruleId)}"`,
  };
}

/** Only in a bucket that keeps track of it. */
export function accessHeaders(store: ObjectStore, record: ObjectRecord): Record<string, string> {
  const lastMs = lastAccessOf(store, record);
  return lastMs === undefined ? {} : { 'x-oss-last-access-time': headerTime(lastMs) };
}
