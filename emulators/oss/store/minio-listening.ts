/** Hears from a MinIO server, on one long answer, which objects came and went: MinIO's own extension of S3. */
import type { IncomingMessage } from 'node:http';
import type { Client } from 'minio';
import { z } from 'zod';
import type { Clock } from '../../../src/kernel/clock.ts';
import { watched } from './minio-bodies.ts';
import { type Place, RemoteFailure, type RemoteListener } from './remote.ts';

export interface ListeningNeeds {
  client: Client;
  clock: Pick<Clock, 'afterHostMs'>;
  listener: RemoteListener;
  unwatch(response: IncomingMessage): void;
  /** Ends it. */
  signal: AbortSignal;
  attempt<Result>(work: () => Promise<Result>): Promise<Result>;
}

/** Of all buckets at once. The server also sends a blank every so often. */
const QUERY = 'events=s3%3AObjectCreated%3A%2A&events=s3%3AObjectRemoved%3A%2A&ping=1';
/** The request is to no bucket, whose region the client would look up otherwise. */
const REGION = 'us-east-1';
const AGAIN_MS = 500;
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
  const { client, clock, listener, unwatch, signal, attempt } = needs;
  let cancel = () => {};
  signal.addEventListener('abort', () => cancel(), { once: true });
  listen();

  function listen(): void {
    attempt(async () => {
      const response = await client.makeRequestAsync({ method: 'GET', query: QUERY }, '', [200], REGION);
      signal.addEventListener('abort', () => response.destroy(), { once: true });
      unwatch(response);
      return response;
    })
      .then((response) => {
        listener.connected();
        return attempt(() => hear(response));
      })
      .then(again, (error: unknown) => {
        // Another S3 server has nothing like it: changes by others are then met when an object is read, and at the next start.
        if (!(error instanceof RemoteFailure && error.trouble === 'refused')) again();
      });
  }

  function again(): void {
    if (!signal.aborted) cancel = clock.afterHostMs(AGAIN_MS, listen);
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
