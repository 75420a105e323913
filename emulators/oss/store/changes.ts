/** A change of the store: one transaction, after which the files it freed are removed and the bytes it did not take are discarded. */
import type { Database } from '../../../src/kernel/database.ts';
import type { BlobFiles } from './blob-files.ts';
import type { StagedBody } from './object-store.ts';
import type { StagedBytes, Staging } from './staging.ts';

export interface Changes {
  /** `work` pushes files that lost their last owner to `freed`. */
  change<Result>(work: (freed: string[]) => Result): Promise<Result>;
  /** The same for a change that takes staged bytes over. Where it throws, or answers undefined, nobody has them. */
  changeWith<Result>(
    staged: StagedBody,
    work: (bytes: StagedBytes, freed: string[]) => Result | undefined,
  ): Promise<Result | undefined>;
}

export function createChanges(database: Database, files: BlobFiles, staging: Staging): Changes {
  async function change<Result>(work: (freed: string[]) => Result): Promise<Result> {
    const freed: string[] = [];
    const result = await database.transact(() => work(freed));
    files.release(freed);
    return result;
  }

  async function changeWith<Result>(
    staged: StagedBody,
    work: (bytes: StagedBytes, freed: string[]) => Result | undefined,
  ): Promise<Result | undefined> {
    const bytes = staging.take(staged);
    let isTaken = false;
    try {
      const result = await change((freed) => {
        const done = work(bytes, freed);
        isTaken = done !== undefined;
        return done;
      });
      if (!isTaken) staging.discard(bytes);
      return result;
    } catch (error) {
      // Once the work was done, a failed flush leaves open whether the row that names the file is on disk: keep the file.
      if (isTaken) files.suspectLeftovers();
      else staging.discard(bytes);
      throw error;
    }
  }

  return { change, changeWith };
}
