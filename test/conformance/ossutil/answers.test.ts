/** Answers that the v2 SDKs for Go and Python and their tools rely on, asked by requests signed by hand. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { presignOssV4 } from '../../../src/signing/oss-v4-signature.ts';
import { type OssServer, OWNER, roleSession, startOssServer } from '../../support/oss-server.ts';
import { type RawReply, send } from '../../support/raw-http.ts';
import { call, type SignedCall } from '../../support/signed-oss.ts';

const NOBODY = roleSession({ accessKeyId: 'LTAInobody', securityToken: undefined });
const MINUTE = 60_000;

let server: OssServer;
let made = 0;
let bucket = '';
beforeAll(async () => {
  server = await startOssServer();
});
afterAll(() => server.close());
beforeEach(async () => {
  bucket = `bucket-${made++}`;
  await server.oss.buckets.ensure({ name: bucket });
});

const ask = (asked: Omit<SignedCall, 'bucket'> & { bucket?: string }): Promise<RawReply> =>
  call(server, { bucket, ...asked });
const element = (reply: RawReply, name: string) => reply.xml[name];
const code = (reply: RawReply) => [reply.status, element(reply, 'Code')];

describe('a bucket that is not there', () => {
  test('is told before that the key is unknown, but to who would make it', async () => {
    const credentials = NOBODY;
    const missing = { bucket: 'not-there', credentials };
    expect(code(await ask({ method: 'GET', query: 'acl', ...missing }))).toEqual([404, 'NoSuchBucket']);
    expect(code(await ask({ method: 'PUT', key: 'k', body: 'x', ...missing }))).toEqual([404, 'NoSuchBucket']);
    expect(code(await ask({ method: 'DELETE', ...missing }))).toEqual([404, 'NoSuchBucket']);
    expect(code(await ask({ method: 'PUT', ...missing }))).toEqual([403, 'InvalidAccessKeyId']);
    expect(code(await ask({ method: 'PUT', query: 'acl', ...missing }))).toEqual([403, 'InvalidAccessKeyId']);
  });

  test('says nothing of buckets that are there', async () => {
    const asked = await ask({ method: 'GET', query: 'acl', credentials: NOBODY });
    expect(code(asked)).toEqual([403, 'InvalidAccessKeyId']);
  });
});

test('a bucket names an endpoint with its scheme where a bare one would be taken for https', async () => {
  const { xml } = await ask({ method: 'GET', query: 'bucketInfo' });
  expect(xml).toMatchObject({
    Bucket: { ExtranetEndpoint: server.endpoint, IntranetEndpoint: `http://${server.endpoint}` },
  });
});

test('a bucket without objects was last modified never', async () => {
  expect(element(await ask({ method: 'GET', query: 'stat' }), 'LastModifiedTime')).toBe('0');
  await ask({ method: 'PUT', key: 'k', body: 'x' });
  expect(Number(element(await ask({ method: 'GET', query: 'stat' }), 'LastModifiedTime'))).toBeGreaterThan(1.7e9);
});

describe('regions', () => {
  test('are all there are, and one by its name', async () => {
    const all = await askService([['regions', '']]);
    const names = (all.xml.RegionInfo as { Region: string }[]).map(({ Region }) => Region);
    expect(names).toContain('oss-cn-hangzhou');
    expect(names).toContain('oss-cn-beijing');
    expect((await askService([['regions', 'oss-cn-hangzhou']])).xml).toEqual({
      RegionInfo: {
        Region: 'oss-cn-hangzhou',
        InternetEndpoint: 'oss-cn-hangzhou.aliyuncs.com',
        InternalEndpoint: 'oss-cn-hangzhou-internal.aliyuncs.com',
        AccelerateEndpoint: 'oss-accelerate.aliyuncs.com',
      },
    });
  });
});

function askService(query: [string, string][]): Promise<RawReply> {
  const asked = { method: 'GET', resource: {}, query };
  const atMs = server.clock.hostNowMs();
  const added = presignOssV4({ ...asked, credentials: OWNER, atMs, region: 'cn-beijing', expiresSeconds: 60 });
  const search = [...query, ...added].map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&');
  return send({ port: server.port, target: `/?${search}` });
}

describe('multipart uploads', () => {
  const begin = async (): Promise<string> =>
    String(element(await ask({ method: 'POST', key: 'big', query: 'uploads' }), 'UploadId'));
  const upload = (uploadId: string, partNumber: string, body: string) =>
    ask({
      method: 'PUT',
      key: 'big',
      query: [
        ['partNumber', partNumber],
        ['uploadId', uploadId],
      ],
      body,
    });

  test('name the last of a listing as its marker, whether or not more follows', async () => {
    const uploadId = await begin();
    expect(await ask({ method: 'GET', query: 'uploads' })).toMatchObject({
      xml: { IsTruncated: 'false', NextKeyMarker: 'big', NextUploadIdMarker: uploadId },
    });
  });

  test('list their storage class with their parts', async () => {
    const uploadId = await begin();
    const listed = await ask({ method: 'GET', key: 'big', query: [['uploadId', uploadId]] });
    expect(element(listed, 'StorageClass')).toBe('Standard');
  });

  test('that are not there have a number of their own for each operation', async () => {
    const uploadId = 'A'.repeat(32);
    const query = [['uploadId', uploadId]] as const;
    const numbers = async (asked: Promise<RawReply>) => {
      const reply = await asked;
      return [...code(reply), element(reply, 'EC')];
    };
    expect(await numbers(upload(uploadId, '1', 'x'))).toEqual([404, 'NoSuchUpload', '0042-00000104']);
    expect(await numbers(ask({ method: 'DELETE', key: 'big', query }))).toEqual([404, 'NoSuchUpload', '0042-00000002']);
    expect(await numbers(ask({ method: 'GET', key: 'big', query }))).toEqual([404, 'NoSuchUpload', '0042-00000002']);
  });

  test('refuse to be completed by a list and by all their parts at once, in the words of the service', async () => {
    const uploadId = await begin();
    await upload(uploadId, '1', 'x');
    const completed = await ask({
      method: 'POST',
      key: 'big',
      query: [['uploadId', uploadId]],
      headers: { 'x-oss-complete-all': 'yes' },
      body: '<CompleteMultipartUpload/>',
    });
    expect(code(completed)).toEqual([400, 'InvalidArgument']);
    expect(element(completed, 'Message')).toBe('Should not speficy both complete all header and http body.');
    expect(element(completed, 'EC')).toBe('0042-00000216');
  });
});

describe('copies', () => {
  const copy = (headers: Record<string, string>) =>
    ask({ method: 'PUT', key: 'copy', headers: { 'x-oss-copy-source': `/${bucket}/source`, ...headers } });
  const head = async (key = 'copy') => (await ask({ method: 'HEAD', key })).headers;

  test('keep the content type when their metadata is replaced by none', async () => {
    const headers = { 'content-type': 'text/plain', 'cache-control': 'no-cache', 'x-oss-meta-a': '1' };
    await ask({ method: 'PUT', key: 'source', headers, body: 'x' });
    await copy({ 'x-oss-metadata-directive': 'REPLACE' });
    const copied = await head();
    expect(copied['content-type']).toBe('text/plain');
    expect(copied['cache-control']).toBeUndefined();
    expect(copied['x-oss-meta-a']).toBeUndefined();
    await copy({ 'x-oss-metadata-directive': 'REPLACE', 'content-type': 'text/css' });
    expect((await head())['content-type']).toBe('text/css');
  });

  test('keep what client-side encryption needs to read them, whatever else is replaced', async () => {
    const headers = { 'x-oss-meta-client-side-encryption-key': 'k', 'x-oss-meta-flag': 'false' };
    await ask({ method: 'PUT', key: 'source', headers, body: 'x' });
    const copied = await copy({ 'x-oss-metadata-directive': 'replace', 'x-oss-meta-flag': 'true' });
    expect(copied.status).toBe(200);
    expect(await head()).toMatchObject({ 'x-oss-meta-client-side-encryption-key': 'k', 'x-oss-meta-flag': 'true' });
  });
});

test('allowed headers of a CORS rule are kept in lower case', async () => {
  const rule = '<CORSRule><AllowedOrigin>*</AllowedOrigin><AllowedMethod>GET</AllowedMethod>';
  const body = `<CORSConfiguration>${rule}<AllowedHeader>X-Oss-Test</AllowedHeader></CORSRule></CORSConfiguration>`;
  await ask({ method: 'PUT', query: 'cors', body });
  expect((await ask({ method: 'GET', query: 'cors' })).xml).toMatchObject({
    CORSRule: { AllowedHeader: 'x-oss-test' },
  });
});

test('giving a restored object back early tells one never restored from one on its way', async () => {
  await ask({ method: 'PUT', key: 'cold', headers: { 'x-oss-storage-class': 'ColdArchive' }, body: 'x' });
  const clean = () => ask({ method: 'POST', key: 'cold', query: 'cleanRestoredObject' });
  expect(code(await clean())).toEqual([409, 'ArchiveRestoreFileStale']);
  await ask({ method: 'POST', key: 'cold', query: 'restore' });
  const early = await clean();
  expect(code(early)).toEqual([409, 'ArchiveRestoreNotFinished']);
  expect(element(early, 'Message')).toBe("The archive file's restore is not finished.");
  const again = await ask({ method: 'POST', key: 'cold', query: 'restore' });
  expect(code(again)).toEqual([409, 'RestoreAlreadyInProgress']);
  expect(element(again, 'EC')).toMatch(/^0016-/);
});

test('a signed URL that names headers to be sent is refused as a bad request without them', async () => {
  const query = presignOssV4({
    method: 'PUT',
    resource: { bucket, key: 'k' },
    headers: { email: 'a@example.com' },
    additionalHeaders: ['email'],
    credentials: OWNER,
    atMs: server.clock.hostNowMs(),
    region: 'cn-beijing',
    expiresSeconds: MINUTE / 1000,
  });
  const search = query.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&');
  const put = (headers: Record<string, string>) =>
    send({ port: server.port, method: 'PUT', target: `/${bucket}/k?${search}`, headers, body: 'x' });
  const refused = await put({});
  expect(code(refused)).toEqual([400, 'InvalidArgument']);
  expect(element(refused, 'Message')).toContain('email');
  expect((await put({ email: 'a@example.com' })).status).toBe(200);
});

describe('listing buckets by their tags', () => {
  const TAGS =
    '<Tagging><TagSet><Tag><Key>env</Key><Value>test</Value></Tag><Tag><Key>team</Key><Value>dev</Value></Tag></TagSet></Tagging>';
  const names = async (...query: [string, string][]) => {
    const { xml } = await askService([['prefix', bucket], ...query]);
    const { Bucket: found } = xml.Buckets as { Bucket?: { Name: string } | { Name: string }[] };
    return [found ?? []].flat().map(({ Name }) => Name);
  };

  test('finds those with a tag, with a value, and with all of several', async () => {
    await server.oss.buckets.ensure({ name: `${bucket}-plain` });
    await ask({ method: 'PUT', query: 'tagging', body: TAGS });
    expect(await names()).toEqual([bucket, `${bucket}-plain`]);
    expect(await names(['tag-key', 'env'])).toEqual([bucket]);
    expect(await names(['tag-key', 'env'], ['tag-value', 'prod'])).toEqual([]);
    expect(await names(['tagging', '"env":"test","team":"dev"'])).toEqual([bucket]);
    expect(await names(['tagging', '"env":"test","team":"ops"'])).toEqual([]);
  });

  test('refuses a value without its key, tags that cannot be read, and both ways at once', async () => {
    const refused = async (...query: [string, string][]) => code(await askService(query));
    expect(await refused(['tag-value', 'v'])).toEqual([400, 'InvalidArgument']);
    expect(await refused(['tagging', 'env'])).toEqual([400, 'InvalidArgument']);
    expect(await refused(['tagging', '"a":"b"'], ['tag-key', 'a'])).toEqual([400, 'InvalidArgument']);
  });
});

test('sealing an appendable object is refused as regions without it refuse it', async () => {
  await ask({
    method: 'POST',
    key: 'log',
    query: [
      ['append', ''],
      ['position', '0'],
    ],
    body: 'x',
  });
  const sealed = await ask({
    method: 'POST',
    key: 'log',
    query: [
      ['seal', ''],
      ['position', '1'],
    ],
  });
  expect(code(sealed)).toEqual([400, 'OperationNotSupported']);
  expect(element(sealed, 'Message')).toBe('SealAppendable is not supported.');
  expect(element(sealed, 'EC')).toBe('0016-00000513');
});
