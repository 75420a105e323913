/** The one port: accepts, hands our own pages to the console and every cloud call to the edge, and answers. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Clock } from '../kernel/clock.ts';
import type { Logger } from '../kernel/logger.ts';
import type { Handler } from '../kernel/pipeline.ts';
import type { WireReply } from '../kernel/wire.ts';
import { type Caller, createAnswering, leave } from './answer.ts';
import { carriesSessionKey } from './edge.ts';

export interface ServerNeeds {
  host: string;
  /** 0 takes a free one. */
  port: number;
  edge: Handler;
  /** Everything under `/_localyun/`. */
  console: (request: IncomingMessage, response: ServerResponse) => void;
  clock: Clock;
  logger: Logger;
}

export interface GatewayServer {
  /** `host:port`. */
  endpoint: string;
  port: number;
  /** Takes no new call from now on, but for those of running functions, which could not end without; resolves when none runs. */
  drain(): Promise<void>;
  /** The same, and takes no new connections; lets running calls end for at most `graceMs`, then cuts them. */
  close(graceMs: number): Promise<void>;
}

/** User metadata may take 8 KB; names, tokens and signatures come on top. */
const HEADER_BYTES_MAX = 32 * 1024;
const HEADERS_TIMEOUT_MS = 60_000;
/** Above the 60 s that SDK agents keep idle sockets, so that they close first. */
const KEEP_ALIVE_MS = 75_000;
/** Calls that one connection may send ahead of their turn. */
const PIPELINED_MAX = 1000;
/** A connection that sent what is no HTTP gets this long to read the answer. */
const LINGER_MS = 1_000;
/** Resolves when the port listens; rejects with the system's error (EADDRINUSE …). */
export async function startServer(needs: ServerNeeds): Promise<GatewayServer> {
  const running: Running[] = [];
  let endpoint = '';
  let isDraining = false;
  let whenIdle = () => {};
  const edge: Handler = (call) => (isDraining && !carriesSessionKey(call) ? STOPPING : needs.edge(call));
  const answer = createAnswering({ ...needs, edge, endpoint: () => endpoint });
  const server = createServer(
    {
      maxHeaderSize: HEADER_BYTES_MAX,
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: 0,
      keepAliveTimeout: KEEP_ALIVE_MS,
      // ali-oss sends a stream that its caller gave a Content-Length with both that and chunks, which Node's strict parser
      // refuses; the chunks count. What else the lenient one lets through is refused by isUnreadable, or harmless here.
      insecureHTTPParser: true,
    },
    (request, response) =>
      inTurn(response, () => {
        const call = begin(running, response);
        if (isDraining) response.shouldKeepAlive = false;
        const caller: Caller = { isGone: false, listened: undefined };
        response.on('close', () => {
          end(running, call);
          if (!response.writableFinished) leave(caller);
          if (isDraining) server.closeIdleConnections();
          if (running.length === 0) whenIdle();
        });
        answer({ request, response, caller });
      }),
  );
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => refuseGarbage(error, socket, running, needs));
  await listen(server, needs);
  const { port } = server.address() as AddressInfo;
  endpoint = `${needs.host.includes(':') ? `[${needs.host}]` : needs.host}:${port}`;
  const drain = () => {
    isDraining = true;
    for (const { response } of running) response.shouldKeepAlive = false;
    server.closeIdleConnections();
    if (running.length === 0) return Promise.resolve();
    return new Promise<void>((resolve) => {
      whenIdle = resolve;
    });
  };
  return {
    endpoint,
    port,
    drain,
    close(graceMs) {
      void drain();
      return close(server, graceMs, needs.clock);
    },
  };
}

/** A call that is not answered yet. */
interface Running {
  response: ServerResponse;
  /** Where it stands among the others: a set would grow and shrink with every turn. */
  place: number;
}

function begin(running: Running[], response: ServerResponse): Running {
  const call = { response, place: running.length };
  running.push(call);
  return call;
}

/** The last one takes its place. */
function end(running: Running[], { place }: Running): void {
  const last = running.pop();
  if (!last || last.place === place) return;
  last.place = place;
  running[place] = last;
}

