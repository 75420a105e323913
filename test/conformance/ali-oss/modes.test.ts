/** The door of OSS: configured buckets, reset, what a plus means, and the modes that refuse nobody. */
import { afterEach, expect, test } from 'vitest';
import { aliOss } from '../../support/ali-oss.ts';
import { ACCOUNT_ID, type OssServer, type OssServerOptions, startOssServer } from '../../support/oss-server.ts';
import { send } from '../../support/raw-http.ts';

let server: OssServer;
afterEach(() => server.close());

async function start(options: OssServerOptions = {}) {
  server = await startOssServer(options);
  await server.oss.buckets.ensure({ name: 'my-bucket' });
}
const ask = (method: string, target: string, body = '') => send({ port: server.port, method, target, body });

test('a configured bucket raises no event, keeps its age when ensured again, and takes the ACL that is configured', async () => {
  await start();
  const { creationDate } = (await aliOss(server).listBuckets()).buckets?.[0] ?? {};
  await server.oss.buckets.ensure({ name: 'my-bucket', acl: 'public-read' });
  expect((await aliOss(server).getBucketACL('my-bucket')).acl).toBe('public-read');
  expect((await aliOss(server).listBuckets()).buckets?.[0]?.creationDate).toBe(creationDate);
  expect(await server.facts()).toEqual([]);
  await expect(server.oss.buckets.ensure({ name: 'No' })).rejects.toMatchObject({ code: 'InvalidBucketName' });
});

test('a reset forgets buckets and objects', async () => {
  await start();
  await aliOss(server).put('k', Buffer.from('x'));
  await server.oss.reset();
  expect((await aliOss(server).listBuckets()).buckets).toBeNull();
  await server.oss.buckets.ensure({ name: 'my-bucket' });
  await expect(aliOss(server).head('k')).rejects.toMatchObject({ status: 404 });
});

test('off: an unsigned call is the account itself, and a plus in a query is a space', async () => {
  await start({ auth: 'off' });
  expect((await ask('PUT', '/my-bucket/a%20b', 'x')).status).toBe(200);
  expect((await ask('PUT', '/my-bucket/a+b', 'y')).status).toBe(200);
  expect((await ask('GET', '/my-bucket?prefix=a+b')).xml.Contents).toMatchObject({ Key: 'a b' });
  expect((await ask('GET', '/my-bucket?prefix=a%2Bb')).xml.Contents).toMatchObject({ Key: 'a+b' });
  expect((await server.facts()).map(({ principal }) => principal)).toEqual([
    { type: 'account', accountId: ACCOUNT_ID },
    { type: 'account', accountId: ACCOUNT_ID },
  ]);
  expect((await aliOss(server, { accessKeySecret: 'wrong' }).get('a b')).content.toString()).toBe('x');
});

test('log: a wrong secret and an unsigned write pass, and stand in the log', async () => {
  await start({ auth: 'log' });
  await aliOss(server, { accessKeySecret: 'wrong' }).put('k', Buffer.from('x'));
  expect(server.logs.at(-1)).toMatchObject({ level: 'warn', code: 'SignatureDoesNotMatch' });
  expect((await ask('PUT', '/my-bucket/k', 'y')).status).toBe(200);
  expect(server.logs.at(-1)).toMatchObject({ level: 'warn', action: 'oss:PutObject', principal: 'anonymous' });
});
