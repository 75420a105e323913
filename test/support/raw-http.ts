/** Requests that no SDK would send, over a plain socket's HTTP. */
import { request } from 'node:http';
import { createConnection } from 'node:net';
import { buffer, text } from 'node:stream/consumers';
import { parseXml, type XmlChildren } from '../../src/protocols/xml.ts';

export interface RawRequest {
  port: number;
  method?: string;
  /** As it goes onto the wire. */
  target: string;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
  signal?: AbortSignal;
}

export interface RawReply {
  status: number;
  headers: Record<string, string>;
  body: Buffer;
  /** The elements of the body's root, when it is XML. */
  xml: XmlChildren;
}

export function send({ port, method = 'GET', target, headers = {}, body, signal }: RawRequest): Promise<RawReply> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ host: '127.0.0.1', port, method, path: target, headers, signal }, async (response) => {
      const bytes = await buffer(response);
      const parsed = parseXml(bytes);
      const xml = parsed.ok && typeof parsed.content === 'object' ? parsed.content : {};
      resolve({
        status: response.statusCode ?? 0,
        headers: response.headers as Record<string, string>,
        body: bytes,
        xml,
      });
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** Sends these bytes, ends the sending side, and gives whatever came back until the server closed. */
export function sendBytes(port: number, bytes: string): Promise<string> {
  const socket = createConnection({ host: '127.0.0.1', port });
  socket.end(bytes);
  return text(socket);
}
