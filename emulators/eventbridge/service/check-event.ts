/** Is this a CloudEvent that a bus takes? And the event as it is delivered, with what the bus adds. */
import { LongNumber, writeExact } from '../../../src/kernel/exact-json.ts';
import type { EventBridgeErrorCode } from '../errors.ts';
import {
  EVENT_BYTES_MAX,
  EVENT_DEPTH_MAX,
  EVENT_EXTENSIONS_MAX,
  EVENT_ID_CHARACTERS_MAX,
  EVENT_SOURCE_CHARACTERS_MAX,
  EVENT_SUBJECT_CHARACTERS_MAX,
  EVENT_TYPE_CHARACTERS_MAX,
} from '../limits.ts';
import { CLOUDEVENTS_ATTRIBUTES } from '../pattern/index.ts';
import type { CloudEvent } from './cloud-event.ts';

export type CheckedEvent =
  | { ok: true; event: CloudEvent /** The event as JSON. */; text: string }
  | { ok: false; id: string; code: EventBridgeErrorCode; details: Record<string, unknown> };

/** What the bus adds; a sender's own values for these are overwritten. */
export interface Added {
  aliyunaccountid: string;
  aliyunoriginalaccountid: string;
  aliyuneventbusname: string;
  aliyunregionid: string;
  aliyunpublishtime: string;
  aliyunpublishaddr?: string;
}

const EXTENSION_NAME = /^[a-z0-9]{1,20}$/;
const CONTENT_TYPE = /^[\w.+-]+\/[\w.+-]+\s*(;.*)?$/;
/** RFC 3339, or with the name of a zone instead of an offset, as the vendor's samples send. */
const TIME =
  /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?([Zz]|[+-]\d{2}:?\d{2}|[A-Za-z]+(\/[A-Za-z_+-]+\d*)*)?$/;
/** A month 13 or an hour 25 is no time; whether a month has a day 31 is not looked at. */
const TIME_PARTS =
  /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])[Tt ]([01]\d|2[0-4]):[0-5]\d(:([0-5]\d|60)(?!\d)|(?![:\d]))/;
/** RFC 4648; without a quantifier inside another, so that no text takes long. */
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;
const KNOWN = new Set([...CLOUDEVENTS_ATTRIBUTES, 'data', 'data_base64']);

export function checkEvent(raw: unknown, added: Added, bytesMax = EVENT_BYTES_MAX): CheckedEvent {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw) || raw instanceof LongNumber)
    return { ok: false, id: '', code: 'EventInvalid', details: { reason: 'it is no JSON object' } };
  const given = attributesOf(raw);
  const problem = findProblem(given, added);
  const id = typeof given.id === 'string' ? given.id.slice(0, EVENT_ID_CHARACTERS_MAX) : '';
  if (problem) return { ok: false, id, ...problem };
  const event = assemble(given, added);
  const text = writeExact(event);
  const sizeBytes = Buffer.byteLength(text);
  if (sizeBytes > bytesMax)
    return { ok: false, id, code: 'EventSizeExceed', details: { size: sizeBytes, limit: bytesMax } };
  return { ok: true, event, text };
}

/** What is null is absent. Numbers that ECMAScript has none for are left to the data: attributes are texts, or near to it. */
function attributesOf(raw: object): Record<string, unknown> {
  const given = Object.entries(raw).filter(([, value]) => value !== null);
  return Object.fromEntries(given.map(([name, value]) => [name, name === 'data' ? value : roughly(value)]));
}

function roughly(value: unknown): unknown {
  return value instanceof LongNumber ? Number(value) : value;
}

type Problem = { code: EventBridgeErrorCode; details: Record<string, unknown> };

