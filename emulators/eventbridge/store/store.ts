/** All tables of the EventBridge room. */
import type { Database } from '../../../src/kernel/database.ts';
import type { BusStore } from './buses.ts';
import { openBusStore } from './buses.ts';
import {
  type ApiDestinationRow,
  type ConnectionRow,
  openApiDestinationStore,
  openConnectionStore,
} from './connections.ts';
import type { DeliveryStore } from './deliveries.ts';
import { openDeliveryStore } from './deliveries.ts';
import type { EventStore } from './events.ts';
import { openEventStore, type Remake } from './events.ts';
import type { NamedStore } from './named-store.ts';
import type { RuleStore } from './rules.ts';
import { openRuleStore } from './rules.ts';
import type { SourceStore } from './sources.ts';
import { openSourceStore } from './sources.ts';
import { openStreamingWorkStore, type StreamingWorkStore } from './streaming-work.ts';
import { openStreamingStore, type StreamingRow } from './streamings.ts';

export interface EventBridgeStore {
  buses: BusStore;
  rules: RuleStore;
  sources: SourceStore;
  connections: NamedStore<ConnectionRow>;
  apiDestinations: NamedStore<ApiDestinationRow>;
  streamings: NamedStore<StreamingRow>;
  streamingWork: StreamingWorkStore;
  events: EventStore;
  deliveries: DeliveryStore;
}

export function openEventBridgeStore(database: Database, remake: Remake): EventBridgeStore {
  return {
    buses: openBusStore(database),
    rules: openRuleStore(database),
    sources: openSourceStore(database),
    connections: openConnectionStore(database),
    apiDestinations: openApiDestinationStore(database),
    streamings: openStreamingStore(database),
    streamingWork: openStreamingWorkStore(database),
    events: openEventStore(database, remake),
    deliveries: openDeliveryStore(database),
  };
}
