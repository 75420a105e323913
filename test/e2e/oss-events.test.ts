/** What each operation of OSS tells, in both forms: the event of a bus, and that of Function Compute's own trigger. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Stack, startStack } from '../../src/index.ts';
import type { AliOss } from '../support/ali-oss.ts';
import { factsOf, ossClient } from '../support/clients.ts';
import { writeProject } from '../support/template.ts';

const HANDLER = { 'index.js': 'exports.handler = async () => "heard";' };
const NATIVE_EVENTS = [
  'oss:ObjectCreated:*',
  'oss:ObjectModified:UpdateObjectMeta',
  'oss:ObjectRemoved:DeleteObject',
  'oss:ObjectRemoved:DeleteObjects',
  'oss:ObjectRemoved:AbortMultipartUpload',
];
const ACCOUNT = '1234567890123456';
const HELLO_MD5 = '5D41402ABC4B2A76B9719D911017C592';

let stack: Stack;
let client: AliOss;
let seen = new Set<string>();
beforeAll(async () => {
  const native = (bucket: string) => ({
    triggerName: `of-${bucket}`,
    triggerType: 'oss',
    sourceArn: `acs:oss:cn-beijing:${ACCOUNT}:${bucket}`,
    triggerConfig: { events: NATIVE_EVENTS, filter: { key: { prefix: '', suffix: '' } } },
  });
  const bus = {
    triggerName: 'of-the-bus',
    triggerType: 'eventbridge',
    triggerConfig: {
      triggerEnable: true,
      asyncInvocationType: true,
      eventRuleFilterPattern: JSON.stringify({ source: ['acs.oss'] }),
      eventSourceConfig: { eventSourceType: 'Default' },
    },
  };
  const folder = writeProject({
    functions: {
      native: { code: HANDLER, props: { triggers: [native('watched'), native('versioned')] } },
      bus: { code: HANDLER, props: { triggers: [bus] } },
    },
    settings: {
      buckets: [
        // So that a form needs no signature.
        { name: 'watched', acl: 'public-read-write' },
        { name: 'versioned', versioning: 'Enabled' },
      ],
    },
  });
  stack = await startStack({ template: join(folder, 's.yaml'), clock: 'virtual' });
  client = ossClient(factsOf(stack), 'watched') as unknown as AliOss;
});
afterAll(() => stack?.close());

interface Told {
  native: Record<string, unknown>[];
  bus: Record<string, unknown>[];
}

/** What was told since it was asked last. */
async function told(): Promise<Told> {
  await stack.settled();
  const fresh = stack.invocations.list({ limit: 1000 }).filter(({ requestId }) => !seen.has(requestId));
  seen = new Set([...seen, ...fresh.map(({ requestId }) => requestId)]);
  const events = (name: string) =>
    fresh.filter(({ functionName }) => functionName === name).map(({ event }) => JSON.parse(event));
  const native = events('native').map(({ events: [record, ...more] }) => {
    expect(more).toEqual([]);
    return record;
  });
  return { native, bus: events('bus') };
}

/** One event in both forms; answers what is said of the object. */
function both({ native, bus }: Told, eventName: string, bucket = 'watched'): Record<string, unknown> {
  expect([native.length, bus.length]).toEqual([1, 1]);
  const [event] = bus;
  const [{ oss, ...record } = {}] = native;
  const { ruleId, ...said } = oss as { ruleId: string; object: { key: string } };
  expect(ruleId).toMatch(/^[0-9a-f]{40}$/);
  expect(event?.data).toEqual({ ...record, oss: said });
  expect(record).toMatchObject({
    eventName,
    eventSource: 'acs:oss',
    eventVersion: '1.0',
    region: 'cn-beijing',
    requestParameters: { sourceIPAddress: '127.0.0.1' },
    responseElements: { requestId: expect.stringMatching(/^[0-9A-F]{24}$/) },
  });
  expect(record.eventTime).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z$/);
  const arn = `acs:oss:cn-beijing:${ACCOUNT}:${bucket}`;
  expect(said).toMatchObject({
    bucket: { arn, name: bucket, ownerIdentity: ACCOUNT, virtualBucket: '' },
    ossSchemaVersion: '1.0',
  });
  expect(event).toMatchObject({
    id: (record.responseElements as { requestId: string }).requestId,
    source: 'acs.oss',
    specversion: '1.0',
    type: `oss:${eventName}`,
    datacontenttype: 'application/json;charset=utf-8',
    subject: `${arn}/${said.object.key}`,
    time: record.eventTime,
    aliyunaccountid: ACCOUNT,
    aliyunregionid: 'cn-beijing',
    aliyuneventbusname: 'default',
  });
  return said.object;
}

