/** Groups of transactions that are committed together: while one group is written and synced the next one's work is done. */

/**
 * Transactions of one commit, of many that are there at once. Were it to take all, callers who each wait for their answer would come
 * together again, and the disk and the process would take turns.
 */
const GROUP_MAX = 20;

export interface CommitGroups {
  /** Who comes now has to wait: those before it have not run. */
  isFull(): boolean;
  /** Resolves once the group is made up that the caller belongs to, in the order of the calls. */
  place(): Promise<void>;
  /** One more that will run. What it returns is called when it does, or when it never will; to call it again does nothing. */
  enter(): () => void;
}

export function createCommitGroups(): CommitGroups {
  let entered = 0;
  const waiting: (() => void)[] = [];

  function next(): void {
    for (const go of waiting.splice(0, GROUP_MAX)) go();
  }

  return {
    isFull: () => entered >= GROUP_MAX || waiting.length > 0,
    place: () => new Promise<void>((go) => waiting.push(go)),
    enter() {
      let isWaiting = true;
      entered++;
      return () => {
        if (!isWaiting) return;
        isWaiting = false;
        entered--;
        // In a turn of its own: what is begun while others of a commit run becomes part of it.
        if (entered === 0 && waiting.length > 0) setImmediate(next);
      };
    },
  };
}
