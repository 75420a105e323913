/** A bucket as a website: what browsers and signed calls get of it. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type AliOss, aliOss } from '../../support/ali-oss.ts';
import { type OssServer, startOssServer } from '../../support/oss-server.ts';
import { type RawReply, send } from '../../support/raw-http.ts';
import { call } from '../../support/signed-oss.ts';

let server: OssServer;
let client: AliOss;
beforeAll(async () => {
  server = await startOssServer();
  client = aliOss(server, { sldEnable: true });
});
afterAll(() => server.close());
beforeEach(async () => {
  await server.oss.reset();
  await server.oss.buckets.ensure({ name: 'my-bucket', acl: 'public-read' });
  await client.put('index.html', Buffer.from('root'));
  await client.put('docs/index.html', Buffer.from('docs'));
  await client.put('error.html', Buffer.from('oops'));
});

const visit = (target: string, host?: string): Promise<RawReply> =>
  send({ port: server.port, target, headers: host === undefined ? {} : { host } });
const seen = async (target: string, host?: string) => {
  const reply = await visit(target, host);
  return [reply.status, reply.headers.location ?? reply.body.toString()];
};
const VIRTUAL = 'my-bucket.localhost';

test('the configuration is written and read back, and gone when it is deleted', async () => {
  await expect(client.getBucketWebsite('my-bucket')).rejects.toMatchObject({ code: 'NoSuchWebsiteConfiguration' });
  await client.putBucketWebsite('my-bucket', {
    index: 'index.html',
    supportSubDir: 'true',
    type: '1',
    error: 'error.html',
    routingRules: [
      {
        RuleNumber: '1',
        Condition: { KeyPrefixEquals: 'abc/', HttpErrorCodeReturnedEquals: '404' },
        Redirect: { RedirectType: 'Mirror', MirrorURL: 'http://example.com/', MirrorHeaders: { PassAll: 'true' } },
      },
    ],
  });
  expect(await client.getBucketWebsite('my-bucket')).toMatchObject({
    index: 'index.html',
    supportSubDir: 'true',
    type: '1',
    error: 'error.html',
    routingRules: [{ RuleNumber: '1', Redirect: { RedirectType: 'Mirror', MirrorHeaders: { PassAll: 'true' } } }],
  });
  await client.deleteBucketWebsite('my-bucket');
  await client.deleteBucketWebsite('my-bucket');
  await expect(client.getBucketWebsite('my-bucket')).rejects.toMatchObject({ status: 404 });
});

test('a browser gets the page of the root and of each folder, in either style', async () => {
  await client.putBucketWebsite('my-bucket', { index: 'index.html', supportSubDir: 'true' });
  expect(await seen('/', VIRTUAL)).toEqual([200, 'root']);
  expect(await seen('/?utm=1', VIRTUAL)).toEqual([200, 'root']);
  expect(await seen('/my-bucket/')).toEqual([200, 'root']);
  expect(await seen('/docs/', VIRTUAL)).toEqual([200, 'docs']);
  expect((await send({ port: server.port, method: 'HEAD', target: '/my-bucket/docs/' })).status).toBe(200);
  expect(await seen('/docs', VIRTUAL)).toEqual([302, '/docs/']);
  expect(await seen('/my-bucket/docs')).toEqual([302, '/my-bucket/docs/']);
  expect((await visit('/my-bucket/?list-type=2')).xml.KeyCount).toBe('3');
  expect((await visit('/none/', VIRTUAL)).xml.Code).toBe('NoSuchKey');
});

test('without folders of its own, each folder shows the root’s page', async () => {
  await client.putBucketWebsite('my-bucket', { index: 'index.html' });
  expect(await seen('/docs/', VIRTUAL)).toEqual([200, 'root']);
  expect((await visit('/docs', VIRTUAL)).status).toBe(404);
});

test('what is missing shows the error page with its status', async () => {
  await client.putBucketWebsite('my-bucket', { index: 'index.html', supportSubDir: 'true', error: 'error.html' });
  expect(await seen('/none', VIRTUAL)).toEqual([404, 'oops']);
  expect(await seen('/none/', VIRTUAL)).toEqual([404, 'oops']);
  await client.delete('error.html');
  expect((await visit('/none', VIRTUAL)).xml.Code).toBe('NoSuchKey');
});

test('signed calls list the root, and meet folders and errors as browsers do', async () => {
  await client.putBucketWebsite('my-bucket', { index: 'index.html', error: 'error.html' });
  expect((await client.list(null)).objects).toHaveLength(3);
  expect((await client.get('anything/')).content.toString()).toBe('root');
  await client.put('anything/', Buffer.from('itself'));
  expect((await client.get('anything/')).content.toString()).toBe('itself');
  const missing = await call(server, { method: 'GET', bucket: 'my-bucket', key: 'none' });
  expect([missing.status, missing.body.toString()]).toEqual([404, 'oops']);
  await expect(client.head('none')).rejects.toMatchObject({ status: 404 });
});

test('pages that their reader may not see stand in for nothing', async () => {
  await client.putBucketWebsite('my-bucket', { index: 'index.html', error: 'error.html' });
  await client.putACL('error.html', 'private');
  await client.putACL('index.html', 'private');
  expect((await visit('/none', VIRTUAL)).xml.Code).toBe('NoSuchKey');
  expect((await visit('/', VIRTUAL)).xml.Code).toBe('AccessDenied');
});

test('routing rules redirect, serve another object, or are refused by their number', async () => {
  const rule = (number: number, prefix: string, redirect: object, status?: number) => ({
    RuleNumber: number,
    Condition: {
      KeyPrefixEquals: prefix,
      ...(status === undefined ? {} : { HttpErrorCodeReturnedEquals: status }),
    },
    Redirect: redirect,
  });
  await client.putBucketWebsite('my-bucket', {
    routingRules: [
      rule(1, 'out/', {
        RedirectType: 'External',
        Protocol: 'https',
        HostName: 'example.com',
        HttpRedirectCode: 301,
        ReplaceKeyPrefixWith: 'in new/',
        PassQueryString: true,
      }),
      rule(2, 'own/', { RedirectType: 'AliCDN', ReplaceKeyWith: 'docs/\u0024{key}' }),
      rule(3, 'inside/', { RedirectType: 'Internal', ReplaceKeyWith: 'docs/index.html' }, 404),
      rule(4, 'mirror/', { RedirectType: 'Mirror', MirrorURL: 'http://example.com/' }, 404),
    ],
  });
  expect(await seen('/out/a?x=1', VIRTUAL)).toEqual([301, 'https://example.com/in%20new/a?x=1']);
  expect(await seen('/own/a', VIRTUAL)).toEqual([302, '/docs/own/a']);
  expect(await seen('/my-bucket/own/a')).toEqual([302, '/my-bucket/docs/own/a']);
  expect(await seen('/inside/a', VIRTUAL)).toEqual([200, 'docs']);
  await client.put('inside/there', Buffer.from('there'));
  expect(await seen('/inside/there', VIRTUAL)).toEqual([200, 'there']);
  const mirrored = await visit('/mirror/a', VIRTUAL);
  expect([mirrored.status, mirrored.xml.Code]).toEqual([400, 'NotImplemented']);
  expect(mirrored.xml.Message).toContain('Routing rule 4');
});

test('a configuration that can’t be is refused by the element', async () => {
  const put = async (inner: string) =>
    (
      await call(server, {
        method: 'PUT',
        bucket: 'my-bucket',
        query: 'website',
        body: `<WebsiteConfiguration>${inner}</WebsiteConfiguration>`,
      })
    ).xml.ErrorDetail;
  expect(await put('<IndexDocument><Suffix>/x</Suffix></IndexDocument>')).toBe('Suffix may not be /x.');
  expect(await put('<IndexDocument/>')).toBe('IndexDocument needs Suffix.');
  expect(await put('<Page/>')).toBe('WebsiteConfiguration has an unknown element Page.');
  const many = '<RoutingRule><RuleNumber>1</RuleNumber></RoutingRule>'.repeat(21);
  expect(await put(`<RoutingRules>${many}</RoutingRules>`)).toBe('RoutingRule stands more than 20 times.');
});
