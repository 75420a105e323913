/** Bounds of the EventBridge room: the documented ones, and those that keep a long-running emulator small. */

/** Events kept for `events list` and replay; the oldest go first. */
const EVENTS_KEPT_MAX = 10_000;
/** UNVERIFIED EVB-001: how long the service's event tracking keeps an event is not in the pages; a week is ours. */
const EVENT_AGE_MAX_MS = 7 * 24 * 3_600_000;
/** Events taken out of the history in one go: more than one comes in, so the bounds are reached, yet no write grows long. */
export const PRUNE_STEP = 64;
/** The history may be longer by this part of it, so that several leave at once: each then costs a third. */
export const PRUNE_SLACK = 1 / 200;

/** Deliveries not finished yet, of all rules together; beyond it a new one is dropped with that reason. */
const OPEN_DELIVERIES_MAX = 100_000;
/** Deliveries to one target at the same time, unless the target says otherwise. */
const DELIVERIES_PER_TARGET_MAX = 10;
/** Ours: buses one event may be forwarded through, so that rules that send events round in a circle end. */
export const HOPS_MAX = 5;
/** Help page "Limits": an event source's name; the rest is cut off. */
export const SOURCE_NAME_CHARACTERS_MAX = 127;
/** UNVERIFIED EVB-142: how many event sources an account may have. */
const SOURCES_MAX = 100;
/** Help page "Custom event source with an HTTP/HTTPS trigger": addresses, and secure domains. */
export const HTTP_SOURCE_LIST_MAX = 5;
/** RocketMQ EventBridge source, HTTPEventSourceService. */
export const REFERER_CHARACTERS_MAX = 256;
/** UNVERIFIED EVB-143: how long a timer's expression, interval and UserData may be. */
export const CRON_CHARACTERS_MAX = 256;
export const INTERVAL_SECONDS_MAX = 366 * 24 * 3600;
export const USER_DATA_CHARACTERS_MAX = 10_240;
/** FC's help page "Advanced features of triggers": events of one batch, seconds one is gathered for, and a call's body. */
export const WINDOW_EVENTS_MAX = 10_000;
export const WINDOW_SECONDS_MAX = 15;
export const SYNC_BATCH_BYTES_MAX = 32 * 1024 * 1024;
export const ASYNC_BATCH_BYTES_MAX = 128 * 1024;
/** Ours: open deliveries that are looked at in one go while a batch is gathered. */
export const GATHER_STEP = 256;
/** Ours: deliveries that are read in one go when a lane has a place for one: with more due than places, each is read once. */
export const READ_AHEAD = 64;
/** Ours: deliveries of a lane that are made already while their outcomes wait to be kept. After a crash these are made again. */
export const UNKEPT_MAX = 64;
/** Ours: events of a batch that are worked on in one go, so that a large one leaves others their turn. */
export const BATCH_STEP = 500;
/** Ours: events of one timer that are made up for, which fell due while nothing ran. */
export const CATCH_UP_MAX = 100;
/** UNVERIFIED EVB-145: how many connections and API destinations an account may have. */
const CONNECTIONS_MAX = 100;
const API_DESTINATIONS_MAX = 100;
/** `@alicloud/eventbridge20200401` source. */
export const DESCRIPTION_CHARACTERS_MAX = 255;
export const API_ENDPOINT_CHARACTERS_MAX = 127;
/** RocketMQ EventBridge source, ConnectionService: names, secrets and addresses of a connection. */
export const CREDENTIAL_CHARACTERS_MAX = 127;
/** Ours: parameters of one kind that a token is asked for with, and tokens that are remembered. */
export const OAUTH_PARAMETERS_MAX = 50;
export const OAUTH_TOKENS_MAX = 1000;
/** UNVERIFIED EVB-135: how long an HTTP target may take to answer. */
export const TARGET_TIMEOUT_MS = 10_000;
/** Ours: how much of an HTTP target's answer is read, and how much of it an error shows. */
export const ANSWER_BYTES_MAX = 64 * 1024;
export const ANSWER_SHOWN_CHARACTERS_MAX = 200;
/** Ours: what is told of a delivery whose parameters found nothing in the event. */
export const NOTES_MAX = 5;
export const NOTE_CHARACTERS_MAX = 200;
/** How much of a failed attempt's error is kept. */
export const ERROR_TEXT_CHARACTERS_MAX = 500;

/** Events answered by one `list`, and when the caller names no limit. */
export const LIST_MAX = 1000;
export const LIST_DEFAULT = 100;

