/** Hears from a MinIO server, on one long answer, which objects came and went: MinIO's own extension of S3. */
import type { IncomingMessage } from 'node:http';
import type { Client } from 'minio';
import { z } from 'zod';
import type { Clock } from '../../../src/kernel/clock.ts';
import { watched } from './minio-bodies.ts';
import type { Place, RemoteFailure, RemoteListener } from './remote.ts';

export interface ListeningNeeds {
  client: Client;
  clock: Pick<Clock, 'afterHostMs' | 'monotonicMs'>;
  listener: RemoteListener;
  unwatch(response: IncomingMessage): void;
  /** Ends it. */
  signal: AbortSignal;
  /** A server that begins to answer later than this, which it does with its first line, tells too late. */
  limitMs: number;
  /** Of an error: what it means. */
  told(error: unknown): RemoteFailure;
}

/** Of all buckets at once. The server also sends a blank every so often. */
const QUERY = 'events=s3%3AObjectCreated%3A%2A&events=s3%3AObjectRemoved%3A%2A&ping=1';
/** The request is to no bucket, whose region the client would look up otherwise. */
const REGION = 'us-east-1';
const AGAIN_MS = 500;
/** The part of all time that looking takes at most is one to this. */
const LOOK_SHARE = 20;
/** The server says something at least this often, or the connection is dead. */
const SILENCE_MS = 15_000;
/** A line without end is no notification. */
const LINE_LENGTH_MAX = 1024 * 1024;

const notification = z.object({
  Records: z
    .array(
      z.object({
        s3: z.object({
          bucket: z.object({ name: z.string() }),
          object: z.object({ key: z.string(), versionId: z.string().optional() }),
        }),
      }),
    )
    .nullish(),
});

export function listenTo(needs: ListeningNeeds): void {
  const { client, clock, listener, unwatch, signal, limitMs, told } = needs;
  let cancel = () => {};
  signal.addEventListener('abort', () => cancel(), { once: true });
  listen();

  function listen(): void {
    open()
      .then((response) => {
        void listener.connected();
        return hear(response);
      })
      .then(() => after(AGAIN_MS, listen))
      .catch((error: unknown) => {
        const { trouble } = told(error);
        // Some servers tell nothing, and some releases of MinIO keep what they tell until it fills a buffer.
        if (trouble === 'refused' || trouble === 'slow') look();
        else after(AGAIN_MS, listen);
      });
  }

  async function open(): Promise<IncomingMessage> {
    const response = await client.makeRequestAsync({ method: 'GET', query: QUERY }, '', [200], REGION);
    signal.addEventListener('abort', () => response.destroy(), { once: true });
    unwatch(response);
    return response;
  }

  /** Looks for changes from time to time, the less often the longer it takes. */
  function look(): void {
    const startedMs = clock.monotonicMs();
    listener.connected().finally(() => after(Math.max(limitMs, LOOK_SHARE * (clock.monotonicMs() - startedMs)), look));
  }

  function after(waitMs: number, work: () => void): void {
    if (!signal.aborted) cancel = clock.afterHostMs(waitMs, work);
  }

  async function hear(response: IncomingMessage): Promise<void> {
    response.setEncoding('utf8');
    let rest = '';
    for await (const text of watched<string>(response, { clock, limitMs: SILENCE_MS })) {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      if (rest.length > LINE_LENGTH_MAX) rest = '';
      for (const line of lines) for (const place of placesIn(line)) listener.changed(place);
    }
  }
}

/** Of one line; none of a blank one, or of one that is no notification. */
export function placesIn(line: string): (Place & { versionId: string | undefined })[] {
  if (line.trim() === '') return [];
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    // Nothing hangs on a single line: what it told of is met when the object is read.
    return [];
  }
  const parsed = notification.safeParse(value);
  if (!parsed.success) return [];
  return (parsed.data.Records ?? []).flatMap(({ s3 }) => {
    const name = decoded(s3.object.key);
    return name === undefined ? [] : [{ bucket: s3.bucket.name, name, versionId: s3.object.versionId }];
  });
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}
