/** A disk that runs full under a running stack: calls are refused by name, nothing is damaged, and it serves on once there is room. */
import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type OSS from 'ali-oss';
import { expect, onTestFinished, test } from 'vitest';
import { admin, ossClient, settle } from '../support/clients.ts';
import { until } from '../support/processes.ts';
import { limitedFiles, mountedDisk, type SmallDisk } from '../support/small-disk.ts';
import { type RunningCli, startCli } from '../support/start-cli.ts';

const BUCKET = 'full-bucket';
const bytes = (sizeBytes: number, seed: number) => Buffer.alloc(sizeBytes, `seed ${seed} `);
const md5 = (content: Buffer) => createHash('md5').update(content).digest('hex').toUpperCase();

const start = (folder: string) => startCli(['--data-dir', join(folder, 'state'), '--log-level', 'warn']);

/** What was acknowledged: key → bytes. */
type Kept = Map<string, Buffer>;

/** `done`, or the refusal that a full disk gets; anything else fails the test. */
async function attempt(call: () => Promise<unknown>): Promise<'done' | 'refused'> {
  try {
    await call();
    return 'done';
  } catch (error) {
    expect(error).toMatchObject({ status: 400, code: 'InsufficientStorage' });
    return 'refused';
  }
}

async function put(client: OSS, kept: Kept, key: string, content: Buffer): Promise<'done' | 'refused'> {
  const outcome = await attempt(() => client.put(key, content));
  if (outcome === 'done') kept.set(key, content);
  return outcome;
}

async function expectWhole(client: OSS, kept: Kept): Promise<void> {
  const { objects = [] } = await client.listV2({ 'max-keys': '1000' }, {});
  expect(objects.map(({ name }) => name).sort()).toEqual([...kept.keys()].sort());
  for (const [key, content] of kept) {
    const { content: read } = await client.get(key);
    expect((read as Buffer).equals(content), key).toBe(true);
  }
}

function blobFiles(folder: string): string[] {
  const objects = join(folder, 'state/objects');
  return readdirSync(objects, { recursive: true, encoding: 'utf8' }).filter((name) => /^[0-9a-f]{2}\/./.test(name));
}

async function eventsOf(stack: RunningCli): Promise<number> {
  await settle(stack);
  return (await admin<unknown[]>(stack.endpoint, 'events?limit=1000')).body.length;
}

/** Everything that writes, while nothing fits. */
async function writeOnFull(client: OSS, kept: Kept, upload: { uploadId: string; part: Buffer }): Promise<void> {
  const small: string[] = [];
  for (let count = 0; count < 12; count++) small.push(await put(client, kept, `small-${count}`, bytes(60_000, count)));
  expect(small).toContain('refused');
  const together = Array.from({ length: 12 }, (_, count) => put(client, kept, `more-${count}`, bytes(50_000, count)));
  expect(await Promise.all(together)).toContain('refused');
  expect(await put(client, kept, 'kept-large', bytes(400_000, 9))).toBe('refused');
  const { uploadId, part } = upload;
  expect(await attempt(() => client.uploadPart('upload', uploadId, 2, bytes(300_000, 8), 0, 300_000))).toBe('refused');
  expect(await attempt(() => client.append('append-large', bytes(400_000, 7)))).toBe('refused');
  const append = bytes(60_000, 6);
  if ((await attempt(() => client.append('append', append))) === 'done') kept.set('append', append);
  await attempt(() => client.putBucket('other-bucket'));
  if ((await attempt(() => client.copy('copied', 'kept-small'))) === 'done') kept.set('copied', bytes(4000, 1));
  if ((await attempt(() => client.delete('doomed'))) === 'done') kept.delete('doomed');
  const parts = [{ number: 1, etag: md5(part) }];
  const complete = await attempt(() => client.completeMultipartUpload('upload', uploadId, parts));
  if (complete === 'done') kept.set('upload', part);
}

async function runFull(disk: SmallDisk): Promise<void> {
  let stack = await start(disk.folder);
  const client = () => ossClient(stack.ready, BUCKET, { timeout: 10_000 });
  await client().putBucket(BUCKET);
  const kept: Kept = new Map();
  await put(client(), kept, 'kept-small', bytes(4000, 1));
  await put(client(), kept, 'kept-large', bytes(400_000, 2));
  await put(client(), kept, 'doomed', bytes(4000, 3));
  const part = bytes(200_000, 4);
  const { uploadId } = await client().initMultipartUpload('upload');
  await client().uploadPart('upload', uploadId, 1, part, 0, part.length);
  await settle(stack);

  disk.fill(stack.pid);
  await writeOnFull(client(), kept, { uploadId, part });
  await expectWhole(client(), kept);

  disk.makeRoom(stack.pid);
  expect(await put(client(), kept, 'room-again', bytes(300_000, 5))).toBe('done');
  await expectWhole(client(), kept);
  // No more than the large objects, the part, and what else is in one file: what was refused keeps none.
  const large = [...kept.values()].filter(({ length }) => length > 64 * 1024).length + (kept.has('upload') ? 0 : 1);
  await until('the files of what was refused are gone', () => blobFiles(disk.folder).length === large);
  expect(await eventsOf(stack)).toBeGreaterThanOrEqual(kept.size);
  expect((await stack.stop()).code).toBe(0);

  stack = await start(disk.folder);
  await expectWhole(client(), kept);
  expect((await stack.stop()).code).toBe(0);
}

const DISKS: [string, () => SmallDisk | undefined][] = [
  ['a small disk, where this user may mount one', mountedDisk],
  ['files that may not grow', limitedFiles],
];

test.runIf(process.platform === 'linux').each(DISKS)(
  '%s: refused by name, whole, and at work again',
  async (_, make) => {
    const disk = make();
    if (!disk) return;
    onTestFinished(() => disk.remove());
    await runFull(disk);
  },
);
