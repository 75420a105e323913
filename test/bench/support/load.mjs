// Keeps N connections busy with requests that were built beforehand: the client costs little, so the server shows.
import net from 'node:net';
import { percentile } from './statistics.mjs';

/** Wire form of a request, ready to be written again and again. */
export function wireBytes({ method, path, headers, body = '' }) {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.concat([
    Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`, 'latin1'),
    Buffer.from(body),
  ]);
}

/**
 * Sends `requests` in turn for `durationMs`, and `atLeast` so many; answers calls a second and latencies. Any answer but 200 is
 * an error.
 */
export async function load(endpoint, requests, { connections, durationMs, atLeast = 0 }) {
  const latencies = [];
  const started = performance.now();
  const until = started + durationMs;
  let next = 0;
  const take = () => (performance.now() < until || next < atLeast ? requests[next++ % requests.length] : undefined);
  const { hostname, port } = new URL(endpoint);
  await Promise.all(Array.from({ length: connections }, () => keepBusy({ hostname, port, take, latencies })));
  const seconds = (performance.now() - started) / 1000;
  return {
    count: latencies.length,
    perSecond: latencies.length / seconds,
    p50: percentile(latencies, 0.5),
    p99: percentile(latencies, 0.99),
  };
}

function keepBusy({ hostname, port, take, latencies }) {
  return new Promise((resolve, reject) => {
    const socket = net.connect({ host: hostname, port: Number(port), noDelay: true });
    let received = Buffer.alloc(0);
    let sentAt = 0;
    const send = () => {
      const request = take();
      if (!request) {
        socket.destroy();
        return resolve();
      }
      sentAt = performance.now();
      socket.write(request);
    };
    socket.on('connect', send);
    socket.on('error', reject);
    socket.on('end', () => reject(new Error('The server closed a connection under load.')));
    socket.on('data', (chunk) => {
      received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
      const answer = readAnswer(received);
      if (!answer) return;
      if (answer.status !== '200') return reject(new Error(received.toString('utf8').slice(0, 800)));
      received = Buffer.alloc(0);
      latencies.push(performance.now() - sentAt);
      send();
    });
  });
}

/** The status once the answer is whole: only one is ever under way on a connection. */
function readAnswer(received) {
  const end = received.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const head = received.latin1Slice(0, end);
  const status = head.slice(9, 12);
  const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1];
  const isWhole =
    length === undefined
      ? !/\r\ntransfer-encoding: chunked/i.test(head) || received.subarray(-5).toString('latin1') === '0\r\n\r\n'
      : received.length >= end + 4 + Number(length);
  return isWhole ? { status } : undefined;
}
