/** Names and ARNs of what EventBridge keeps. */
import { EventBridgeError } from '../errors.ts';
import { DESCRIPTION_CHARACTERS_MAX, RULE_NAME_CHARACTERS_MAX, SOURCE_NAME_CHARACTERS_MAX } from '../limits.ts';

/** Help page "Event buses": the bus of all service events; it always exists. */
export const DEFAULT_BUS = 'default';

const RESERVED_PREFIX = 'eventbridge-reserved-';
/** Help page "Limits": letters, digits and `-`, first a letter or digit. The engine takes `_`, too. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9_-]*$/;
const SOURCE_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;

/** `@alicloud/eventbridge20200401` source: 2 to 127 characters, of connections and API destinations. */
export const CONNECTION_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{1,126}$/;

/** Of connections and API destinations. */
export function checkDescription(description: string): void {
  if (description.length > DESCRIPTION_CHARACTERS_MAX)
    throw new EventBridgeError('InvalidArgument', { parameter: 'Description' });
}

/** Of buses, rules and event streamings. */
export function isName(name: string): boolean {
  return name.length <= RULE_NAME_CHARACTERS_MAX && NAME.test(name) && !name.startsWith(RESERVED_PREFIX);
}

export interface Owner {
  region: string;
  accountId: string;
}

export function busArn({ region, accountId }: Owner, bus: string): string {
  return `acs:eventbridge:${region}:${accountId}:eventbus/${bus}`;
}

/** The bus of such an ARN; undefined for what is none. */
export function busOfArn(arn: string): string | undefined {
  return /^acs:eventbridge:[^:]*:[^:]*:eventbus\/([^/]+)$/.exec(arn)?.[1];
}

export function sourceArn(owner: Owner, bus: string, source: string): string {
  return `${busArn(owner, bus)}/eventsource/${source}`;
}

/** Help page "Limits": letters, digits, `-` and `.`; what is longer is cut. Throws EventSourceNameInvalid. */
export function sourceName(given: string): string {
  const name = given.slice(0, SOURCE_NAME_CHARACTERS_MAX);
  if (!SOURCE_NAME.test(name)) throw new EventBridgeError('EventSourceNameInvalid', { source: name });
  return name;
}

export function streamingArn({ region, accountId }: Owner, streaming: string): string {
  return `acs:eventbridge:${region}:${accountId}:eventstreaming/${streaming}`;
}

/** Help page "Limits": what is longer is cut. */
export function streamingName(given: string): string {
  return given.slice(0, RULE_NAME_CHARACTERS_MAX);
}

export function ruleArn(owner: Owner, bus: string, rule: string): string {
  return `${busArn(owner, bus)}/rule/${rule}`;
}

/** What a call's parameters name. */
export function resourceOfCall(owner: Owner, parameters: Readonly<Record<string, unknown>>): string {
  const { EventStreamingName: streaming, EventBusName: bus, RuleName: rule } = parameters;
  return typeof streaming === 'string' ? streamingArn(owner, streamingName(streaming)) : resourceArn(owner, bus, rule);
}

/** What permission is asked for: a rule, or a bus, or `*` where none is named. */
export function resourceArn(owner: Owner, bus: unknown, rule?: unknown): string {
  const named = typeof bus === 'string' ? bus : '*';
  return typeof rule === 'string' ? ruleArn(owner, named, rule) : busArn(owner, named);
}