const put = (key: string, text: string, headers: Record<string, string> = {}) =>
  client.put(key, Buffer.from(text), { headers, mime: 'text/plain' });
const text = { objectMeta: { mimeType: 'text/plain' } };

test('PutObject tells the new size and how it differs from the old', async () => {
  await put('照片/a b.txt', 'hello');
  expect(both(await told(), 'ObjectCreated:PutObject')).toEqual({
    ...{ key: '照片/a b.txt', size: 5, deltaSize: 5, eTag: HELLO_MD5 },
    ...text,
  });
  await put('照片/a b.txt', 'hi');
  expect(both(await told(), 'ObjectCreated:PutObject')).toMatchObject({ size: 2, deltaSize: -3 });
});

test('PostObject tells the same, and a stranger is nobody', async () => {
  const form = new FormData();
  form.append('key', 'form.txt');
  form.append('file', new Blob(['hello'], { type: 'text/plain' }), 'form.txt');
  expect((await fetch(`${stack.endpoint}/watched`, { method: 'POST', body: form })).status).toBe(204);
  const events = await told();
  expect(both(events, 'ObjectCreated:PostObject')).toMatchObject({ key: 'form.txt', size: 5, deltaSize: 5, ...text });
  expect(events.native[0]?.userIdentity).toEqual({ principalId: '' });
});

test('an upload with a callback tells its custom variables, whether its server answers or not', async () => {
  const url = `${stack.endpoint}/_localyun/nobody-answers-here`;
  const callback = { url, body: 'uid=\u0024{x:uid}', customValue: { uid: '照7' } };
  await client.put('called', Buffer.from('hello'), { callback }).catch(() => undefined);
  const put = await told();
  expect(both(put, 'ObjectCreated:PutObject')).toMatchObject({ key: 'called' });
  const form = new FormData();
  const config = { callbackUrl: url, callbackBody: 'uid=\u0024{x:uid}' };
  form.append('key', 'called-form');
  form.append('callback', Buffer.from(JSON.stringify(config)).toString('base64'));
  form.append('x:uid', '照7');
  form.append('file', new Blob(['hello'], { type: 'text/plain' }), 'form.txt');
  await fetch(`${stack.endpoint}/watched`, { method: 'POST', body: form });
  const post = await told();
  expect(both(post, 'ObjectCreated:PostObject')).toMatchObject({ key: 'called-form' });
  for (const { native } of [put, post]) expect(native[0]?.oss).toMatchObject({ xVars: { 'x:uid': '照7' } });
});

test('CopyObject tells of the copy; onto itself it is a change of metadata, of which no bus hears', async () => {
  await put('source', 'hello');
  await told();
  await client.copy('copy', 'source');
  expect(both(await told(), 'ObjectCreated:CopyObject')).toEqual({
    ...{ key: 'copy', size: 5, deltaSize: 5, eTag: HELLO_MD5 },
    ...text,
  });
  await client.putMeta('copy', { a: 'b' });
  const { native, bus } = await told();
  expect(bus).toEqual([]);
  expect(native).toMatchObject([
    { eventName: 'ObjectModified:UpdateObjectMeta', oss: { object: { key: 'copy', size: 5, deltaSize: 0 } } },
  ]);
});

test('AppendObject tells where each append began', async () => {
  await client.append('log', Buffer.from('one'), { mime: 'text/plain' });
  expect(both(await told(), 'ObjectCreated:AppendObject')).toMatchObject({
    position: 0,
    size: 3,
    deltaSize: 3,
    ...text,
  });
  await client.append('log', Buffer.from('two!'), { position: '3' });
  expect(both(await told(), 'ObjectCreated:AppendObject')).toMatchObject({ position: 3, size: 7, deltaSize: 4 });
});

test('PutSymlink tells of the link', async () => {
  await put('target', 'hello');
  await told();
  await client.putSymlink('link', 'target', {});
  expect(both(await told(), 'ObjectCreated:PutSymlink')).toMatchObject({ key: 'link' });
});

