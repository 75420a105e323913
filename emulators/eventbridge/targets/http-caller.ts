/** Calls the servers of targets: held to their time, their answers read only as far as anybody looks. */
import { Buffer } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import type { Clock } from '../../../src/kernel/clock.ts';
import { createOutgoingCalls, type OutgoingCall } from '../../../src/kernel/outgoing-calls.ts';
import { ANSWER_BYTES_MAX, ANSWER_SHOWN_CHARACTERS_MAX, TARGET_TIMEOUT_MS } from '../limits.ts';
import { CIRCLE, type OwnCalls } from '../service/own-calls.ts';
import type { DeliveryOutcome } from './target.ts';

export type HttpCall = Omit<OutgoingCall, 'servername' | 'onConnect'> & {
  /** Buses that the event in it has been through. */
  hops: number;
};

export type HttpAnswer =
  | { ok: true; status: number; location: string | undefined /** No more than ANSWER_BYTES_MAX. */; text: string }
  | { ok: false; reason: string /** What can't even be sent. */; isFinal: boolean };

export interface HttpCaller {
  /** Never rejects. Redirects are answers, and not followed. */
  call(call: HttpCall): Promise<HttpAnswer>;
  /** Breaks off what is under way. */
  close(): void;
}

export function createHttpCaller(clock: Clock, ownCalls: OwnCalls): HttpCaller {
  const calls = createOutgoingCalls(clock);

  return {
    async call({ hops, ...call }) {
      const own = ownCalls.begin(hops);
      const late = new Error(`no answer within ${TARGET_TIMEOUT_MS} ms`);
      const time = { timeoutMs: TARGET_TIMEOUT_MS, hostTimeoutMs: TARGET_TIMEOUT_MS, late };
      try {
        const opened = { ...call, onConnect: own.comesFrom };
        const answer = await calls.within(time, async (open) => readAnswer(await open(opened)));
        return own.isCircle() ? { ok: false, reason: CIRCLE, isFinal: true } : answer;
      } catch (error) {
        return { ok: false, reason: `${call.url.host}: ${reasonOf(error)}`, isFinal: isUnsendable(error) };
      } finally {
        own.end();
      }
    },
    close() {
      calls.close(new Error('broken off: LocalYun is stopping'));
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

async function readAnswer(response: IncomingMessage): Promise<HttpAnswer> {
  const { statusCode: status = 0, headers } = response;
  return { ok: true, status, location: headers.location, text: await readStart(response) };
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

/** OpenSSL's message is a line of its source: `…:SSL routines:ssl3_get_record:wrong version number:…`. */
const OF_OPENSSL = /:SSL routines:[^:]*:([^:]+)/;
/** What plain HTTP looks like to it, by what it begins with. */
const NO_TLS = new Set(['wrong version number', 'packet length too long', 'http request']);

/** A name with several addresses fails with one error for all of them, which has no message. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const [, ofTls] = OF_OPENSSL.exec(error.message) ?? [];
  if (ofTls !== undefined)
    return NO_TLS.has(ofTls)
      ? 'what answers there speaks no TLS: is its address http:// and not https://?'
      : `TLS failed: ${ofTls}`;
  return error.message || ('code' in error ? String(error.code) : error.name);
}
