/** Calls servers outside: one call a connection, held to its time, broken off when whoever calls stops. */
import { type ClientRequest, type IncomingMessage, type OutgoingHttpHeaders, request as plainRequest } from 'node:http';
import type { Clock } from './clock.ts';

export interface OutgoingCall {
  method: string;
  url: URL;
  headers: OutgoingHttpHeaders;
  body: string | undefined;
  /** Told where the connection starts, before anything is sent on it. */
  onConnect?: (from: { address: string; port: number }) => void;
  /** What TLS asks for, where that is not the URL's host; empty: nothing. */
  servername?: string;
}

/** Redirects are answers, and not followed. */
export type OpenCall = (call: OutgoingCall) => Promise<IncomingMessage>;

export interface CallTime {
  timeoutMs: number;
  /** Where time stands still, a server that never answers must not hold its caller for good. */
  hostTimeoutMs: number;
  late: Error;
}

export interface OutgoingCalls {
  /** How many are under way. */
  running(): number;
  /** Does `work`, all of it within the time. Rejects with `late` or the reason of `close`, where that is what broke it. */
  within<Value>(time: CallTime, work: (open: OpenCall) => Promise<Value>): Promise<Value>;
  /** Breaks off what is under way. */
  close(reason: Error): void;
}

export function createOutgoingCalls(clock: Clock): OutgoingCalls {
  const ends = new Set<AbortController>();

  return {
    running: () => ends.size,
    async within({ timeoutMs, hostTimeoutMs, late }, work) {
      const end = new AbortController();
      ends.add(end);
      const stop = () => end.abort(late);
      const cancels = [clock.at(clock.nowMs() + timeoutMs, stop), clock.afterHostMs(hostTimeoutMs, stop)];
      try {
        return await work(async (call) => answerOf(await open(call, end.signal), call.body));
      } catch (error) {
        throw end.signal.aborted ? end.signal.reason : error;
      } finally {
        for (const cancel of cancels) cancel();
        ends.delete(end);
      }
    },
    close(reason) {
      for (const end of ends) end.abort(reason);
    },
  };
}

/** No connection is kept: a server that is stopped meanwhile is not called on an old one. */
async function open(call: OutgoingCall, signal: AbortSignal): Promise<ClientRequest> {
  const request = await begin(call, signal);
  const { onConnect } = call;
  if (onConnect)
    request.once('socket', (socket) =>
      socket.once('connect', () => onConnect({ address: socket.localAddress ?? '', port: socket.localPort ?? 0 })),
    );
  return request;
}

async function begin({ method, url, headers, servername }: OutgoingCall, signal: AbortSignal): Promise<ClientRequest> {
  const options = { method, headers, signal, agent: false } as const;
  if (url.protocol === 'http:') return plainRequest(url, options);
  const { request } = await import('node:https');
  // UNVERIFIED EVB-133, OSS-248: certificates are not looked at; a server on this machine has none that anybody vouches for.
  return request(url, { ...options, rejectUnauthorized: false, ...(servername === undefined ? {} : { servername }) });
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
