/** One GiB through a real process: it streams to disk and back, and the process does not grow by more than 64 MiB. */
import { Readable } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { combineCrc64 } from '../../emulators/oss/store/crc64.ts';
import { ossClient } from '../support/clients.ts';
import { crc64 } from '../support/crc64.ts';
import { forgetPeak, hasProc, peakBytes, residentBytes } from '../support/processes.ts';
import { type RunningCli, startCli } from '../support/start-cli.ts';
import { writeProject } from '../support/template.ts';

const MIB = 1024 * 1024;
const BLOCKS = 1024;
const GROWTH_MAX = 64 * MIB;
const TIMEOUT_MS = 120_000;

/** Each MiB carries its number, so that blocks in the wrong order are noticed. */
const filler = Buffer.alloc(MIB - 8, 'no two blocks are the same; ');
function label(block: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32BE(block, 4);
  return bytes;
}

function* blocks(): Generator<Buffer> {
  for (let block = 0; block < BLOCKS; block++) yield Buffer.concat([label(block), filler]);
}

/** From the checksums of the pieces, so that the gigabyte need not be summed here too. */
function expectedCrc64(): string {
  const ofFiller = crc64(filler);
  let whole = '0';
  for (let block = 0; block < BLOCKS; block++) {
    whole = combineCrc64(whole, crc64(label(block)), 8);
    whole = combineCrc64(whole, ofFiller, filler.length);
  }
  return whole;
}

let stack: RunningCli;
beforeAll(async () => {
  const cwd = writeProject({ functions: {}, settings: { buckets: [{ name: 'large-files' }] } });
  stack = await startCli(['--data-dir', 'state', '--config', 'localyun.yaml'], { cwd });
});
afterAll(async () => void (await stack?.stop()));

const client = () => ossClient(stack.ready, 'large-files', { timeout: TIMEOUT_MS });
const headersOf = ({ res }: { res: object }) => (res as { headers: Record<string, string> }).headers;

/** Bytes by which the process rose over where it stood, at the worst moment of `work`. */
async function growthDuring(work: () => Promise<void>): Promise<number> {
  forgetPeak(stack.pid);
  const before = residentBytes(stack.pid);
  await work();
  return peakBytes(stack.pid) - before;
}

test.runIf(hasProc)(
  'one GiB goes in without the process growing by more than 64 MiB',
  { timeout: TIMEOUT_MS },
  async () => {
    const growth = await growthDuring(async () => {
      const body = Readable.from(blocks(), { objectMode: false, highWaterMark: MIB });
      const options = { contentLength: BLOCKS * MIB, timeout: TIMEOUT_MS };
      const result = await client().putStream('one-gib.bin', body, options as never);
      expect(headersOf(result)['x-oss-hash-crc64ecma']).toBe(expectedCrc64());
    });
    console.log(`1 GiB in: grew by ${Math.round(growth / MIB)} MiB`);
    expect(growth).toBeLessThanOrEqual(GROWTH_MAX);
  },
);

test.runIf(hasProc)('and comes out whole, as frugally', { timeout: TIMEOUT_MS }, async () => {
  const growth = await growthDuring(async () => {
    const result = await client().getStream('one-gib.bin', { timeout: TIMEOUT_MS });
    expect(headersOf(result as never)).toMatchObject({
      'content-length': String(BLOCKS * MIB),
      'x-oss-hash-crc64ecma': expectedCrc64(),
    });
    expect(await firstDifference(result.stream as Readable)).toBeUndefined();
  });
  console.log(`1 GiB out: grew by ${Math.round(growth / MIB)} MiB`);
  expect(growth).toBeLessThanOrEqual(GROWTH_MAX);
});

test.runIf(hasProc)('a reader that stops reading does not fill the memory', { timeout: TIMEOUT_MS }, async () => {
  const growth = await growthDuring(async () => {
    const { stream } = await client().getStream('one-gib.bin', { timeout: TIMEOUT_MS });
    const reader = (stream as Readable)[Symbol.asyncIterator]();
    await reader.next();
    // As long as the whole download takes elsewhere on a slow machine would be too long to wait: this much shows a leak.
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    (stream as Readable).destroy();
  });
  expect(growth).toBeLessThanOrEqual(GROWTH_MAX);
  expect((await client().head('one-gib.bin')).status).toBe(200);
});

test('the object can be deleted', async () => {
  await client().delete('one-gib.bin');
  await expect(client().head('one-gib.bin')).rejects.toMatchObject({ status: 404 });
});

/** Offset of the block that is not what was sent, or where the bytes end too early or too late. */
async function firstDifference(stream: Readable): Promise<number | undefined> {
  const source = blocks();
  let expected: Buffer = Buffer.alloc(0);
  let offset = 0;
  for await (const piece of stream as AsyncIterable<Buffer>) {
    for (let at = 0; at < piece.length; ) {
      if (expected.length === 0) expected = source.next().value ?? Buffer.alloc(0);
      const length = Math.min(expected.length, piece.length - at);
      if (length === 0 || piece.compare(expected, 0, length, at, at + length) !== 0) return offset;
      expected = expected.subarray(length);
      at += length;
      offset += length;
    }
  }
  return offset === BLOCKS * MIB ? undefined : offset;
}
