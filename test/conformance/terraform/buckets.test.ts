/** What Terraform's provider sends for buckets, as it was recorded (provider 1.289): documents with parts it was told nothing of. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { NONE, type OssServer, OWNER, roleSession, startOssServer } from '../../support/oss-server.ts';
import { send } from '../../support/raw-http.ts';
import { call, type SignedCall } from '../../support/signed-oss.ts';

let server: OssServer;
const BUCKET = 'tf-bucket';
beforeAll(async () => {
  server = await startOssServer();
  await server.oss.buckets.ensure({ name: BUCKET });
});
afterAll(() => server.close());

const ask = (asked: Partial<SignedCall>) => call(server, { method: 'GET', bucket: BUCKET, ...asked });

test('a bucket that names no ACL is made with an empty header of it', async () => {
  const body =
    '<CreateBucketConfiguration><StorageClass>Standard</StorageClass><DataRedundancyType>LRS</DataRedundancyType></CreateBucketConfiguration>';
  const made = await ask({ method: 'PUT', bucket: 'tf-plain', headers: { 'x-oss-acl': '' }, body });
  expect([made.status, made.body.toString()]).toEqual([200, '']);
  expect((await ask({ bucket: 'tf-plain', query: 'acl' })).xml).toMatchObject({
    AccessControlList: { Grant: 'private' },
  });
  // Again, it leaves the ACL as it is.
  await ask({ method: 'PUT', bucket: 'tf-plain', query: 'acl', headers: { 'x-oss-acl': 'public-read' } });
  expect((await ask({ method: 'PUT', bucket: 'tf-plain', headers: { 'x-oss-acl': '' }, body })).status).toBe(200);
  expect((await ask({ bucket: 'tf-plain', query: 'acl' })).xml).toMatchObject({
    AccessControlList: { Grant: 'public-read' },
  });
});

test('an empty header of an ACL needs no permission to set one', async () => {
  const only: OssServer = await startOssServer({
    credentials: [OWNER, roleSession()],
    decide: ({ action }) => (action === 'oss:PutBucket' ? { ...NONE, effect: 'allow' } : NONE),
  });
  try {
    const put = (acl: string) =>
      call(only, { method: 'PUT', bucket: 'tf-role', headers: { 'x-oss-acl': acl }, credentials: roleSession() });
    expect((await put('private')).xml.Code).toBe('AccessDenied');
    expect((await put('')).status).toBe(200);
  } finally {
    await only.close();
  }
});

test('an empty header of an ACL changes none', async () => {
  const changed = await ask({ method: 'PUT', query: 'acl', headers: { 'x-oss-acl': '' } });
  expect([changed.status, changed.xml.Code]).toEqual([400, 'MissingArgument']);
});

const retention = (inner: string) =>
  `<ObjectWormConfiguration><ObjectWormEnabled>Enabled</ObjectWormEnabled><Rule><DefaultRetention>${inner}<Mode>COMPLIANCE</Mode></DefaultRetention></Rule></ObjectWormConfiguration>`;

test('of days and years of a default retention the one that is 0 does not count', async () => {
  const bucket = 'tf-worm';
  await server.oss.buckets.ensure({ name: bucket });
  const versioning = '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>';
  await ask({ method: 'PUT', bucket, query: 'versioning', body: versioning });
  const put = (inner: string) => ask({ method: 'PUT', bucket, query: 'objectWorm', body: retention(inner) });
  expect((await put('<Years>0</Years><Days>1</Days>')).status).toBe(200);
  const rule = (await ask({ bucket, query: 'objectWorm' })).xml.Rule;
  expect(rule).toEqual({ DefaultRetention: { Mode: 'COMPLIANCE', Days: '1' } });
  expect((await put('<Years>2</Years><Days>0</Days>')).status).toBe(200);
  for (const bad of ['<Years>0</Years><Days>0</Days>', '<Years>1</Years><Days>1</Days>', '<Days>-1</Days>', ''])
    expect((await put(bad)).xml.Code).toBe('MalformedXML');
});

/** Of a rule that redirects, with every part of mirroring and of scripts empty. */
const WEBSITE =
  '<WebsiteConfiguration><IndexDocument><Type>0</Type><Suffix>index.html</Suffix><SupportSubDir>true</SupportSubDir></IndexDocument><RoutingRules><RoutingRule><RuleNumber>1</RuleNumber><Condition><KeyPrefixEquals>abc/</KeyPrefixEquals><HttpErrorCodeReturnedEquals>404</HttpErrorCodeReturnedEquals></Condition><Redirect><Protocol>https</Protocol><HostName>www.example.com</HostName><EnableReplacePrefix>false</EnableReplacePrefix><HttpRedirectCode>301</HttpRedirectCode><MirrorAllowGetImageInfo>false</MirrorAllowGetImageInfo><MirrorSNI>false</MirrorSNI><ReplaceKeyPrefixWith>x/</ReplaceKeyPrefixWith><MirrorAuth></MirrorAuth><MirrorMultiAlternates></MirrorMultiAlternates><MirrorHeaders></MirrorHeaders><MirrorAsyncStatus>0</MirrorAsyncStatus><MirrorTaggings></MirrorTaggings><RedirectType>External</RedirectType><PassQueryString>true</PassQueryString><MirrorReturnHeaders></MirrorReturnHeaders></Redirect><LuaConfig></LuaConfig></RoutingRule></RoutingRules></WebsiteConfiguration>';

