/** Reads while the object is overwritten all the time: body, length, ETag, CRC-64 and metadata are always of one and the same version. */
import { createHash } from 'node:crypto';
import { Agent, request } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRandom, type Random } from '../../../src/kernel/random.ts';
import { type AliOss, aliOss } from '../../support/ali-oss.ts';
import { crc64 } from '../../support/crc64.ts';
import { type OssServer, startOssServer } from '../../support/oss-server.ts';
import { IS_THOROUGH } from '../../support/thorough.ts';

const READS = IS_THOROUGH ? 100_000 : 2_000;
/** Of an object that grows to two megabytes. */
const GROWING_READS = IS_THOROUGH ? 1600 : 192;
const READERS = 16;
const BUCKET = 'my-bucket';
const KEYS = ['overwritten', 'overwritten-too'];
const GROWING = 'growing';
/** None, in the database, the last that lies there and the first that does not, streamed; the last one in parts. */
const SIZES = [0, 1, 900, 64 * 1024, 64 * 1024 + 1, 150_000, 400_000, 250_000];
const PART_BYTES = 100 * 1024;
const RANGES = [undefined, undefined, 'bytes=0-9', 'bytes=100-', 'bytes=-7', 'bytes=500-70000'];

interface Known {
  bytes: Buffer;
  etag: string;
  crc64: string;
}

interface Read {
  status: number;
  headers: Record<string, string>;
  bytes: Buffer;
}

let server: OssServer;
let client: AliOss;
let known: Known[];
const agent = new Agent({ keepAlive: true, maxSockets: READERS });
const random = createRandom(1);
const sourceOf = (number: number) => `source-${number}`;

beforeAll(async () => {
  server = await startOssServer();
  await server.oss.buckets.ensure({ name: BUCKET, acl: 'public-read' });
  client = aliOss(server);
  known = await Promise.all(SIZES.map(makeSource));
});
afterAll(async () => {
  agent.destroy();
  await server.close();
});

const bytesOf = (sizeBytes: number, number: number) =>
  Buffer.from(Array.from({ length: sizeBytes }, (_, at) => (at * 31 + number * 17 + (at >> 8)) & 0xff));

/** An object to copy from, and what must be answered of its copies. */
async function makeSource(sizeBytes: number, number: number): Promise<Known> {
  const bytes = bytesOf(sizeBytes, number);
  const meta = { number: String(number) };
  if (number < SIZES.length - 1) await client.put(sourceOf(number), bytes, { meta });
  else await uploadParts(sourceOf(number), bytes, meta);
  const md5 = createHash('md5').update(bytes).digest('hex').toUpperCase();
  const { etag = '' } = (await get(sourceOf(number))).headers;
  if (number < SIZES.length - 1) expect(etag).toBe(`"${md5}"`);
  return { bytes, etag, crc64: crc64(bytes) };
}

async function uploadParts(key: string, bytes: Buffer, meta: Record<string, string>): Promise<void> {
  const { uploadId } = await client.initMultipartUpload(key, { meta });
  const parts = [];
  for (let from = 0; from < bytes.length; from += PART_BYTES) {
    const range = [from, Math.min(bytes.length, from + PART_BYTES)] as const;
    const { etag } = await client.uploadPart(key, uploadId, parts.length + 1, bytes, ...range);
    parts.push({ number: parts.length + 1, etag });
  }
  await client.completeMultipartUpload(key, uploadId, parts);
}

function get(key: string, range?: string): Promise<Read> {
  return new Promise((resolve, reject) => {
    const headers = range === undefined ? {} : { range };
    const outgoing = request(
      { host: '127.0.0.1', port: server.port, path: `/${BUCKET}/${key}`, agent, headers },
      (response) =>
        void buffer(response).then(
          (bytes) =>
            resolve({ status: response.statusCode ?? 0, headers: response.headers as Record<string, string>, bytes }),
          reject,
        ),
    );
    outgoing.once('error', reject);
    outgoing.end();
  });
}