test('a multipart upload tells each of its steps', async () => {
  await put('source', '0123456789');
  await told();
  const { uploadId } = await client.initMultipartUpload('big', { mime: 'text/plain' });
  expect(both(await told(), 'ObjectCreated:InitiateMultipartUpload')).toMatchObject({ key: 'big', size: 0, ...text });
  const first = Buffer.alloc(100 * 1024, 'a');
  const one = await client.uploadPart('big', uploadId, 1, first, 0, first.length);
  expect(both(await told(), 'ObjectCreated:UploadPart')).toMatchObject({ key: 'big', size: 102400, deltaSize: 102400 });
  const source = { sourceKey: 'source', sourceBucketName: 'watched' };
  const two = await client.uploadPartCopy('big', uploadId, 2, '0-10', source);
  expect(both(await told(), 'ObjectCreated:UploadPartCopy')).toMatchObject({ key: 'big', size: 10, deltaSize: 10 });
  await client.completeMultipartUpload('big', uploadId, [
    { number: 1, etag: one.etag },
    { number: 2, etag: two.etag },
  ]);
  expect(both(await told(), 'ObjectCreated:CompleteMultipartUpload')).toMatchObject({
    ...{ key: 'big', size: 102410, deltaSize: 102410, eTag: expect.stringMatching(/^[0-9A-F]{32}-2$/) },
    ...text,
  });
  const again = await client.initMultipartUpload('big');
  await told();
  await client.abortMultipartUpload('big', again.uploadId);
  expect(both(await told(), 'ObjectRemoved:AbortMultipartUpload')).toMatchObject({ key: 'big', size: 0, deltaSize: 0 });
});

test('DeleteObject tells the size that is gone', async () => {
  await put('gone', 'hello');
  await told();
  await client.delete('gone');
  expect(both(await told(), 'ObjectRemoved:DeleteObject')).toMatchObject({
    key: 'gone',
    size: 5,
    deltaSize: -5,
    ...text,
  });
});

test('DeleteMultipleObjects tells of each object that was there, with ids that differ', async () => {
  for (const key of ['x', 'y']) await put(key, key);
  await told();
  await client.deleteMulti(['x', 'not-there', 'y']);
  const { native, bus } = await told();
  const keyOf = ({ oss }: Record<string, unknown>) => (oss as { object: { key: string } }).object.key;
  expect(native.map((record) => [record.eventName, keyOf(record)]).sort()).toEqual([
    ['ObjectRemoved:DeleteObjects', 'x'],
    ['ObjectRemoved:DeleteObjects', 'y'],
  ]);
  expect(bus.map(({ type }) => type)).toEqual(Array(2).fill('oss:ObjectRemoved:DeleteObjects'));
  expect(new Set(bus.map(({ id }) => id)).size).toBe(2);
});

test('a delete marker is told of by nobody; the end of a version is', async () => {
  client.useBucket('versioned');
  const { res } = await put('v', 'hello');
  both(await told(), 'ObjectCreated:PutObject', 'versioned');
  const marker = (await client.delete('v')).res.headers['x-oss-version-id'];
  await client.deleteMulti(['v']);
  await client.delete('v', { versionId: marker });
  expect(await told()).toEqual({ native: [], bus: [] });
  await client.delete('v', { versionId: res.headers['x-oss-version-id'] });
  expect(both(await told(), 'ObjectRemoved:DeleteObject', 'versioned')).toMatchObject({ size: 5, deltaSize: -5 });
  await put('w', 'hi');
  const other = await put('w', 'hello');
  await told();
  await client.deleteMulti([{ key: 'w', versionId: other.res.headers['x-oss-version-id'] }]);
  expect(both(await told(), 'ObjectRemoved:DeleteObjects', 'versioned')).toMatchObject({ size: 5, deltaSize: -5 });
  client.useBucket('watched');
});

test('of changes that follow each other closely none waits for the next one', async () => {
  for (let round = 0; round < 40; round++) {
    await client.putBucket('made');
    await client.deleteBucket('made');
    expect((await told()).bus).toHaveLength(2);
  }
});

test('buckets are told of on the bus alone, with the bucket as subject', async () => {
  await client.putBucket('made');
  await client.putBucket('made');
  await client.deleteBucket('made');
  const { native, bus } = await told();
  expect(native).toEqual([]);
  const subject = `acs:oss:cn-beijing:${ACCOUNT}:made`;
  expect(bus.map(({ type }) => type).sort()).toEqual(['oss:BucketCreated:PutBucket', 'oss:BucketRemoved:DeleteBucket']);
  for (const event of bus) {
    expect(event).toMatchObject({ subject, data: { oss: { bucket: { name: 'made' } } } });
    expect((event.data as { oss: object }).oss).not.toHaveProperty('object');
  }
});

