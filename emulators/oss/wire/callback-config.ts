/** Reads what an upload says of its callback: base64 of JSON in a header, a query parameter or a form field. */
import { Buffer } from 'node:buffer';
import { z } from 'zod';
import { queryValue, type WireRequest } from '../../../src/kernel/wire.ts';
import { OssError } from '../errors.ts';
import { CALLBACK_BYTES_MAX, CALLBACK_URLS_MAX } from '../limits.ts';
import type { Callback } from '../service/callback.ts';
import { parseTemplate } from '../service/callback-body.ts';

/** Undefined for an upload that asks for no callback. */
export function readCallback(request: Pick<WireRequest, 'headers' | 'query'>): Callback | undefined {
  const callback = either(request, 'callback', '0007-00000027');
  const variables = either(request, 'callback-var');
  if (callback === undefined) return undefined;
  return { ...parseCallback(callback), custom: variables === undefined ? new Map() : parseVariables(variables) };
}

/** A form gives each variable a field of its own. */
export function readFormCallback(fields: ReadonlyMap<string, string>): Callback | undefined {
  const callback = fields.get('callback');
  if (callback === undefined) return undefined;
  return { ...parseCallback(callback), custom: new Map([...fields].filter(([name]) => name.startsWith('x:'))) };
}

/** Help page "0007-00000027": header or parameter, not both. */
function either(request: Pick<WireRequest, 'headers' | 'query'>, name: string, ec?: string): string | undefined {
  const header = request.headers[`x-oss-${name}`];
  // Base64 that its sender did not escape arrives with spaces for its plus signs.
  const parameter = queryValue(request, name)?.replaceAll(' ', '+');
  if (header === undefined || parameter === undefined) return header ?? parameter;
  const message = `Either the ${name} query string parameter or the x-oss-${name} header should be specified, not both.`;
  throw new OssError('InvalidArgument', { message, argumentName: name, ec });
}

/** Schemas are made when they are needed: few uploads ask for a callback, and every start would pay. */
const configuration = () =>
  z.object({
    callbackUrl: z.string().optional(),
    callbackHost: z.string().optional(),
    callbackBody: z.string().optional(),
    callbackBodyType: z.unknown().optional(),
    callbackSNI: z.unknown().optional(),
    additionalHeaders: z.unknown().optional(),
  });

function parseCallback(encoded: string): Omit<Callback, 'custom'> {
  if (encoded.length > CALLBACK_BYTES_MAX)
    throw invalid('The callback configuration is too long.', 'callback', '0007-00000001');
  const parsed = configuration().safeParse(
    decodeJson(encoded, 'callback', 'The callback configuration', '0007-00000002'),
  );
  if (!parsed.success) throw invalid('The callback configuration is not json format.', 'callback');
  const { callbackUrl = '', callbackHost, callbackBody = '', callbackBodyType, callbackSNI } = parsed.data;
  const urls = readUrls(callbackUrl);
  if (callbackHost !== undefined && !HOST.test(callbackHost))
    throw invalid('The callback host configuration is invalid.', 'callbackHost', undefined, callbackHost);
  if (callbackBody === '') throw invalid('The callback body is empty.', 'callbackBody', '0007-00000011');
  return {
    urls,
    host: callbackHost,
    bodyType: readBodyType(callbackBodyType),
    template: parseTemplate(callbackBody),
    namesServer: readFlag(callbackSNI),
    additionalHeaders: readHeaders(parsed.data.additionalHeaders),
  };
}

const HOST = /^[A-Za-z0-9.\-_:[\]]+$/;

/** UNVERIFIED OSS-242: a missing URL is refused; documented both as required and as no callback at all. */
function readUrls(list: string): URL[] {
  const written = list.split(';').filter((url) => url !== '');
  if (written.length > CALLBACK_URLS_MAX)
    throw invalid('The number of callback url exceed max value.', 'callbackUrl', '0007-00000005', list);
  const urls = written.map(readUrl);
  if (urls.length === 0 || urls.includes(undefined))
    throw invalid('The callback url configuration is invalid.', 'callbackUrl', '0007-00000004', list);
  return urls.filter((url) => url !== undefined);
}