/** What of the answer is not of the version it says it is. */
function tear({ status, headers, bytes }: Read, range: string | undefined): string | undefined {
  const version = known[Number(headers['x-oss-meta-number'])];
  if (!version || status >= 300) return `status ${status}, version ${headers['x-oss-meta-number']}`;
  const [, first, last, whole] = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(headers['content-range'] ?? '') ?? [];
  const expected = first === undefined ? version.bytes : version.bytes.subarray(Number(first), Number(last) + 1);
  if ((status === 206) !== (first !== undefined)) return `status ${status} with the range ${headers['content-range']}`;
  if (whole !== undefined && Number(whole) !== version.bytes.length) return `${whole} bytes in all`;
  if (!bytes.equals(expected)) return `other bytes, for ${range}`;
  if (Number(headers['content-length']) !== expected.length) return `content-length ${headers['content-length']}`;
  if (headers.etag !== version.etag) return `ETag ${headers.etag}`;
  return headers['x-oss-hash-crc64ecma'] === version.crc64 ? undefined : `CRC ${headers['x-oss-hash-crc64ecma']}`;
}

async function overwriteWhile(holds: () => boolean, key: string, draw: Random): Promise<number> {
  let count = 0;
  for (; holds(); count++) {
    const number = draw.between(0, SIZES.length - 1);
    const isPut = count % 4 === 0 && number < SIZES.length - 1;
    const version = known[number];
    if (isPut && version) await client.put(key, version.bytes, { meta: { number: String(number) } });
    else await client.copy(key, sourceOf(number));
  }
  return count;
}

async function readBy(draw: Random, count: number): Promise<string[]> {
  const tears: string[] = [];
  for (let at = 0; at < count; at++) {
    const key = KEYS[draw.between(0, KEYS.length - 1)] ?? '';
    const range = RANGES[draw.between(0, RANGES.length - 1)];
    const torn = tear(await get(key, range), range);
    if (torn) tears.push(torn);
  }
  return tears;
}

test(`${READS} reads, whole and in ranges, of objects that are overwritten meanwhile`, {
  timeout: 900_000,
}, async () => {
  for (const key of KEYS) await client.copy(key, sourceOf(0));
  let reading = true;
  const writers = [...KEYS, ...KEYS].map((key, index) =>
    overwriteWhile(() => reading, key, random.fork(`writer ${index}`)),
  );
  const readers = Array.from({ length: READERS }, (_, index) =>
    readBy(random.fork(`reader ${index}`), READS / READERS),
  );
  const tears = (await Promise.all(readers)).flat();
  reading = false;
  const overwrites = (await Promise.all(writers)).reduce((sum, count) => sum + count, 0);
  console.log(`${READS} reads during ${overwrites} overwrites: ${tears.length} torn`);
  expect(tears).toEqual([]);
  expect(overwrites).toBeGreaterThan(READS / 100);
});

test(`${GROWING_READS} reads of an object that is appended to meanwhile`, { timeout: 300_000 }, async () => {
  const pieces = Array.from({ length: 200 }, (_, index) => bytesOf(index % 7 === 0 ? 70_000 : 1 + index * 13, index));
  const all = Buffer.concat(pieces);
  const ends = pieces.map((_, index) => pieces.slice(0, index + 1).reduce((sum, { length }) => sum + length, 0));
  const crcs = new Map(ends.map((end) => [end, undefined as string | undefined]));
  let position = 0;
  const append = async () => {
    for (const piece of pieces) {
      await client.append(GROWING, piece, { position: String(position) });
      position += piece.length;
    }
  };
  const read = async (): Promise<string[]> => {
    const tears: string[] = [];
    for (let at = 0; at < GROWING_READS / READERS; at++) {
      const { status, headers, bytes } = await get(GROWING);
      if (status === 404 && position <= (ends[0] ?? 0)) continue;
      if (!ends.includes(bytes.length)) tears.push(`${bytes.length} bytes`);
      if (!bytes.equals(all.subarray(0, bytes.length))) tears.push('other bytes');
      if (headers['x-oss-next-append-position'] !== String(bytes.length)) tears.push('another position');
      const crc = crcs.get(bytes.length) ?? crc64(bytes);
      crcs.set(bytes.length, crc);
      if (headers['x-oss-hash-crc64ecma'] !== crc) tears.push('another CRC');
    }
    return tears;
  };
  const appending = append();
  const tears = (await Promise.all(Array.from({ length: READERS }, read))).flat();
  await appending;
  expect(tears).toEqual([]);
});