test('a restore is told of on the bus when it is done, not when it begins', async () => {
  await put('cold', 'hello', { 'x-oss-storage-class': 'ColdArchive' });
  await told();
  const { res } = await client.restore('cold', { type: 'ColdArchive', Days: 2, JobParameters: 'Expedited' });
  expect(await told()).toEqual({ native: [], bus: [] });
  await stack.clock.advance('1h');
  const { native, bus } = await told();
  expect(native).toEqual([]);
  expect(bus).toMatchObject([
    {
      id: res.headers['x-oss-request-id'],
      type: 'oss:ObjectRestore:FinishRestore',
      data: { oss: { object: { key: 'cold', size: 5, deltaSize: 0, eTag: HELLO_MD5 } } },
    },
  ]);
});

test('what reads, changes words about an object, or changes nothing is told of by nobody', async () => {
  await put('quiet', 'hello');
  await client.append('grown', Buffer.from('one'));
  await client.putSymlink('quiet-link', 'quiet', {});
  const { uploadId } = await client.initMultipartUpload('quiet-upload');
  await told();
  const copyConditions = { headers: { 'If-None-Match': `"${HELLO_MD5}"` } };
  const forbidden = { headers: { 'x-oss-forbid-overwrite': 'true' } };
  const quiet: [string, () => Promise<unknown>][] = [
    ['GetObject', () => client.get('quiet')],
    ['HeadObject', () => client.head('quiet')],
    ['GetObjectMeta', () => client.getObjectMeta('quiet')],
    ['ListObjects', () => client.list({})],
    ['ListObjectsV2', () => client.listV2({})],
    ['ListObjectVersions', () => client.getBucketVersions({})],
    ['ListParts', () => client.listParts('quiet-upload', uploadId)],
    ['ListMultipartUploads', () => client.listUploads({})],
    ['GetSymlink', () => client.getSymlink('quiet-link')],
    ['PutObjectACL', () => client.putACL('quiet', 'private')],
    ['GetObjectACL', () => client.getACL('quiet')],
    ['PutObjectTagging', () => client.putObjectTagging('quiet', { a: 'b' })],
    ['GetObjectTagging', () => client.getObjectTagging('quiet')],
    ['DeleteObjectTagging', () => client.deleteObjectTagging('quiet')],
    ['PutBucketAcl', () => client.putBucketACL('watched', 'public-read-write')],
    ['PutBucketLifecycle', () => client.putBucketLifecycle('watched', [rule('none/', { expiration: { days: '1' } })])],
    ['DeleteBucketLifecycle', () => client.deleteBucketLifecycle('watched')],
    ['DeleteObject of nothing', () => client.delete('not-there')],
    ['an append of nothing', () => client.append('grown', Buffer.alloc(0), { position: '3' })],
    ['an append elsewhere', () => client.append('grown', Buffer.from('x'), { position: '9' })],
    ['a forbidden overwrite', () => client.put('quiet', Buffer.from('x'), forbidden)],
    ['a copy that is not wanted', () => client.copy('other', 'quiet', copyConditions)],
    ['a copy of nothing', () => client.copy('other', 'not-there')],
    ['PutObject with another MD5', () => put('quiet', 'x', { 'Content-MD5': 'XUFAKrxLKna5cZ2REBfFkg==' })],
  ];
  for (const [name, call] of quiet) {
    // Some are refused, which is told of as little.
    await call().catch(() => undefined);
    expect([name, await told()]).toEqual([name, { native: [], bus: [] }]);
  }
});

function rule(prefix: string, actions: Record<string, unknown>) {
  return { id: prefix, prefix, status: 'Enabled', ...actions };
}

test('lifecycle rules are carried out without a word to functions and buses', async () => {
  for (const key of ['old/a', 'cool/a']) await put(key, 'hello');
  await client.initMultipartUpload('begun/a');
  await client.putBucketLifecycle('watched', [
    rule('old/', { expiration: { days: '1' } }),
    rule('cool/', { transition: { days: '1', storageClass: 'IA' } }),
    rule('begun/', { abortMultipartUpload: { days: '1' } }),
  ]);
  await told();
  await stack.clock.advance('49h');
  expect(await told()).toEqual({ native: [], bus: [] });
  await expect(client.head('old/a')).rejects.toMatchObject({ code: 'NoSuchKey' });
  expect((await client.head('cool/a')).res.headers['x-oss-storage-class']).toBe('IA');
  expect((await client.listUploads({ prefix: 'begun/' })).uploads ?? []).toEqual([]);
});
