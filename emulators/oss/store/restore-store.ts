/** Keeps which restores are under way, in the order in which they will be done; knows nothing of what a restore is. */
import type { ObjectRecord, VersionRef } from './object-store.ts';

export interface PendingRestore extends VersionRef {
  /** Kernel time in ms. */
  readyAtMs: number;
  /** Plain data of the caller's: what the end of it is told with. */
  cause: unknown;
}

export interface RestoreStore {
  /** Only inside the transaction of a change, in its `tell`. */
  keepRestore(restore: PendingRestore): void;
  /** The soonest; undefined when none is under way. */
  nextRestore(): PendingRestore | undefined;
  /**
   * Forgets it. `tell`, in the same transaction, gets the object if it is still there and waits for this very restore: one that
   * was written over, or let go of and asked back anew, has nothing to do with it.
   */
  endRestore(restore: PendingRestore, tell: (record: ObjectRecord) => void): Promise<void>;
}
