/** Turns node:http's request into the kernel's WireRequest: raw target kept, query and headers decoded once. */
import { Buffer } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import type { WireRequest } from '../kernel/wire.ts';

export interface Arrival {
  /** `host:port` this process listens on. */
  endpoint: string;
  signal: WireRequest['signal'];
}

/** Undefined for what can't be read: characters that no header may hold, or a body whose end is left open. */
export function toWireRequest(message: IncomingMessage, { endpoint, signal }: Arrival): WireRequest | undefined {
  const target = message.url ?? '/';
  const headers = decodeHeaders(message.rawHeaders);
  if (!headers || lookOf(target) === CONTROL || isOpenEnded(headers)) return undefined;
  const at = target.indexOf('?');
  const rawPath = stripAuthority(at < 0 ? target : target.slice(0, at));
  const rawQuery = at < 0 ? '' : target.slice(at + 1);
  return {
    method: message.method ?? 'GET',
    rawPath,
    rawQuery,
    query: decodeQuery(rawQuery),
    headers,
    body: message,
    remoteAddress: plainAddress(message.socket.remoteAddress ?? ''),
    remotePort: message.socket.remotePort ?? 0,
    endpoint,
    signal,
  };
}

/** A proxy-style target (`GET http://host/path`) carries the authority; rooms want the path. */
function stripAuthority(path: string): string {
  if (path.startsWith('/')) return path;
  return /^https?:\/\//i.test(path) ? path.replace(/^https?:\/\/[^/]*/i, '') || '/' : path;
}

/** Decodes names and values once: `+` is a space, as query encoders write it. What is no valid escape stays as it was sent. */
export function decodeQuery(rawQuery: string): (readonly [string, string])[] {
  if (rawQuery === '') return [];
  const pairs: (readonly [string, string])[] = [];
  for (const part of rawQuery.split('&')) {
    if (part === '') continue;
    const at = part.indexOf('=');
    pairs.push(at < 0 ? [decode(part), ''] : [decode(part.slice(0, at)), decode(part.slice(at + 1))]);
  }
  return pairs;
}

function decode(encoded: string): string {
  const text = encoded.includes('+') ? encoded.replaceAll('+', ' ') : encoded;
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    // Not UTF-8 or a stray percent sign: the raw text is the best that can be said of it.
    return text;
  }
}

/** Without a prototype, as what a client may name must be; a constructor's objects are quicker than `Object.create(null)`. */
const Headers = function Headers() {} as unknown as new () => Record<string, string>;
Headers.prototype = Object.create(null);

/** Without chunks at its end a transfer encoding leaves open where the body ends. */
function isOpenEnded(headers: Record<string, string>): boolean {
  const encoding = headers['transfer-encoding'];
  return encoding !== undefined && !/(^|,)\s*chunked$/i.test(encoding);
}

/** Node hands header bytes over as latin1; clients send UTF-8. Undefined where there is a control character. */
function decodeHeaders(raw: readonly string[]): Record<string, string> | undefined {
  const headers = new Headers();
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = lowerCased(raw[i] ?? '');
    const sent = raw[i + 1] ?? '';
    const look = lookOf(sent);
    if (name === undefined || look === CONTROL) return undefined;
    const value = look === ASCII ? sent : Buffer.from(sent, 'latin1').toString('utf8');
    const earlier = headers[name];
    headers[name] = earlier === undefined ? value : `${earlier},${value}`;
  }
  return headers;
}

/** Clients send the same few names again and again. */
const lowerCaseNames = new Map<string, string>();
const NAMES_MAX = 500;
const NAME_LENGTH_MAX = 64;

function lowerCased(name: string): string | undefined {
  const known = lowerCaseNames.get(name);
  if (known !== undefined) return known;
  if (lookOf(name) === CONTROL) return undefined;
  const lower = name.toLowerCase();
  if (lowerCaseNames.size >= NAMES_MAX) lowerCaseNames.clear();
  if (name.length <= NAME_LENGTH_MAX) lowerCaseNames.set(name, lower);
  return lower;
}

const TAB = 0x09;
const SPACE = 0x20;
const DELETE = 0x7f;

const ASCII = 0;
const BEYOND_ASCII = 1;
/** Characters that no header may hold, but for the tab; a reply that repeated them would break in two. */
const CONTROL = 2;

function lookOf(text: string): typeof ASCII | typeof BEYOND_ASCII | typeof CONTROL {
  let look: typeof ASCII | typeof BEYOND_ASCII = ASCII;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code >= SPACE && code < DELETE) continue;
    if (code === DELETE || (code < SPACE && code !== TAB)) return CONTROL;
    if (code > DELETE) look = BEYOND_ASCII;
  }
  return look;
}

/** IPv4 that arrived on an IPv6 socket is shown as IPv4. */
function plainAddress(address: string): string {
  return address.startsWith('::ffff:') ? address.slice('::ffff:'.length) : address;
}
