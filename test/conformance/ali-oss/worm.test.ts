/** What may not be changed for a while: retention policies of buckets, locks on versions, and rules that forbid overwriting. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ACCOUNT_ID, NONE, type OssServer, OWNER, roleSession, startOssServer } from '../../support/oss-server.ts';
import { call } from '../../support/signed-oss.ts';

const DAY_MS = 24 * 3600 * 1000;

let server: OssServer;
beforeAll(async () => {
  server = await startOssServer({
    credentials: [OWNER, roleSession()],
    decide: ({ action }) =>
      action === 'oss:BypassGovernanceRetention' ? NONE : { effect: 'allow', statement: undefined, reason: '' },
  });
});
afterAll(() => server.close());
beforeEach(async () => {
  await server.oss.reset();
  await server.oss.buckets.ensure({ name: 'my-bucket' });
});

async function advance(ms: number): Promise<void> {
  server.clock.setMode('virtual');
  await server.clock.advanceTo(server.clock.nowMs() + ms, async () => {});
}

type Query = string | readonly (readonly [string, string])[];
const onBucket = (method: string, query: Query, body?: string) =>
  call(server, { method, bucket: 'my-bucket', query, ...(body === undefined ? {} : { body }) });
const onObject = (method: string, query: Query = [], more: { body?: string; headers?: Record<string, string> } = {}) =>
  call(server, { method, bucket: 'my-bucket', key: 'k', query, ...more });
const put = () => onObject('PUT', [], { body: 'bytes' });
const codeOf = async (reply: Promise<{ status: number; xml: Record<string, unknown> }>) => {
  const { status, xml } = await reply;
  return status < 300 ? status : xml.Code;
};

describe('a retention policy of a bucket', () => {
  const days = (root: string, count: number | string) =>
    `<${root}><RetentionPeriodInDays>${count}</RetentionPeriodInDays></${root}>`;
  const initiate = (count: number | string = 2) => onBucket('POST', 'worm', days('InitiateWormConfiguration', count));
  const complete = (id: string) => onBucket('POST', [['wormId', id]]);
  const extend = (id: string, count: number) =>
    onBucket(
      'POST',
      [
        ['wormId', id],
        ['wormExtend', ''],
      ],
      days('ExtendWormConfiguration', count),
    );

  test('is begun, given up, begun again, locked and made longer', async () => {
    expect(await codeOf(onBucket('GET', 'worm'))).toBe('NoSuchWORMConfiguration');
    const first = (await initiate()).headers['x-oss-worm-id'] ?? '';
    expect(first).toMatch(/^[0-9A-F]{32}$/);
    expect(await codeOf(initiate())).toBe('WORMConfigurationAlreadyExists');
    expect((await onBucket('GET', 'worm')).xml).toMatchObject({
      WormId: first,
      State: 'InProgress',
      RetentionPeriodInDays: '2',
      CreationDate: expect.stringMatching(/\.000Z$/),
    });
    expect(await codeOf(extend(first, 3))).toBe('InvalidWORMConfiguration');
    expect(await codeOf(onBucket('DELETE', 'worm'))).toBe(204);
    expect(await codeOf(complete(first))).toBe('NoSuchWORMConfiguration');
    const second = (await initiate()).headers['x-oss-worm-id'] ?? '';
    expect(await codeOf(complete(first))).toBe('NoSuchWORMConfiguration');
    expect(await codeOf(complete(second))).toBe(200);
    expect(await codeOf(onBucket('DELETE', 'worm'))).toBe('WORMConfigurationLocked');
    expect(await codeOf(extend(second, 2))).toBe('InvalidArgument');
    expect(await codeOf(extend(second, 3))).toBe(200);
    expect((await onBucket('GET', 'worm')).xml).toMatchObject({ State: 'Locked', RetentionPeriodInDays: '3' });
  });

  test.each(['', '0', '25551', 'many', '1.5'])('does not take %s days', async (count) => {
    expect(await codeOf(initiate(count))).toBe('MalformedXML');
  });

  test('ends after a day when nobody completes it', async () => {
    const id = (await initiate()).headers['x-oss-worm-id'] ?? '';
    await put();
    await advance(DAY_MS - 1000);
    expect(await codeOf(onObject('DELETE'))).toBe('FileImmutable');
    await advance(1000);
    expect(await codeOf(complete(id))).toBe('NoSuchWORMConfiguration');
    expect(await codeOf(onObject('DELETE'))).toBe(204);
    expect(await codeOf(initiate())).toBe(200);
  });

  test('lets nobody change, replace or remove an object until its days are over', async () => {
    const id = (await initiate(1)).headers['x-oss-worm-id'] ?? '';
    await complete(id);
    expect(await codeOf(put())).toBe(200);
    const append = [
      ['append', ''],
      ['position', '0'],
    ] as const;
    const log = { method: 'POST', bucket: 'my-bucket', key: 'log', query: append, body: 'a' };
    expect((await call(server, log)).status).toBe(200);
    const refused = [
      put(),
      onObject('DELETE'),
      onObject('PUT', [], { headers: { 'x-oss-copy-source': '/my-bucket/k', 'x-oss-meta-a': 'b' } }),
      onObject('PUT', 'symlink', { headers: { 'x-oss-symlink-target': 'other' } }),
      onBucket('POST', 'delete', '<Delete><Object><Key>other</Key></Object><Object><Key>k</Key></Object></Delete>'),
      call(server, {
        ...log,
        query: [
          ['append', ''],
          ['position', '1'],
        ],
      }),
    ];
    for (const reply of refused) expect(await codeOf(reply)).toBe('FileImmutable');
    expect((await onObject('GET')).body.toString()).toBe('bytes');
    await advance(DAY_MS);
    expect(await codeOf(put())).toBe(200);
    expect(await codeOf(onObject('DELETE'))).toBe('FileImmutable');
    await advance(DAY_MS);
    expect(await codeOf(onObject('DELETE'))).toBe(204);
  });
});

describe('a lock on a version', () => {
  const versioning = (status: string) =>
    onBucket('PUT', 'versioning', `<VersioningConfiguration><Status>${status}</Status></VersioningConfiguration>`);
  const enable = (rule = '') =>
    onBucket(
      'PUT',
      'objectWorm',
      `<ObjectWormConfiguration><ObjectWormEnabled>Enabled</ObjectWormEnabled>${rule}</ObjectWormConfiguration>`,
    );
  const rule = (inner: string) => `<Rule><DefaultRetention>${inner}</DefaultRetention></Rule>`;
  const inMs = (ms: number) => new Date(server.clock.nowMs() + ms).toISOString();
  const retain = (mode: string, until: string, headers: Record<string, string> = {}) =>
    onObject('PUT', 'retention', {
      body: `<Retention><Mode>${mode}</Mode><RetainUntilDate>${until}</RetainUntilDate></Retention>`,
      headers,
    });
  const hold = (status: string) =>
    onObject('PUT', 'legalHold', { body: `<LegalHold><Status>${status}</Status></LegalHold>` });
  const bypass = { 'x-oss-bypass-governance-retention': 'true' };

  test('needs a bucket with versioning, which then stays', async () => {
    expect(await codeOf(enable())).toBe('InvalidRequest');
    expect(await codeOf(onBucket('GET', 'objectWorm'))).toBe('NoSuchWORMConfiguration');
    await put();
    expect(await codeOf(hold('ON'))).toBe('InvalidRequest');
    await versioning('Enabled');
    expect(await codeOf(enable())).toBe(200);
    expect((await onBucket('GET', 'objectWorm')).xml).toEqual({ ObjectWormEnabled: 'Enabled' });
    expect(await codeOf(versioning('Suspended'))).toBe('InvalidRequest');
    const missing = {
      method: 'PUT',
      bucket: 'no-such-bucket',
      query: 'objectWorm',
      body: '<ObjectWormConfiguration/>',
    };
    expect((await call(server, missing)).xml).toMatchObject({ Code: 'MalformedXML', EC: '0015-00000231' });
  });

  test('of COMPLIANCE can be made longer, and neither shorter nor lifted', async () => {
    await versioning('Enabled');
    await enable();
    const id = (await put()).headers['x-oss-version-id'] ?? '';
    expect(await codeOf(onObject('GET', 'retention'))).toBe('NoSuchWORMConfiguration');
    expect(await codeOf(retain('COMPLIANCE', inMs(-1000)))).toBe('InvalidArgument');
    expect(await codeOf(retain('NONE', inMs(1000)))).toBe('MalformedXML');
    expect(await codeOf(retain('COMPLIANCE', 'tomorrow'))).toBe('MalformedXML');
    expect(await codeOf(retain('COMPLIANCE', inMs(DAY_MS)))).toBe(200);
    for (const headers of [{}, bypass]) {
      expect(await codeOf(retain('COMPLIANCE', inMs(1000), headers))).toBe('FileImmutable');
      expect(await codeOf(retain('GOVERNANCE', inMs(2 * DAY_MS), headers))).toBe('FileImmutable');
      expect(await codeOf(onObject('DELETE', [['versionId', id]], { headers }))).toBe('FileImmutable');
    }
    expect(await codeOf(retain('COMPLIANCE', inMs(2 * DAY_MS)))).toBe(200);
    expect((await onObject('GET', 'retention')).xml).toMatchObject({ Mode: 'COMPLIANCE' });
    // A version that stays is replaced and marked as deleted as ever.
    expect(await codeOf(put())).toBe(200);
    expect(await codeOf(onObject('DELETE'))).toBe(204);
    await advance(2 * DAY_MS);
    expect(await codeOf(onObject('DELETE', [['versionId', id]]))).toBe(204);
  });

  test('of GOVERNANCE is lifted by who may and says so', async () => {
    await versioning('Enabled');
    await enable();
    const id = (await put()).headers['x-oss-version-id'] ?? '';
    await retain('GOVERNANCE', inMs(DAY_MS));
    const remove = { method: 'DELETE', bucket: 'my-bucket', key: 'k', query: [['versionId', id]] as const };
    expect(await codeOf(call(server, remove))).toBe('FileImmutable');
    const byRole = { ...remove, headers: bypass, credentials: roleSession() };
    expect(await codeOf(call(server, byRole))).toBe('AccessDenied');
    expect(await codeOf(retain('GOVERNANCE', inMs(1000), bypass))).toBe(200);
    expect(await codeOf(call(server, { ...remove, headers: bypass }))).toBe(204);
  });

  test('holds until it is let go', async () => {
    await versioning('Enabled');
    await enable();
    const id = (await put()).headers['x-oss-version-id'] ?? '';
    expect((await onObject('GET', 'legalHold')).xml).toEqual({ Status: 'OFF' });
    expect(await codeOf(hold('MAYBE'))).toBe('MalformedXML');
    expect(await codeOf(hold('ON'))).toBe(200);
    expect((await onObject('GET', 'legalHold')).xml).toEqual({ Status: 'ON' });
    await advance(1000 * DAY_MS);
    expect(await codeOf(onObject('DELETE', [['versionId', id]], { headers: bypass }))).toBe('FileImmutable');
    expect(await codeOf(hold('OFF'))).toBe(200);
    expect(await codeOf(onObject('DELETE', [['versionId', id]]))).toBe(204);
  });

  test('comes with a new version where the bucket says so', async () => {
    await versioning('Enabled');
    const both = '<Mode>GOVERNANCE</Mode><Days>1</Days><Years>1</Years>';
    expect(await codeOf(enable(rule(both)))).toBe('MalformedXML');
    expect(await codeOf(enable(rule('<Mode>GOVERNANCE</Mode>')))).toBe('MalformedXML');
    expect(await codeOf(enable(rule('<Mode>COMPLIANCE</Mode><Years>1</Years>')))).toBe(200);
    expect((await onBucket('GET', 'objectWorm')).xml).toEqual({
      ObjectWormEnabled: 'Enabled',
      Rule: { DefaultRetention: { Mode: 'COMPLIANCE', Years: '1' } },
    });
    const year = new Date(server.clock.nowMs()).getUTCFullYear();
    await put();
    await call(server, {
      method: 'PUT',
      bucket: 'my-bucket',
      key: 'copy',
      headers: { 'x-oss-copy-source': '/my-bucket/k' },
    });
    for (const key of ['k', 'copy']) {
      const { xml } = await call(server, { method: 'GET', bucket: 'my-bucket', key, query: 'retention' });
      expect(xml).toMatchObject({ Mode: 'COMPLIANCE', RetainUntilDate: expect.stringMatching(`^${year + 1}-`) });
    }
  });
});

describe('a rule that forbids overwriting', () => {
  const rules = (inner: string) =>
    onBucket('PUT', 'overwriteConfig', `<OverwriteConfiguration>${inner}</OverwriteConfiguration>`);
  const ruleOf = (inner: string) => `<Rule><ID>1</ID><Action>forbid</Action>${inner}</Rule>`;

  test('is kept and read back', async () => {
    expect(await codeOf(onBucket('GET', 'overwriteConfig'))).toBe('NoSuchBucketOverwriteConfig');
    const whom = '<Principals><Principal>111</Principal><Principal>222</Principal></Principals>';
    expect(await codeOf(rules(ruleOf(`<Prefix>a/</Prefix><Suffix>.txt</Suffix>${whom}`)))).toBe(200);
    expect((await onBucket('GET', 'overwriteConfig')).xml).toEqual({
      Rule: { ID: '1', Action: 'forbid', Prefix: 'a/', Suffix: '.txt', Principals: { Principal: ['111', '222'] } },
    });
    expect(await codeOf(rules('<Rule><ID>1</ID><Action>allow</Action></Rule>'))).toBe('MalformedXML');
    expect(await codeOf(rules(ruleOf('').repeat(101)))).toBe('MalformedXML');
    expect(await codeOf(onBucket('DELETE', 'overwriteConfig'))).toBe(204);
    expect(await codeOf(onBucket('GET', 'overwriteConfig'))).toBe('NoSuchBucketOverwriteConfig');
  });

  test('speaks of names, and of everybody or of those it names', async () => {
    const write = (key: string) => call(server, { method: 'PUT', bucket: 'my-bucket', key, body: 'x' });
    await rules(ruleOf('<Prefix>a/</Prefix><Suffix>.txt</Suffix>'));
    for (const key of ['a/1.txt', 'a/1.jpg', 'b/1.txt']) expect(await codeOf(write(key))).toBe(200);
    expect(await codeOf(write('a/1.txt'))).toBe('FileAlreadyExists');
    for (const key of ['a/1.jpg', 'b/1.txt']) expect(await codeOf(write(key))).toBe(200);
    await rules(ruleOf('<Principals><Principal>111</Principal></Principals>'));
    expect(await codeOf(write('a/1.txt'))).toBe(200);
    await rules(ruleOf(`<Principals><Principal>${ACCOUNT_ID}</Principal></Principals>`));
    expect(await codeOf(write('a/1.txt'))).toBe('FileAlreadyExists');
  });

  test('counts for nothing where versions are kept', async () => {
    await rules(ruleOf(''));
    const enabled = '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>';
    await onBucket('PUT', 'versioning', enabled);
    expect([(await put()).status, (await put()).status]).toEqual([200, 200]);
  });
});