/** aliyun-oss-java-sdk 3.18 tests: a scheme may be left out, and a bare word is no address. With its scheme a container's name is. */
function readUrl(written: string): URL | undefined {
  const hasScheme = /^https?:\/\//i.test(written);
  const address = hasScheme ? written : `http://${written}`;
  if (!URL.canParse(address)) return undefined;
  const url = new URL(address);
  const isNamed = hasScheme || url.hostname.includes('.') || url.hostname === 'localhost';
  return isNamed && url.username === '' && url.password === '' ? url : undefined;
}

function readBodyType(type: unknown = 'application/x-www-form-urlencoded'): Callback['bodyType'] {
  if (type === 'application/x-www-form-urlencoded' || type === 'application/json') return type;
  const message = 'The body type of callback is not supported.';
  throw invalid(message, 'callbackBodyType', '0007-00000012', String(type));
}

function readFlag(flag: unknown = false): boolean {
  if (typeof flag === 'boolean') return flag;
  throw invalid('The callbackSNI is not a boolean.', 'callbackSNI', undefined, String(flag));
}

const HEADER_NAME = /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/;
const HEADER_VALUE = /^[\t\x20-\x7e]*$/;
/** They are the call's own. */
const OWN_HEADERS = new Set(['host', 'content-type', 'content-length', 'connection', 'authorization', 'user-agent']);
const headers = () => z.record(z.string().regex(HEADER_NAME), z.string().regex(HEADER_VALUE));

/** Help page "0007-00000026": a map, whose names must not begin with x-oss-. */
function readHeaders(value: unknown = {}): Record<string, string> {
  const parsed = headers().safeParse(value);
  const names = parsed.success ? Object.keys(parsed.data).map((name) => name.toLowerCase()) : [];
  const isOurs = names.some((name) => name.startsWith('x-oss-') || OWN_HEADERS.has(name) || isFraming(name));
  if (parsed.success && !isOurs) return parsed.data;
  throw invalid('The additional headers of callback are invalid.', 'additionalHeaders', '0007-00000026');
}

/** What decides where a request ends is nobody's to add. */
function isFraming(name: string): boolean {
  return name === 'transfer-encoding' || name === 'te' || name === 'trailer' || name === 'upgrade' || name === 'expect';
}

const variables = () => z.record(z.string(), z.string());

/** Help page "Callback": names begin with `x:`, and have no capitals. UNVERIFIED OSS-247: the wordings. */
function parseVariables(encoded: string): ReadonlyMap<string, string> {
  if (encoded.length > CALLBACK_BYTES_MAX)
    throw invalid('The callback-var configuration is too long.', 'callback-var', '0007-00000101');
  const parsed = variables().safeParse(decodeJson(encoded, 'callback-var', 'The callback-var configuration'));
  if (!parsed.success) throw invalid('The callback-var configuration is not a map from text to text.', 'callback-var');
  for (const name of Object.keys(parsed.data))
    if (!name.startsWith('x:') || name !== name.toLowerCase())
      throw invalid('The key of callback-var must begin with x: and be lower case.', 'callback-var', undefined, name);
  return new Map(Object.entries(parsed.data));
}

function decodeJson(encoded: string, name: string, what: string, ec?: string): unknown {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(encoded)) throw invalid(`${what} is not base64 encoded.`, name, ec, encoded);
  try {
    return JSON.parse(Buffer.from(encoded, 'base64').toString('utf8'));
  } catch {
    // What it says instead is in the value, which the answer repeats.
    throw invalid(`${what} is not json format.`, name, undefined, encoded);
  }
}

function invalid(message: string, argumentName: string, ec?: string, argumentValue?: string): OssError {
  return new OssError('InvalidArgument', { message, argumentName, argumentValue, ec });
}
