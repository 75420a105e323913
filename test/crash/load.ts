/** Writers and a reader that work until the server dies under them, and the ledger of what they were told. */
import type OSS from 'ali-oss';
import type { Random } from '../../src/kernel/random.ts';
import { ossClient, type StackFacts } from '../support/clients.ts';
import { flaw, PART_BYTES, SHAPES, type Version, versionOf } from './versions.ts';

const WRITERS = 8;
const KEYS_PER_SHAPE = 2;
export const BUCKET = 'crash-objects';
const VERSION_META = 'version';

/** What is known of one key. Each key has one writer, so its versions follow one another. */
export interface KeyState {
  key: string;
  /** Last version begun. */
  begun: number;
  /** Last version acknowledged; 0: none yet. */
  acknowledged: number;
  /** Begun, and cut off before an answer came: it may be there or not, but not in part. */
  doubtful: number | undefined;
}

export interface Ledger {
  keys: KeyState[];
  /** Request ids of acknowledged uploads, which are the ids of their events. */
  acknowledgedEvents: Map<string, { key: string; etag: string }>;
  /** Key and ETag of every version that was ever begun. */
  begun: Set<string>;
  flaws: string[];
}

export function newLedger(): Ledger {
  const keys = Array.from({ length: WRITERS * SHAPES.length * KEYS_PER_SHAPE }, (_, index): KeyState => {
    const shape = SHAPES[index % SHAPES.length];
    return { key: `${shape}/w${index % WRITERS}/k${index}`, begun: 0, acknowledged: 0, doubtful: undefined };
  });
  return { keys, acknowledgedEvents: new Map(), begun: new Set(), flaws: [] };
}

export const markOf = ({ key, etag }: { key: string; etag: string }) => `${key} ${etag}`;

/** Runs until every connection breaks. */
export async function loadUntilDeath(facts: StackFacts, ledger: Ledger, random: Random): Promise<void> {
  let dead = false;
  const writers = Array.from({ length: WRITERS }, async (_, index) => {
    const client = ossClient(facts, BUCKET, { timeout: 10_000 });
    const own = ledger.keys.filter(({ key }) => key.includes(`/w${index}/`));
    const draw = random.fork(`writer ${index}`);
    while (!dead) {
      const state = own[draw.between(0, own.length - 1)];
      if (!state || !(await writeNext(client, state, ledger))) break;
    }
    dead = true;
  });
  const reader = readWhile(() => !dead, ossClient(facts, BUCKET, { timeout: 10_000 }), ledger, random.fork('reader'));
  await Promise.all([...writers, reader]);
}

/** False once the server is gone. */
async function writeNext(client: OSS, state: KeyState, ledger: Ledger): Promise<boolean> {
  const number = ++state.begun;
  const version = versionOf(state.key, number);
  ledger.begun.add(markOf(version));
  try {
    const requestId = await upload(client, version);
    state.acknowledged = number;
    ledger.acknowledgedEvents.set(requestId, version);
    return true;
  } catch (error) {
    if (isRefusal(error))
      ledger.flaws.push(`${state.key} version ${number} was refused: ${error.status} ${error.code}`);
    state.doubtful = number;
    return false;
  }
}

async function upload(client: OSS, { key, number, pieces, bytes }: Version): Promise<string> {
  const meta = { [VERSION_META]: String(number) } as never;
  if (!key.startsWith('parts')) return requestIdOf(await client.put(key, bytes, { meta }));
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
      if (problem) ledger.flaws.push(`read under load: ${problem}`);
      else if (read && read.number < oldest)
        ledger.flaws.push(`${state.key}: ${read.number} was read after ${oldest} was acknowledged`);
    } catch (error) {
      if (isRefusal(error)) ledger.flaws.push(`${state.key} could not be read: ${error.status} ${error.code}`);
    }
  }
}

/** Undefined when there is no such object. */
export async function readVersion(client: OSS, key: string) {
  try {
    const { content, res } = await client.get(key);
    const headers = res.headers as Record<string, string | undefined>;
    return {
      bytes: content as Buffer,
      number: Number(headers[`x-oss-meta-${VERSION_META}`]),
      etag: headers.etag?.replaceAll('"', ''),
      crc64: headers['x-oss-hash-crc64ecma'],
    };
  } catch (error) {
    if (isRefusal(error) && error.status === 404) return undefined;
    throw error;
  }
}

/** Whether the server refused, rather than died: a body cut short has the status of its beginning, 200. */
function isRefusal(error: unknown): error is { status: number; code: string } {
  return error instanceof Error && 'status' in error && typeof error.status === 'number' && error.status >= 400;
}

function requestIdOf({ res }: { res: object }): string {
  return (res as { headers: Record<string, string> }).headers['x-oss-request-id'] ?? '';
}