/** Ours: rules of other buses that the trace of an event names, which no rule of its own bus matched. */
export const ELSEWHERE_MAX = 10;

/** Entries of one page of a list of the API. */
export const PAGE_MAX = 100;
/** Ours: ids or names that one call asks about. */
export const NAMES_MAX = 100;

/** Help page "Limits": custom buses, rules of a bus, targets of a rule. */
const BUSES_MAX = 50;
const RULES_PER_BUS_MAX = 50;
const TARGETS_PER_RULE_MAX = 5;

/** Help page "Limits": event streams of a region. */
const STREAMINGS_MAX = 50;
/** `@alicloud/eventbridge20200401` source. UNVERIFIED EVB-159: how long a tag may be. */
export const TAGS_MAX = 20;
export const TAG_CHARACTERS_MAX = 128;

/** Help page "Limits": bus and rule names have at most 127 characters. */
export const RULE_NAME_CHARACTERS_MAX = 127;

/** Help page "Limits": an event's id has at most 128 characters. */
export const EVENT_ID_CHARACTERS_MAX = 128;
/** FC's own names are no longer; they become keys of ours. */
export const FC_NAME_CHARACTERS_MAX = 128;
/** The last moment that ECMAScript has a date for. */
export const DATE_MAX_MS = 8.64e15;

/** Help page "Limits": one event as JSON, events of one request, and the request whole. */
export const EVENT_BYTES_MAX = 256 * 1024;
const BATCH_EVENTS_MAX = 16;
export const BATCH_BYTES_MAX = 1024 * 1024;
export const EVENT_SOURCE_CHARACTERS_MAX = 128;
export const EVENT_SUBJECT_CHARACTERS_MAX = 512;
export const EVENT_TYPE_CHARACTERS_MAX = 64;
/** Ours: deeper data would end JSON's own writer. */
export const EVENT_DEPTH_MAX = 500;
/** UNVERIFIED EVB-025: how many extension attributes an event may have. */
export const EVENT_EXTENSIONS_MAX = 30;
/** Help page "Limits": events a second. */
const DEFAULT_BUS_EVENTS_PER_SECOND = 10_000;
const BUS_EVENTS_PER_SECOND = 3_000;

/** What the stack may set; absent means the constants above. */
export interface EventBridgeLimits {
  eventsKeptMax: number;
  eventAgeMaxMs: number;
  openDeliveriesMax: number;
  deliveriesPerTargetMax: number;
  busesMax: number;
  rulesPerBusMax: number;
  targetsPerRuleMax: number;
  sourcesMax: number;
  connectionsMax: number;
  apiDestinationsMax: number;
  streamingsMax: number;
  eventBytesMax: number;
  batchEventsMax: number;
  defaultBusEventsPerSecond: number;
  busEventsPerSecond: number;
}

export const defaultLimits: EventBridgeLimits = {
  eventsKeptMax: EVENTS_KEPT_MAX,
  eventAgeMaxMs: EVENT_AGE_MAX_MS,
  openDeliveriesMax: OPEN_DELIVERIES_MAX,
  deliveriesPerTargetMax: DELIVERIES_PER_TARGET_MAX,
  busesMax: BUSES_MAX,
  rulesPerBusMax: RULES_PER_BUS_MAX,
  targetsPerRuleMax: TARGETS_PER_RULE_MAX,
  sourcesMax: SOURCES_MAX,
  connectionsMax: CONNECTIONS_MAX,
  apiDestinationsMax: API_DESTINATIONS_MAX,
  streamingsMax: STREAMINGS_MAX,
  eventBytesMax: EVENT_BYTES_MAX,
  batchEventsMax: BATCH_EVENTS_MAX,
  defaultBusEventsPerSecond: DEFAULT_BUS_EVENTS_PER_SECOND,
  busEventsPerSecond: BUS_EVENTS_PER_SECOND,
};

/** The quotas as `localyun.yaml` names them. */
export function limitsOfSettings(settings: {
  eventBuses: number;
  eventRulesPerBus: number;
  eventTargetsPerRule: number;
  eventStreamings: number;
  eventsPerSecond: number;
  defaultBusEventsPerSecond: number;
}): Partial<EventBridgeLimits> {
  return {
    busesMax: settings.eventBuses,
    rulesPerBusMax: settings.eventRulesPerBus,
    targetsPerRuleMax: settings.eventTargetsPerRule,
    streamingsMax: settings.eventStreamings,
    busEventsPerSecond: settings.eventsPerSecond,
    defaultBusEventsPerSecond: settings.defaultBusEventsPerSecond,
  };
}
