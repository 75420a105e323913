/** Calls that contradict one another, sent at once: each has one outcome that fits with those of the others, and nothing is left half done. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AliOss, aliOss } from '../../support/ali-oss.ts';
import { crc64 } from '../../support/crc64.ts';
import { type OssServer, startOssServer } from '../../support/oss-server.ts';

const ROUNDS = 10;

let server: OssServer;
let client: AliOss;
beforeAll(async () => {
  server = await startOssServer();
  await server.oss.buckets.ensure({ name: 'my-bucket' });
  client = aliOss(server);
});
afterAll(async () => {
  expect(server.logs.filter(({ level }) => level === 'error')).toEqual([]);
  await server.close();
});

/** `done`, or the code of the refusal. */
const outcome = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'done',
    (error: { code: string }) => error.code,
  );

const bytesOf = (seed: number, sizeBytes: number) => Buffer.alloc(sizeBytes, `${seed} `);

test('a copy onto itself among overwrites leaves one version whole', async () => {
  const written = Array.from({ length: 30 }, (_, seed) => bytesOf(seed, seed % 2 === 0 ? 100 : 200_000));
  await client.put('itself', written[0] ?? '');
  const replace = { headers: { 'x-oss-metadata-directive': 'REPLACE' } };
  const calls = written.flatMap((bytes) => [
    client.put('itself', bytes),
    client.copy('itself', 'itself'),
    client.copy('itself', 'itself', replace),
  ]);
  expect(new Set(await Promise.all(calls.map(outcome)))).toEqual(new Set(['done']));
  const { content, res } = await client.get('itself');
  const read = content as Buffer;
  expect(written.some((bytes) => bytes.equals(read))).toBe(true);
  expect(res.headers.etag).toBe(`"${createHash('md5').update(read).digest('hex').toUpperCase()}"`);
  expect(res.headers['x-oss-hash-crc64ecma']).toBe(crc64(read));
});

test('of completions and an abort of one upload one wins, and the others find no upload', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const key = `upload-${round}`;
    const { uploadId } = await client.initMultipartUpload(key);
    const bytes = bytesOf(round, 150_000);
    const { etag } = await client.uploadPart(key, uploadId, 1, bytes, 0, bytes.length);
    const complete = () => client.completeMultipartUpload(key, uploadId, [{ number: 1, etag }]);
    const abort = () => client.abortMultipartUpload(key, uploadId);
    const other = bytesOf(round + 100, 150_000);
    const part = () => client.uploadPart(key, uploadId, 1, other, 0, other.length);
    const order = round % 2 === 0 ? [complete, abort, complete] : [abort, complete, complete];
    const [partDone, ...ends] = await Promise.all([part, ...order].map((call) => outcome(call())));
    // The part that came in between makes the list of the others outdated.
    for (const end of ends) expect(['done', 'NoSuchUpload', 'InvalidPart']).toContain(end);
    expect(['done', 'NoSuchUpload']).toContain(partDone);
    expect(ends.filter((end) => end === 'done')).toHaveLength(1);
    const isThere = ends[order.indexOf(complete)] === 'done' || ends[order.lastIndexOf(complete)] === 'done';
    expect(await outcome(client.head(key))).toBe(isThere ? 'done' : 'NoSuchKey');
    expect(await outcome(client.listParts(key, uploadId))).toBe('NoSuchUpload');
  }
});

test('of appends to the same position one wins, and the others hear where the end is', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const pieces = Array.from({ length: 10 }, (_, seed) => bytesOf(seed, 10 + seed));
    const calls = pieces.map((piece) => outcome(client.append(`append-${round}`, piece, { position: '0' })));
    const outcomes = await Promise.all(calls);
    expect(outcomes.filter((each) => each === 'done')).toHaveLength(1);
    expect(outcomes.filter((each) => each === 'PositionNotEqualToLength')).toHaveLength(9);
    const { content } = await client.get(`append-${round}`);
    expect(content).toEqual(pieces[outcomes.indexOf('done')]);
  }
});

test('a bucket that is deleted among uploads is gone with all it held, or there with all that was acknowledged', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const name = `doomed-${round}`;
    await server.oss.buckets.ensure({ name });
    const inside = aliOss(server);
    inside.useBucket(name);
    const keys = ['a', 'b', 'c', 'd'];
    const puts = keys.map((key, index) => () => inside.put(key, bytesOf(index, index % 2 === 0 ? 50 : 200_000)));
    const remove = () => client.deleteBucket(name);
    const order = round % 2 === 0 ? [remove, ...puts] : [...puts, remove];
    const outcomes = await Promise.all(order.map((call) => outcome(call())));
    const removed = outcomes[order.indexOf(remove)];
    const acknowledged = keys.filter((_, index) => outcomes[order.indexOf(puts[index] ?? remove)] === 'done');
    expect(['done', 'BucketNotEmpty']).toContain(removed);
    if (removed === 'done') {
      expect(acknowledged).toEqual([]);
      expect(await outcome(inside.list({ 'max-keys': 10 }))).toBe('NoSuchBucket');
    } else {
      const { objects } = await inside.list({ 'max-keys': 10 });
      expect(objects.map(({ name: key }) => key)).toEqual(acknowledged);
    }
  }
});
