/** A MinIO that goes away, stands still, runs full or starts anew under a running OSS: clear refusals, and nothing lost. */
import { Readable } from 'node:stream';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import { type AliOss, aliOss } from '../support/ali-oss.ts';
import { type MinioServer, startMinio } from '../support/minio-server.ts';
import { type OssServer, startOssServer } from '../support/oss-server.ts';
import { until } from '../support/processes.ts';
import { mountedDisk } from '../support/small-disk.ts';
import { startProxy, type TcpProxy } from '../support/tcp-proxy.ts';

/** Long enough for a busy machine, on which this process is client, OSS and network at once. */
const LIMIT_MS = 1500;
const BUCKET = 'my-bucket';
/** More than a socket and its buffers take at once. */
const LARGE = Buffer.alloc(40_000_000, 'large ');
const SMALL = Buffer.from('small');

let minio: MinioServer;
beforeAll(async () => {
  minio = await startMinio();
});
afterAll(() => minio.kill());

interface Setting {
  proxy: TcpProxy;
  server: OssServer;
  client: AliOss;
}
let setting: Setting;
beforeEach(async () => {
  await minio.empty();
  setting = await startOn(minio);
});

async function startOn({ port, accessKey, secretKey }: MinioServer): Promise<Setting> {
  const proxy = await startProxy(port);
  const endpoint = `http://127.0.0.1:${proxy.port}`;
  const server = await startOssServer({ minio: { endpoint, accessKey, secretKey, limitMs: LIMIT_MS } });
  onTestFinished(async () => {
    await server.close();
    await proxy.close();
  });
  await server.oss.buckets.ensure({ name: BUCKET });
  return { proxy, server, client: aliOss(server) };
}

const unavailable = (why: RegExp) => ({
  status: 503,
  code: 'ServiceUnavailable',
  message: expect.stringMatching(why),
});

async function refusal(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => expect.unreachable('It was taken.'),
    (error: unknown) => error,
  );
}

/** What others see there. */
async function versionsThere(server = minio): Promise<string[]> {
  const found: string[] = [];
  for await (const { name } of server.client.listObjects(BUCKET, '', true, { IncludeVersion: true })) found.push(name);
  return found;
}

/** Keys of every event, each of an object that is there whole. */
async function expectToldAndThere({ server, client }: Setting, kept: Map<string, Buffer>): Promise<void> {
  const told = (await server.facts()).filter(({ eventName }) => eventName === 'ObjectCreated:PutObject');
  expect(told.map(({ key }) => key).sort()).toEqual([...kept.keys()].sort());
  for (const [key, bytes] of kept) expect((await client.get(key)).content.equals(bytes), key).toBe(true);
}

test('a server that is away refuses with what to do, loses nothing, and is used again once it is back', async () => {
  const { client, server } = setting;
  await client.put('kept', SMALL);
  await minio.kill();
  const away = unavailable(
    /^MinIO at http:\/\/127\.0\.0\.1:\d+, where objects lie, can't be used now: .*send the call again when it runs/,
  );
  for (const call of [
    () => client.put('new', SMALL),
    () => client.get('kept'),
    () => client.delete('kept'),
    () => client.append('log', SMALL),
    () => client.copy('copy', 'kept'),
    () => client.putBucket('another-bucket'),
  ])
    expect(await refusal(call())).toMatchObject(away);
  // What needs no bytes is answered all the same.
  expect((await client.head('kept')).status).toBe(200);
  expect((await client.list({})).objects.map(({ name }) => name)).toEqual(['kept']);
  await minio.start();
  await client.put('new', SMALL);
  await expectToldAndThere(
    setting,
    new Map([
      ['kept', SMALL],
      ['new', SMALL],
    ]),
  );
  expect((await versionsThere()).sort()).toEqual(['kept', 'new']);
  const messages = server.logs.filter(({ name }) => String(name).endsWith('minio')).map(({ message }) => message);
  expect(messages.filter((message) => message === 'MinIO does not do what the store needs.')).toHaveLength(1);
  expect(messages).toContain('MinIO answers again.');
});

