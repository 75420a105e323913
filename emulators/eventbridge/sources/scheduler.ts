/** Publishes what timers are due for: in one transaction the event and the next due time, so a crash loses and doubles none. */
import type { Cancel, Clock } from '../../../src/kernel/clock.ts';
import type { Database } from '../../../src/kernel/database.ts';
import type { Ids } from '../../../src/kernel/ids.ts';
import type { Logger } from '../../../src/kernel/logger.ts';
import { CATCH_UP_MAX } from '../limits.ts';
import type { Bus } from '../service/bus.ts';
import type { CloudEvent } from '../service/cloud-event.ts';
import type { Owner } from '../service/names.ts';
import type { ScheduleConfig, SourceRow } from '../store/sources.ts';
import type { EventBridgeStore } from '../store/store.ts';
import { loadSchedules, type Schedules } from './schedule.ts';

export interface Scheduler {
  /** Takes up what an earlier run left due. */
  start(): void;
  /** Sources were made, changed or removed. */
  changed(): void;
  /** What is in flight, in words. */
  busy(): string[];
  /** Fires nothing new, and resolves when what is under way has ended. */
  stop(): Promise<void>;
}

export interface SchedulerNeeds {
  clock: Clock;
  ids: Ids;
  logger: Logger;
  database: Database;
  store: Pick<EventBridgeStore, 'sources'>;
  bus: Pick<Bus, 'publish'>;
  owner: Owner;
  onChange(): void;
}

/** A timer that fires this late missed its moment: the stack was down, or its clock was set. */
const LATE_MS = 1000;

export type TimedSource = SourceRow & { config: ScheduleConfig };

export function createScheduler(needs: SchedulerNeeds): Scheduler {
  const { clock, logger, database, store } = needs;
  /** Events made up for in a row, by source. */
  const late = new Map<string, number>();
  let firing: Promise<void> | undefined;
  let cancel: Cancel | undefined;
  let isRunning = false;

  /** Sets the clock for what is due first. */
  function arm(): void {
    cancel?.();
    cancel = undefined;
    if (!isRunning || firing) return;
    const due = timed(store).map(({ config }) => config.nextAtMs);
    if (due.length > 0) cancel = clock.at(Math.min(...due), start);
  }

  function start(): void {
    firing = fire()
      .catch((error: unknown) => {
        // Without it nothing would be armed again: the row is still due, and would be tried in a tight loop.
        isRunning = false;
        logger.error('Timers stand still: what was due could not be published.', { error });
      })
      .finally(() => {
        firing = undefined;
        needs.onChange();
        arm();
      });
  }

  async function fire(): Promise<void> {
    const schedules = await loadSchedules();
    await database.transact(() => {
      for (const source of timed(store)) if (source.config.nextAtMs <= clock.nowMs()) publish(schedules, source);
    });
  }

  function publish(schedules: Schedules, source: TimedSource): void {
    const { config } = source;
    const nowMs = clock.nowMs();
    const event = scheduledEvent(source, { owner: needs.owner, id: needs.ids.uuid(), nowMs });
    needs.bus.publish({ bus: source.bus, event, factId: undefined, callerAccessKeyId: undefined });
    const read = schedules.read(config.schedule, config.timeZone);
    const nextAtMs = read.ok ? read.next(lastOf(source, nowMs)) : undefined;
    // A schedule that ends, as one of the last 29 February does, keeps its row and is never due again.
    store.sources.put({
      ...source,
      config: { ...config, fired: config.fired + 1, nextAtMs: nextAtMs ?? Number.MAX_SAFE_INTEGER },
    });
  }

  /** From when on the next one is looked for: its own moment, or now, once too many were missed. */
  function lastOf({ name, config }: TimedSource, nowMs: number): number {
    const isLate = nowMs - config.nextAtMs > LATE_MS;
    const count = isLate ? (late.get(name) ?? 0) + 1 : 0;
    if (count < CATCH_UP_MAX) {
      if (isLate) late.set(name, count);
      else late.delete(name);
      return config.nextAtMs;
    }
    late.delete(name);
    logger.warn('A timer missed more events than are made up for; the rest is left out.', {
      source: name,
      madeUp: count,
      missedSince: new Date(config.nextAtMs).toISOString(),
    });
    return nowMs;
  }

  return {
    start() {
      isRunning = true;
      arm();
    },
    changed() {
      late.clear();
      arm();
    },
    busy: () => (firing ? ['events of timers'] : []),
    async stop() {
      isRunning = false;
      cancel?.();
      await firing;
    },
  };
}

function timed({ sources }: SchedulerNeeds['store']): TimedSource[] {
  return sources
    .list()
    .filter((source): source is TimedSource => source.config.kind === 'schedule')
    .filter(({ config }) => config.nextAtMs < Number.MAX_SAFE_INTEGER);
}

/** Help page "Custom event source with a time trigger": a sample of the event. */
function scheduledEvent(
  { name, bus, config }: TimedSource,
  { owner, id, nowMs }: { owner: Owner; id: string; nowMs: number },
): CloudEvent {
  const { timeZone, schedule, userData, nextAtMs, fired } = config;
  return {
    // UNVERIFIED EVB-140: what the number after the id counts.
    id: `${id}-${fired + 1}`,
    source: name,
    specversion: '1.0',
    type: 'eventbridge:Events:ScheduledEvent',
    datacontenttype: 'application/json;charset=utf-8',
    time: new Date(nextAtMs).toISOString().replace(/\.\d+Z$/, 'Z'),
    aliyunaccountid: owner.accountId,
    aliyunpublishtime: new Date(nowMs).toISOString(),
    aliyuneventbusname: bus,
    aliyunregionid: owner.region,
    // UNVERIFIED EVB-141: where UserData stands; the sample has none.
    data: { TimeZone: timeZone, Schedule: schedule, ...(userData === undefined ? {} : { UserData: userData }) },
  };
}
