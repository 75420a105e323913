/** Whether a MinIO server does what the store needs: told in the log when that changes, not with every call. */
import type { Logger } from '../../../src/kernel/logger.ts';
import type { RemoteFailure, RemoteTrouble } from './remote.ts';

export interface Health {
  good(): void;
  /** Returns what it was told. */
  bad(failure: RemoteFailure): RemoteFailure;
  onRecovery(listener: () => void): void;
}

const OUTAGES: ReadonlySet<RemoteTrouble> = new Set(['unreachable', 'slow', 'failing', 'full', 'denied']);

/** An outage is told once, where it begins, and its end once; what single calls meet, and the first of all, is told to their callers. */
export function watchHealth(endpoint: string, logger: Logger): Health {
  const listeners: (() => void)[] = [];
  let trouble: RemoteTrouble | undefined;
  let wasGood = false;
  return {
    good() {
      wasGood = true;
      if (trouble === undefined) return;
      trouble = undefined;
      logger.info('MinIO answers again.', { endpoint });
      for (const listener of listeners) listener();
    },
    bad(failure) {
      if (wasGood && OUTAGES.has(failure.trouble) && failure.trouble !== trouble) {
        trouble = failure.trouble;
        logger.warn('MinIO does not do what the store needs.', { endpoint, trouble, reason: failure.message });
      }
      return failure;
    },
    onRecovery: (listener) => void listeners.push(listener),
  };
}
