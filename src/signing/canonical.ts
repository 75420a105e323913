/** The few text operations that all canonical forms share: escaping, comparing, reading an Authorization header. */

import { createHmac, hash } from 'node:crypto';

const UNRESERVED = /^[A-Za-z0-9\-._~]*$/;
const UNRESERVED_PATH = /^[A-Za-z0-9\-._~/]*$/;

/** RFC 3986: everything but A-Z a-z 0-9 - . _ ~ becomes %XX, upper case. */
export function percentEncode(text: string): string {
  if (UNRESERVED.test(text)) return text;
  return looseEncode(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** JavaScript's own escaping, which leaves ! ' ( ) * alone: what the oldest STS SDK signs. */
export function looseEncode(text: string): string {
  try {
    return encodeURIComponent(text);
  } catch {
    // Half a surrogate pair, which no UTF-8 wire can carry: the round trip turns it into U+FFFD.
    return encodeURIComponent(Buffer.from(text, 'utf8').toString('utf8'));
  }
}

/** Like percentEncode, with the slashes kept. */
export function percentEncodePath(path: string): string {
  if (UNRESERVED_PATH.test(path)) return path;
  return percentEncode(path).replaceAll('%2F', '/');
}

/** Compares two signatures without telling by its duration where they differ. */
export function sameSignature(provided: string, expected: string): boolean {
  if (provided.length !== expected.length) return false;
  let difference = 0;
  for (let at = 0; at < expected.length; at++) difference |= provided.charCodeAt(at) ^ expected.charCodeAt(at);
  return difference === 0;
}

export function hmacSha1Base64(secret: string, text: string): string {
  return createHmac('sha1', secret).update(text, 'utf8').digest('base64');
}

export function hmacSha256Base64(secret: string, text: string): string {
  return createHmac('sha256', secret).update(text, 'utf8').digest('base64');
}

export function sha256Hex(data: string | Uint8Array): string {
  return hash('sha256', data, 'hex');
}

/** Orders by UTF-16 unit, which is byte order for the ASCII that escaping leaves. */
export function byCodeUnit(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

/** `name:value\n` for every header whose name starts with `prefix`, sorted by name, values trimmed. */
export function prefixedHeaderLines(headers: Readonly<Record<string, string>>, prefix: string): string {
  let lines = '';
  for (const name of Object.keys(headers)
    .filter((key) => key.startsWith(prefix))
    .sort()) {
    lines += `${name}:${(headers[name] ?? '').trim()}\n`;
  }
  return lines;
}

/** As `prefixedHeaderLines`, with control white space inside a value counted as a space: the API gateway's schemes. */
export function spacedHeaderLines(headers: Readonly<Record<string, string>>, prefix: string): string {
  return Object.keys(headers)
    .filter((name) => name.startsWith(prefix))
    .sort()
    .map((name) => `${name}:${(headers[name] ?? '').replace(/[\t\n\r\f]/g, ' ').trim()}\n`)
    .join('');
}

/** Reads `Name=value,Name=value` in any order, with or without spaces; names lower-cased, the first of a name wins. */
export function authorizationPairs(text: string, separator: '=' | ':' = '='): ReadonlyMap<string, string> {
  const pairs = new Map<string, string>();
  for (const part of text.split(',')) {
    const at = part.indexOf(separator);
    if (at < 0) continue;
    const name = part.slice(0, at).trim().toLowerCase();
    if (!pairs.has(name)) pairs.set(name, part.slice(at + 1).trim());
  }
  return pairs;
}

/** Reads `<AccessKeyId>:<signature>`; undefined when either is missing. */
export function keyAndSignature(text: string): { accessKeyId: string; signature: string } | undefined {
  const colon = text.indexOf(':');
  const accessKeyId = text.slice(0, Math.max(colon, 0)).trim();
  const signature = text.slice(colon + 1).trim();
  return accessKeyId === '' || signature === '' ? undefined : { accessKeyId, signature };
}
