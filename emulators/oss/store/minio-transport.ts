/** The MinIO client's way to its server, on which no call hangs and trouble of the server is told as such. */
import { Buffer } from 'node:buffer';
import http from 'node:http';
import https from 'node:https';
import type { Cancel, Clock } from '../../../src/kernel/clock.ts';
import { troubleOf } from './minio-failures.ts';
import { RemoteFailure } from './remote.ts';

export interface Transport extends Pick<typeof http, 'request'> {
  /** From here on whoever reads the answer watches it: how long a reader takes is not the server's fault. */
  unwatch(response: http.IncomingMessage): void;
}

export interface TransportNeeds {
  isSecure: boolean;
  clock: Pick<Clock, 'afterHostMs'>;
  /** A call in which nothing moves for this long, in either direction, is given up. */
  limitMs: number;
}

/** Of an error document; more is not read. */
const TEXT_BYTES_MAX = 16 * 1024;
/** Looks at a call within its limit: more of them find a standstill sooner after it. */
const LOOKS = 4;

/** An answer that says the server has trouble is a failure with its code, where the client would say less. */
export function createTransport({ isSecure, limitMs, clock }: TransportNeeds): Transport {
  const { request } = isSecure ? https : http;
  const unwatches = new WeakMap<http.IncomingMessage, Cancel>();

  function watch(call: http.ClientRequest): Cancel {
    let movedBefore = -1;
    let stills = 0;
    let cancel: Cancel = () => {};
    const look = () => {
      // Without one it waits its turn, behind calls that are watched themselves.
      const { socket } = call;
      const moved = socket ? socket.bytesWritten + socket.bytesRead : -1;
      stills = socket && moved === movedBefore ? stills + 1 : 0;
      movedBefore = moved;
      if (stills >= LOOKS) call.destroy(new RemoteFailure('slow', `nothing moved for ${limitMs} ms`));
      else cancel = clock.afterHostMs(limitMs / LOOKS, look);
    };
    look();
    return () => cancel();
  }

  return {
    request(options: http.RequestOptions, heard: (response: http.IncomingMessage) => void) {
      const call = request(options, (response) => {
        unwatches.set(response, unwatch);
        const status = response.statusCode ?? 0;
        if (status < 500 && status !== 408 && status !== 429) return heard(response);
        readText(response).then(
          (text) => call.emit('error', troubleOf(status, text)),
          (error) => call.emit('error', error),
        );
      });
      const unwatch = watch(call);
      call.once('close', unwatch);
      return call;
    },
    unwatch: (response: http.IncomingMessage) => unwatches.get(response)?.(),
  } as Transport;
}

async function readText(response: http.IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    if (sizeBytes > TEXT_BYTES_MAX) break;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
