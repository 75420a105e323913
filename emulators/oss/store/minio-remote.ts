/** A MinIO server, or another one that speaks S3 with versions, through the `minio` client. */
import { Buffer } from 'node:buffer';
import { Agent as HttpAgent, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { Readable } from 'node:stream';
import { Client } from 'minio';
import type { Clock } from '../../../src/kernel/clock.ts';
import type { Logger } from '../../../src/kernel/logger.ts';
import { bytesOf, drained, textOf } from './minio-bodies.ts';
import { toFailure } from './minio-failures.ts';
import { watchHealth } from './minio-health.ts';
import { listenTo } from './minio-listening.ts';
import { createTransport } from './minio-transport.ts';
import { isGone, type Place, type Remote, RemoteFailure, type RemoteObject, type RemoteVersion } from './remote.ts';

export interface MinioSettings {
  /** `http://host:port` or `https://…`. */
  endpoint: string;
  accessKey: string;
  secretKey: string;
}

export interface MinioNeeds extends MinioSettings {
  clock: Pick<Clock, 'afterHostMs' | 'monotonicMs'>;
  logger: Logger;
  /** A connection on which nothing moves for this long is given up. */
  limitMs: number;
}

/** More wait their turn: a burst of uploads must not open a thousand sockets. */
const SOCKETS_MAX = 64;
const STATUS_OK = [200, 206];
/** Entries of a listing that come at a time. */
const PAGE = 1000;
/** What S3 calls an object written while its bucket had no versions. */
const NO_VERSION = 'null';

export function connectMinio(needs: MinioNeeds): Remote {
  const { endpoint, clock, logger, limitMs } = needs;
  const { protocol, hostname, port } = new URL(endpoint);
  const isSecure = protocol === 'https:';
  const agent = new (isSecure ? HttpsAgent : HttpAgent)({ keepAlive: true, maxSockets: SOCKETS_MAX });
  const transport = createTransport({ isSecure, limitMs, clock });
  const client = new Client({
    endPoint: hostname,
    ...(port ? { port: Number(port) } : {}),
    useSSL: isSecure,
    accessKey: needs.accessKey,
    secretKey: needs.secretKey,
    transport,
    transportAgent: agent,
    retryOptions: { disableRetry: true },
  });
  // Bodies are streamed once: their MD5, which is known by then, guards them, and no second hash is taken of them.
  client.enableSHA256 = false;
  const health = watchHealth(endpoint, logger);
  const closing = new AbortController();

  async function attempt<Result>(what: string, work: () => Promise<Result>): Promise<Result> {
    try {
      const result = await work();
      health.good();
      return result;
    } catch (error) {
      const failure = toFailure(error, `${what} on ${endpoint}`);
      throw closing.signal.aborted ? failure : health.bad(failure);
    }
  }

  /** The client's primitive: signed, and refused by the server's own code. */
  const request = (
    { method = 'GET', bucket, name, query = '', headers = {} }: RequestOf,
    body: Readable | Buffer | string = '',
  ): Promise<IncomingMessage> =>
    client.makeRequestStreamAsync(
      { method, bucketName: bucket, ...(name === undefined ? {} : { objectName: name }), query, headers },
      body,
      '',
      STATUS_OK,
      '',
    );

  const absentIs =
    <Result>(missing: Result) =>
    (error: unknown): Result => {
      if (isGone(error)) return missing;
      throw error;
    };

  const remove: Remote['remove'] = (bucket, versions) =>
    attempt(`Removing from ${bucket}`, async () => {
      if (versions.length === 0) return;
      const wanted = versions.map(({ name, versionId }) => ({ name, versionId }));
      const [problem] = (await client.removeObjects(bucket, wanted)).filter((answer) => answer);
      if (problem) throw new RemoteFailure('failing', JSON.stringify(problem));
    }).catch(absentIs(undefined));

  async function removeEmpty(bucket: string): Promise<boolean> {
    try {
      await client.removeBucket(bucket);
    } catch (error) {
      if (codeOf(error) === 'BucketNotEmpty') return false;
      if (!isGone(toFailure(error, ''))) throw error;
    }
    return true;
  }

  /** Undefined where there is anything but delete markers, which then hide nothing. */
  async function markersOnly(bucket: string): Promise<RemoteVersion[] | undefined> {
    const markers: RemoteVersion[] = [];
    for await (const { isMarker, ...version } of versionsUnder(bucket, '')) {
      if (!isMarker) return undefined;
      markers.push(version);
    }
    return markers;
  }

  return {
    endpoint,
    check: () => attempt('Looking for buckets', async () => void (await client.listBuckets())),
    buckets: () => attempt('Listing buckets', async () => (await client.listBuckets()).map(({ name }) => name)),
    labels: (bucket) =>
      attempt(`Reading the tags of ${bucket}`, async () => {
        if (!(await client.bucketExists(bucket))) return undefined;
        const tags = await client.getBucketTagging(bucket).catch((error: unknown) => {
          if (codeOf(error) !== 'NoSuchTagSet') throw error;
          return [];
        });
        return Object.fromEntries(tags.map(({ Key, Value }) => [Key, String(Value)]));
      }),
    setLabels: (bucket, labels) =>
      attempt(`Tagging ${bucket}`, () => client.setBucketTagging(bucket, labels).then(() => {})),
    makeBucket: (bucket) =>
      attempt(`Making the bucket ${bucket}`, async () => {
        const isNew = await client.makeBucket(bucket).then(
          () => true,
          (error: unknown) => {
            if (codeOf(error) !== 'BucketAlreadyOwnedByYou') throw error;
            return false;
          },
        );
        await client.setBucketVersioning(bucket, { Status: 'Enabled' });
        return isNew;
      }),
    removeBucket: (bucket) =>
      attempt(`Removing the bucket ${bucket}`, async () => {
        if (await removeEmpty(bucket)) return true;
        const markers = await markersOnly(bucket);
        if (!markers) return false;
        await remove(bucket, markers);
        return removeEmpty(bucket);
      }),
    put: (place, { bytes, sizeBytes, md5 }, headers) =>
      attempt(`Writing ${place.bucket}/${place.name}`, async () => {
        const sums = md5 ? { 'content-md5': Buffer.from(md5).toString('base64') } : {};
        const all = { ...headers, ...sums, 'content-length': String(sizeBytes) };
        const body = bytes instanceof Readable ? bytes : Buffer.from(bytes);
        const response = await request({ method: 'PUT', ...place, headers: all }, body);
        return versionOf(place, await drained(response));
      }),
    copy: (from, to, headers) =>
      attempt(`Copying ${from.bucket}/${from.name} to ${to.bucket}/${to.name}`, async () => {
        const source = [from.bucket, ...from.name.split('/')].map(encodeURIComponent).join('/');
        const how = {
          'x-amz-copy-source': `/${source}?versionId=${from.versionId}`,
          'x-amz-metadata-directive': 'REPLACE',
        };
        const response = await request({ method: 'PUT', ...to, headers: { ...headers, ...how } });
        const text = await textOf(response);
        // A copy that fails half-way does so under the status of success.
        if (!text.includes('CopyObjectResult')) throw new RemoteFailure('failing', `the copy failed: ${text}`);
        return versionOf(to, response);
      }),
    get: ({ bucket, name, versionId }, start, end) =>
      attempt(`Reading ${bucket}/${name}`, async () => {
        const headers = { range: `bytes=${start}-${end - 1}` };
        const response = await request({ bucket, name, query: `versionId=${versionId}`, headers });
        // A reader who takes his time is not the server's fault: from here on only waiting for bytes counts.
        transport.unwatch(response);
        const fail = (error: unknown) => health.bad(toFailure(error, `Reading ${bucket}/${name} on ${endpoint}`));
        return bytesOf(response, { sizeBytes: end - start, limitMs, clock, toFailure: fail });
      }),
    stat: (place) =>
      attempt(`Looking at ${place.bucket}/${place.name}`, async (): Promise<RemoteObject | undefined> => {
        const { versionId, ...where } = place;
        const query = versionId === undefined ? '' : `versionId=${versionId}`;
        const response = await drained(await request({ method: 'HEAD', ...where, query }));
        return objectOf(where, response);
      }).catch(absentIs(undefined)),
    remove,
    hide: ({ bucket, name }) =>
      attempt(`Hiding ${bucket}/${name}`, async () => {
        // A marker over nothing would only be in the way.
        const response = await request({ method: 'HEAD', bucket, name });
        await drained(response);
        await client.removeObject(bucket, name);
      }).catch(absentIs(undefined)),
    async unhide({ bucket, name }) {
      const markers: RemoteVersion[] = [];
      for await (const { isMarker, ...version } of versionsOf({ bucket, name })) if (isMarker) markers.push(version);
      if (markers.length > 0) await remove(bucket, markers);
    },
    async *list(bucket) {
      for await (const { isMarker, isLatest, ...version } of versionsUnder(bucket, ''))
        if (isLatest && !isMarker) yield version;
    },
    async versions(place) {
      const found: RemoteVersion[] = [];
      for await (const { isMarker: _, isLatest: __, ...version } of versionsOf(place)) found.push(version);
      return found;
    },
    listen: (listener) =>
      listenTo({
        client,
        clock,
        listener,
        unwatch: transport.unwatch,
        signal: closing.signal,
        limitMs,
        told(error) {
          const failure = toFailure(error, `Listening on ${endpoint}`);
          // That it is slow to tell of changes is no trouble of anybody's calls.
          return closing.signal.aborted || failure.trouble === 'slow' ? failure : health.bad(failure);
        },
      }),
    onRecovery: health.onRecovery,
    close() {
      closing.abort();
      agent.destroy();
    },
  };

  /** A name comes before all longer ones, but the client puts the delete markers of a page behind its versions. */
  async function* versionsOf({ bucket, name }: Place): AsyncIterable<ListedVersion> {
    let others = 0;
    for await (const entry of versionsUnder(bucket, name)) {
      if (entry.name === name) yield entry;
      else if (++others === PAGE) return;
    }
  }

  async function* versionsUnder(bucket: string, prefix: string): AsyncIterable<ListedVersion> {
    const entries = client.listObjects(bucket, prefix, true, { IncludeVersion: true }) as AsyncIterable<Listed>;
    try {
      for await (const { name, versionId = NO_VERSION, isLatest = false, isDeleteMarker = false } of entries)
        yield { bucket, name: String(name), versionId, isLatest, isMarker: isDeleteMarker };
    } catch (error) {
      throw health.bad(toFailure(error, `Listing ${bucket} on ${endpoint}`));
    }
    health.good();
  }
}

interface ListedVersion extends RemoteVersion {
  isLatest: boolean;
  isMarker: boolean;
}

interface RequestOf {
  bucket: string;
  name?: string;
  method?: string;
  query?: string;
  headers?: Record<string, string>;
}

interface Listed {
  name?: unknown;
  versionId?: string;
  isLatest?: boolean;
  isDeleteMarker?: boolean;
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

function versionOf({ bucket, name }: Place, { headers }: IncomingMessage): RemoteVersion {
  return { bucket, name, versionId: String(headers['x-amz-version-id'] ?? NO_VERSION) };
}

function objectOf(place: Place, response: IncomingMessage): RemoteObject {
  const { headers } = response;
  return {
    ...versionOf(place, response),
    sizeBytes: Number(headers['content-length']),
    etag: String(headers.etag ?? '').replaceAll('"', ''),
    modifiedAtMs: Date.parse(headers['last-modified'] ?? '') || 0,
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])),
  };
}
