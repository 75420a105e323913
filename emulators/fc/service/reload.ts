/** Takes up new code of a folder: a new generation of every function whose code lies there. */
import type { Clock } from '../../../src/kernel/clock.ts';
import type { Database } from '../../../src/kernel/database.ts';
import type { FunctionStore } from '../store/function-store.ts';
import { fingerprintCode } from './code-folder.ts';

export interface ReloadNeeds {
  clock: Clock;
  database: Database;
  store: FunctionStore;
}

/** The functions that run new code from now on; none when the folder is as it was. */
export async function reloadCode({ clock, database, store }: ReloadNeeds, codeDir: string): Promise<string[]> {
  const { checksum, sizeBytes } = fingerprintCode(codeDir);
  const isStale = (each: { codeDir: string; codeChecksum: string }) =>
    each.codeDir === codeDir && each.codeChecksum !== checksum;
  if (!store.list().some(isStale)) return [];
  return database.transact(
    () => {
      const stale = store.list().filter(isStale);
      for (const record of stale)
        store.put({
          ...record,
          codeChecksum: checksum,
          codeSizeBytes: sizeBytes,
          generation: store.nextGeneration(),
          lastModifiedAtMs: clock.nowMs(),
        });
      return stale.map(({ functionName }) => functionName);
    },
    // Lost by a power cut, it is found again by the next deploy.
    { durable: false },
  );
}
