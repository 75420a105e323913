/** AssumeRole's decisions that no SDK can bring about: chained roles, external ids, explicit denials. */
import { afterEach, expect, test } from 'vitest';
import type { RamConfig } from '../../../../emulators/ram/index.ts';
import { SESSIONS_EVICTED_AT_ONCE, SESSIONS_MAX } from '../../../../emulators/ram/limits.ts';
import { assumeRole, parseRoleArn } from '../../../../emulators/ram/service/assume-role.ts';
import { createDirectory } from '../../../../emulators/ram/service/directory.ts';
import { createSessions } from '../../../../emulators/ram/service/sessions.ts';
import { openRamStore } from '../../../../emulators/ram/store/ram-store.ts';
import { createClock } from '../../../../src/kernel/clock.ts';
import { type Database, openDatabase } from '../../../../src/kernel/database.ts';
import { createIds } from '../../../../src/kernel/ids.ts';
import type { Logger } from '../../../../src/kernel/logger.ts';
import type { Principal } from '../../../../src/kernel/principal.ts';
import { ACCOUNT, RAM_CONFIG } from '../../../support/ram-room.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

let database: Database;
afterEach(() => database.close());

const warnings: string[] = [];
const logger: Logger = {
  debug() {},
  info() {},
  warn: (message) => void warnings.push(message),
  error() {},
  child: () => logger,
};

async function services(statement: object) {
  database = openDatabase(temporaryFolder(), { sync: false });
  const clock = createClock('virtual');
  const ids = createIds(clock);
  const store = openRamStore(database);
  const directory = createDirectory({ clock, ids, store, accountId: ACCOUNT });
  const [worker] = RAM_CONFIG.roles;
  if (!worker) throw new Error('The sample settings have changed.');
  const assumeRolePolicyDocument = {
    Version: '1' as const,
    Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', ...statement }],
  };
  const config: RamConfig = { ...RAM_CONFIG, roles: [{ ...worker, assumeRolePolicyDocument }] };
  await directory.apply(config);
  const sessions = createSessions({ clock, ids, logger, store, directory, accountId: ACCOUNT });
  return { clock, directory, sessions, accountId: ACCOUNT };
}

const account: Principal = { type: 'account', accountId: ACCOUNT };
const session = (roleName: string): Principal => ({
  type: 'role',
  accountId: ACCOUNT,
  roleName,
  roleId: '1',
  sessionName: 's1',
  arn: `acs:ram::${ACCOUNT}:role/${roleName}/s1`,
  accessKeyId: 'STS.x',
});
const request = (principal: Principal, more = {}) => ({
  roleArn: `acs:ram::${ACCOUNT}:role/worker`,
  sessionName: 'tester',
  durationSeconds: undefined,
  policy: undefined,
  externalId: undefined,
  principal,
  ...more,
});

test('a role may be trusted by its own name', async () => {
  const needs = await services({ Principal: { RAM: `acs:ram::${ACCOUNT}:role/first` } });
  await expect(assumeRole(needs, request(session('first')))).resolves.toMatchObject({
    session: { sessionName: 'tester' },
  });
  for (const principal of [session('second'), account, { type: 'anonymous' } as const])
    await expect(assumeRole(needs, request(principal))).rejects.toMatchObject({ code: 'NoPermission' });
});

test('a role that trusts a service cannot be taken by a caller', async () => {
  const needs = await services({ Principal: { Service: ['fc.aliyuncs.com'] } });
  await expect(assumeRole(needs, request(account))).rejects.toMatchObject({
    code: 'NoPermission',
    details: { accessDeniedDetail: { NoPermissionType: 'ImplicitDeny', PolicyType: 'AssumeRolePolicy' } },
  });
});

test('an external id is held against the trust policy', async () => {
  const Condition = { StringEquals: { 'sts:ExternalId': 'secret' } };
  const needs = await services({ Principal: { RAM: `acs:ram::${ACCOUNT}:root` }, Condition });
  await expect(assumeRole(needs, request(account, { externalId: 'secret' }))).resolves.toBeDefined();
  await expect(assumeRole(needs, request(account, { externalId: 'other' }))).rejects.toMatchObject({
    code: 'NoPermission',
  });
  await expect(assumeRole(needs, request(account))).rejects.toMatchObject({ code: 'NoPermission' });
});

test('an explicit denial says which statement it is', async () => {
  const needs = await services({ Effect: 'Deny', Principal: { RAM: `acs:ram::${ACCOUNT}:root` } });
  await expect(assumeRole(needs, request(account))).rejects.toMatchObject({
    details: { reason: 'Statement 0 of the trust policy of role worker denies it.' },
  });
});

test('sessions are bounded: those that end soonest go, and it is told', async () => {
  const needs = await services({ Principal: { Service: 'fc.aliyuncs.com' } });
  const role = needs.directory.role('worker');
  if (!role) throw new Error('no role');
  const issue = (durationSeconds: number) => needs.sessions.issue({ role, sessionName: 'many', durationSeconds });
  const soon = await issue(900);
  const late = await issue(7200);
  for (let index = 2; index < SESSIONS_MAX; index += 500)
    await Promise.all(Array.from({ length: Math.min(500, SESSIONS_MAX - index) }, () => issue(3600)));
  expect(needs.sessions.find(soon.accessKeyId)).toBeDefined();
  await issue(3600);
  expect(needs.sessions.find(soon.accessKeyId)).toBeUndefined();
  expect(needs.sessions.find(late.accessKeyId)).toBeDefined();
  expect(database.table('ram.sessions').count()).toBe(SESSIONS_MAX - SESSIONS_EVICTED_AT_ONCE + 1);
  expect(warnings).toContain('Too many sessions: some end before their time.');
}, 30_000);

test.each([
  ['acs:ram::1:role/a', { accountId: '1', roleName: 'a' }],
  ['acs:ram::1:role/', undefined],
  ['acs:ram::x:role/a', undefined],
  ['acs:ram:*:1:role/a', undefined],
  ['acs:ram::1:role/a/b', undefined],
  ['acs:ram::1:user/a', undefined],
  ['', undefined],
])('the ARN %j names %j', (arn, named) => {
  expect(parseRoleArn(arn)).toEqual(named);
});
