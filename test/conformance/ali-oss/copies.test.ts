/** CopyObject with each thing it may be asked for, and DeleteMultipleObjects with documents that no SDK writes: signed by hand. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type OssServer, startOssServer } from '../../support/oss-server.ts';
import { call } from '../../support/signed-oss.ts';

const BUCKET = 'my-bucket';
const HELLO_MD5 = '5D41402ABC4B2A76B9719D911017C592';
type Headers = Record<string, string>;

let server: OssServer;
beforeAll(async () => {
  server = await startOssServer();
  await server.oss.buckets.ensure({ name: BUCKET });
  await server.oss.buckets.ensure({ name: 'cold-bucket', storageClass: 'IA' });
  await put('source', {
    'content-type': 'text/plain',
    'cache-control': 'max-age=1',
    'content-disposition': 'inline',
    'x-oss-meta-kind': 'one',
    'x-oss-tagging': 'a=1&b=2',
    'x-oss-object-acl': 'public-read',
    'x-oss-storage-class': 'IA',
    'x-oss-server-side-encryption': 'AES256',
  });
});
afterAll(() => server.close());

const put = (key: string, headers: Headers = {}) =>
  call(server, { method: 'PUT', bucket: BUCKET, key, headers, body: 'hello' });
const copy = (key: string, headers: Headers = {}, { source = `/${BUCKET}/source`, bucket = BUCKET } = {}) =>
  call(server, { method: 'PUT', bucket, key, headers: { 'x-oss-copy-source': source, ...headers } });
const head = async (key: string, bucket = BUCKET) => (await call(server, { method: 'HEAD', bucket, key })).headers;
const read = async (key: string, query: string) =>
  (await call(server, { method: 'GET', bucket: BUCKET, key, query })).xml;
const tags = async (key: string) => JSON.stringify((await read(key, 'tagging')).TagSet);
const acl = async (key: string) => JSON.stringify((await read(key, 'acl')).AccessControlList);

describe('a copy', () => {
  test('has the metadata and tags of its source, and neither its ACL, its class nor its encryption', async () => {
    const reply = await copy('as-it-is');
    expect(reply).toMatchObject({ status: 200, xml: { ETag: `"${HELLO_MD5}"` } });
    expect(reply.headers.etag).toBe(`"${HELLO_MD5}"`);
    const headers = await head('as-it-is');
    expect(headers).toMatchObject({
      'content-type': 'text/plain',
      'cache-control': 'max-age=1',
      'content-disposition': 'inline',
      'x-oss-meta-kind': 'one',
      'x-oss-tagging-count': '2',
      'x-oss-storage-class': 'Standard',
    });
    expect(headers).not.toHaveProperty('x-oss-server-side-encryption');
    expect(await acl('as-it-is')).toContain('default');
    expect(await tags('as-it-is')).toBe(await tags('source'));
  });

  test('has other metadata where the directive says REPLACE, and not where it says COPY', async () => {
    const given = { 'x-oss-meta-other': 'two', 'content-type': 'image/png' };
    await copy('replaced', { ...given, 'x-oss-metadata-directive': 'REPLACE' });
    const replaced = await head('replaced');
    expect(replaced).toMatchObject({ 'content-type': 'image/png', 'x-oss-meta-other': 'two' });
    for (const name of ['cache-control', 'x-oss-meta-kind']) expect(replaced).not.toHaveProperty(name);
    expect(replaced['x-oss-tagging-count']).toBe('2');
    await copy('kept', { ...given, 'x-oss-metadata-directive': 'COPY' });
    const kept = await head('kept');
    expect(kept).toMatchObject({ 'content-type': 'text/plain', 'x-oss-meta-kind': 'one' });
    expect(kept).not.toHaveProperty('x-oss-meta-other');
  });

  test('has other tags where the tagging directive says Replace, or none', async () => {
    await copy('tagged', { 'x-oss-tagging': 'c=3', 'x-oss-tagging-directive': 'Replace' });
    expect(await tags('tagged')).toContain('"c"');
    expect((await head('tagged'))['x-oss-meta-kind']).toBe('one');
    await copy('untagged', { 'x-oss-tagging-directive': 'Replace' });
    expect(await head('untagged')).not.toHaveProperty('x-oss-tagging-count');
    await copy('tags-kept', { 'x-oss-tagging': 'c=3', 'x-oss-tagging-directive': 'Copy' });
    expect(await tags('tags-kept')).toBe(await tags('source'));
  });

  test.each<[string, Headers, string]>([
    ['an ACL', { 'x-oss-object-acl': 'private' }, 'x-oss-object-acl'],
    ['a class', { 'x-oss-storage-class': 'Archive' }, 'x-oss-storage-class'],
    ['encryption', { 'x-oss-server-side-encryption': 'SM4' }, 'x-oss-server-side-encryption'],
  ])('has %s that it is given', async (_what, given, name) => {
    expect((await copy('given', given)).status).toBe(200);
    if (name === 'x-oss-object-acl') expect(await acl('given')).toContain('private');
    else expect((await head('given'))[name]).toBe(given[name]);
  });

  test('onto itself takes what is given whatever the directive, and keeps the rest', async () => {
    await put('self', { 'x-oss-meta-a': '1', 'x-oss-storage-class': 'IA', 'x-oss-object-acl': 'public-read' });
    const onto = { source: `/${BUCKET}/self` };
    await copy('self', { 'x-oss-meta-b': '2' }, onto);
    expect(await head('self')).toMatchObject({ 'x-oss-meta-b': '2', 'x-oss-storage-class': 'IA' });
    expect(await head('self')).not.toHaveProperty('x-oss-meta-a');
    await copy('self', { 'x-oss-storage-class': 'Standard' }, onto);
    expect(await head('self')).toMatchObject({ 'x-oss-meta-b': '2', 'x-oss-storage-class': 'Standard' });
    expect(await acl('self')).toContain('public-read');
  });

  const EARLY = 'Thu, 01 Jan 2015 00:00:00 GMT';
  const LATE = 'Thu, 01 Jan 2099 00:00:00 GMT';
  test.each<[string, string, number]>([
    ['if-match', `"${HELLO_MD5}"`, 200],
    ['if-match', HELLO_MD5.toLowerCase(), 200],
    ['if-match', '"0"', 412],
    ['if-none-match', '"0"', 200],
    ['if-none-match', HELLO_MD5, 304],
    ['if-modified-since', EARLY, 200],
    ['if-modified-since', LATE, 304],
    ['if-modified-since', 'never', 200],
    ['if-unmodified-since', LATE, 200],
    ['if-unmodified-since', EARLY, 412],
  ])('with %s %s is answered %d', async (condition, value, status) => {
    const key = `conditional-${condition}`;
    await call(server, { method: 'DELETE', bucket: BUCKET, key });
    expect((await copy(key, { [`x-oss-copy-source-${condition}`]: value })).status).toBe(status);
    expect((await call(server, { method: 'HEAD', bucket: BUCKET, key })).status).toBe(status === 200 ? 200 : 404);
  });

  test.each<[string, Headers]>([
    ['a metadata directive', { 'x-oss-metadata-directive': 'MERGE' }],
    ['a tagging directive', { 'x-oss-tagging-directive': '' }],
    ['a class', { 'x-oss-storage-class': 'Gold' }],
    ['an ACL', { 'x-oss-object-acl': 'public' }],
    ['tags', { 'x-oss-tagging': 'a=%zz', 'x-oss-tagging-directive': 'Replace' }],
  ])('is refused for %s that there is none of', async (_what, headers) => {
    const { status, xml } = await copy('refused', headers);
    expect([status, xml.Code]).toEqual([400, 'InvalidArgument']);
    expect((await call(server, { method: 'HEAD', bucket: BUCKET, key: 'refused' })).status).toBe(404);
  });

  test('is forbidden to overwrite, but not to change itself', async () => {
    await put('there');
    const forbidden = { 'x-oss-forbid-overwrite': 'true' };
    expect((await copy('there', forbidden)).xml.Code).toBe('FileAlreadyExists');
    expect((await copy('there', { ...forbidden, 'x-oss-meta-a': 'b' }, { source: `/${BUCKET}/there` })).status).toBe(
      200,
    );
    expect((await copy('not-there', forbidden)).status).toBe(200);
  });

  test('of a key with odd letters is found however its slashes are escaped', async () => {
    await put('目录/a b+c%.txt');
    for (const escaped of [encodeURIComponent('目录/a b+c%.txt'), '%E7%9B%AE%E5%BD%95/a%20b%2Bc%25.txt'])
      expect((await copy('odd', {}, { source: `/${BUCKET}/${escaped}` })).status).toBe(200);
  });
});

describe('DeleteMultipleObjects', () => {
  const remove = (body: string, { headers = {}, query = [] as [string, string][] } = {}) =>
    call(server, { method: 'POST', bucket: BUCKET, query: [['delete', ''], ...query], headers, body });
  const document = (...keys: string[]) =>
    `<Delete>${keys.map((key) => `<Object><Key>${key}</Key></Object>`).join('')}</Delete>`;

  test('names what it deleted, encoded where that is asked for, by parameter or by header', async () => {
    await put('x y/+');
    const plain = await remove(document('x y/+', 'never'));
    expect(plain.xml).toEqual({ Deleted: [{ Key: 'x y/+' }, { Key: 'never' }] });
    for (const how of [
      { query: [['encoding-type', 'url']] as [string, string][] },
      { headers: { 'encoding-type': 'url' } },
    ])
      expect((await remove(document('x y/+'), how)).xml).toEqual({
        EncodingType: 'url',
        Deleted: { Key: 'x%20y%2F%2B' },
      });
  });

  test('says nothing where it is to be quiet', async () => {
    await put('q');
    const reply = await remove('<Delete><Quiet>true</Quiet><Object><Key>q</Key></Object></Delete>');
    expect([reply.status, String(reply.body)]).toEqual([200, '']);
    expect((await call(server, { method: 'HEAD', bucket: BUCKET, key: 'q' })).status).toBe(404);
  });

  test('takes a thousand keys and not one more', async () => {
    const keys = Array.from({ length: 1001 }, (_, i) => `many-${i}`);
    expect((await remove(document(...keys.slice(1)))).status).toBe(200);
    expect((await remove(document(...keys))).xml.Code).toBe('MalformedXML');
  });

  test('holds the body against its Content-MD5, which may be left out', async () => {
    await put('summed');
    const body = document('summed');
    const md5 = (text: string) => createHash('md5').update(text).digest('base64');
    expect((await remove(body, { headers: { 'content-md5': md5('other') } })).xml.Code).toBe('InvalidDigest');
    expect((await call(server, { method: 'HEAD', bucket: BUCKET, key: 'summed' })).status).toBe(200);
    expect((await remove(body, { headers: { 'content-md5': md5(body) } })).status).toBe(200);
  });

  test.each([
    ['nothing', '', 'MalformedXML'],
    ['no XML', 'x', 'MalformedXML'],
    ['another root', '<Remove><Object><Key>a</Key></Object></Remove>', 'MalformedXML'],
    ['no object', '<Delete></Delete>', 'MalformedXML'],
    ['an object without a key', '<Delete><Object></Object></Delete>', 'MalformedXML'],
    ['an open element', '<Delete><Object><Key>a</Key></Object>', 'MalformedXML'],
    ['an empty key', document(''), 'InvalidObjectName'],
    ['a key that is too long', document('x'.repeat(1024)), 'InvalidObjectName'],
    ['a key that begins with a slash', document('/a'), 'InvalidObjectName'],
    [
      'a version id that is none',
      '<Delete><Object><Key>a</Key><VersionId>1</VersionId></Object></Delete>',
      'InvalidArgument',
    ],
    [
      'an entity of its own',
      '<!DOCTYPE a [<!ENTITY e "x">]><Delete><Object><Key>&e;</Key></Object></Delete>',
      'MalformedXML',
    ],
  ])('refuses %s, and deletes nothing', async (_what, body, code) => {
    await put('a');
    const { status, xml } = await remove(body);
    expect([status, xml.Code]).toEqual([400, code]);
    expect((await call(server, { method: 'HEAD', bucket: BUCKET, key: 'a' })).status).toBe(200);
  });
});
