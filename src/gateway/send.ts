/** Writes a WireReply to the socket: lengths, streams, and bodies of requests nobody read. */
import { Buffer } from 'node:buffer';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Clock } from '../kernel/clock.ts';
import type { WireReply } from '../kernel/wire.ts';

/** How long an early answer waits for the rest of an unread upload, so that the client gets to read the answer. */
const UNREAD_BODY_MS = 30_000;

/**
 * Resolves when the reply is out; undefined when it is out already, as most are. Rejects, or throws, when it could not be written
 * or its stream broke: half a body is no answer.
 */
export function send(
  reply: WireReply,
  request: IncomingMessage,
  response: ServerResponse,
  clock: Clock,
): Promise<void> | undefined {
  const { body } = reply;
  if (body instanceof Readable) return sendStream(reply, body, request, response, clock);
  if (!isRead(request)) return write(reply, body, request, response, clock);
  endThisTurn(response, writeHead(reply, bytesOf(body), request, response));
  return undefined;
}

interface Ending {
  response: ServerResponse;
  body: Uint8Array | undefined;
}

/** Answers that are whole, and leave at the end of this turn of the event loop. */
const ending: Ending[] = [];
let isEndPlanned = false;

/**
 * All answers of a turn leave one after the other at its end: to wake a client that waits costs the system as much as half a
 * small call, and one that an answer has woken needs no waking for those that follow.
 */
function endThisTurn(response: ServerResponse, body: Uint8Array | undefined): void {
  ending.push({ response, body });
  if (isEndPlanned) return;
  isEndPlanned = true;
  setImmediate(endAll);
}

/** Called at a turn's end already: its answers leave when all has run that waits for nothing from outside, and no turn later. */
export function endThisTurnSoon(): void {
  isEndPlanned = true;
  queueMicrotask(() => process.nextTick(endAll));
}

function endAll(): void {
  isEndPlanned = false;
  for (const { response, body } of ending.splice(0)) response.end(body);
}

async function sendStream(
  reply: WireReply,
  body: Readable,
  request: IncomingMessage,
  response: ServerResponse,
  clock: Clock,
): Promise<void> {
  // Whatever comes between, what the stream holds (an open file) is given back.
  const giveBack = () => void body.destroy();
  response.once('close', giveBack);
  try {
    await write(reply, body, request, response, clock);
  } finally {
    giveBack();
  }
}

async function write(
  reply: WireReply,
  given: WireReply['body'],
  request: IncomingMessage,
  response: ServerResponse,
  clock: Clock,
): Promise<void> {
  // A reader's body means nothing, and oss2 announces ones that never come: then the next call would be taken for it.
  const isStray = !isRead(request) && (request.method === 'GET' || request.method === 'HEAD');
  if (isStray) response.shouldKeepAlive = false;
  const sent = writeHead(reply, given instanceof Readable ? given : bytesOf(given), request, response);
  if (sent instanceof Readable) await stream(sent, response, announcedLength(reply.headers ?? {}));
  else if (isRead(request) || isStray) return void response.end(sent);
  else if (sent !== undefined && sent.byteLength > 0) response.write(sent);
  else response.flushHeaders();
  if (!isStray) await readToEnd(request, clock);
  response.end();
}

/** Answers what of the body is to follow. */
function writeHead<Body extends Uint8Array | Readable | undefined>(
  { status, headers = {} }: WireReply,
  body: Body,
  { method }: IncomingMessage,
  response: ServerResponse,
): Body | undefined {
  const raw = rawHeaders(headers);
  const isBodiless = status === 204 || status === 304;
  if (!isBodiless && !(body instanceof Readable) && announcedLength(headers) === undefined)
    raw.push('Content-Length', String(body?.byteLength ?? 0));
  response.writeHead(status, raw);
  return isBodiless || method === 'HEAD' ? undefined : body;
}

function bytesOf(body: string | Uint8Array | undefined): Uint8Array | undefined {
  return typeof body === 'string' ? Buffer.from(body, 'utf8') : body;
}

async function stream(body: Readable, response: ServerResponse, announced: number | undefined): Promise<void> {
  if (announced === undefined) await pipeline(body, response, { end: false });
  else await pipeline(body, (chunks) => exactly(announced, chunks), response, { end: false });
}

/** On a kept connection the client would take what is missing from the next answer, or what is too much for it. */
async function* exactly(announced: number, chunks: AsyncIterable<Uint8Array | string>) {
  let sizeBytes = 0;
  for await (const chunk of chunks) {
    sizeBytes += Buffer.byteLength(chunk);
    if (sizeBytes > announced) break;
    yield chunk;
  }
  if (sizeBytes !== announced)
    throw new Error(`The body has ${sizeBytes > announced ? 'more' : 'less'} than the ${announced} bytes announced.`);
}

function isRead(request: IncomingMessage): boolean {
  return request.complete || request.destroyed;
}

/**
 * The answer is out but not ended yet: a connection that is closed while an upload still comes in is reset, and the
 * reset takes the answer from a client that has not read it.
 */
function readToEnd(request: IncomingMessage, clock: Clock): Promise<void> {
  if (isRead(request)) return Promise.resolve();
  return new Promise((resolve) => {
    const cancel = clock.afterHostMs(UNREAD_BODY_MS, () => request.destroy());
    const done = () => {
      cancel();
      resolve();
    };
    request.once('end', done);
    request.once('close', done);
    request.resume();
  });
}

const LENGTH_NAME = 'content-length';

/** A length that a room sets is that of the object, also where no body is sent (HEAD). */
function announcedLength(headers: NonNullable<WireReply['headers']>): number | undefined {
  for (const name in headers)
    if (name.length === LENGTH_NAME.length && name.toLowerCase() === LENGTH_NAME) return Number(headers[name]);
  return undefined;
}

function rawHeaders(headers: Record<string, string | string[]>): string[] {
  const raw: string[] = [];
  for (const name in headers) {
    const value = headers[name];
    if (value === undefined) continue;
    if (typeof value !== 'string') for (const one of value) raw.push(name, latin1(one));
    else if (isMisread(name, value)) raw.unshift(name, latin1(value));
    else raw.push(name, latin1(value));
  }
  return raw;
}

const DISPOSITION_NAME = 'content-disposition';

/** node reads a Content-Disposition after a Content-Length as UTF-8 again, and refuses most of what it then finds: `filename="中.txt"`. */
function isMisread(name: string, value: string): boolean {
  return name.length === DISPOSITION_NAME.length && name.toLowerCase() === DISPOSITION_NAME && !isPlain(value);
}

/** Control characters would end a header early or make node refuse it. */
const CONTROLS = /[^\P{Cc}\t]/gu;

/** UTF-8 bytes on the wire: user metadata. */
function latin1(value: string): string {
  return isPlain(value) ? value : Buffer.from(value.replace(CONTROLS, ' '), 'utf8').toString('latin1');
}

function isPlain(value: string): boolean {
  for (let i = 0; i < value.length; i++) {
    const code = value.charCodeAt(i);
    if (code < 0x20 || code >= 0x7f) return false;
  }
  return true;
}
