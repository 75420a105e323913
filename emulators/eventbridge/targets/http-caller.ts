/** Calls servers outside: one call a connection, held to its time, its answer read only as far as anybody looks. */
import { Buffer } from 'node:buffer';
import { type ClientRequest, type IncomingMessage, type OutgoingHttpHeaders, request as plainRequest } from 'node:http';
import type { Clock } from '../../../src/kernel/clock.ts';
import { ANSWER_BYTES_MAX, ANSWER_SHOWN_CHARACTERS_MAX, TARGET_TIMEOUT_MS } from '../limits.ts';
import type { DeliveryOutcome } from './target.ts';

export interface HttpCall {
  method: string;
  url: URL;
  headers: OutgoingHttpHeaders;
  body: string | undefined;
}

export type HttpAnswer =
  | { ok: true; status: number; location: string | undefined /** No more than ANSWER_BYTES_MAX. */; text: string }
  | { ok: false; reason: string /** What can't even be sent. */; isFinal: boolean };

export interface HttpCaller {
  /** Never rejects. Redirects are answers, and not followed. */
  call(call: HttpCall): Promise<HttpAnswer>;
  /** Breaks off what is under way. */
  close(): void;
}

class Late extends Error {}

export function createHttpCaller(clock: Clock): HttpCaller {
  const running = new Set<AbortController>();

  async function call(given: HttpCall): Promise<HttpAnswer> {
    const end = new AbortController();
    running.add(end);
    const late = () => end.abort(new Late(`no answer within ${TARGET_TIMEOUT_MS} ms`));
    const cancels = [
      clock.at(clock.nowMs() + TARGET_TIMEOUT_MS, late),
      // Where time stands still, a server that never answers must not hold a delivery for good.
      clock.afterHostMs(TARGET_TIMEOUT_MS, late),
    ];
    try {
      const response = await answerOf(await open(given, end.signal), given.body);
      const { statusCode: status = 0, headers } = response;
      return { ok: true, status, location: headers.location, text: await readStart(response) };
    } catch (error) {
      const cause: unknown = end.signal.aborted ? end.signal.reason : error;
      return { ok: false, reason: `${given.url.host}: ${reasonOf(cause)}`, isFinal: isUnsendable(cause) };
    } finally {
      for (const cancel of cancels) cancel();
      running.delete(end);
    }
  }

  return {
    call,
    close() {
      for (const each of running) each.abort(new Late('broken off: LocalYun is stopping'));
    },
  };
}

/** UNVERIFIED EVB-132: 2xx is success; every other answer, redirects too, and no answer, are tried again. */
export function outcomeOf(answer: HttpAnswer): DeliveryOutcome {
  if (!answer.ok) return { error: answer.reason, isFinal: answer.isFinal };
  const { status, location, text } = answer;
  if (status >= 200 && status < 300) return { error: undefined, status };
  if (status >= 300 && status < 400)
    return {
      error: `HTTP ${status}: redirects are not followed (Location: ${location?.slice(0, 200) ?? 'none'}).`,
      status,
    };
  const shown = text.slice(0, ANSWER_SHOWN_CHARACTERS_MAX).trim();
  return { error: shown === '' ? `HTTP ${status} with an empty body.` : `HTTP ${status}: ${shown}`, status };
}

/** No connection is kept: a server that is stopped meanwhile is not called on an old one. */
async function open({ method, url, headers }: HttpCall, signal: AbortSignal): Promise<ClientRequest> {
  const options = { method, headers, signal, agent: false } as const;
  if (url.protocol === 'http:') return plainRequest(url, options);
  const { request } = await import('node:https');
  // UNVERIFIED EVB-133: certificates are not looked at; a server on this machine has none that anybody vouches for.
  return request(url, { ...options, rejectUnauthorized: false });
}

function answerOf(request: ClientRequest, body: string | undefined): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request.once('error', reject);
    request.once('response', (response) => {
      // Whoever reads it meets what breaks it; unread it must not end the process.
      response.on('error', () => {});
      resolve(response);
    });
    request.end(body);
  });
}

async function readStart(response: IncomingMessage): Promise<string> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of response as AsyncIterable<Uint8Array>) {
    chunks.push(chunk);
    sizeBytes += chunk.byteLength;
    // Leaving the loop ends the connection.
    if (sizeBytes >= ANSWER_BYTES_MAX) break;
  }
  return Buffer.concat(chunks).subarray(0, ANSWER_BYTES_MAX).toString('utf8');
}

/** Node's own words for what no header may hold or be named. */
const UNSENDABLE = new Set(['ERR_INVALID_CHAR', 'ERR_INVALID_HTTP_TOKEN']);

function isUnsendable(error: unknown): boolean {
  return error instanceof Error && 'code' in error && UNSENDABLE.has(String(error.code));
}

/** A name with several addresses fails with one error for all of them, which has no message. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.message || ('code' in error ? String(error.code) : error.name);
}
