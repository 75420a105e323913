/** What comes back from an S3 server: answers read to their end, and bytes whose coming is watched. */
import { Buffer } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import type { Clock } from '../../../src/kernel/clock.ts';
import { type RemoteBytes, RemoteFailure } from './remote.ts';

export async function drained(response: IncomingMessage): Promise<IncomingMessage> {
  for await (const _ of response);
  return response;
}

export async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

export interface Watching {
  clock: Pick<Clock, 'afterHostMs'>;
  /** Of waiting for the next chunk; how long the reader takes between two does not count. */
  limitMs: number;
}

/** Fails with `slow` when nothing comes for too long. */
export async function* watched<Chunk>(response: IncomingMessage, { clock, limitMs }: Watching): AsyncIterable<Chunk> {
  const iterator = (response as AsyncIterable<Chunk>)[Symbol.asyncIterator]();
  const stalled = () => response.destroy(new RemoteFailure('slow', `nothing came for ${limitMs} ms`));
  try {
    for (;;) {
      const cancel = clock.afterHostMs(limitMs, stalled);
      const { value, done } = await iterator.next().finally(cancel);
      if (done) return;
      yield value;
    }
  } finally {
    response.destroy();
  }
}

export interface Reading extends Watching {
  sizeBytes: number;
  toFailure(error: unknown): RemoteFailure;
}

export function bytesOf(response: IncomingMessage, { sizeBytes, toFailure, ...watching }: Reading): RemoteBytes {
  async function* chunks(): AsyncIterable<Uint8Array> {
    let left = sizeBytes;
    try {
      for await (const chunk of watched<Uint8Array>(response, watching)) {
        left -= chunk.length;
        yield chunk;
      }
    } catch (error) {
      throw toFailure(error);
    }
    if (left !== 0) throw toFailure(new RemoteFailure('failing', `the bytes ended ${left} early`));
  }
  return { chunks, destroy: () => void response.destroy() };
}
