/** The operations of EventBridge, version 2020-04-01, in the API reference's order. A row that is planned refuses by name. */
import type { OperationRow } from '../../../src/kernel/operation.ts';
import { planned } from '../../../src/kernel/operation.ts';
import { rpcMatch } from '../../../src/protocols/rpc.ts';
import { VERSION } from './control.ts';
import { CreateEventBus } from './create-event-bus.ts';
import { CreateRule } from './create-rule.ts';
import { DeleteEventBus } from './delete-event-bus.ts';
import { DeleteRule } from './delete-rule.ts';
import { DeleteTargets } from './delete-targets.ts';
import { DisableRule } from './disable-rule.ts';
import { EnableRule } from './enable-rule.ts';
import { GetEventBus } from './get-event-bus.ts';
import { GetRule } from './get-rule.ts';
import { ListEventBuses } from './list-event-buses.ts';
import { ListRules } from './list-rules.ts';
import { ListTargets } from './list-targets.ts';
import { PutTargets } from './put-targets.ts';
import type { EventBridgeServices } from './services.ts';
import { TestEventPattern } from './test-event-pattern.ts';
import { UpdateEventBus } from './update-event-bus.ts';
import { UpdateRule } from './update-rule.ts';

const control = (name: string) => planned(name, rpcMatch(VERSION, name), [{ action: `eventbridge:${name}` }]);

/** RPC on `/`; `eventbridge:<Operation>` is also the RAM action. */
const CONTROL_PLANE = [
  CreateEventBus,
  UpdateEventBus,
  GetEventBus,
  ListEventBuses,
  DeleteEventBus,
  CreateRule,
  UpdateRule,
  GetRule,
  ListRules,
  EnableRule,
  DisableRule,
  DeleteRule,
  PutTargets,
  DeleteTargets,
  ListTargets,
  control('CreateEventSource'),
  control('UpdateEventSource'),
  control('DeleteEventSource'),
  control('ListUserDefinedEventSources'),
  control('ListAliyunOfficialEventSources'),
  TestEventPattern,
  control('QueryEvent'),
  control('QueryEventTraces'),
  control('QueryTracedEventByEventId'),
  control('QueryTracedEvents'),
  control('PutEvents'),
  control('CreateConnection'),
  control('UpdateConnection'),
  control('GetConnection'),
  control('ListConnections'),
  control('DeleteConnection'),
  control('CreateApiDestination'),
  control('UpdateApiDestination'),
  control('GetApiDestination'),
  control('ListApiDestinations'),
  control('DeleteApiDestination'),
  control('CreateEventStreaming'),
  control('UpdateEventStreaming'),
  control('GetEventStreaming'),
  control('DeleteEventStreaming'),
  control('StartEventStreaming'),
  control('PauseEventStreaming'),
  control('ListEventStreamings'),
  control('CheckRoleForProduct'),
  control('CheckServiceLinkedRoleForProduct'),
  control('CreateServiceLinkedRoleForProduct'),
  control('EventCenterQueryEvents'),
  control('DiscoverEventSource'),
  control('TestEventSourceConfig'),
];

/** `@alicloud/eventbridge` 1.3.2 source: each is a POST under `/openapi/`. */
const DATA_PLANE = [
  'putEvents',
  'createEventBus',
  'deleteEventBus',
  'getEventBus',
  'listEventBuses',
  'createRule',
  'updateRule',
  'getRule',
  'listRules',
  'enableRule',
  'disableRule',
  'deleteRule',
  'createTargets',
  'deleteTargets',
  'listTargets',
  'testEventPattern',
  'queryEventTraces',
  'queryEventByEventId',
  'queryEventsByPeriod',
  'v2/createEventSource',
  'v2/updateEventSource',
  'v2/deleteEventSource',
  'v2/listUserDefinedEventSources',
  'v2/listAliyunOfficialEventSources',
  'v2/createEventStreaming',
  'v2/updateEventStreaming',
  'v2/deleteEventStreaming',
  'v2/getEventStreaming',
  'v2/listEventStreamings',
  'v2/listEventStreamingMetrics',
  'v2/pauseEventStreaming',
  'v2/startEventStreaming',
] as const;

export const controlOperations: readonly OperationRow<EventBridgeServices>[] = CONTROL_PLANE;

export const dataOperations: readonly OperationRow<unknown>[] = [
  // A name of its own, for the same operation stands in the control plane too.
  ...DATA_PLANE.map((name) => planned(`openapi/${name}`, { method: 'POST', path: `/openapi/${name}` })),
  // Help page "Custom event source with HTTP/HTTPS trigger".
  planned('webhook/putEvents', { method: 'POST', path: '/webhook/putEvents' }),
];
