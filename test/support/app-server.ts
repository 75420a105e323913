/** An application server that uploads call back, and what it was told. */
import { createPublicKey, verify } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface Told {
  method: string;
  target: string;
  headers: IncomingHttpHeaders;
  body: string;
}

export interface AppServer {
  url: string;
  told: Told[];
  /** Resolves with the next call. */
  next(): Promise<Told>;
  /** What it does with a call; answers `{"Status":"OK"}` unless told. */
  answer(how: (response: ServerResponse) => void): void;
  close(): Promise<void>;
}

export const OK = (response: ServerResponse) => void json(response, '{"Status":"OK"}');

export function json(response: ServerResponse, body: string, status = 200): void {
  response
    .writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) })
    .end(body);
}

export async function startAppServer(): Promise<AppServer> {
  const told: Told[] = [];
  const waiting: ((call: Told) => void)[] = [];
  let how: (response: ServerResponse) => void = OK;
  const server = createServer(async (request, response) => {
    const { method = '', url = '', headers } = request;
    const call = { method, target: url, headers, body: await text(request) };
    told.push(call);
    waiting.shift()?.(call);
    how(response);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    told,
    next: () => new Promise((resolve) => waiting.push(resolve)),
    answer(given) {
      how = given;
    },
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}

/** As the vendor's samples check who calls: by the key that the call itself names. */
export async function isSignedBy(call: Told, fetchKey: (url: string) => Promise<string>): Promise<boolean> {
  const url = Buffer.from(String(call.headers['x-oss-pub-key-url']), 'base64').toString();
  const mark = call.target.indexOf('?');
  const path = mark < 0 ? call.target : call.target.slice(0, mark);
  const signed = `${decodeURIComponent(path)}${mark < 0 ? '' : call.target.slice(mark)}\n${call.body}`;
  const signature = Buffer.from(String(call.headers.authorization), 'base64');
  return verify('RSA-MD5', Buffer.from(signed), createPublicKey(await fetchKey(url)), signature);
}