test('a server that dies under an upload leaves the object as it was, and nothing of the new one', async () => {
  const { client, proxy, server } = setting;
  await client.put('k', SMALL);
  const before = proxy.sentBytes();
  const upload = refusal(client.put('k', LARGE));
  await until('the upload is under way', () => proxy.sentBytes() > before + 1_000_000);
  await minio.kill();
  expect(await upload).toMatchObject(unavailable(/can't be used now/));
  await minio.start();
  await expectToldAndThere(setting, new Map([['k', SMALL]]));
  await until('nothing is left of it', async () => (await versionsThere()).length === 1);
  await client.put('k', LARGE);
  expect((await client.get('k')).content.equals(LARGE)).toBe(true);
  expect((await server.facts()).filter(({ key }) => key === 'k')).toHaveLength(2);
});

test('a connection on which nothing moves is given up, and an answer that was lost leaves no second object', async () => {
  const { client, proxy } = setting;
  await client.put('k', SMALL);
  const before = proxy.sentBytes();
  const upload = refusal(client.put('large', LARGE));
  await until('the upload is under way', () => proxy.sentBytes() > before + 1_000_000);
  proxy.mode = { is: 'stall' };
  expect(await upload).toMatchObject(unavailable(/nothing moved for 1500 ms/));
  expect(await refusal(client.get('k'))).toMatchObject(unavailable(/nothing moved for 1500 ms/));
  proxy.cut();
  proxy.mode = { is: 'pass' };
  await expectToldAndThere(setting, new Map([['k', SMALL]]));
  await until('nothing is left of it', async () => (await versionsThere()).length === 1);
});

test('a read that stands still ends instead of hanging, and a slow reader is no standstill', async () => {
  const { client, proxy } = setting;
  await client.put('large', LARGE);
  const { stream } = await client.getStream('large');
  const reader = Readable.prototype[Symbol.asyncIterator].call(stream);
  await reader.next();
  // Longer than the limit, which is for the server alone.
  await setting.server.clock.sleep(2 * LIMIT_MS);
  await reader.next();
  proxy.mode = { is: 'stall' };
  await expect(
    (async () => {
      for (;;) if ((await reader.next()).done) return 'whole';
    })(),
  ).rejects.toThrow();
  proxy.cut();
  proxy.mode = { is: 'pass' };
  expect((await client.get('large')).content.equals(LARGE)).toBe(true);
});

const FULL = [
  '<?xml version="1.0" encoding="UTF-8"?>',
  '<Error><Code>XMinioStorageFull</Code><Message>Storage backend has reached its minimum free drive threshold.',
  ' Please delete a few objects to proceed.</Message></Error>',
].join('');
const FULL_ANSWER = `HTTP/1.1 507 Insufficient Storage\r\ncontent-type: application/xml\r\ncontent-length: ${FULL.length}\r\n\r\n${FULL}`;

test('a full server refuses by name, and not so that clients would go on trying', async () => {
  const { client, proxy } = setting;
  await client.put('kept', SMALL);
  proxy.mode = { is: 'answer', toPut: FULL_ANSWER };
  expect(await refusal(client.put('new', SMALL))).toMatchObject({
    status: 400,
    code: 'InsufficientStorage',
    message: expect.stringMatching(
      /^MinIO at .* is full\. Nothing was changed; make room there and send the call again\.$/,
    ),
  });
  expect(await refusal(client.put('large', LARGE))).toMatchObject({ code: 'InsufficientStorage' });
  proxy.mode = { is: 'pass' };
  await client.put('new', SMALL);
  await expectToldAndThere(
    setting,
    new Map([
      ['kept', SMALL],
      ['new', SMALL],
    ]),
  );
});

const disk = mountedDisk();
test.runIf(disk)('so does one whose disk is really full, which serves on once there is room', async () => {
  const small = await startMinio({ folder: `${disk?.folder}/minio` });
  onTestFinished(async () => {
    await small.kill();
    disk?.remove();
  });
  setting = await startOn(small);
  const { client } = setting;
  const kept = new Map([['kept', SMALL]]);
  await client.put('kept', SMALL);
  disk?.fill(small.pid());
  expect(await refusal(client.put('large', Buffer.alloc(3_000_000, 'x')))).toMatchObject({
    status: 400,
    code: 'InsufficientStorage',
  });
  disk?.makeRoom(small.pid());
  const put = () => client.put('next', Buffer.alloc(3_000_000, 'x'));
  // MinIO looks at its disk once a second.
  await until('there is room', () =>
    put().then(
      () => true,
      () => false,
    ),
  );
  kept.set('next', Buffer.alloc(3_000_000, 'x'));
  await expectToldAndThere(setting, kept);
  await until('nothing is left of the refused one', async () => (await versionsThere(small)).length === 2);
});

test('a multipart upload outlives a restart of the server between its parts, and a failed completion', async () => {
  const { client } = setting;
  const { uploadId } = await client.initMultipartUpload('joined');
  const half = Buffer.alloc(200_000, 'half ');
  const part = (number: number) => client.uploadPart('joined', uploadId, number, half, 0, half.length);
  const first = await part(1);
  await minio.kill();
  const second = await part(2);
  const parts = [
    { number: 1, etag: first.etag },
    { number: 2, etag: second.etag },
  ];
  expect(await refusal(client.completeMultipartUpload('joined', uploadId, parts))).toMatchObject(
    unavailable(/can't be used now/),
  );
  await minio.start();
  await client.completeMultipartUpload('joined', uploadId, parts);
  expect((await client.get('joined')).content.equals(Buffer.concat([half, half]))).toBe(true);
  expect(await versionsThere()).toEqual(['joined']);
});

test('whatever is acknowledged while the server dies again and again is there, told once, and nothing else is', async () => {
  const { client, server } = setting;
  const kept = new Map<string, Buffer>();
  let isOver = false;
  const writers = [1, 2, 3, 4].map(async (writer) => {
    for (let count = 0; !isOver; count++) {
      const key = `${writer}/${count}`;
      const bytes = Buffer.alloc(1 + ((writer * 7919 + count * 104_729) % 300_000), key);
      try {
        await client.put(key, bytes);
        kept.set(key, bytes);
      } catch (error) {
        expect(error).toMatchObject({ status: 503, code: 'ServiceUnavailable' });
      }
    }
  });
  for (let round = 1; round <= 4; round++) {
    const before = kept.size;
    await until('some are written', () => kept.size >= before + 10, 30_000);
    await minio.kill();
    await minio.start();
  }
  isOver = true;
  await Promise.all(writers);
  await expectToldAndThere(setting, kept);
  expect((await client.list({ 'max-keys': 1000 })).objects).toHaveLength(Math.min(1000, kept.size));
  await until('nothing is left of the refused ones', async () => (await versionsThere()).length === kept.size, 30_000);
  expect(server.logs.filter(({ level }) => level === 'error')).toEqual([]);
});
