/** PutEvents: a batch of events onto one bus, each taken or refused by itself. */
import type { Clock } from '../../../src/kernel/clock.ts';
import type { Database } from '../../../src/kernel/database.ts';
import type { Ids } from '../../../src/kernel/ids.ts';
import { describeError } from '../../../src/kernel/service-error.ts';
import { EventBridgeError, eventBridgeErrors } from '../errors.ts';
import type { EventBridgeLimits } from '../limits.ts';
import type { EventBridgeStore } from '../store/store.ts';
import type { Bus } from './bus.ts';
import { type Added, checkEvent } from './check-event.ts';
import { requireBus } from './event-buses.ts';
import { DEFAULT_BUS, type Owner } from './names.ts';
import { createThrottle } from './throttle.ts';

export interface EventEntry {
  eventId: string;
  /** 32 upper-case hex digits; undefined when it was refused. */
  traceId: string | undefined;
  errorCode: string | undefined;
  errorMessage: string | undefined;
}

export interface PutEventsInput {
  /** As they were sent; checked here. */
  events: readonly unknown[];
  /** Undefined: each event names it in `aliyuneventbusname`. */
  bus: string | undefined;
  /** Account and key of the caller, and where it calls from. */
  accountId: string;
  accessKeyId: string | undefined;
  sourceIp: string;
  /** Buses that they went through before. */
  hops: number;
  /** Throws when the caller may not publish to this bus. */
  authorize(bus: string): void;
}

/** Resolves once every taken event, and what is owed for it, would survive a power cut. In the order of the request. */
export type PutEvents = (input: PutEventsInput) => Promise<EventEntry[]>;

export interface PutEventsNeeds {
  clock: Clock;
  ids: Ids;
  database: Database;
  store: EventBridgeStore;
  bus: Bus;
  limits: EventBridgeLimits;
  owner: Owner;
}

export function createPutEvents(needs: PutEventsNeeds): PutEvents {
  const { clock, ids, database, store, limits, owner } = needs;
  const throttle = createThrottle(clock);

  return async ({ events, bus: named, accountId, accessKeyId, sourceIp, hops, authorize }) => {
    if (events.length === 0) throw new EventBridgeError('EventInvalid', { reason: 'the list of events is empty' });
    if (events.length > limits.batchEventsMax)
      throw new EventBridgeError('EventCountExceedLimit', { count: events.length, limit: limits.batchEventsMax });
    const bus = busOf(events, named);
    requireBus(store.buses.get, bus);
    authorize(bus);
    const perSecond = bus === DEFAULT_BUS ? limits.defaultBusEventsPerSecond : limits.busEventsPerSecond;
    if (!throttle.take(bus, events.length, perSecond))
      throw new EventBridgeError('TooManyRequests', { bus, perSecond });

    const added: Added = {
      aliyunaccountid: owner.accountId,
      aliyunoriginalaccountid: accountId,
      aliyuneventbusname: bus,
      aliyunregionid: owner.region,
      aliyunpublishtime: clock.now().toISOString(),
      aliyunpublishaddr: sourceIp,
    };
    const checked = events.map((raw) => checkEvent(raw, added, limits.eventBytesMax));
    // UNVERIFIED EVB-176: an id that was there before is no reason to refuse: producers that try again are told of no error.
    await database.transact(() => {
      for (const each of checked)
        if (each.ok) {
          const { event, text } = each;
          needs.bus.publish({ bus, event, text, factId: undefined, callerAccessKeyId: accessKeyId, hops });
        }
    });
    return checked.map((each) => {
      if (each.ok)
        return {
          eventId: each.event.id,
          traceId: ids.hex(16).toUpperCase(),
          errorCode: undefined,
          errorMessage: undefined,
        };
      const { message } = describeError(new EventBridgeError(each.code, each.details), eventBridgeErrors);
      return { eventId: each.id, traceId: undefined, errorCode: each.code, errorMessage: message };
    });
  };
}

/** One request is for one bus; over RPC a parameter names it, by which the caller's permission was looked at. */
function busOf(events: readonly unknown[], named: string | undefined): string {
  const objects = events.filter((event) => typeof event === 'object' && event !== null && !Array.isArray(event));
  if (objects.length === 0)
    throw new EventBridgeError('EventInvalid', { reason: 'there is no JSON object among them' });
  const names = new Set(
    objects.map((event) => (event as { aliyuneventbusname?: unknown }).aliyuneventbusname ?? named),
  );
  if (named !== undefined) names.add(named);
  if (names.size > 1) throw new EventBridgeError('PutEventsRequestMoreThanOneEventBus');
  const [bus] = names;
  if (typeof bus !== 'string' || bus === '') throw new EventBridgeError('EventBusEmpty');
  return bus;
}
