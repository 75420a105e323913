/** Writes a WireReply to the socket: lengths, streams, and bodies of requests nobody read. */
import { Buffer } from 'node:buffer';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { Clock } from '../kernel/clock.ts';
import type { WireReply } from '../kernel/wire.ts';

/** How long an early answer waits for the rest of an unread upload, so that the client gets to read the answer. */
const UNREAD_BODY_MS = 30_000;

/** Resolves when the reply is out. Rejects when its stream broke; the socket is then gone, for half a body is no answer. */
export async function send(
  reply: WireReply,
  request: IncomingMessage,
  response: ServerResponse,
  clock: Clock,
): Promise<void> {
  drainUnread(request, response, clock);
  const headers = rawHeaders(reply.headers ?? {});
  const { body } = reply;
  if (body === undefined || typeof body === 'string' || body instanceof Uint8Array) {
    const bytes = typeof body === 'string' ? Buffer.from(body, 'utf8') : body;
    if (mayCarryLength(reply)) headers.push('Content-Length', String(bytes?.byteLength ?? 0));
    response.writeHead(reply.status, headers);
    response.end(request.method === 'HEAD' ? undefined : bytes);
    return;
  }
  if (request.method === 'HEAD') {
    body.destroy();
    response.writeHead(reply.status, headers).end();
    return;
  }
  response.writeHead(reply.status, headers);
  await pipeline(body, response);
}

/** 204 and 304 have no body and therefore no length; a length that was set (HEAD) is the object's. */
function mayCarryLength(reply: WireReply): boolean {
  if (reply.status === 204 || reply.status === 304) return false;
  return !Object.keys(reply.headers ?? {}).some((name) => name.toLowerCase() === 'content-length');
}

function rawHeaders(headers: Record<string, string | string[]>): string[] {
  const raw: string[] = [];
  for (const name in headers) {
    const value = headers[name];
    if (value === undefined) continue;
    if (typeof value === 'string') raw.push(name, latin1(value));
    else for (const one of value) raw.push(name, latin1(one));
  }
  return raw;
}

/** UTF-8 bytes on the wire (user metadata), and no way to end a header early. */
function latin1(value: string): string {
  let plain = true;
  for (let i = 0; i < value.length && plain; i++) {
    const code = value.charCodeAt(i);
    plain = code >= 0x20 && code < 0x7f;
  }
  if (plain) return value;
  return Buffer.from(value.replace(/[\r\n\0]/g, ' '), 'utf8').toString('latin1');
}

function drainUnread(request: IncomingMessage, response: ServerResponse, clock: Clock): void {
  if (request.complete || request.readableEnded) return;
  response.once('finish', () => {
    if (request.complete) return;
    request.resume();
    const cancel = clock.afterHostMs(UNREAD_BODY_MS, () => request.destroy());
    request.once('close', cancel);
  });
}
