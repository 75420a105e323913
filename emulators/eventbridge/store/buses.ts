/** Keeps custom event buses; the system bus `default` always exists and has no row. */
import type { Database } from '../../../src/kernel/database.ts';
import { type NamedStore, openNamedStore } from './named-store.ts';

export interface BusRow {
  name: string;
  description: string;
  createdAtMs: number;
  /** Named in the settings: goes when it is named there no longer. */
  isConfigured?: boolean;
}

export type BusStore = NamedStore<BusRow>;

export function openBusStore(database: Database): BusStore {
  return openNamedStore(database, 'eventbridge.buses');
}
