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
  /** One or the other, as there are staged bytes or not. */
  changeMaybeWith<Result>(
    staged: StagedBody | undefined,
    work: (bytes: StagedBytes | undefined, freed: string[]) => Result | undefined,
  ): Promise<Result | undefined>;
}

export function createChanges(database: Database, files: BlobFiles, staging: Staging): Changes {
  async function change<Result>(work: (freed: string[]) => Result): Promise<Result> {
    const freed: string[] = [];
    let isDone = false;
    try {
      const result = await database.transact(() => {
        const done = work(freed);
        isDone = true;
        return done;
      });
      files.release(freed);
      return result;
    } catch (error) {
      // A flush that failed after the work leaves open which rows are on disk, so no file either of them names may go.
      if (isDone) files.suspectLeftovers();
      throw error;
    }
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
      if (isTaken) staging.settle(bytes);
      else staging.discard(bytes);
      return result;
    } catch (error) {
      if (isTaken) staging.discardUnlessNamed(bytes);
      else staging.discard(bytes);
      throw error;
    }
  }

  return {
    change,
    changeWith,
    changeMaybeWith: (staged, work) => (staged ? changeWith(staged, work) : change((freed) => work(undefined, freed))),
  };
}
