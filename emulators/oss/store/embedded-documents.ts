/** Documents of buckets in the embedded store, with those of asked buckets in memory. */
import type { Changes } from './changes.ts';
import type { DocumentStore } from './document-store.ts';
import { rowsOf } from './row-scan.ts';
import { lastOf, type Tables } from './rows.ts';

export interface Documents extends DocumentStore {
  /** After a change that did not go through here: what memory has is read again. */
  forgetRead(): void;
}

/** More buckets than an account has; names of buckets that don't exist may be asked for as well. */
const READ_BUCKETS_MAX = 1000;

export function createDocuments({ tables, changes }: { tables: Tables; changes: Changes }): Documents {
  const { documents } = tables;
  const read = new Map<string, ReadonlyMap<string, unknown>>();

  function documentsOf(bucket: string): ReadonlyMap<string, unknown> {
    const known = read.get(bucket);
    if (known) return known;
    const found = new Map(rowsOf(documents, bucket).map(({ key, value }) => [String(lastOf(key)), value]));
    if (read.size >= READ_BUCKETS_MAX) read.clear();
    read.set(bucket, found);
    return found;
  }

  /** Read again after the change, whether it was kept or not. */
  const change = (work: () => void) => changes.change(work).finally(() => read.clear());

  return {
    getDocument: ({ bucket, kind }) => documentsOf(bucket).get(kind),
    putDocument: ({ bucket, kind }, document, commit) =>
      change(() => {
        commit?.guard?.();
        documents.put([bucket, kind], document);
      }),
    removeDocument: ({ bucket, kind }) => change(() => documents.remove([bucket, kind])),
    forgetRead: () => read.clear(),
  };
}
