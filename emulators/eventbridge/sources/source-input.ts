/** Reads what a new event source is to be, and refuses by name what is not served. */
import { EventBridgeError } from '../errors.ts';
import { HTTP_SOURCE_LIST_MAX, REFERER_CHARACTERS_MAX, USER_DATA_CHARACTERS_MAX } from '../limits.ts';
import { parseCidr } from '../pattern/ipv4.ts';
import type { ScheduleConfig, SourceConfig, WebhookConfig } from '../store/sources.ts';
import { loadSchedules } from './schedule.ts';

export interface HttpEventInput {
  Type?: string | undefined;
  Method?: string[] | undefined;
  SecurityConfig?: string | undefined;
  Ip?: string[] | undefined;
  Referer?: string[] | undefined;
}

export interface ScheduledEventInput {
  Schedule?: string | undefined;
  TimeZone?: string | undefined;
  UserData?: string | undefined;
}

export interface SourceInput {
  http: HttpEventInput | undefined;
  schedule: ScheduledEventInput | undefined;
  /** Types of sources that were asked for and are none of these. */
  others: readonly string[];
}

export interface SourceContext {
  /** What the source is so far. */
  before: SourceConfig | undefined;
  nowMs: number;
  newToken(): string;
}

/** Help page "Custom event source with a time trigger". */
const TIME_ZONE_DEFAULT = 'GMT+0:00';
const TYPES = ['HTTP', 'HTTPS', 'HTTP&HTTPS'];
const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'TRACE', 'CONNECT'];

/** Undefined when nothing is said of it. */
export async function readSourceConfig(
  { http, schedule, others }: SourceInput,
  context: SourceContext,
): Promise<SourceConfig | undefined> {
  const [other] = others;
  if (other !== undefined) throw new EventBridgeError('NotImplemented', { what: `The event source type ${other}` });
  if (http && schedule)
    throw new EventBridgeError('InvalidArgument', {
      message: 'A source is one of SourceHttpEventParameters and SourceScheduledEventParameters.',
    });
  if (http) return readHttp(http, context);
  return schedule && (await readScheduled(schedule, context));
}

/** RocketMQ EventBridge source, HTTPEventSourceService: these checks, their order and their words. */
function readHttp(given: HttpEventInput, { before, newToken }: SourceContext): WebhookConfig {
  const { Type: type = '', Method: methods = [], SecurityConfig: security = '', Ip: ips = [] } = given;
  const { Referer: referers = [] } = given;
  if (type === '') throw empty('Type');
  if (!TYPES.includes(type)) throw invalid(`Parameter name is Type and value is ${type}`);
  if (methods.length === 0 || methods.includes('')) throw empty('Method');
  const strange = methods.find((method) => !METHODS.includes(method));
  if (strange !== undefined) throw invalid(`Parameter name is Method and value is ${strange}`);
  if (security === '') throw empty('SecurityConfig');
  if (security !== 'none' && security !== 'ip' && security !== 'referer')
    throw invalid(`Parameter name is SecurityConfig and value is ${security}`);
  checkList('Ip', ips, { isWanted: security === 'ip', security });
  const outlandish = ips.find((ip) => !parseCidr(ip));
  if (outlandish !== undefined) throw invalid(`Illegal IP or network segment: ${outlandish}`);
  checkList('Referer', referers, { isWanted: security === 'referer', security });
  if (referers.includes('')) throw empty('Referer');
  const long = referers.find(({ length }) => length > REFERER_CHARACTERS_MAX);
  if (long !== undefined) throw invalid(`Parameter Referer too long. referer=${long.slice(0, 100)}`);
  // A URL that was given away goes on working.
  const token = before?.kind === 'webhook' ? before.token : newToken();
  return { kind: 'webhook', type, methods: [...new Set(methods)], security, ips, referers, token };
}

function checkList(
  name: string,
  list: readonly string[],
  { isWanted, security }: { isWanted: boolean; security: string },
): void {
  if (isWanted === (list.length === 0)) {
    const should = isWanted ? 'should not be empty' : 'should be empty';
    throw invalid(`Parameter ${name} ${should} when SecurityConfig is ${security}`);
  }
  if (list.length > HTTP_SOURCE_LIST_MAX)
    throw new EventBridgeError('ExceedHttpSourceParametersCount', {
      limit: HTTP_SOURCE_LIST_MAX,
      name,
      count: list.length,
    });
}

async function readScheduled(given: ScheduledEventInput, { before, nowMs }: SourceContext): Promise<ScheduleConfig> {
  const { Schedule: schedule = '', UserData: userData } = given;
  const timeZone = given.TimeZone || TIME_ZONE_DEFAULT;
  if (schedule === '')
    throw new EventBridgeError('MissingParameter', { parameter: 'SourceScheduledEventParameters.Schedule' });
  if (userData !== undefined && userData.length > USER_DATA_CHARACTERS_MAX)
    throw badSchedule('UserData', `it has more than ${USER_DATA_CHARACTERS_MAX} characters`);
  const read = (await loadSchedules()).read(schedule, timeZone);
  if (!read.ok) throw badSchedule(read.parameter, read.problem);
  const nextAtMs = read.next(nowMs);
  if (nextAtMs === undefined) throw badSchedule('Schedule', 'it never falls due');
  const told = { kind: 'schedule', schedule, timeZone, userData } as const;
  const isSame = before?.kind === 'schedule' && before.schedule === schedule && before.timeZone === timeZone;
  return isSame
    ? { ...told, nextAtMs: before.nextAtMs, fired: before.fired }
    : { ...told, nextAtMs, fired: before?.kind === 'schedule' ? before.fired : 0 };
}

function empty(name: string): EventBridgeError {
  return new EventBridgeError('HttpSourceParametersEmpty', { name });
}

function invalid(reason: string): EventBridgeError {
  return new EventBridgeError('HttpSourceParametersInvalid', { reason });
}

function badSchedule(parameter: string, problem: string): EventBridgeError {
  return new EventBridgeError('InvalidArgument', {
    message: `The parameter SourceScheduledEventParameters.${parameter} is not valid: ${problem}.`,
  });
}
