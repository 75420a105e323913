/** What is done once the stack is ready, so that no start waits for it. */
import { tmpdir } from 'node:os';
import type { Clock } from './clock.ts';
import { removeLeftFolders } from './data-folder.ts';
import type { Emulator } from './emulator.ts';
import type { Logger } from './logger.ts';

export interface WorkAfterStart {
  clock: Pick<Clock, 'afterHostMs'>;
  logger: Logger;
  rooms: readonly Emulator[];
  /** Every room is prepared, or can't be. */
  onPrepared?: (() => void) | undefined;
  /** Begins the names of temporary state folders. */
  temporaryPrefix: string;
}

/** Long enough for the first calls to be through. */
const TIDY_AFTER_MS = 2_000;

/** Answers with its end: what has not begun by then is not done. */
export function workAfterStart({
  clock,
  logger,
  rooms,
  onPrepared,
  temporaryPrefix,
}: WorkAfterStart): () => Promise<void> {
  const cancellations = [
    // Nobody waits for the operations' modules now; the first calls would.
    clock.afterHostMs(0, () => void prepare(rooms, logger).then(onPrepared)),
    clock.afterHostMs(TIDY_AFTER_MS, () => tidy(temporaryPrefix, logger)),
  ];
  return async () => {
    for (const cancel of cancellations) cancel();
  };
}

async function prepare(rooms: readonly Emulator[], logger: Logger): Promise<void> {
  try {
    for (const room of rooms) await room.prepare();
  } catch (error) {
    logger.error('Operations could not be loaded: the installation is not whole.', { error });
  }
}

function tidy(prefix: string, logger: Logger): void {
  try {
    removeLeftFolders(tmpdir(), prefix);
  } catch (error) {
    // Others' leftovers are no reason to stop.
    logger.warn('Temporary folders of killed runs could not be removed.', { error });
  }
}
