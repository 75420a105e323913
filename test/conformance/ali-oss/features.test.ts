/** Documents of a bucket that SDKs and Terraform write and read back, and what they change. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type AliOss, aliOss } from '../../support/ali-oss.ts';
import { ACCOUNT_ID, NONE, type OssServer, startOssServer } from '../../support/oss-server.ts';
import { send } from '../../support/raw-http.ts';
import { call } from '../../support/signed-oss.ts';

let server: OssServer;
let client: AliOss;
beforeAll(async () => {
  server = await startOssServer({ decide: ({ resourceDecision }) => resourceDecision ?? NONE });
  client = aliOss(server, { sldEnable: true });
});
afterAll(() => server.close());
beforeEach(async () => {
  await server.oss.reset();
  await server.oss.buckets.ensure({ name: 'my-bucket' });
});

type Query = string | readonly (readonly [string, string])[];
const ask = (method: string, query: Query, body?: string, headers: Record<string, string> = {}) =>
  call(server, { method, bucket: 'my-bucket', query, headers, ...(body === undefined ? {} : { body }) });
const info = async () => (await ask('GET', 'bucketInfo')).xml.Bucket as Record<string, unknown>;

test('a bucket says how its objects are encrypted', async () => {
  await expect(client.getBucketEncryption('my-bucket')).rejects.toMatchObject({
    status: 404,
    code: 'NoSuchServerSideEncryptionRule',
  });
  expect(await info()).toMatchObject({ ServerSideEncryptionRule: { SSEAlgorithm: 'None' } });
  await client.putBucketEncryption('my-bucket', { SSEAlgorithm: 'KMS', KMSMasterKeyID: 'key-1' });
  expect((await client.getBucketEncryption('my-bucket')).encryption).toEqual({
    SSEAlgorithm: 'KMS',
    KMSMasterKeyID: 'key-1',
  });
  expect(await info()).toMatchObject({ ServerSideEncryptionRule: { SSEAlgorithm: 'KMS', KMSMasterKeyID: 'key-1' } });
  const rule = (inner: string) =>
    `<ServerSideEncryptionRule><ApplyServerSideEncryptionByDefault>${inner}</ApplyServerSideEncryptionByDefault></ServerSideEncryptionRule>`;
  const sm4 = '<SSEAlgorithm>AES256</SSEAlgorithm><KMSDataEncryption>SM4</KMSDataEncryption>';
  expect((await ask('PUT', 'encryption', rule(sm4))).status).toBe(200);
  expect((await client.getBucketEncryption('my-bucket')).encryption).toEqual({ SSEAlgorithm: 'AES256' });
  const unknown = await ask('PUT', 'encryption', rule('<SSEAlgorithm>ROT13</SSEAlgorithm>'));
  expect(unknown).toMatchObject({ status: 400, xml: { Code: 'InvalidEncryptionAlgorithmError' } });
  const keyed = await ask(
    'PUT',
    'encryption',
    rule('<SSEAlgorithm>AES256</SSEAlgorithm><KMSMasterKeyID>k</KMSMasterKeyID>'),
  );
  expect(keyed).toMatchObject({ status: 400, xml: { Code: 'InvalidArgument' } });
  await client.deleteBucketEncryption('my-bucket');
  await client.deleteBucketEncryption('my-bucket');
  await expect(client.getBucketEncryption('my-bucket')).rejects.toMatchObject({ status: 404 });
});

test('switches are read back as they were set', async () => {
  expect((await ask('GET', 'transferAcceleration')).xml.Code).toBe('NoSuchTransferAccelerationConfiguration');
  const on = '<Enabled>true</Enabled>';
  const accelerated = `<TransferAccelerationConfiguration>${on}</TransferAccelerationConfiguration>`;
  expect((await ask('PUT', 'transferAcceleration', accelerated)).status).toBe(200);
  expect((await ask('GET', 'transferAcceleration')).xml).toEqual({ Enabled: 'true' });

  expect((await ask('GET', 'accessmonitor')).xml).toEqual({ Status: 'Disabled' });
  const monitored = (status: string) =>
    `<AccessMonitorConfiguration><Status>${status}</Status></AccessMonitorConfiguration>`;
  expect((await ask('PUT', 'accessmonitor', monitored('Enabled'))).status).toBe(200);
  expect((await ask('PUT', 'accessmonitor', monitored('aa'))).xml.Code).toBe('MalformedXML');
  expect(await info()).toMatchObject({ AccessMonitor: 'Enabled', TransferAcceleration: 'Enabled' });

  expect((await ask('GET', 'bucketArchiveDirectRead')).xml).toEqual({ Enabled: 'false' });
  const direct = `<ArchiveDirectReadConfiguration>${on}</ArchiveDirectReadConfiguration>`;
  expect((await ask('PUT', 'bucketArchiveDirectRead', direct)).status).toBe(200);
  expect((await ask('GET', 'bucketArchiveDirectRead')).xml).toEqual({ Enabled: 'true' });
});

test('TLS versions are named once, and not at all only where TLS is off', async () => {
  const config = (enable: boolean, ...versions: string[]) =>
    `<HttpsConfiguration><TLS><Enable>${enable}</Enable>${versions.map((version) => `<TLSVersion>${version}</TLSVersion>`).join('')}</TLS></HttpsConfiguration>`;
  expect((await ask('GET', 'httpsConfig')).xml.Code).toBe('NoSuchHttpsConfig');
  expect((await ask('PUT', 'httpsConfig', config(true, 'TLSv1.3', 'TLSv1.2', 'TLSv1.2'))).status).toBe(200);
  expect((await ask('GET', 'httpsConfig')).xml).toEqual({
    TLS: { Enable: 'true', TLSVersion: ['TLSv1.2', 'TLSv1.3'] },
  });
  expect((await ask('PUT', 'httpsConfig', config(true))).xml.Code).toBe('MalformedXML');
  expect((await ask('PUT', 'httpsConfig', config(true, 'aaa'))).xml.Code).toBe('MalformedXML');
  expect((await ask('PUT', 'httpsConfig', config(false))).status).toBe(200);
});

test('every bucket is of the default resource group, and of no other', async () => {
  const { ResourceGroupId } = (await ask('GET', 'resourceGroup')).xml;
  expect(ResourceGroupId).toBe(`rg-${ACCOUNT_ID}`);
  const config = (id: unknown) =>
    `<BucketResourceGroupConfiguration><ResourceGroupId>${id}</ResourceGroupId></BucketResourceGroupConfiguration>`;
  expect((await ask('PUT', 'resourceGroup', config(ResourceGroupId))).status).toBe(200);
  const refused = await ask('PUT', 'resourceGroup', config('rg-not-exist'));
  expect(refused.xml).toMatchObject({ Code: 'ResourceGroupIdPreCheckError', EC: '0039-00000003' });
});

test('inventory configurations are kept by their id and listed in pages', async () => {
  const inventory = {
    id: 'report-1',
    isEnabled: true,
    prefix: 'photos/',
    frequency: 'Daily',
    includedObjectVersions: 'All',
    optionalFields: { field: ['Size', 'ETag'] },
    OSSBucketDestination: {
      format: 'CSV',
      accountId: ACCOUNT_ID,
      rolename: 'reporter',
      bucket: 'reports',
      prefix: 'p/',
      encryption: { 'SSE-OSS': '' },
    },
  };
  await expect(client.listBucketInventory('my-bucket')).rejects.toMatchObject({ code: 'NoSuchInventory' });
  await client.putBucketInventory('my-bucket', inventory);
  expect((await client.getBucketInventory('my-bucket', 'report-1')).inventory).toMatchObject({
    id: 'report-1',
    prefix: 'photos/',
    optionalFields: { field: ['Size', 'ETag'] },
    OSSBucketDestination: { format: 'CSV', bucket: 'reports', rolename: 'reporter' },
  });
  await Promise.all(
    Array.from({ length: 105 }, (_none, index) =>
      client.putBucketInventory('my-bucket', { ...inventory, id: `many-${String(index).padStart(3, '0')}` }),
    ),
  );
  const first = await client.listBucketInventory('my-bucket');
  expect([first.inventoryList.length, first.isTruncated, first.nextContinuationToken]).toEqual([100, true, 'many-099']);
  const second = await client.listBucketInventory('my-bucket', { continuationToken: 'many-099' });
  expect([second.inventoryList.length, second.isTruncated]).toEqual([6, false]);
  await client.deleteBucketInventory('my-bucket', 'report-1');
  await client.deleteBucketInventory('my-bucket', 'report-1');
  await expect(client.getBucketInventory('my-bucket', 'report-1')).rejects.toMatchObject({ code: 'NoSuchInventory' });
  const other = await ask(
    'PUT',
    [
      ['inventory', ''],
      ['inventoryId', 'x'],
    ],
    '<InventoryConfiguration/>',
  );
  expect(other.xml).toMatchObject({ Code: 'MalformedXML', ErrorDetail: 'InventoryConfiguration needs Id.' });
});

test('a token for a domain can be had, but no domain can be bound', async () => {
  const domain = (name: string) =>
    `<BucketCnameConfiguration><Cname><Domain>${name}</Domain></Cname></BucketCnameConfiguration>`;
  const comp = (value: string): Query => [
    ['cname', ''],
    ['comp', value],
  ];
  const created = await ask('POST', comp('token'), domain('www.Example.com'));
  expect(created.xml).toMatchObject({ Bucket: 'my-bucket', Cname: 'www.example.com' });
  const query: Query = [
    ['cname', 'www.example.com'],
    ['comp', 'token'],
  ];
  expect((await ask('GET', query)).xml).toEqual(created.xml);
  expect((await ask('POST', comp('add'), domain('www.example.com'))).xml).toMatchObject({
    Code: 'NeedVerifyDomainOwnership',
    EC: '0018-00000115',
  });
  expect((await ask('GET', 'cname')).xml).toEqual({ Bucket: 'my-bucket', Owner: ACCOUNT_ID });
  expect((await ask('POST', comp('delete'), domain('www.example.com'))).status).toBe(200);
  server.clock.setMode('virtual');
  await server.clock.advanceTo(server.clock.nowMs() + 72 * 3600 * 1000, async () => {});
  expect((await ask('GET', query)).xml.Code).toBe('CnameTokenNotFound');
  expect((await ask('POST', comp('token'), domain('no domain'))).xml.Code).toBe('MalformedXML');
});

test('a bucket with direct reads gives Archive objects out, and the colder ones not', async () => {
  const archived = (storageClass: string) => ({ headers: { 'x-oss-storage-class': storageClass } });
  await client.put('archive', Buffer.from('old'), archived('Archive'));
  await client.put('cold', Buffer.from('old'), archived('ColdArchive'));
  await expect(client.get('archive')).rejects.toMatchObject({ code: 'InvalidObjectState' });
  const on = '<ArchiveDirectReadConfiguration><Enabled>true</Enabled></ArchiveDirectReadConfiguration>';
  await ask('PUT', 'bucketArchiveDirectRead', on);
  expect((await client.get('archive')).content.toString()).toBe('old');
  await client.copy('copy', 'archive');
  await expect(client.get('cold')).rejects.toMatchObject({ code: 'InvalidObjectState' });
});

const block = (on: boolean) =>
  `<PublicAccessBlockConfiguration><BlockPublicAccess>${on}</BlockPublicAccess></PublicAccessBlockConfiguration>`;
const policy = (principal: string) =>
  JSON.stringify({
    Version: '1',
    Statement: [
      { Effect: 'Allow', Action: ['oss:GetObject'], Principal: [principal], Resource: ['acs:oss:*:*:my-bucket/*'] },
    ],
  });
const readOpenly = async () => (await send({ port: server.port, target: '/my-bucket/k' })).status;

test('where public access is blocked, what is open counts no more and nothing is opened', async () => {
  await client.put('k', Buffer.from('x'));
  await client.putBucketACL('my-bucket', 'public-read');
  expect(await readOpenly()).toBe(200);
  expect((await ask('GET', 'publicAccessBlock')).xml).toEqual({ BlockPublicAccess: 'false' });
  expect((await ask('PUT', 'publicAccessBlock', block(true))).status).toBe(200);
  expect(await readOpenly()).toBe(403);
  expect(await info()).toMatchObject({ BlockPublicAccess: 'true' });
  await expect(client.putBucketACL('my-bucket', 'public-read')).rejects.toMatchObject({ code: 'AccessDenied' });
  await expect(client.putACL('k', 'public-read')).rejects.toMatchObject({ code: 'AccessDenied' });
  const headers = { 'x-oss-object-acl': 'public-read' };
  await expect(client.put('k', Buffer.from('x'), { headers })).rejects.toMatchObject({ code: 'AccessDenied' });
  expect((await ask('PUT', 'policy', policy('*'))).xml.Code).toBe('AccessDenied');
  expect((await ask('PUT', 'policy', policy('2000000000000001'))).status).toBe(200);
  await client.putBucketACL('my-bucket', 'private');
  expect((await ask('DELETE', 'publicAccessBlock')).status).toBe(204);
  expect((await ask('PUT', 'policy', policy('*'))).status).toBe(200);
  expect(await readOpenly()).toBe(200);
  expect((await ask('PUT', 'publicAccessBlock', block(true))).status).toBe(200);
  expect(await readOpenly()).toBe(403);
});

test('the account can block public access of all its buckets', async () => {
  await client.put('k', Buffer.from('x'));
  await client.putBucketACL('my-bucket', 'public-read');
  const account = (method: string, body?: string) =>
    call(server, { method, query: 'publicAccessBlock', ...(body === undefined ? {} : { body }) });
  expect((await account('PUT', block(true))).status).toBe(200);
  expect((await account('GET')).xml).toEqual({ BlockPublicAccess: 'true' });
  expect(await readOpenly()).toBe(403);
  expect((await account('DELETE')).status).toBe(204);
  expect((await account('GET')).xml).toEqual({ BlockPublicAccess: 'false' });
  expect(await readOpenly()).toBe(200);
});

test.each([
  'worm',
  'style',
  'replication',
  'metaQuery',
  'encryption',
  'inventory',
  'cname',
  'resourceGroup',
  'objectWorm',
])('a bucket that does not exist has no %s, served or not', async (query) => {
  const reply = await call(server, { method: 'GET', bucket: 'no-such-bucket', query });
  expect(reply).toMatchObject({ status: 404, xml: { Code: 'NoSuchBucket', EC: '0015-00000101' } });
});

test.each([
  [
    'POST',
    [
      ['replication', ''],
      ['comp', 'add'],
    ],
    'PutBucketReplication',
  ],
  [
    'PUT',
    [
      ['policy', ''],
      ['comp', 'callback'],
    ],
    'PutBucketCallbackPolicy',
  ],
  [
    'PUT',
    [
      ['publicAccessBlock', ''],
      ['x-oss-access-point-name', 'ap'],
    ],
    'PutAccessPointPublicAccessBlock',
  ],
  ['GET', [['rtc', '']], 'rtc'],
] as const)('what is not served is refused by its name: %s %j', async (method, query, name) => {
  const reply = await ask(method, query);
  expect(reply).toMatchObject({ status: 400, xml: { Code: 'NotImplemented' } });
  expect(reply.xml.Message).toContain(name);
});

test('image styles are kept, listed and removed', async () => {
  const named = (name: string) =>
    [
      ['style', ''],
      ['styleName', name],
    ] as const;
  const style = (content: string) => `<Style><Content>${content}</Content></Style>`;
  expect((await ask('GET', 'style')).xml).toEqual({});
  expect((await ask('PUT', named('half'), style('image/resize,p_50'))).status).toBe(200);
  expect((await ask('PUT', named('wide'), style('image/resize,w_200'))).status).toBe(200);
  expect((await ask('GET', named('half'))).xml).toMatchObject({
    Name: 'half',
    Content: 'image/resize,p_50',
    Category: 'image',
    CreateTime: expect.stringMatching(/GMT$/),
  });
  expect((await ask('PUT', named('half'), style('image/resize,p_25'))).status).toBe(200);
  const listed = (await ask('GET', 'style')).xml.Style as { Name: string; Content: string }[];
  expect(listed.map(({ Name, Content }) => `${Name} ${Content}`)).toEqual([
    'half image/resize,p_25',
    'wide image/resize,w_200',
  ]);
  expect((await ask('PUT', named('a b'), style('image/resize,p_50'))).xml.Code).toBe('InvalidArgument');
  expect((await ask('PUT', named('half'), style(''))).xml).toMatchObject({
    Code: 'InvalidArgument',
    Message: 'Style content is invalid.',
  });
  expect((await ask('PUT', named('half'), '<Style></Style>')).xml.Code).toBe('MalformedXML');
  expect((await ask('PUT', 'style', style('image/resize,p_50'))).status).toBe(400);
  for (const name of ['half', 'wide', 'wide']) expect((await ask('DELETE', named(name))).status).toBe(204);
  expect((await ask('GET', named('half'))).xml.Code).toBe('NoSuchStyle');
});

test('a bucket has a hundred styles and no more', async () => {
  const named = (at: number) =>
    [
      ['style', ''],
      ['styleName', `s${at}`],
    ] as const;
  const body = '<Style><Content>image/resize,p_50</Content></Style>';
  for (let at = 0; at < 100; at++) expect((await ask('PUT', named(at), body)).status).toBe(200);
  expect((await ask('PUT', named(100), body)).xml.Code).toBe('InvalidArgument');
  expect((await ask('PUT', named(99), body)).status).toBe(200);
});

test('an account has no cloud boxes', async () => {
  const answer = await call(server, { method: 'GET', query: 'cloudboxes' });
  expect(answer).toMatchObject({ status: 200, xml: { IsTruncated: 'false', CloudBoxes: '' } });
});

test.each([
  [[['x-oss-process', 'image/resize,w_100']], 'ProcessObject'],
  [[['x-oss-async-process', 'video/convert']], 'AsyncProcessObject'],
] as const)('a request with %s is refused by the name of what it asks for', async (query, name) => {
  const refused = await call(server, { method: 'POST', bucket: 'my-bucket', key: 'k', query, body: '' });
  expect(refused).toMatchObject({ status: 400, xml: { Message: expect.stringContaining(name) } });
});

test('a bucket of one zone becomes one of several, once', async () => {
  const target = (type: string) =>
    [
      ['redundancyTransition', ''],
      ['x-oss-target-redundancy-type', type],
    ] as const;
  const task = (id: string) =>
    [
      ['redundancyTransition', ''],
      ['x-oss-redundancy-transition-taskid', id],
    ] as const;
  expect((await ask('GET', 'redundancyTransition')).xml).toMatchObject({ IsTruncated: 'false' });
  expect((await ask('POST', target('LRS'))).xml.Code).toBe('InvalidArgument');
  const id = String((await ask('POST', target('ZRS'))).xml.TaskId);
  expect(await info()).toMatchObject({ DataRedundancyType: 'ZRS' });
  const expected = { Bucket: 'my-bucket', TaskId: id, Status: 'Finished', ProcessPercentage: '100' };
  expect((await ask('GET', task(id))).xml).toMatchObject(expected);
  expect((await ask('GET', 'redundancyTransition')).xml.BucketDataRedundancyTransition).toMatchObject(expected);
  const all = await call(server, { method: 'GET', query: 'redundancyTransition' });
  expect(all.xml.BucketDataRedundancyTransition).toMatchObject(expected);
  expect((await ask('POST', target('ZRS'))).xml.Code).toBe('OperationNotSupported');
  expect((await ask('DELETE', task('other'))).xml.Code).toBe('NoSuchBucketDataRedundancyTransitionTask');
  expect((await ask('DELETE', task(id))).status).toBe(204);
  expect((await ask('GET', task(id))).xml.Code).toBe('NoSuchBucketDataRedundancyTransitionTask');
});

test('there are no datasets and no data pipelines', async () => {
  const dataset = [
    ['metaQuery', ''],
    ['action', 'createDataset'],
  ] as const;
  expect((await ask('POST', dataset)).xml).toMatchObject({ Code: 'OperationNotSupported', EC: '0037-00000001' });
  const pipeline = (action: string, body = '') =>
    call(server, {
      method: 'POST',
      query: [
        ['dataPipeline', ''],
        ['action', action],
      ],
      body,
    });
  expect((await pipeline('listDataPipelineConfigurations')).status).toBe(200);
  expect(await pipeline('getDataPipelineConfiguration')).toMatchObject({
    status: 404,
    xml: { Code: 'NoSuchDataPipeline' },
  });
  expect((await pipeline('putDataPipelineConfiguration', '<A/>')).xml.Code).toBe('NotImplemented');
});

test('an upload of no parts becomes an object of no bytes, and tells those who encrypt what they began with', async () => {
  const on = (method: string, query: Query, more: { body?: string; headers?: Record<string, string> } = {}) =>
    call(server, { method, bucket: 'my-bucket', key: 'k', query, ...more });
  const headers = {
    'x-oss-meta-client-side-encryption-key': 'wrapped',
    'x-oss-meta-client-side-encryption-part-size': '1024',
  };
  const uploadId = String((await on('POST', 'uploads', { headers })).xml.UploadId);
  expect((await on('GET', [['uploadId', uploadId]])).xml).toMatchObject({
    ClientEncryptionKey: 'wrapped',
    ClientEncryptionPartSize: '1024',
  });
  const none = { body: '<CompleteMultipartUpload></CompleteMultipartUpload>' };
  expect((await on('POST', [['uploadId', uploadId]], none)).status).toBe(200);
  expect(await on('GET', [])).toMatchObject({ status: 200, headers: { 'content-length': '0' } });
  expect((await on('POST', [['uploadId', uploadId]], none)).xml.Code).toBe('NoSuchUpload');
});

test('a sequential upload takes its parts in order, and its object has an MD5', async () => {
  const on = (method: string, query: Query, more: { body?: string; headers?: Record<string, string> } = {}) =>
    call(server, { method, bucket: 'my-bucket', key: 'k', query, ...more });
  const begin = async (query: Query) => String((await on('POST', query)).xml.UploadId);
  const sequential = [
    ['uploads', ''],
    ['sequential', ''],
  ] as const;
  const complete = (uploadId: string, headers: Record<string, string> = {}) =>
    on('POST', [['uploadId', uploadId]], { headers: { ...headers, 'x-oss-complete-all': 'yes' } });
  const part = (uploadId: string, number: number, body: string) =>
    on(
      'PUT',
      [
        ['partNumber', String(number)],
        ['uploadId', uploadId],
      ],
      { body },
    );
  const [first, second] = ['a'.repeat(100 * 1024), 'b'];
  const whole = createHash('md5').update(first).update(second).digest('base64');

  const plain = await begin('uploads');
  for (const [number, body] of [
    [2, second],
    [1, first],
  ] as const)
    await part(plain, number, body);
  expect((await complete(plain)).status).toBe(200);
  expect((await on('HEAD', [])).headers).not.toHaveProperty('content-md5');

  const upload = await begin(sequential);
  expect((await part(upload, 2, second)).xml.Code).toBe('PartNotSequential');
  expect((await part(upload, 1, first)).status).toBe(200);
  expect((await part(upload, 1, first)).xml.Code).toBe('PartNotSequential');
  const broken = { body: second, headers: { 'content-md5': whole } };
  expect(
    (
      await on(
        'PUT',
        [
          ['partNumber', '2'],
          ['uploadId', upload],
        ],
        broken,
      )
    ).xml.Code,
  ).toBe('InvalidDigest');
  expect((await part(upload, 2, second)).status).toBe(200);
  expect((await complete(upload, { 'x-oss-forbid-overwrite': 'true' })).xml.Code).toBe('FileAlreadyExists');
  expect((await complete(upload)).status).toBe(200);
  expect((await on('HEAD', [])).headers['content-md5']).toBe(whole);

  const unfinished = await begin(sequential);
  await part(unfinished, 1, first);
  await part(unfinished, 2, second);
  const { xml } = await on('GET', [['uploadId', unfinished]]);
  const [{ ETag = '' } = {}] = xml.Part as { ETag?: string }[];
  const some = `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>${ETag}</ETag></Part></CompleteMultipartUpload>`;
  expect((await on('POST', [['uploadId', unfinished]], { body: some })).status).toBe(200);
  expect((await on('HEAD', [])).headers).not.toHaveProperty('content-md5');
});
