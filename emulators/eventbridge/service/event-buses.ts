/** Event buses: the system's and custom ones. */
import type { Database } from '../../../src/kernel/database.ts';
import { EventBridgeError } from '../errors.ts';
import type { EventBridgeLimits } from '../limits.ts';
import type { BusRow, BusStore } from '../store/buses.ts';
import type { EventBridgeStore } from '../store/store.ts';
import { DEFAULT_BUS, isName } from './names.ts';
import { type CountedPage, type PageQuery, pageOf } from './paging.ts';

/** UNVERIFIED EVB-200: `CloudService` is the system's bus, `Custom` any other. */
export const BUS_TYPES = ['CloudService', 'Custom', 'All'] as const;
type BusType = (typeof BUS_TYPES)[number];

export interface EventBuses {
  create(bus: BusRow): Promise<void>;
  /** Undefined leaves the description as it is. */
  update(name: string, description: string | undefined): Promise<void>;
  get(name: string): BusRow;
  list(query: PageQuery & { namePrefix: string; type?: BusType | undefined }): CountedPage<BusRow>;
  delete(name: string): Promise<void>;
}

export interface EventBusNeeds {
  database: Database;
  store: Pick<EventBridgeStore, 'buses' | 'rules' | 'sources'>;
  limits: EventBridgeLimits;
}

/** The system bus, as it is listed. It was there before anything else. */
const SYSTEM_BUS: BusRow = { name: DEFAULT_BUS, description: 'The bus of all service events.', createdAtMs: 0 };

export function createEventBuses({ database, store, limits }: EventBusNeeds): EventBuses {
  const { buses, rules, sources } = store;

  function create(bus: BusRow): Promise<void> {
    const { name } = bus;
    if (name === DEFAULT_BUS || !isName(name)) throw new EventBridgeError('EventBusNameInvalid', { bus: name });
    return database.transact(() => {
      if (buses.get(name)) throw new EventBridgeError('EventBusAlreadyExist', { bus: name });
      const count = buses.list().length;
      if (count >= limits.busesMax)
        throw new EventBridgeError('EventBusCountExceedLimit', { count, limit: limits.busesMax });
      buses.put(bus);
    });
  }

  function get(name: string): BusRow {
    return requireBus(buses.get, name);
  }

  return {
    create,
    get,
    update(name, description) {
      if (name === DEFAULT_BUS) throw new EventBridgeError('EventBusOperationNotAllowed');
      return database.transact(() => {
        const bus = get(name);
        buses.put({ ...bus, description: description ?? bus.description });
      });
    },
    list({ namePrefix, type = 'All', ...query }) {
      const all = [...(type === 'Custom' ? [] : [SYSTEM_BUS]), ...(type === 'CloudService' ? [] : buses.list())]
        .filter(({ name }) => name.startsWith(namePrefix))
        .sort((one, other) => (one.name < other.name ? -1 : 1));
      return pageOf(all, query, ({ name }) => name);
    },
    delete(name) {
      if (name === DEFAULT_BUS) throw new EventBridgeError('EventBusOperationNotAllowed');
      return database.transact(() => {
        get(name);
        if (rules.count(name) > 0) throw new EventBridgeError('EventBusRuleNotEmptyForDelete', { bus: name });
        if (sources.list().some(({ bus }) => bus === name))
          throw new EventBridgeError('EventBusSourceNotEmptyForDelete', { bus: name });
        buses.remove(name);
      });
    },
  };
}

export function isBus(find: BusStore['get'], name: string): boolean {
  return name === DEFAULT_BUS || find(name) !== undefined;
}

/** Throws EventBusNotExist. */
export function requireBus(find: BusStore['get'], name: string): BusRow {
  const bus = name === DEFAULT_BUS ? SYSTEM_BUS : find(name);
  if (!bus) throw new EventBridgeError('EventBusNotExist', { bus: name });
  return bus;
}
