/** Restores under way in the embedded store. */
import type { Changes } from './changes.ts';
import type { PendingRestore, RestoreStore } from './restore-store.ts';
import { parseRestore, restoreKey, type Tables } from './rows.ts';
import type { Versions } from './versions.ts';

export interface RestoreNeeds {
  tables: Tables;
  changes: Changes;
  versions: Versions;
}

export function createRestores({ tables, changes, versions }: RestoreNeeds): RestoreStore {
  const { restores } = tables;
  return {
    keepRestore: (restore) => restores.put(restoreKey(restore), restore),
    nextRestore() {
      for (const { value } of restores.range({ limit: 1 })) return toPending(value);
      return undefined;
    },
    endRestore: (restore, tell) =>
      changes.change(() => {
        restores.remove(restoreKey(restore));
        const { bucket, key, versionId, readyAtMs } = restore;
        const row = versions.findObject({ bucket, key, versionId })?.row;
        if (row?.restore?.readyAtMs === readyAtMs) tell(versions.toRecord({ bucket, key }, row));
      }),
  };
}

function toPending(value: unknown): PendingRestore {
  const { cause, ...restore } = parseRestore(value);
  return { ...restore, cause };
}
