/** A server that EventBridge's HTTP targets may call: keeps what came, answers as it is told, and checks as a receiver does. */
import { createHmac, publicDecrypt, verify, X509Certificate } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface Received {
  method: string;
  /** As the receiver itself sees it. */
  url: string;
  headers: IncomingMessage['headers'];
  body: string;
}

export interface Receiver {
  url: string;
  port: number;
  received: Received[];
  answer: (response: ServerResponse, request: Received) => void;
}

export async function startReceiver(answer: Receiver['answer'] = (response) => void response.end()): Promise<Receiver> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', headers } = request;
      const url = `http://${headers.host}${request.url}`;
      const received = { method, url, headers, body: Buffer.concat(chunks).toString('utf8') };
      receiver.received.push(received);
      receiver.answer(response, received);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const receiver: Receiver = { url: `http://127.0.0.1:${port}`, port, received: [], answer };
  return receiver;
}

const COMMON = ['x-eventbridge-signature-version', 'x-eventbridge-signature-url'];

/** As the SDK for Java does it: the secret is read with the certificate, and signs. */
export function isSignedV1({ url, headers, body }: Received, certificatePem: string): boolean {
  const { publicKey } = new X509Certificate(certificatePem);
  const secret = publicDecrypt(publicKey, Buffer.from(String(headers['x-eventbridge-signature-secret']), 'base64'));
  const names = ['x-eventbridge-signature-timestamp', 'x-eventbridge-signature-method', ...COMMON];
  const lines = [...names, 'x-eventbridge-signature-token'].map((name) => `${name}: ${headers[name] ?? ''}`);
  const text = `${[url, ...lines, body].join('\n')}\n`;
  return (
    createHmac('sha1', secret.toString('utf8')).update(text).digest('base64') === headers['x-eventbridge-signature']
  );
}

/** As the help page has it. */
export function isSignedV2({ url, headers, body }: Received, certificatePem: string): boolean {
  const names = ['x-eventbridge-signature-timestamp', 'x-eventbridge-hash-method', ...COMMON];
  if (headers['x-eventbridge-signature-token'] !== undefined) names.push('x-eventbridge-signature-token');
  const text = [url, ...names.map((name) => `${name}: ${headers[name]}`), body].join('\n');
  const signature = Buffer.from(String(headers['x-eventbridge-signature-v2']), 'base64');
  return verify('RSA-SHA256', Buffer.from(text), new X509Certificate(certificatePem).publicKey, signature);
}