function findProblem(given: Record<string, unknown>, added: Added): Problem | undefined {
  const because = (code: EventBridgeErrorCode, reason: string): Problem => ({ code, details: { reason } });
  const { id, source, type, subject, specversion, datacontenttype, time } = given;
  if (id === undefined || id === '') return because('EventIdEmpty', '');
  // UNVERIFIED EVB-194: Help page "Limits" has ids of letters, digits and `-`; CloudEvents takes any text, and no code
  // is documented for others: they are taken.
  if (!isText(id, EVENT_ID_CHARACTERS_MAX))
    return because('EventIdInvalid', `at most ${EVENT_ID_CHARACTERS_MAX} characters`);
  if (!isText(source, EVENT_SOURCE_CHARACTERS_MAX) || /\s/.test(source))
    return because('EventSourceInvalid', `1 to ${EVENT_SOURCE_CHARACTERS_MAX} characters without white space`);
  if (!isText(type, EVENT_TYPE_CHARACTERS_MAX))
    return because('EventTypeInvalid', `1 to ${EVENT_TYPE_CHARACTERS_MAX} characters`);
  if (subject !== undefined && !isText(subject, EVENT_SUBJECT_CHARACTERS_MAX))
    return because('EventSubjectInvalid', `1 to ${EVENT_SUBJECT_CHARACTERS_MAX} characters`);
  if (specversion !== '1.0' && specversion !== '0.3') return because('EventSpecversionInvalid', '1.0 or 0.3');
  if (datacontenttype !== undefined && !(typeof datacontenttype === 'string' && CONTENT_TYPE.test(datacontenttype)))
    return because('EventContentTypeInvalid', 'a media type such as application/json');
  if (time !== undefined && !(typeof time === 'string' && TIME.test(time) && TIME_PARTS.test(time)))
    return because('EventTimeInvalid', 'RFC 3339, such as 2020-08-24T13:54:05.965Z');
  const reason = findDataProblem(given);
  return reason === undefined ? findExtensionProblem(given, added) : because('EventInvalid', reason);
}

/** CloudEvents JSON format 1.0: data, or its bytes as data_base64, never both. */
function findDataProblem({ data, data_base64, dataschema }: Record<string, unknown>): string | undefined {
  if (dataschema !== undefined && typeof dataschema !== 'string') return 'its dataschema is no text';
  if (data !== undefined && data_base64 !== undefined) return 'it has both data and data_base64';
  if (data_base64 !== undefined && !(typeof data_base64 === 'string' && isBase64(data_base64)))
    return 'its data_base64 is not base64';
  if (isDeeper(data, EVENT_DEPTH_MAX)) return `its data nests deeper than ${EVENT_DEPTH_MAX}`;
  return hasInfinity(data) ? 'its data has a number that no double-precision number comes near' : undefined;
}

/** What is overwritten may be anything: an event that a bus delivered is sent on with it, and one of those names is too long. */
function findExtensionProblem(given: Record<string, unknown>, added: Added): Problem | undefined {
  const extensions = Object.keys(given).filter((name) => !KNOWN.has(name) && !Object.hasOwn(added, name));
  if (extensions.length > EVENT_EXTENSIONS_MAX)
    return {
      code: 'EventExtensionsAttributeExceedLimit',
      details: { count: extensions.length, limit: EVENT_EXTENSIONS_MAX },
    };
  const bad = extensions.find((name) => !EXTENSION_NAME.test(name) || !isPlain(given[name]));
  return bad === undefined
    ? undefined
    : { code: 'EventExtensionsAttributeInvalid', details: { name: bad.slice(0, 100) } };
}

/** JSON has no number beyond those of ECMAScript: it would be delivered as null. */
function isPlain(value: unknown): boolean {
  return typeof value === 'number' ? Number.isFinite(value) : typeof value !== 'object';
}

function isText(value: unknown, charactersMax: number): value is string {
  return typeof value === 'string' && value !== '' && value.length <= charactersMax;
}

/** Padding may be left out; a last character alone says nothing. */
function isBase64(text: string): boolean {
  return BASE64.test(text) && text.replace(/=+$/, '').length % 4 !== 1;
}

/** Without recursion, and never past the limit: what is sent may nest as deep as its size allows. */
export function isDeeper(value: unknown, depthMax: number): boolean {
  const waiting: [value: unknown, depth: number][] = [[value, 1]];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const [inner, depth] = next;
    if (typeof inner !== 'object' || inner === null || inner instanceof LongNumber) continue;
    if (depth > depthMax) return true;
    for (const member of Object.values(inner)) waiting.push([member, depth + 1]);
  }
  return false;
}

/** What is read as one would be delivered as null. The depth was looked at before. */
function hasInfinity(value: unknown): boolean {
  if (typeof value === 'number' || value instanceof LongNumber) return !Number.isFinite(Number(value));
  if (typeof value !== 'object' || value === null) return false;
  for (const key in value) if (hasInfinity((value as Record<string, unknown>)[key])) return true;
  return false;
}

/** As the service orders them: the attributes, what is added, the data last. */
function assemble({ data, data_base64, ...attributes }: Record<string, unknown>, added: Added): CloudEvent {
  return {
    ...(attributes as { id: string; source: string; type: string; specversion: string }),
    ...added,
    ...(data === undefined ? {} : { data }),
    ...(data_base64 === undefined ? {} : { data_base64 }),
  };
}
