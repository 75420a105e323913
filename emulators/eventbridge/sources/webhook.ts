/** Makes an event of an HTTP request, if its source lets such a request through. */
import { isUtf8 } from 'node:buffer';
import { readExact } from '../../../src/kernel/exact-json.ts';
import { EventBridgeError } from '../errors.ts';
import { parseCidr, parseIpv4 } from '../pattern/ipv4.ts';
import type { SourceRow, WebhookConfig } from '../store/sources.ts';

export interface WebhookRequest {
  method: string;
  path: string;
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>;
  query: readonly (readonly [name: string, value: string])[];
  body: Uint8Array;
  remoteAddress: string;
}

export type WebhookSource = SourceRow & { config: WebhookConfig };

/** RocketMQ EventBridge source, HttpEventConverter: secrets of other systems stay out of events. */
const DROPPED_HEADERS = new Set(['authorization', 'cookie', 'proxy-authorization']);

/** Throws PutEventsRequestSecurityCheckFailed. */
export function checkWebhook({ config }: WebhookSource, { method, headers, remoteAddress }: WebhookRequest): void {
  const { methods, security, ips, referers } = config;
  if (!methods.includes(method)) throw failed('request methods', methods, method);
  // UNVERIFIED EVB-136: behind the service's own proxy the caller's address is in this header; anybody may send it here.
  const ip = headers['x-real-ip'] ?? remoteAddress;
  if (security === 'ip' && !ips.some((allowed) => isWithin(ip, allowed))) throw failed('sourceIP', ips, ip);
  const referer = headers.referer ?? '';
  // UNVERIFIED EVB-137: the header must be one of the texts, letter by letter, as the engine has it.
  if (security === 'referer' && !referers.includes(referer)) throw failed('secure domain', referers, referer);
}

/** The event's own attributes; what the bus adds is not its business. Throws JsonAttributeInvalid. */
export function webhookEvent(
  { name }: WebhookSource,
  { method, path, headers, query, body }: WebhookRequest,
  { id, subject, time }: { id: string; subject: string; time: string },
): Record<string, unknown> {
  const kept = Object.entries(headers).filter(([header]) => !DROPPED_HEADERS.has(header));
  const queryString: Record<string, string> = Object.create(null);
  for (const [key, value] of query) if (key !== 'token') queryString[key] ??= value;
  const content = readBody(headers['content-type'] ?? '', body);
  return {
    id,
    source: name,
    specversion: '1.0',
    type: 'eventbridge:Events:HTTPEvent',
    subject,
    datacontenttype: 'application/json',
    time,
    data: {
      // UNVERIFIED EVB-138: the sample has headers as they were sent; here their names are in lower case.
      headers: Object.fromEntries(kept),
      path,
      ...(content === undefined ? {} : { body: content }),
      httpMethod: method,
      queryString,
    },
  };
}

function readBody(contentType: string, body: Uint8Array): unknown {
  // UNVERIFIED EVB-226: what becomes of bytes that are no UTF-8 in a body of another type; here they are shown as U+FFFD.
  const text = new TextDecoder().decode(body);
  if (!/application\/json/i.test(contentType)) return text;
  if (text.trim() === '') return undefined;
  if (!isUtf8(body)) throw new EventBridgeError('JsonAttributeInvalid');
  try {
    return readExact(text);
  } catch {
    // What is wrong with it is the sender's business.
    throw new EventBridgeError('JsonAttributeInvalid');
  }
}

/** IPv4 addresses and ranges; another address is none of them. */
function isWithin(ip: string, allowed: string): boolean {
  const address = parseIpv4(ip);
  const range = parseCidr(allowed);
  return address !== undefined && range !== undefined && (address & range.mask) >>> 0 === range.network;
}

function failed(what: string, configured: readonly string[], sent: string): EventBridgeError {
  return new EventBridgeError('PutEventsRequestSecurityCheckFailed', {
    what,
    configured: `[${configured.join(', ')}]`,
    sent: sent.slice(0, 200),
  });
}
