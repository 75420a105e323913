/** Answers calls: all that came in one turn of the event loop, one after the other at its end. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { andThen } from '../kernel/at-once.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Logger } from '../kernel/logger.ts';
import type { Handler } from '../kernel/pipeline.ts';
import type { WireRequest } from '../kernel/wire.ts';
import { endThisTurnSoon, send } from './send.ts';
import { toWireRequest } from './wire-request.ts';

export interface AnswerNeeds {
  edge: Handler;
  /** Everything under `/_localyun/`. */
  console: (request: IncomingMessage, response: ServerResponse) => void;
  /** `host:port` this process listens on. */
  endpoint(): string;
  clock: Clock;
  logger: Logger;
}

export interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  caller: Caller;
}

/** Whoever waits for an answer. */
export interface Caller {
  isGone: boolean;
  /** Made when somebody wants to hear that the caller went away. */
  listened: AbortController | undefined;
}

/** Also as clients behind a proxy setting write it: `GET http://127.0.0.1:9580/_localyun/…`. */
const OWN_PATH = /^(https?:\/\/[^/?]*)?\/_localyun(\/|\?|$)/i;

/**
 * What answers one call finds its code in the processor's caches when the next one comes right after it, instead of what read
 * and parsed that call. And a small body that came along with its headers has been read by then.
 */
export function createAnswering(needs: AnswerNeeds): (exchange: Exchange) => void {
  const arrived: Exchange[] = [];

  function answerAll(): void {
    for (const exchange of arrived.splice(0)) answer(exchange, needs);
    endThisTurnSoon();
  }

  return (exchange) => {
    if (arrived.push(exchange) === 1) setImmediate(answerAll);
  };
}

export function leave(caller: Caller): void {
  caller.isGone = true;
  caller.listened?.abort(new Error('The client closed the connection.'));
}

function answer(exchange: Exchange, needs: AnswerNeeds): void {
  const { request, response, caller } = exchange;
  const signal = () => {
    caller.listened ??= new AbortController();
    if (caller.isGone) leave(caller);
    return caller.listened.signal;
  };
  try {
    const call = toWireRequest(request, { endpoint: needs.endpoint(), signal });
    if (call && hasTwoLengths(call)) response.shouldKeepAlive = false;
    if (!call) refuse(response);
    else if (OWN_PATH.test(request.url ?? '')) needs.console(request, response);
    else {
      const sending = andThen(needs.edge(call), (reply) => send(reply, request, response, needs.clock));
      if (sending) sending.catch((error: unknown) => fail(exchange, needs, error));
    }
  } catch (error) {
    fail(exchange, needs, error);
  }
}

/** RFC 9112, 6.3: then the chunks count, and the connection ends, for somebody between may have counted otherwise. */
function hasTwoLengths({ headers }: WireRequest): boolean {
  return headers['transfer-encoding'] !== undefined && headers['content-length'] !== undefined;
}

function refuse(response: ServerResponse): void {
  response.writeHead(400, { Connection: 'close', 'Content-Length': 0 }).end();
}

const FAILED = 'LocalYun failed to answer; its log has the reason.\n';
/** Both are said: what could not be written may have left its own words and length behind. */
const FAILED_HEADERS = { Connection: 'close', 'Content-Length': FAILED.length };

function fail({ request, response, caller }: Exchange, { logger }: AnswerNeeds, error: unknown): void {
  if (!caller.isGone)
    logger.error('A reply could not be sent.', { method: request.method, target: request.url, error });
  if (response.headersSent) response.destroy();
  else response.writeHead(500, 'Internal Server Error', FAILED_HEADERS).end(FAILED);
}
