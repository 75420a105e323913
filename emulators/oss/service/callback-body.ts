/** What a callback says: the template of its body, and the variables that are filled into it. */
import { Buffer } from 'node:buffer';
import { OssError } from '../errors.ts';
import type { ObjectRecord } from '../store/object-store.ts';
import type { ImageInfo } from './image-info.ts';

/** A text as it stands, or the name of a variable. */
export type TemplatePart = { text: string } | { variable: string };

export type CallbackBodyType = 'application/x-www-form-urlencoded' | 'application/json';

export interface CallbackFacts {
  record: ObjectRecord;
  /** Undefined for what is no image, and where nobody asks. */
  image: ImageInfo | undefined;
  sourceIp: string;
  requestId: string;
  operation: string;
  /** By name: `x:uid`. */
  custom: ReadonlyMap<string, string>;
}

type Value = string | number | bigint | undefined;

/** Help page "Callback": the system's variables. */
const SYSTEM: Readonly<Record<string, (facts: CallbackFacts) => Value>> = {
  bucket: ({ record }) => record.bucket,
  object: ({ record }) => record.key,
  // UNVERIFIED OSS-243: no quotes, as in the page's example of a call.
  etag: ({ record }) => record.etag,
  size: ({ record }) => record.sizeBytes,
  mimeType: ({ record }) => record.contentType,
  'imageInfo.height': ({ image }) => image?.height,
  'imageInfo.width': ({ image }) => image?.width,
  'imageInfo.format': ({ image }) => image?.format,
  crc64: ({ record }) => BigInt(record.crc64),
  contentMd5: ({ record }) => record.contentMd5,
  // Nothing comes here through a VPC.
  vpcId: () => undefined,
  clientIp: ({ sourceIp }) => sourceIp,
  reqId: ({ requestId }) => requestId,
  operation: ({ operation }) => operation,
};

const CUSTOM_PREFIX = 'x:';
const EC = '0007-00000105';

/** Help page "0007-00000105": its wording for a dollar sign without a brace. UNVERIFIED OSS-244: the two others. */
export function parseTemplate(body: string): TemplatePart[] {
  const parts: TemplatePart[] = [];
  for (let at = 0; at < body.length; ) {
    const dollar = body.indexOf('$', at);
    if (dollar !== at) parts.push({ text: body.slice(at, dollar < 0 ? undefined : dollar) });
    if (dollar < 0) break;
    if (body[dollar + 1] !== '{') throw malformed('Left brace must be adjacent to dollar sign.', body);
    const end = body.indexOf('}', dollar);
    if (end < 0) throw malformed('Right brace is missing.', body);
    const variable = body.slice(dollar + 2, end);
    if (!Object.hasOwn(SYSTEM, variable) && !variable.startsWith(CUSTOM_PREFIX))
      throw malformed(`The variable ${variable} is not supported.`, body);
    parts.push({ variable });
    at = end + 1;
  }
  return parts;
}

/** Whether the object's own bytes have to be looked into. */
export function asksForImage(template: readonly TemplatePart[]): boolean {
  return template.some((part) => 'variable' in part && part.variable.startsWith('imageInfo.'));
}

export function fillTemplate(template: readonly TemplatePart[], type: CallbackBodyType, facts: CallbackFacts): string {
  const encode = type === 'application/json' ? jsonText : formText;
  return template.map((part) => ('text' in part ? part.text : encode(valueFor(part.variable, facts)))).join('');
}

/** UNVERIFIED OSS-244: a custom variable that nobody gave is the empty text. */
function valueFor(variable: string, facts: CallbackFacts): Value {
  return variable.startsWith(CUSTOM_PREFIX) ? (facts.custom.get(variable) ?? '') : SYSTEM[variable]?.(facts);
}

/** UNVERIFIED OSS-245: numbers stand bare, and what is empty is null, as in a call that was captured. */
function jsonText(value: Value): string {
  if (value === undefined) return 'null';
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}

function formText(value: Value = ''): string {
  // Half a surrogate pair can't be escaped; as UTF-8 it is a replacement character.
  const text = Buffer.from(String(value), 'utf8').toString('utf8');
  return encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}

function malformed(message: string, body: string): OssError {
  return new OssError('InvalidArgument', { message, argumentName: 'ReplaceKeyPrefix', argumentValue: body, ec: EC });
}
