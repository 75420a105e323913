/** A folder whose names are made to survive a power cut, one flush for all who ask at the same time. */
import { close, fsync, open } from 'node:fs';
import { promisify } from 'node:util';

export interface DurableFolder {
  /** Resolves when every name that was in the folder at the call is on disk. */
  sync(): Promise<void>;
  close(): void;
}

const openFile = promisify(open);
const flush = promisify(fsync);

/** Stays open, as a bare descriptor: opening and closing it for each file would double what a flush costs. */
export async function openFolder(path: string): Promise<DurableFolder> {
  const folder = await openFile(path, 'r');
  let running: Promise<void> | undefined;
  let next: Promise<void> | undefined;
  let isClosed = false;

  function begin(): Promise<void> {
    next = undefined;
    const begun = flush(folder).finally(() => {
      if (running === begun) running = undefined;
    });
    running = begun;
    return begun;
  }

  return {
    async sync() {
      if (isClosed) throw new Error(`The folder ${path} is closed.`);
      if (!running) return begin();
      // One under way may have begun before the caller's name was there; whoever else comes shares the next.
      next ??= running.then(begin, begin);
      return next;
    },
    close() {
      if (isClosed) return;
      isClosed = true;
      // Nobody waits: a folder opened to read has nothing to lose.
      close(folder, () => undefined);
    },
  };
}
