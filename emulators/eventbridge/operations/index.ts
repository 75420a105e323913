/** The operations of EventBridge, version 2020-04-01, in the API reference's order. A row that is planned refuses by name. */
import type { OperationRow } from '../../../src/kernel/operation.ts';
import { planned } from '../../../src/kernel/operation.ts';
import { rpcMatch } from '../../../src/protocols/rpc.ts';
import type { XmlValue } from '../../../src/protocols/xml.ts';
import { ANALYSIS_OPERATIONS } from './analysis.ts';
import { controlRow, dataRow, VERSION } from './api.ts';
import { CreateApiDestination } from './create-api-destination.ts';
import { CreateConnection } from './create-connection.ts';
import { CreateEventBus } from './create-event-bus.ts';
import { CreateEventSource } from './create-event-source.ts';
import { CreateEventStreaming } from './create-event-streaming.ts';
import { CreateRule } from './create-rule.ts';
import { DeleteApiDestination } from './delete-api-destination.ts';
import { DeleteConnection } from './delete-connection.ts';
import { DeleteEventBus } from './delete-event-bus.ts';
import { DeleteEventSource } from './delete-event-source.ts';
import { DeleteEventStreaming } from './delete-event-streaming.ts';
import { DeleteRule } from './delete-rule.ts';
import { DeleteTargets } from './delete-targets.ts';
import { DisableRule } from './disable-rule.ts';
import { EnableRule } from './enable-rule.ts';
import { GetApiDestination } from './get-api-destination.ts';
import { GetConnection } from './get-connection.ts';
import { GetEventBus } from './get-event-bus.ts';
import { GetEventStreaming } from './get-event-streaming.ts';
import { GetRule } from './get-rule.ts';
import { ListAliyunOfficialEventSources } from './list-aliyun-official-event-sources.ts';
import { ListApiDestinations } from './list-api-destinations.ts';
import { ListConnections } from './list-connections.ts';
import { ListEventBuses } from './list-event-buses.ts';
import { ListEventStreamingMetrics } from './list-event-streaming-metrics.ts';
import { ListEventStreamings } from './list-event-streamings.ts';
import { ListRules } from './list-rules.ts';
import { ListTargets } from './list-targets.ts';
import { ListUserDefinedEventSources } from './list-user-defined-event-sources.ts';
import { PauseEventStreaming } from './pause-event-streaming.ts';
import { PutCloudEvents, PutEvents } from './put-events.ts';
import { PutTargets } from './put-targets.ts';
import { QueryEvent } from './query-event.ts';
import { QueryEventTraces } from './query-event-traces.ts';
import { QueryEvents } from './query-events.ts';
import { QueryTracedEventByEventId } from './query-traced-event-by-event-id.ts';
import { QueryTracedEvents } from './query-traced-events.ts';
import { ReceiveWebhook } from './receive-webhook.ts';
import {
  CheckRoleForProduct,
  CheckServiceLinkedRoleForProduct,
  CreateServiceLinkedRoleForProduct,
} from './service-linked-roles.ts';
import type { EventBridgeServices } from './services.ts';
import { StartEventStreaming } from './start-event-streaming.ts';
import { ListTagResources, TagResources, UntagResources } from './tags.ts';
import { TestEventPattern } from './test-event-pattern.ts';
import { UpdateApiDestination } from './update-api-destination.ts';
import { UpdateConnection } from './update-connection.ts';
import { UpdateEventBus } from './update-event-bus.ts';
import { UpdateEventSource } from './update-event-source.ts';
import { UpdateEventStreaming } from './update-event-streaming.ts';
import { UpdateEventStreamingBusinessOption } from './update-event-streaming-business-option.ts';
import { UpdateRule } from './update-rule.ts';

const control = (name: string) => planned(name, rpcMatch(VERSION, name), [{ action: `eventbridge:${name}` }]);
const data = (name: string) => planned(`openapi/${name}`, { method: 'POST', path: `/openapi/${name}` });

