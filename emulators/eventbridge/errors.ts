/** What EventBridge answers instead of success. */
import { type ErrorCatalogue, named, ServiceError } from '../../src/kernel/service-error.ts';
import { type PopErrorCode, popErrors } from '../../src/protocols/pop-errors.ts';
import { type ConnectionErrorCode, connectionErrors } from './connection-errors.ts';
import { type StreamingErrorCode, streamingErrors } from './streaming-errors.ts';

export type EventBridgeErrorCode =
  | PopErrorCode
  | ConnectionErrorCode
  | StreamingErrorCode
  | 'InternalError'
  | 'InvalidApi.NotFound'
  | 'InvalidArgument'
  | 'MissingParameter'
  | 'RequestTooLarge'
  | 'EventBusNotExist'
  | 'EventBusAlreadyExist'
  | 'EventBusNameInvalid'
  | 'EventBusCountExceedLimit'
  | 'EventBusRuleNotEmptyForDelete'
  | 'EventBusSourceNotEmptyForDelete'
  | 'EventBusOperationNotAllowed'
  | 'EventRuleNotExisted'
  | 'EventRuleAlreadyExist'
  | 'EventRuleNameInvalid'
  | 'EventRuleCountExceedLimit'
  | 'EventRuleFilterPatternEmpty'
  | 'EventRuleFilterPatternSchemaError'
  | 'EventRuleFilterPatternExceedLimit'
  | 'EventRuleTargetsInvalid'
  | 'EventRuleTargetIdDuplicate'
  | 'EventRuleTargetCountExceedLimit'
  | 'EventSourceNotExist'
  | 'EventSourceAlreadyExist'
  | 'EventSourceNameInvalid'
  | 'EventSourceCountExceedLimit'
  | 'HttpSourceParametersEmpty'
  | 'HttpSourceParametersInvalid'
  | 'ExceedHttpSourceParametersCount'
  | 'PutEventsRequestSecurityCheckFailed'
  | 'JsonAttributeInvalid'
  | 'EventNotExist'
  | 'EventBusEmpty'
  | 'PutEventsRequestMoreThanOneEventBus'
  | 'EventCountExceedLimit'
  | 'EventSizeExceed'
  | 'EventIdEmpty'
  | 'EventIdInvalid'
  | 'EventSourceInvalid'
  | 'EventSubjectInvalid'
  | 'EventTypeInvalid'
  | 'EventSpecversionInvalid'
  | 'EventContentTypeInvalid'
  | 'EventTimeInvalid'
  | 'EventExtensionsAttributeExceedLimit'
  | 'EventExtensionsAttributeInvalid'
  | 'EventInvalid'
  | 'TooManyRequests'
  | 'InvalidAccessKeyId'
  | 'SecurityTokenInvalid'
  | 'StsAccessIdExpired'
  | 'AccessDenied'
  | 'LimitSizeInvalid'
  | 'NextTokenInvalid';

/**
 * Resources and arguments are refused with HTTP 200 and `Success: false`: terraform-provider-alicloud reads the code
 * off the body, and its client drops the bodies of 4xx. Only what the OpenAPI gateway refuses has a status of its own.
 * Wording: RocketMQ EventBridge source, EventBridgeErrorCode, and `@alicloud/eventbridge20200401` source.
 */
