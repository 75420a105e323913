/** What every operation of this room is handed. */
import type { WireRequest } from '../../../src/kernel/wire.ts';
import type { ApiDestinations } from '../service/api-destinations.ts';
import type { Connections } from '../service/connections.ts';
import type { EventBuses } from '../service/event-buses.ts';
import type { EventQueries } from '../service/event-queries.ts';
import type { EventSources } from '../service/event-sources.ts';
import type { Owner } from '../service/names.ts';
import type { OwnCalls } from '../service/own-calls.ts';
import type { PutEvents } from '../service/put-events.ts';
import type { Rules } from '../service/rules.ts';
import type { Streamings } from '../service/streamings.ts';
import type { TagService } from '../service/tags.ts';

export interface EventBridgeServices {
  owner: Owner;
  buses: EventBuses;
  rules: Rules;
  putEvents: PutEvents;
  queries: EventQueries;
  sources: EventSources;
  connections: Connections;
  apiDestinations: ApiDestinations;
  streamings: Streamings;
  tags: TagService;
  ownCalls: OwnCalls;
  newEventId(): string;
  /** Where this stack listens. */
  endpoint(): string;
}

/** Buses that the events in this call went through before; throws when one more would be too many. */
export function hopsOf({ remoteAddress, remotePort }: WireRequest, ownCalls: OwnCalls): number {
  return ownCalls.arriving({ address: remoteAddress, port: remotePort });
}