test('a routing rule with an empty script and no status of mirroring redirects', async () => {
  const bucket = 'tf-site';
  await server.oss.buckets.ensure({ name: bucket, acl: 'public-read' });
  const put = await ask({ method: 'PUT', bucket, query: 'website', body: WEBSITE });
  expect([put.status, put.body.toString()]).toEqual([200, '']);
  const visit = await send({ port: server.port, target: '/abc/page?q=1', headers: { host: `${bucket}.localhost` } });
  expect([visit.status, visit.headers.location]).toEqual([301, 'https://www.example.com/x/page?q=1']);
  const scripted = WEBSITE.replace('<LuaConfig></LuaConfig>', '<LuaConfig><Script>a.lua</Script></LuaConfig>');
  await ask({ method: 'PUT', bucket, query: 'website', body: scripted });
  const refused = await send({ port: server.port, target: '/abc/page', headers: { host: `${bucket}.localhost` } });
  expect(refused.body.toString()).toContain('runs a script');
});

test('a website without an error page has an empty one', async () => {
  const bucket = 'tf-no-page';
  await server.oss.buckets.ensure({ name: bucket });
  const site =
    '<WebsiteConfiguration><IndexDocument><Suffix>index.html</Suffix></IndexDocument><ErrorDocument><Key></Key></ErrorDocument><RoutingRules></RoutingRules></WebsiteConfiguration>';
  expect((await ask({ method: 'PUT', bucket, query: 'website', body: site })).status).toBe(200);
  const kept = (await ask({ bucket, query: 'website' })).xml;
  expect(kept.IndexDocument).toEqual({ Suffix: 'index.html' });
  expect(kept).not.toHaveProperty('ErrorDocument');
  const slash = site.replace('<Key></Key>', '<Key>/e</Key>');
  expect((await ask({ method: 'PUT', bucket, query: 'website', body: slash })).xml.Code).toBe('MalformedXML');
});

test('a bucket is made in the default resource group, and in no other', async () => {
  const put = (id: string) => ask({ method: 'PUT', bucket: 'tf-group', headers: { 'x-oss-resource-group-id': id } });
  expect((await put('rg-other')).xml.Code).toBe('ResourceGroupIdPreCheckError');
  expect((await ask({ bucket: 'tf-group', query: 'acl' })).status).toBe(404);
  const group = (await ask({ query: 'resourceGroup' })).xml.ResourceGroupId;
  expect((await put(String(group))).status).toBe(200);
});

test('a bucket is found through a proxy, by the name it has in the cloud or before an address', async () => {
  const credentials = { ...OWNER };
  const path = await ask({ method: 'PUT', key: 'k', body: 'x', credentials });
  expect(path.status).toBe(200);
  await ask({ method: 'PUT', query: 'acl', headers: { 'x-oss-acl': 'public-read' } });
  // The second is what the provider makes of an endpoint that is an IP address.
  for (const host of [`${BUCKET}.oss-cn-beijing.aliyuncs.com`, `${BUCKET}.${server.endpoint}`]) {
    const read = await send({ port: server.port, target: `http://${host}/k`, headers: { host } });
    expect([read.status, read.body.toString()]).toEqual([200, 'x']);
  }
});
