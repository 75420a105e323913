/** `localyun start --store minio` as its users run it: what stops it, what others see in MinIO, and what a restart finds. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { admin, ossClient, settle } from '../support/clients.ts';
import { type MinioServer, startMinio } from '../support/minio-server.ts';
import { until } from '../support/processes.ts';
import { type RunningCli, runCli, startCli } from '../support/start-cli.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const BUCKET = 'my-bucket';

let minio: MinioServer;
beforeAll(async () => {
  minio = await startMinio();
});
afterAll(() => minio.kill());
beforeEach(() => minio.empty());

function flags({ endpoint, accessKey, secretKey }: Pick<MinioServer, 'endpoint' | 'accessKey' | 'secretKey'> = minio) {
  const where = ['--store', 'minio', '--minio-endpoint', endpoint];
  return [...where, '--minio-access-key', accessKey, '--minio-secret-key', secretKey];
}

const start = (folder: string, args = flags()) => startCli(['--data-dir', folder, ...args]);

async function putInto(stack: RunningCli, objects: Record<string, string>) {
  const client = ossClient(stack.ready, BUCKET);
  await client.putBucket(BUCKET as never);
  for (const [key, text] of Object.entries(objects)) await client.put(key, Buffer.from(text));
  return client;
}

/** What `mc ls --recursive` lists. */
async function listed(bucket = BUCKET): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of minio.client.listObjectsV2(bucket, '', true)) names.push(name);
  return names;
}

describe('ends with exit code 2 and one sentence', () => {
  test.each<[string, () => Partial<MinioServer>, RegExp]>([
    [
      'where nothing listens',
      () => ({ endpoint: 'http://127.0.0.1:1' }),
      /MinIO can't be reached at http:\/\/127\.0\.0\.1:1 \(connect ECONNREFUSED.*\): start it, or name another place/,
    ],
    [
      'where the access key is nobody’s',
      () => ({ accessKey: 'nobody' }),
      /refuses the keys \(InvalidAccessKeyId\): give those of a user/,
    ],
    [
      'where the secret key is wrong',
      () => ({ secretKey: 'wrong-secret' }),
      /refuses the keys \(SignatureDoesNotMatch\): give those of a user/,
    ],
    [
      'where the address is none',
      () => ({ endpoint: '127.0.0.1:9000' }),
      /store\.endpoint is not valid: is no address like http:\/\/HOST:PORT\./,
    ],
  ])('%s', async (_name, wrong, sentence) => {
    const given = { ...minio, ...wrong() };
    const { code, stdout, stderr } = await runCli(['start', '--json', '--ephemeral', '--port', '0', ...flags(given)]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(sentence);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });

  test('where another store’s objects lie in the data directory, or another server’s', async () => {
    const [embedded, remote] = [temporaryFolder(), temporaryFolder()];
    const first = await start(embedded, []);
    await putInto(first, { k: 'v' });
    await first.stop();
    const second = await start(remote);
    await putInto(second, { k: 'v' });
    await second.stop();
    const run = (folder: string, args: string[]) => runCli(['start', '--port', '0', '--data-dir', folder, ...args]);
    expect(await run(embedded, flags())).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('holds buckets of the embedded store, which are not moved to MinIO'),
    });
    expect(await run(remote, [])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(`belongs to MinIO at ${minio.endpoint}: start with --store minio`),
    });
    const other = await startMinio();
    expect(await run(remote, flags(other))).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(`belongs to MinIO at ${minio.endpoint}, and none of its buckets is at`),
    });
    await other.kill();
    // The same server under another name is the same server.
    const third = await start(remote, flags({ ...minio, endpoint: `http://localhost:${minio.port}` }));
    expect((await ossClient(third.ready, BUCKET).get('k')).content).toEqual(Buffer.from('v'));
    await third.stop();
  });
});

test('objects lie under their own bucket and key, with their type and their writer’s metadata', async () => {
  const stack = await start(temporaryFolder());
  const client = await putInto(stack, {});
  await client.put('photos/a b+ü.txt', Buffer.from('hello'), {
    mime: 'text/x-test',
    meta: { colour: 'green' } as never,
    headers: { 'Cache-Control': 'no-store' },
  });
  await client.append('log', Buffer.from('one'));
  await client.append('log', Buffer.from('two'), { position: '3' });
  expect((await minio.client.listBuckets()).map(({ name }) => name)).toEqual([BUCKET]);
  // MinIO leaves out of a listing what one of whose versions is being removed at that moment.
  await until('both are listed', async () => String(await listed()) === 'log,photos/a b+ü.txt');
  const { size, metaData } = await minio.client.statObject(BUCKET, 'photos/a b+ü.txt');
  expect(size).toBe(5);
  expect(metaData).toMatchObject({ 'content-type': 'text/x-test', 'cache-control': 'no-store', colour: 'green' });
  const chunks: Buffer[] = [];
  for await (const chunk of await minio.client.getObject(BUCKET, 'log')) chunks.push(chunk);
  expect(Buffer.concat(chunks).toString()).toBe('onetwo');
  await client.delete('log');
  expect(await listed()).toEqual(['photos/a b+ü.txt']);
  await client.delete('photos/a b+ü.txt');
  await client.deleteBucket(BUCKET);
  expect(await minio.client.listBuckets()).toEqual([]);
  await stack.stop();
});

test('a stack that is killed under an upload finds everything acknowledged again, and removes the rest', async () => {
  const folder = temporaryFolder();
  const first = await start(folder);
  const client = await putInto(first, { kept: 'v' });
  const uploads = Array.from({ length: 20 }, (_, count) =>
    client.put(`k-${count}`, Buffer.alloc(3_000_000, `${count}`)),
  );
  const outcomes = Promise.allSettled(uploads);
  await Promise.race(uploads);
  await first.kill();
  const acknowledged = (await outcomes).filter(({ status }) => status === 'fulfilled').length;
  expect(acknowledged).toBeLessThan(20);
  const second = await start(folder);
  const again = ossClient(second.ready, BUCKET);
  const { objects = [] } = await again.listV2({ 'max-keys': '1000' }, {});
  expect(objects.length).toBeGreaterThanOrEqual(1 + acknowledged);
  for (const { name, size } of objects) expect((await again.get(name)).content).toHaveLength(size);
  await settle(second);
  const { body: events } = await admin<{ subject: string }[]>(
    second.endpoint,
    'events?type=oss:ObjectCreated:PutObject&limit=100',
  );
  expect(events).toHaveLength(objects.length);
  const versions = async () => {
    const names: string[] = [];
    for await (const { name } of minio.client.listObjects(BUCKET, '', true, { IncludeVersion: true })) names.push(name);
    return names.sort();
  };
  const names = objects.map(({ name }) => name).sort();
  await until('nothing else is left there', async () => String(await versions()) === String(names), 30_000);
  await second.stop();
});