/** RPC on `/`; `eventbridge:<Operation>` is also the RAM action. */
export const controlOperations: readonly OperationRow<EventBridgeServices>[] = [
  controlRow(CreateEventBus),
  controlRow(UpdateEventBus),
  controlRow(GetEventBus),
  controlRow(ListEventBuses),
  controlRow(DeleteEventBus),
  controlRow(CreateRule),
  controlRow(UpdateRule),
  controlRow(GetRule),
  controlRow(ListRules),
  controlRow(EnableRule),
  controlRow(DisableRule),
  controlRow(DeleteRule),
  controlRow(PutTargets),
  controlRow(DeleteTargets),
  controlRow(ListTargets),
  controlRow(CreateEventSource),
  controlRow(UpdateEventSource),
  controlRow(DeleteEventSource),
  controlRow(ListUserDefinedEventSources),
  controlRow(ListAliyunOfficialEventSources),
  controlRow(TestEventPattern),
  controlRow(QueryEvent),
  controlRow(QueryEventTraces),
  controlRow(QueryTracedEventByEventId),
  controlRow(QueryTracedEvents),
  controlRow(PutEvents),
  controlRow(CreateConnection),
  controlRow(UpdateConnection),
  controlRow(GetConnection),
  controlRow(ListConnections),
  controlRow(DeleteConnection),
  controlRow(CreateApiDestination),
  controlRow(UpdateApiDestination),
  controlRow(GetApiDestination),
  controlRow(ListApiDestinations),
  controlRow(DeleteApiDestination),
  controlRow(CreateEventStreaming),
  controlRow(UpdateEventStreaming),
  controlRow(GetEventStreaming),
  controlRow(DeleteEventStreaming),
  controlRow(StartEventStreaming),
  controlRow(PauseEventStreaming),
  controlRow(ListEventStreamings),
  controlRow(UpdateEventStreamingBusinessOption),
  controlRow(TagResources),
  controlRow(UntagResources),
  controlRow(ListTagResources),
  controlRow(CheckRoleForProduct),
  controlRow(CheckServiceLinkedRoleForProduct),
  controlRow(CreateServiceLinkedRoleForProduct),
  control('EventCenterQueryEvents'),
  control('DiscoverEventSource'),
  control('TestEventSourceConfig'),
  ...ANALYSIS_OPERATIONS.map(control),
];

/** `@alicloud/eventbridge` 1.3.2 source: each is a POST under `/openapi/`. */
export const dataOperations: readonly OperationRow<EventBridgeServices>[] = [
  PutCloudEvents,
  dataRow('createEventBus', CreateEventBus),
  dataRow('deleteEventBus', DeleteEventBus),
  dataRow('getEventBus', GetEventBus),
  dataRow('listEventBuses', ListEventBuses),
  dataRow('createRule', CreateRule, { input: { Targets: 'EventTargets' } }),
  dataRow('updateRule', UpdateRule),
  dataRow('getRule', GetRule, { output: withTimes }),
  dataRow('listRules', ListRules, { output: (data) => ({ ...data, Rules: listOf(data.Rules).map(withTimes) }) }),
  dataRow('enableRule', EnableRule),
  dataRow('disableRule', DisableRule),
  dataRow('deleteRule', DeleteRule),
  dataRow('createTargets', PutTargets),
  dataRow('deleteTargets', DeleteTargets),
  dataRow('listTargets', ListTargets),
  dataRow('testEventPattern', TestEventPattern),
  dataRow('queryEventTraces', QueryEventTraces, { list: 'EventTraceList' }),
  dataRow('queryEventByEventId', QueryTracedEventByEventId, { list: 'TracedEvents', listed: 'Events' }),
  dataRow('queryEventsByPeriod', QueryTracedEvents, {
    output: ({ Events, ...rest }) => ({ ...rest, TracedEvents: Events }),
  }),
  dataRow('queryEventsByEventIds', QueryEvents),
  data('listPartnerEventSources'),
  dataRow('v2/createEventSource', CreateEventSource),
  dataRow('v2/updateEventSource', UpdateEventSource),
  dataRow('v2/deleteEventSource', DeleteEventSource),
  dataRow('v2/listUserDefinedEventSources', ListUserDefinedEventSources, {
    output: ({ EventSourceList, ...rest }) => ({ ...rest, EventSources: listOf(EventSourceList).map(asDataSource) }),
  }),
  dataRow('v2/listAliyunOfficialEventSources', ListAliyunOfficialEventSources, {
    output: ({ EventSourceList, ...rest }) => ({ ...rest, EventSourceList: listOf(EventSourceList).map(asDataSource) }),
  }),
  dataRow('v2/createEventStreaming', CreateEventStreaming),
  dataRow('v2/updateEventStreaming', UpdateEventStreaming),
  dataRow('v2/deleteEventStreaming', DeleteEventStreaming),
  dataRow('v2/getEventStreaming', GetEventStreaming),
  dataRow('v2/listEventStreamings', ListEventStreamings),
  dataRow('v2/listEventStreamingMetrics', ListEventStreamingMetrics),
  dataRow('v2/pauseEventStreaming', PauseEventStreaming),
  dataRow('v2/startEventStreaming', StartEventStreaming),
  ReceiveWebhook,
];

/** The names its clients know for when a rule was made. */
function withTimes(rule: Record<string, XmlValue>): Record<string, XmlValue> {
  return { ...rule, Ctime: rule.CreatedTimestamp };
}

/** Other names for the same. */
function asDataSource({ Arn, SourceHttpEventParameters, ...source }: Record<string, XmlValue>) {
  return { ...source, ARN: Arn, SourceHttpEventResponse: SourceHttpEventParameters };
}

function listOf(value: XmlValue): Record<string, XmlValue>[] {
  return Array.isArray(value) ? (value as Record<string, XmlValue>[]) : [];
}
