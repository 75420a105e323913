/** Keeps custom event buses; the system bus `default` always exists and has no row. */
import type { Database } from '../../../src/kernel/database.ts';

export interface BusRow {
  name: string;
  description: string;
  createdAtMs: number;
  /** Named in the settings: goes when it is named there no longer. */
  isConfigured?: boolean;
}

/** Writes only inside the database's open transaction. */
export interface BusStore {
  get(name: string): BusRow | undefined;
  /** In the order of their names. */
  list(): BusRow[];
  put(bus: BusRow): void;
  remove(name: string): void;
  clear(): void;
}

export function openBusStore(database: Database): BusStore {
  const buses = database.table<BusRow>('eventbridge.buses');
  const list = () => [...buses.range()].map(({ value }) => value);
  return {
    get: (name) => buses.get(name),
    list,
    put: (bus) => buses.put(bus.name, bus),
    remove: (name) => buses.remove(name),
    clear() {
      for (const { name } of list()) buses.remove(name);
    },
  };
}