export const eventBridgeErrors: ErrorCatalogue<EventBridgeErrorCode> = {
  ...popErrors,
  ...connectionErrors,
  ...streamingErrors,
  InternalError: {
    status: 500,
    message: 'The request processing has failed due to some unknown error, exception or failure.',
  },
  // UNVERIFIED EVB-018: the gateway's answer; the data plane's own for an unknown path is not documented.
  'InvalidApi.NotFound': { status: 404, message: 'Specified api is not found, please check your url and method.' },
  // Ours: 400, for clients retry a 5xx.
  NotImplemented: {
    status: 400,
    message: ({ operation, what }) =>
      `${operation === undefined ? String(what) : `EventBridge operation ${operation}`} is not served by LocalYun yet.`,
  },
  // UNVERIFIED EVB-020: codes of missing and of malformed arguments, which the gateway may refuse before the service does.
  InvalidArgument: { status: 200, message: (details) => `The parameter ${named(details, 'parameter')} is not valid.` },
  MissingParameter: {
    status: 200,
    message: (details) => `${named(details, 'parameter')} is mandatory for this action.`,
  },
  RequestTooLarge: { status: 400, message: ({ limitBytes }) => `The request is larger than ${limitBytes} bytes.` },
  EventBusNotExist: { status: 200, message: (details) => `The event bus [${named(details, 'bus')}] not existed!` },
  EventBusAlreadyExist: {
    status: 200,
    message: (details) => `The event bus [${named(details, 'bus')}] already existed!`,
  },
  EventBusNameInvalid: {
    status: 200,
    message: (details) => `The event bus name [${named(details, 'bus')}] is invalid!`,
  },
  EventBusCountExceedLimit: {
    status: 200,
    message: ({ count, limit }) =>
      `The current count of event bus is [${count}], which will exceed the limit quota [${limit}]`,
  },
  EventBusRuleNotEmptyForDelete: {
    status: 200,
    message: (details) => `The event bus [${named(details, 'bus')}] has rules, please delete the rules first.`,
  },
  EventBusSourceNotEmptyForDelete: {
    status: 200,
    message: (details) => `The event bus [${named(details, 'bus')}] has sources, please delete the sources first.`,
  },
  // UNVERIFIED EVB-021: what the service answers to a change of the system bus; that it refuses is documented.
  EventBusOperationNotAllowed: {
    status: 200,
    message: 'The event bus [default] belongs to the service: it always exists and can not be changed or deleted.',
  },
  // The engine says EventRuleNotExist; clients look for this one.
  EventRuleNotExisted: { status: 200, message: 'The event rule not existed!' },
  EventRuleAlreadyExist: {
    status: 200,
    message: (details) => `The event rule [${named(details, 'rule')}] already existed!`,
  },
  EventRuleNameInvalid: {
    status: 200,
    message: (details) => `The event rule name [${named(details, 'rule')}] is invalid!`,
  },
  EventRuleCountExceedLimit: {
    status: 200,
    message: ({ count, limit }) =>
      `The current count of event rule is [${count}], which will exceed the limit quota [${limit}]`,
  },
  // These three always come with the pattern library's own sentence.
  EventRuleFilterPatternEmpty: { status: 200, message: 'The filter pattern is empty!' },
  EventRuleFilterPatternSchemaError: { status: 200, message: 'The filter pattern is invalid!' },
  EventRuleFilterPatternExceedLimit: { status: 200, message: 'The filter pattern exceed the limit!' },
  EventRuleTargetsInvalid: {
    status: 200,
    message: (details) => `The target in event rule is invalid! ${named(details, 'reason')}`,
  },
  EventRuleTargetIdDuplicate: { status: 200, message: 'The id of event target is duplicate!' },
  // UNVERIFIED EVB-022: the code for a sixth target.
  EventRuleTargetCountExceedLimit: {
    status: 200,
    message: ({ count, limit }) =>
      `The current count of event target is [${count}], which will exceed the limit quota [${limit}]`,
  },
  EventSourceNotExist: { status: 200, message: 'The event source in request is not exist!' },
  EventSourceAlreadyExist: {
    status: 200,
    message: (details) =>
      `The event source [${named(details, 'source')}] of event bus [${named(details, 'bus')}] already existed!`,
  },
  EventSourceNameInvalid: {
    status: 200,
    message: (details) => `The event source name [${named(details, 'source')}] is invalid!`,
  },
  EventSourceCountExceedLimit: {
    status: 200,
    message: ({ count, limit }) =>
      `The current count of event source is [${count}], which will exceed the limit quota [${limit}]`,
  },
  HttpSourceParametersEmpty: {
    status: 200,
    message: (details) =>
      `The parameters of http source is empty or contains empty value. Invalid parameter name=${named(details, 'name')}`,
  },
  HttpSourceParametersInvalid: {
    status: 200,
    message: (details) => `The parameters of http source is invalid. ${named(details, 'reason')}`,
  },
  ExceedHttpSourceParametersCount: {
    status: 200,
    message: ({ limit, name, count }) =>
      `Exceed http source parameters count limit. Limit count is ${limit}, and the value of ${name} is ${count}`,
  },
  PutEventsRequestSecurityCheckFailed: {
    status: 200,
    message: (details) =>
      `The putEvents request failed the webhook security check for ${named(details, 'what')}. Event source configuration is ${named(details, 'configured')}, the parameter in the request is ${named(details, 'sent')}.`,
  },
  JsonAttributeInvalid: { status: 200, message: 'The Json attribute is invalid' },
  // UNVERIFIED EVB-026: what answers a query for an event that is not there.
  EventNotExist: { status: 200, message: (details) => `The event [${named(details, 'event')}] not existed!` },
  EventBusEmpty: { status: 200, message: 'The event bus is empty.' },
  PutEventsRequestMoreThanOneEventBus: {
    status: 200,
    message: 'The events of one request must be of one event bus.',
  },
  // UNVERIFIED EVB-027: the code for a batch of more than 16.
  EventCountExceedLimit: {
    status: 200,
    message: ({ count, limit }) => `The count of events [${count}] exceed the limit [${limit}]!`,
  },
  EventSizeExceed: {
    status: 200,
    message: ({ size, limit }) => `The single event entry size[${size}] exceed the limit [${limit}]! `,
  },
  EventIdEmpty: { status: 200, message: 'The id of event is empty.' },
  // UNVERIFIED EVB-028: wording of the refusals of single attributes; the codes are the engine's, but for id and time.
  EventIdInvalid: { status: 200, message: (details) => `The id of event is invalid: ${named(details, 'reason')}.` },
  EventSourceInvalid: {
    status: 200,
    message: (details) => `The source of event is invalid: ${named(details, 'reason')}.`,
  },
  EventSubjectInvalid: {
    status: 200,
    message: (details) => `The subject of event is invalid: ${named(details, 'reason')}.`,
  },
  EventTypeInvalid: { status: 200, message: (details) => `The type of event is invalid: ${named(details, 'reason')}.` },
  EventSpecversionInvalid: {
    status: 200,
    message: (details) => `The specversion of event is invalid: ${named(details, 'reason')}.`,
  },
  EventContentTypeInvalid: {
    status: 200,
    message: (details) => `The datacontenttype of event is invalid: ${named(details, 'reason')}.`,
  },
  EventTimeInvalid: { status: 200, message: (details) => `The time of event is invalid: ${named(details, 'reason')}.` },
  EventExtensionsAttributeExceedLimit: {
    status: 200,
    message: ({ count, limit }) => `The extension attributes of event [${count}] exceed the limit [${limit}]!`,
  },
  EventExtensionsAttributeInvalid: {
    status: 200,
    message: (details) =>
      `The extension attribute [${named(details, 'name')}] is invalid: lower-case letters and digits, and a plain value.`,
  },
  EventInvalid: { status: 200, message: (details) => `The event is invalid: ${named(details, 'reason')}.` },
  TooManyRequests: {
    status: 429,
    message: ({ bus, perSecond }) => `The event bus [${bus}] takes ${perSecond} events a second; try again.`,
  },
  // Help page "Error codes": the data plane's own names for what its gateway refuses.
  InvalidAccessKeyId: { status: 403, message: 'The AccessKeyId in the request does not exist.' },
  SecurityTokenInvalid: { status: 403, message: 'The security token in the request is invalid.' },
  StsAccessIdExpired: { status: 403, message: 'The security token in the request is expired.' },
  AccessDenied: { status: 403, message: 'You are not authorized to do this action.' },
  LimitSizeInvalid: { status: 200, message: 'Specified parameter Limit is not valid.' },
  NextTokenInvalid: { status: 200, message: 'Specified parameter NextToken is not valid.' },
};

export class EventBridgeError extends ServiceError<EventBridgeErrorCode> {}
