/** Writers and a reader that work until the server dies under them, and note in the ledger what they were told. */
import type OSS from 'ali-oss';
import type { Random } from '../../src/kernel/random.ts';
import { ossClient, type StackFacts } from '../support/clients.ts';
import { BUCKET, type KeyState, type Ledger, markOf, removalOf, VERSIONED, WRITERS } from './ledger.ts';
import { changeVersions } from './versioned-load.ts';
import { flaw, numberOf, PART_BYTES, shapeOf, sourceOf, type Version, versionOf } from './versions.ts';

const VERSION_META = 'version';
const TIMEOUT = { timeout: 10_000 };

/** Runs until every connection breaks. */
export async function loadUntilDeath(facts: StackFacts, ledger: Ledger, random: Random): Promise<void> {
  let dead = false;
  const writers = Array.from({ length: WRITERS }, async (_, index) => {
    const client = ossClient(facts, BUCKET, TIMEOUT);
    const versionedClient = ossClient(facts, VERSIONED, TIMEOUT);
    const isOwn = ({ key }: { key: string }) => key.includes(`/w${index}/`);
    const own = ledger.keys.filter(isOwn);
    const versioned = ledger.versioned.find(isOwn);
    const draw = random.fork(`writer ${index}`);
    while (!dead) {
      const state = own[draw.between(0, own.length)];
      const lives = state
        ? await writeNext(client, state, ledger)
        : versioned && (await changeVersions(versionedClient, versioned, ledger, draw));
      if (!lives) break;
    }
    dead = true;
  });
  const reader = readWhile(() => !dead, ossClient(facts, BUCKET, TIMEOUT), ledger, random.fork('reader'));
  await Promise.all([...writers, reader]);
}

/** False once the server is gone. */
async function writeNext(client: OSS, state: KeyState, ledger: Ledger): Promise<boolean> {
  const { key } = state;
  const source = shapeOf(key) === 'copy' ? ledger.keys.find((other) => other.key === sourceOf(key)) : undefined;
  // What is to be copied must be there.
  if (source?.acknowledged === 0) return writeNext(client, source, ledger);
  const number = source ? source.acknowledged : followsOn(key) ? state.acknowledged + 1 : state.begun + 1;
  state.begun = number;
  const mark = markOfChange(key, number);
  ledger.begun.add(mark);
  try {
    const requestId = await change(client, key, number);
    state.acknowledged = number;
    ledger.acknowledgedEvents.set(requestId, mark);
    return true;
  } catch (error) {
    if (isRefusal(error)) ledger.flaws.push(`${key} version ${number} was refused: ${error.status} ${error.code}`);
    state.doubtful = number;
    return false;
  }
}

/** Whether a version is made out of the one before. */
export const followsOn = (key: string) => ['gone', 'append'].includes(shapeOf(key));

/** What the event of a change says that leads from one version to the next. */
export function markOfChange(key: string, number: number): string {
  const version = versionOf(key, number);
  if (version) return markOf(version);
  const removed = versionOf(key, number - 1);
  return removed ? removalOf(removed) : `${key} never was`;
}

async function change(client: OSS, key: string, number: number): Promise<string> {
  const version = versionOf(key, number);
  if (!version) return requestIdOf(await client.delete(key));
  const meta = { [VERSION_META]: String(version.meta) } as never;
  switch (shapeOf(key)) {
    case 'parts':
      return uploadParts(client, version, meta);
    case 'copy':
      return requestIdOf(await client.copy(key, sourceOf(key)));
    case 'append': {
      const added = version.pieces.at(-1) ?? Buffer.alloc(0);
      const position = version.bytes.length - added.length;
      return requestIdOf(await client.append(key, added, { position: String(position), meta } as never));
    }
    default:
      return requestIdOf(await client.put(key, version.bytes, { meta }));
  }
}

async function uploadParts(client: OSS, { key, pieces, bytes }: Version, meta: never): Promise<string> {
  const { uploadId } = await client.initMultipartUpload(key, { meta });
  const parts = await Promise.all(
    pieces.map(async (_, index) => {
      const range = [index * PART_BYTES, Math.min(bytes.length, (index + 1) * PART_BYTES)] as const;
      const { etag } = (await client.uploadPart(key, uploadId, index + 1, bytes, ...range)) as { etag: string };
      return { number: index + 1, etag };
    }),
  );
  return requestIdOf(await client.completeMultipartUpload(key, uploadId, parts));
}

async function readWhile(holds: () => boolean, client: OSS, ledger: Ledger, random: Random): Promise<void> {
  while (holds()) {
    const state = ledger.keys[random.between(0, ledger.keys.length - 1)];
    if (!state || state.acknowledged === 0) {
      await new Promise((resolve) => setImmediate(resolve));
      continue;
    }
    const oldest = state.acknowledged;
    try {
      const read = await readVersion(client, state.key);
      const problem = read ? flaw(versionOf(state.key, read.number), read) : `${state.key} was gone for a moment`;
      if (problem && (read || !followsOn(state.key))) ledger.flaws.push(`read under load: ${problem}`);
      else if (read && read.number < oldest)
        ledger.flaws.push(`${state.key}: ${read.number} was read after ${oldest} was acknowledged`);
    } catch (error) {
      if (isRefusal(error)) ledger.flaws.push(`${state.key} could not be read: ${error.status} ${error.code}`);
    }
  }
}

/** Undefined when there is no such object. */
export async function readVersion(client: OSS, key: string, versionId?: string) {
  try {
    const { content, res } = await client.get(key, versionId === undefined ? {} : ({ versionId } as never));
    const bytes = content as Buffer;
    const headers = res.headers as Record<string, string | undefined>;
    return {
      bytes,
      number: numberOf(key, { meta: Number(headers[`x-oss-meta-${VERSION_META}`]), sizeBytes: bytes.length }),
      etag: headers.etag?.replaceAll('"', ''),
      crc64: headers['x-oss-hash-crc64ecma'],
    };
  } catch (error) {
    if (isRefusal(error) && error.status === 404) return undefined;
    throw error;
  }
}

/** What a stack answers that is told to stop. */
const STOPPING = 503;

/** Whether the server refused, rather than died or stopped: a body cut short has the status of its beginning, 200. */
export function isRefusal(error: unknown): error is { status: number; code: string } {
  const status = error instanceof Error && 'status' in error ? Number(error.status) : 0;
  return status >= 400 && status !== STOPPING;
}

export function requestIdOf({ res }: { res: object }): string {
  return (res as { headers: Record<string, string> }).headers['x-oss-request-id'] ?? '';
}
