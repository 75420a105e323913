/** Tells of restores when they are done, at that moment of the kernel's clock; those of a former run, too. */
import { z } from 'zod';
import type { Cancel, Clock } from '../../../src/kernel/clock.ts';
import type { Logger } from '../../../src/kernel/logger.ts';
import { principalSchema } from '../../../src/kernel/principal.ts';
import type { Settled } from '../../../src/kernel/settled.ts';
import type { PendingRestore } from '../store/restore-store.ts';
import { objectChange } from './facts.ts';
import type { OssServices } from './services.ts';

/** The call behind a restore, as it was kept. */
const cause = z.object({ requestId: z.string(), sourceIp: z.string(), principal: principalSchema });

/** Of kernel time: after what could not be told, for there may be room on the disk again. */
const RETRY_MS = 60_000;

export interface RestoresDoneNeeds {
  clock: Clock;
  logger: Logger;
  settled: Pick<Settled, 'register' | 'changed'>;
  services: Pick<OssServices, 'store' | 'tell'>;
}

export interface RestoresDone {
  /** One more will be done at that moment. */
  expect(readyAtMs: number): void;
  /** Resolves when nothing is told any more. */
  end(): Promise<void>;
}

export function startRestoresDone({ clock, logger, settled, services }: RestoresDoneNeeds): RestoresDone {
  const { store, tell } = services;
  let isEnded = false;
  let waiting: { atMs: number; cancel: Cancel } | undefined;
  let running: Promise<void> | undefined;
  settled.register(() => (running ? ['restores are being told of'] : []));

  function expect(readyAtMs: number): void {
    if (isEnded || (waiting && waiting.atMs <= readyAtMs)) return;
    waiting?.cancel();
    waiting = { atMs: readyAtMs, cancel: clock.at(readyAtMs, due) };
  }

  function due(): void {
    waiting = undefined;
    // What becomes due meanwhile is found by the same run.
    running ??= tellAll().finally(() => {
      running = undefined;
      settled.changed();
    });
  }

  async function tellAll(): Promise<void> {
    try {
      let next = store.nextRestore();
      for (; next && next.readyAtMs <= clock.nowMs() && !isEnded; next = store.nextRestore()) await end(next);
      if (next) expect(next.readyAtMs);
    } catch (error) {
      logger.error('The end of a restore could not be told.', { error });
      expect(clock.nowMs() + RETRY_MS);
    }
  }

  /** UNVERIFIED OSS-226: the event has the request, the address and the caller of the restore. */
  function end(restore: PendingRestore): Promise<void> {
    // Buses heard nothing of its beginning.
    const origin = { ...cause.parse(restore.cause), atMs: restore.readyAtMs, told: 0 };
    return store.endRestore(restore, (record) =>
      tell(origin, objectChange('ObjectRestore:FinishRestore', record, record)),
    );
  }

  const first = store.nextRestore();
  if (first) expect(first.readyAtMs);
  return {
    expect,
    async end() {
      isEnded = true;
      waiting?.cancel();
      await running;
    },
  };
}
