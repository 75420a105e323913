/** Runs the lifecycle rules at the start, and then at each midnight of the kernel's clock. */
import { setImmediate } from 'node:timers/promises';
import type { Cancel, Clock } from '../../../src/kernel/clock.ts';
import type { Ids } from '../../../src/kernel/ids.ts';
import type { Logger } from '../../../src/kernel/logger.ts';
import type { Settled } from '../../../src/kernel/settled.ts';
import { runLifecycle } from './run-lifecycle.ts';
import type { OssServices } from './services.ts';

export interface LifecycleDailyNeeds {
  clock: Clock;
  logger: Logger;
  settled: Pick<Settled, 'register' | 'changed'>;
  ids: Pick<Ids, 'ossRequestId'>;
  services: Pick<OssServices, 'store' | 'tell' | 'accountId'>;
}

const DAY_MS = 86_400_000;

/** Returns the end of it, which resolves when no run is under way any more. */
export function startLifecycle({ clock, logger, settled, ids, services }: LifecycleDailyNeeds): () => Promise<void> {
  const ended = new AbortController();
  let runs = 0;
  let last = Promise.resolve();
  let cancel: Cancel;
  settled.register(() => (runs > 0 ? ['lifecycle rules are being carried out'] : []));

  function due(): void {
    // Help page "Lifecycle rules based on the last modified time": carried out once a day, at midnight of UTC.
    cancel = clock.at((Math.floor(clock.nowMs() / DAY_MS) + 1) * DAY_MS, due);
    runs++;
    last = last.then(once).finally(() => {
      runs--;
      settled.changed();
    });
  }

  async function once(): Promise<void> {
    try {
      const { store, tell, accountId } = services;
      const atMs = clock.nowMs();
      const principal = { type: 'account', accountId } as const;
      const report = await runLifecycle({
        store,
        nowMs: atMs,
        // UNVERIFIED OSS-222: a change that no call made has a request id of its own, no address, and is the account's.
        tell: (change) => tell({ requestId: ids.ossRequestId(), sourceIp: '', principal, atMs, told: 0 }, change),
        signal: ended.signal,
        pause: () => setImmediate(),
      });
      if (report.expired + report.transitioned + report.aborted > 0)
        logger.info('Lifecycle rules were carried out.', { ...report });
    } catch (error) {
      // The next midnight finds again what was not done.
      logger.error('Lifecycle rules could not be carried out.', { error });
    }
  }

  cancel = clock.at(clock.nowMs(), due);
  return async () => {
    cancel();
    ended.abort();
    await last;
  };
}
