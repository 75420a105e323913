/** Referer rules, tags, payer and access log of a bucket. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Credential } from '../../../src/ports/credential-source.ts';
import { type OssServer, OWNER, startOssServer } from '../../support/oss-server.ts';
import { send } from '../../support/raw-http.ts';
import { call, type SignedCall } from '../../support/signed-oss.ts';

let server: OssServer;
beforeAll(async () => {
  server = await startOssServer();
  await server.oss.buckets.ensure({ name: 'my-bucket', acl: 'public-read' });
  await call(server, { method: 'PUT', bucket: 'my-bucket', key: 'k', body: 'x' });
});
afterAll(() => server.close());

const ask = (method: string, query: string, body?: string, bucket = 'my-bucket') =>
  call(server, { method, bucket, query, ...(body === undefined ? {} : { body }) });
const read = (referer?: string) =>
  send({ port: server.port, target: '/my-bucket/k', headers: referer === undefined ? {} : { referer } });

test('referer rules hold for calls that can stand in a page, and for no others', async () => {
  expect((await ask('GET', 'referer')).xml).toMatchObject({ AllowEmptyReferer: 'true', RefererList: '' });
  const list = '<RefererList><Referer>https://*.example.com/*</Referer></RefererList>';
  const black = '<RefererBlacklist><Referer>https://bad.example.com/*</Referer></RefererBlacklist>';
  const body = `<RefererConfiguration><AllowEmptyReferer>false</AllowEmptyReferer>${list}${black}</RefererConfiguration>`;
  expect((await ask('PUT', 'referer', body)).status).toBe(200);
  expect((await ask('GET', 'referer')).xml).toMatchObject({
    AllowEmptyReferer: 'false',
    RefererList: { Referer: 'https://*.example.com/*' },
    RefererBlacklist: { Referer: 'https://bad.example.com/*' },
  });
  expect((await read('https://www.example.com/page?x=https://evil')).status).toBe(200);
  for (const referer of [
    undefined,
    'https://evil.example/',
    'https://bad.example.com/',
    'https://evil.example/?https://www.example.com/',
  ]) {
    const reply = await read(referer);
    expect(reply.status).toBe(403);
    expect(reply.xml).toMatchObject({ Code: 'AccessDenied', Message: 'You are denied by bucket referer policy.' });
  }
  expect((await call(server, { method: 'GET', bucket: 'my-bucket', key: 'k' })).status).toBe(200);
  const none = '<RefererConfiguration><AllowEmptyReferer>true</AllowEmptyReferer><RefererList/></RefererConfiguration>';
  expect((await ask('PUT', 'referer', none)).status).toBe(200);
  expect((await read('https://evil.example/')).status).toBe(200);
});

test('a bucket whose callers pay is closed to anonymous ones', async () => {
  const payer = (who: string) => `<RequestPaymentConfiguration><Payer>${who}</Payer></RequestPaymentConfiguration>`;
  expect((await ask('GET', 'requestPayment')).xml).toEqual({ Payer: 'BucketOwner' });
  expect((await ask('PUT', 'requestPayment', payer('Requester'))).status).toBe(200);
  expect((await ask('GET', 'requestPayment')).xml).toEqual({ Payer: 'Requester' });
  expect((await read()).status).toBe(403);
  expect((await ask('PUT', 'requestPayment', payer('BucketOwner'))).status).toBe(200);
  expect((await read()).status).toBe(200);
  expect((await ask('PUT', 'requestPayment', payer('Nobody'))).xml.Code).toBe('MalformedXML');
});

test('a bucket whose callers pay is open to another account that says it does, in header or query', async () => {
  const stranger: Credential = {
    ...OWNER,
    accessKeyId: 'LTAI5tStranger',
    principal: { type: 'account', accountId: '1098765432109876' },
  };
  server.credentials.push(stranger);
  const payer = '<RequestPaymentConfiguration><Payer>Requester</Payer></RequestPaymentConfiguration>';
  expect((await ask('PUT', 'requestPayment', payer)).status).toBe(200);
  const read = (more: Partial<SignedCall>) =>
    call(server, { method: 'GET', bucket: 'my-bucket', key: 'k', credentials: stranger, ...more });
  for (const headers of [undefined, { 'x-oss-request-payer': 'owner' }]) {
    const refused = await read(headers ? { headers } : {});
    expect(refused.status).toBe(403);
    expect(refused.xml).toMatchObject({ Code: 'AccessDenied', Message: 'Access denied for requester pay bucket' });
  }
  expect((await read({ headers: { 'x-oss-request-payer': 'requester' } })).status).toBe(200);
  expect((await read({ query: [['x-oss-request-payer', 'requester']] })).status).toBe(200);
  expect((await call(server, { method: 'GET', bucket: 'my-bucket', key: 'k' })).status).toBe(200);
  expect((await ask('PUT', 'requestPayment', payer.replace('Requester', 'BucketOwner'))).status).toBe(200);
  expect((await read({})).status).toBe(200);
});

const tagging = (...tags: [string, string][]) =>
  `<Tagging><TagSet>${tags.map(([key, value]) => `<Tag><Key>${key}</Key><Value>${value}</Value></Tag>`).join('')}</TagSet></Tagging>`;

test('tags are put, read, and taken away one by one or all', async () => {
  expect((await ask('GET', 'tagging')).xml).toEqual({ TagSet: '' });
  expect((await ask('PUT', 'tagging', tagging(['a', '1'], ['b', '']))).status).toBe(200);
  expect((await ask('GET', 'tagging')).xml).toEqual({
    TagSet: {
      Tag: [
        { Key: 'a', Value: '1' },
        { Key: 'b', Value: '' },
      ],
    },
  });
  const one = await call(server, { method: 'DELETE', bucket: 'my-bucket', query: [['tagging', 'a']] });
  expect(one.status).toBe(204);
  expect((await ask('GET', 'tagging')).xml).toEqual({ TagSet: { Tag: { Key: 'b', Value: '' } } });
  expect((await ask('DELETE', 'tagging')).status).toBe(204);
  expect((await ask('GET', 'tagging')).xml).toEqual({ TagSet: '' });
});

test.each([
  ['21 tags', Array.from({ length: 21 }, (_, i): [string, string] => [`k${i}`, 'v']), 'InvalidTag'],
  ['no key', [['', 'v']], 'InvalidTag'],
  ['a key of 65 bytes', [['k'.repeat(65), 'v']], 'InvalidTag'],
  ['a value of 129 bytes', [['k', 'v'.repeat(129)]], 'InvalidTag'],
  ['a key of the vendor’s', [['Aliyun-x', 'v']], 'InvalidTag'],
  [
    'one key twice',
    [
      ['k', 'v'],
      ['k', 'w'],
    ],
    'RepeatedTags',
  ],
] as [string, [string, string][], string][])('refuses %s', async (_what, tags, code) => {
  expect((await ask('PUT', 'tagging', tagging(...tags))).xml.Code).toBe(code);
});

test('where the access log goes is kept until it is switched off', async () => {
  const to = (bucket: string, more = '') =>
    `<BucketLoggingStatus><LoggingEnabled><TargetBucket>${bucket}</TargetBucket>${more}</LoggingEnabled></BucketLoggingStatus>`;
  const more = '<TargetPrefix>log/</TargetPrefix><LoggingRole>AliyunOSSLoggingDefaultRole</LoggingRole>';
  expect((await ask('PUT', 'logging', to('my-bucket', more))).status).toBe(200);
  expect((await ask('GET', 'logging')).xml).toEqual({
    LoggingEnabled: { TargetBucket: 'my-bucket', TargetPrefix: 'log/', LoggingRole: 'AliyunOSSLoggingDefaultRole' },
  });
  expect((await ask('PUT', 'logging', to('no-such-bucket'))).xml.Code).toBe('InvalidTargetBucketForLogging');
  const long = `<TargetPrefix>${'p'.repeat(33)}</TargetPrefix>`;
  expect((await ask('PUT', 'logging', to('my-bucket', long))).xml.Code).toBe('MalformedXML');
  expect((await ask('PUT', 'logging', '<BucketLoggingStatus></BucketLoggingStatus>')).status).toBe(200);
  expect((await ask('GET', 'logging')).xml).toEqual({});
  expect((await ask('PUT', 'logging', to('my-bucket'))).status).toBe(200);
  expect((await ask('DELETE', 'logging')).status).toBe(204);
  expect((await ask('DELETE', 'logging')).status).toBe(204);
  expect((await ask('GET', 'logging')).xml).toEqual({});
});

test('the fields that a log would have besides are kept', async () => {
  const query = 'userDefinedLogFieldsConfig';
  expect((await ask('GET', query)).xml.Code).toBe('NoSuchUserDefinedLogFieldsConfig');
  const fields =
    '<HeaderSet><header>a</header><header>b</header></HeaderSet><ParamSet><parameter>p</parameter></ParamSet>';
  const body = `<UserDefinedLogFieldsConfiguration>${fields}</UserDefinedLogFieldsConfiguration>`;
  expect((await ask('PUT', query, body)).status).toBe(200);
  expect((await ask('GET', query)).xml).toEqual({ HeaderSet: { header: ['a', 'b'] }, ParamSet: { parameter: 'p' } });
  expect((await ask('PUT', query, body.replace('ParamSet>', 'Params>'))).xml.Code).toBe('MalformedXML');
  expect((await ask('DELETE', query)).status).toBe(204);
  expect((await ask('GET', query)).xml.Code).toBe('NoSuchUserDefinedLogFieldsConfig');
});

test.each(['referer', 'requestPayment', 'tagging', 'logging'])('%s of a bucket that is not there', async (query) => {
  for (const method of ['PUT', 'GET'])
    expect((await ask(method, query, method === 'PUT' ? '' : undefined, 'no-such-bucket')).xml.Code).toBe(
      'NoSuchBucket',
    );
});