/**
 * Node hands over a call that was sent before the one ahead of it on its connection is answered. It waits, for what it finds is
 * what the other leaves. When the connection ends first nobody is there to answer.
 */
function inTurn(response: ServerResponse, serve: () => void): void {
  const { socket } = response.req;
  if (response.socket) {
    serve();
    return;
  }
  const ahead = (waiting.get(socket) ?? 0) + 1;
  // No client sends so many; whoever does could fill the memory with them.
  if (ahead > PIPELINED_MAX) {
    socket.destroy();
    return;
  }
  waiting.set(socket, ahead);
  response.once('socket', () => {
    waiting.set(socket, (waiting.get(socket) ?? 1) - 1);
    serve();
  });
}

/** Calls of a connection that wait for the one being served. */
const waiting = new WeakMap<Duplex, number>();

/** A 5xx for once: clients that try again for a while find the next start. */
const STOPPING: WireReply = {
  status: 503,
  headers: { 'Content-Type': 'application/json', 'Retry-After': '5' },
  body: JSON.stringify({ Code: 'ServiceUnavailable', Message: 'LocalYun is stopping and takes no new calls.' }),
};

const STATUS_OF_ERROR: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};

/** The client has ended its side before the body that it announced was whole. */
const ENDED_EARLY = 'HPE_INVALID_EOF_STATE';

/** The room meets a body that broke off, and refuses the call in its own words: the client may still be reading. */
function breakOff(response: ServerResponse): void {
  const { req } = response;
  const { socket } = req;
  response.shouldKeepAlive = false;
  // Its headers may be out already, and have promised to keep the connection.
  response.once('finish', () => socket.end());
  // A destroyed request takes its socket along, and the refusal with it.
  req._destroy = (error, done) => done(error);
  // Nobody may be reading the body yet, and an error that no one hears of would end the process.
  req.on('error', () => {});
  req.destroy(Object.assign(new Error('The body ended before its announced length.'), { code: 'ECONNRESET' }));
}

function refuseGarbage(
  error: NodeJS.ErrnoException,
  socket: Duplex,
  running: readonly Running[],
  { logger, clock }: ServerNeeds,
): void {
  const cutShort = running.find(({ response: { req } }) => req.socket === socket && !req.complete)?.response;
  if (error.code === ENDED_EARLY && cutShort && socket.writable) {
    breakOff(cutShort);
    return;
  }
  if (isTls(error)) logger.warn(TLS_HINT);
  else logger.debug('A connection sent what is no HTTP.', { code: error.code });
  const isAnswering = running.some(({ response }) => response.socket === socket && response.headersSent);
  // Words of ours in the middle of another answer would be read as part of it.
  if (!socket.writable || isAnswering) return void socket.destroy();
  const status = STATUS_OF_ERROR[error.code ?? ''] ?? '400 Bad Request';
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
  // A client that never closes its side must not hold the connection; one that still sends needs a moment to read.
  socket.once(
    'close',
    clock.afterHostMs(LINGER_MS, () => socket.destroy()),
  );
}

/** Clients that were told nothing speak https, and some, Terraform among them, try again for minutes without a word. */
const TLS_HINT =
  'A client speaks https, and this port speaks http: tell it so (Terraform: protocol = "HTTP", the aliyun CLI: --insecure, SDKs: protocol: \'http\').';
const TLS_HANDSHAKE = 0x16;

/** Node hands over the bytes that its parser stumbled over. */
function isTls(error: NodeJS.ErrnoException & { rawPacket?: Buffer }): boolean {
  return error.rawPacket?.[0] === TLS_HANDSHAKE && error.rawPacket[1] === 3;
}

function listen(server: Server, { host, port }: ServerNeeds): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function close(server: Server, graceMs: number, clock: Clock): Promise<void> {
  return new Promise((resolve) => {
    const cancel = clock.afterHostMs(graceMs, () => server.closeAllConnections());
    server.close(() => {
      cancel();
      resolve();
    });
    server.closeIdleConnections();
  });
}
