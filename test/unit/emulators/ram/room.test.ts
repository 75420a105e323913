/** The room's door: keys, roles, sessions, decisions, denials, and what a restart keeps. */
import { afterEach, describe, expect, test } from 'vitest';
import { DENIALS_MAX } from '../../../../emulators/ram/limits.ts';
import type { Principal } from '../../../../src/kernel/principal.ts';
import type { AccessQuestion } from '../../../../src/ports/access-decider.ts';
import { ACCOUNT, KEY, openRamRoom, RAM_CONFIG, type RamRoom, WORKER_ARN } from '../../../support/ram-room.ts';

let room: RamRoom;
afterEach(() => room.close());

const HOUR_MS = 3600_000;
const asService = { roleArn: WORKER_ARN, sessionName: 'instance-1', service: 'fc.aliyuncs.com', durationSeconds: 3600 };

async function assume(request: Partial<typeof asService> = {}) {
  const answer = await room.ram.roles.assumeRole({ ...asService, ...request });
  if (!answer.ok) throw new Error(answer.reason);
  return answer.credentials;
}

function principalOf(accessKeyId: string): Principal {
  const credential = room.ram.credentials.find(accessKeyId);
  if (!credential) throw new Error(`No credential ${accessKeyId}.`);
  return credential.principal;
}

function question(principal: Principal, action: string, object: string): AccessQuestion {
  const resource = `acs:oss:*:${ACCOUNT}:${object}`;
  return { principal, action, resource, context: {}, requestId: 'R1', operation: 'Test' };
}

describe('keys of the account', () => {
  test('are found with their secret and may do everything of the account', async () => {
    room = await openRamRoom();
    const found = room.ram.credentials.find(KEY.accessKeyId);
    expect(found).toMatchObject({ ...KEY, securityToken: undefined, expiresAtMs: undefined });
    const account: Principal = { type: 'account', accountId: ACCOUNT };
    expect(room.ram.access.decide(question(account, 'oss:PutObject', 'any/thing')).effect).toBe('allow');
    expect(room.ram.denials.list(10)).toEqual([]);
  });

  test('an unknown key is nobody', async () => {
    room = await openRamRoom();
    expect(room.ram.credentials.find('LTAI-nobody')).toBeUndefined();
    expect(room.ram.credentials.find('__proto__')).toBeUndefined();
  });

  test("another account's key may do nothing here", async () => {
    room = await openRamRoom();
    const stranger: Principal = { type: 'account', accountId: '99' };
    expect(room.ram.access.decide(question(stranger, 'oss:GetObject', 'photos/a.jpg')).effect).toBe('none');
  });
});

describe('a role taken by a service', () => {
  test('gives credentials of the documented shape that expire on the clock', async () => {
    room = await openRamRoom();
    const { accessKeyId, accessKeySecret, securityToken, expiresAtMs } = await assume();
    expect(accessKeyId).toMatch(/^STS\.[A-Za-z0-9]{25}$/);
    expect(accessKeySecret).toMatch(/^[A-Za-z0-9]{44}$/);
    expect(securityToken).toMatch(/^CAIS[A-Za-z0-9+/]{300,}==$/);
    expect(expiresAtMs % 1000).toBe(0);
    expect(Math.abs(expiresAtMs - room.clock.nowMs() - HOUR_MS)).toBeLessThan(1000);
    expect(room.ram.credentials.find(accessKeyId)).toMatchObject({
      accessKeySecret,
      securityToken,
      expiresAtMs,
      principal: { type: 'role', roleName: 'worker', sessionName: 'instance-1', arn: `${WORKER_ARN}/instance-1` },
    });
  });

  test('no two sessions share a key or a token', async () => {
    room = await openRamRoom();
    const [one, two] = [await assume(), await assume()];
    expect(one.accessKeyId).not.toBe(two.accessKeyId);
    expect(one.securityToken).not.toBe(two.securityToken);
  });

  test('is found whatever the case of its name', async () => {
    room = await openRamRoom();
    const { accessKeyId } = await assume({ roleArn: `acs:ram::${ACCOUNT}:role/WORKER` });
    expect(principalOf(accessKeyId)).toMatchObject({ roleName: 'worker' });
  });

  test.each([
    ['a role that is not there', { roleArn: `acs:ram::${ACCOUNT}:role/nobody` }, 'EntityNotExist.Role'],
    ["another account's role", { roleArn: 'acs:ram::42:role/worker' }, 'EntityNotExist.Role'],
    ['what is no ARN', { roleArn: 'worker' }, 'EntityNotExist.Role'],
    ['a role that trusts other services', { roleArn: `acs:ram::${ACCOUNT}:role/bystander` }, 'NoPermission'],
    ['a service the role does not name', { service: 'mns.aliyuncs.com' }, 'NoPermission'],
  ])('refuses %s and says why', async (_what, request, code) => {
    room = await openRamRoom();
    const answer = await room.ram.roles.assumeRole({ ...asService, ...request });
    expect(answer).toMatchObject({ ok: false, code, reason: expect.stringMatching(/\.$/) });
  });

  test.each([
    ['nothing of a role that the service may take', {}, undefined],
    ['the nearest name', { roleArn: `acs:ram::${ACCOUNT}:role/workre` }, /did you mean worker\?$/],
    [
      'what to write',
      { roleArn: `acs:ram::${ACCOUNT}:role/a-role-like-none` },
      /under roles .*name: a-role-like-none\)\.$/,
    ],
    ["that it is another account's", { roleArn: 'acs:ram::42:role/worker' }, /another account's; this one is \d+/],
    ['how an ARN reads', { roleArn: 'acs:ram::worker' }, /no role's ARN/],
    ['which service should be named', { service: 'mns.aliyuncs.com' }, /should name mns\.aliyuncs\.com\.$/],
  ])('says before it is assumed: %s', async (_what, request, reason) => {
    room = await openRamRoom();
    const refusal = room.ram.roles.refusal({ ...asService, ...request });
    if (reason === undefined) expect(refusal).toBeUndefined();
    else expect(refusal).toMatch(reason);
  });

  test.each([
    ['a session name with a slash', { sessionName: 'a/b' }],
    ['a session of 899 s', { durationSeconds: 899 }],
    ['a session of more than 36 h', { durationSeconds: 36 * 3600 + 1 }],
  ])('%s is a bug of ours, not an answer', async (_what, request) => {
    room = await openRamRoom();
    await expect(room.ram.roles.assumeRole({ ...asService, ...request })).rejects.toThrow(RangeError);
  });
});

describe('an expired session', () => {
  test('is still known for a day, so that its refusal can say so, and then forgotten', async () => {
    room = await openRamRoom();
    const { accessKeyId, expiresAtMs } = await assume();
    await room.clock.advanceTo(expiresAtMs + 1, async () => {});
    await assume();
    expect(room.ram.credentials.find(accessKeyId)?.expiresAtMs).toBe(expiresAtMs);
    await room.clock.advanceTo(expiresAtMs + 24 * HOUR_MS, async () => {});
    await assume();
    expect(room.ram.credentials.find(accessKeyId)).toBeUndefined();
  });
});

describe('a decision for a session', () => {
  test('allows what a policy of its role allows', async () => {
    room = await openRamRoom();
    const principal = principalOf((await assume()).accessKeyId);
    expect(room.ram.access.decide(question(principal, 'oss:GetObject', 'photos/a.jpg'))).toEqual({
      effect: 'allow',
      statement: expect.objectContaining({ policyName: 'read-photos', policyType: 'Custom', index: 0 }),
      reason: `Statement 0 of read-photos allows oss:GetObject on acs:oss:*:${ACCOUNT}:photos/a.jpg.`,
    });
  });

  test('takes in what the policy of the resource says: a deny anywhere, else an allow anywhere', async () => {
    room = await openRamRoom();
    const principal = principalOf((await assume()).accessKeyId);
    const statement = {
      policyName: 'the policy of bucket photos',
      policyType: 'Bucket' as const,
      index: 0,
      statement: {},
    };
    const decide = (action: string, effect: 'allow' | 'deny' | 'none', key = 'a.jpg') =>
      room.ram.access.decide({
        ...question(principal, action, `photos/${key}`),
        resourceDecision: { effect, statement: effect === 'none' ? undefined : statement, reason: 'so it says' },
      });
    expect(decide('oss:PutObject', 'allow')).toEqual({ effect: 'allow', statement, reason: 'so it says' });
    expect(decide('oss:PutObject', 'none')).toMatchObject({ effect: 'none' });
    expect(decide('oss:GetObject', 'none')).toMatchObject({ effect: 'allow' });
    expect(decide('oss:GetObject', 'deny')).toEqual({ effect: 'deny', statement, reason: 'so it says' });
    expect(decide('oss:GetObject', 'allow', 'private/a')).toMatchObject({
      effect: 'deny',
      statement: { policyName: 'read-photos', index: 1 },
    });
    expect(room.ram.denials.list(10)[1]).toMatchObject({ policies: ['read-photos', 'the policy of bucket photos'] });
  });

  test('says what was looked at and what would mend it when nothing allows', async () => {
    room = await openRamRoom();
    const principal = principalOf((await assume()).accessKeyId);
    const decision = room.ram.access.decide(question(principal, 'oss:PutObject', 'photos/a.jpg'));
    const reason = `No policy of role worker allows oss:PutObject on acs:oss:*:${ACCOUNT}:photos/a.jpg; policies looked at: read-photos; the nearest: statement 0 of read-photos allows oss:GetObject, oss:ListObjects there.`;
    expect(decision).toEqual({ effect: 'none', statement: undefined, reason });
    expect(room.ram.denials.list(10)).toEqual([
      {
        at: room.clock.now().toISOString(),
        requestId: 'R1',
        operation: 'Test',
        principal,
        action: 'oss:PutObject',
        resource: `acs:oss:*:${ACCOUNT}:photos/a.jpg`,
        effect: 'none',
        policies: ['read-photos'],
        statement: undefined,
        reason,
        suggestion: { Effect: 'Allow', Action: ['oss:PutObject'], Resource: [`acs:oss:*:${ACCOUNT}:photos/a.jpg`] },
      },
    ]);
  });

  test('keeps no denial where an ACL lets the caller in, but one where a statement denies', async () => {
    room = await openRamRoom();
    const principal = principalOf((await assume()).accessKeyId);
    const ask = (action: string, path: string) =>
      room.ram.access.decide({ ...question(principal, action, path), isOpenOtherwise: true }).effect;
    expect(ask('oss:PutObject', 'photos/a.jpg')).toBe('none');
    expect(room.ram.denials.list(10)).toEqual([]);
    expect(ask('oss:GetObject', 'photos/private/a.jpg')).toBe('deny');
    expect(room.ram.denials.list(10)).toHaveLength(1);
  });

  test('names the statement that denies', async () => {
    room = await openRamRoom();
    const principal = principalOf((await assume()).accessKeyId);
    expect(room.ram.access.decide(question(principal, 'oss:GetObject', 'photos/private/a.jpg'))).toMatchObject({
      effect: 'deny',
      statement: { policyName: 'read-photos', index: 1, statement: { Effect: 'Deny' } },
    });
  });

  test('is none for a principal whose session or role is not known', async () => {
    room = await openRamRoom();
    const principal = principalOf((await assume()).accessKeyId);
    if (principal.type !== 'role') throw new Error('not a role');
    const ask = (changed: Partial<typeof principal>) =>
      room.ram.access.decide(question({ ...principal, ...changed }, 'oss:GetObject', 'photos/a.jpg')).effect;
    expect(ask({})).toBe('allow');
    expect(ask({ accessKeyId: 'STS.other' })).toBe('none');
    expect(ask({ roleId: '1' })).toBe('none');
    expect(ask({ roleName: 'gone' })).toBe('none');
  });

  test('is none for anonymous callers and for RAM users, who are not served yet', async () => {
    room = await openRamRoom();
    const user: Principal = { type: 'user', accountId: ACCOUNT, userName: 'u', userId: '2', arn: 'acs:ram::1:user/u' };
    for (const principal of [{ type: 'anonymous' } as const, user])
      expect(room.ram.access.decide(question(principal, 'oss:GetObject', 'photos/a.jpg')).effect).toBe('none');
  });
});

test('denials are bounded, latest first', async () => {
  room = await openRamRoom();
  for (let index = 0; index <= DENIALS_MAX; index++)
    room.ram.access.decide(question({ type: 'anonymous' }, 'oss:GetObject', `photos/${index}`));
  const kept = room.ram.denials.list(DENIALS_MAX + 100);
  expect(kept).toHaveLength(DENIALS_MAX);
  expect(kept[0]?.resource).toMatch(new RegExp(`photos/${DENIALS_MAX}$`));
  expect(kept.at(-1)?.resource).toMatch(/photos\/1$/);
  expect(room.ram.denials.list(2)).toHaveLength(2);
});

describe('a restart', () => {
  test('keeps sessions working, with their role', async () => {
    room = await openRamRoom();
    const { accessKeyId, securityToken } = await assume();
    room = await room.restart();
    expect(room.ram.credentials.find(accessKeyId)?.securityToken).toBe(securityToken);
    const decision = room.ram.access.decide(question(principalOf(accessKeyId), 'oss:GetObject', 'photos/a.jpg'));
    expect(decision.effect).toBe('allow');
  });

  test('with a policy detached, counts at once for sessions that live', async () => {
    room = await openRamRoom();
    const { accessKeyId } = await assume();
    const roles = RAM_CONFIG.roles.map((role) => ({ ...role, policies: [] }));
    room = await room.restart({ ...RAM_CONFIG, roles });
    const decision = room.ram.access.decide(question(principalOf(accessKeyId), 'oss:GetObject', 'photos/a.jpg'));
    expect(decision).toMatchObject({ effect: 'none', reason: expect.stringContaining('it has none') });
  });

  test('without the role ends its sessions', async () => {
    room = await openRamRoom();
    const { accessKeyId } = await assume();
    room = await room.restart({ ...RAM_CONFIG, roles: [] });
    expect(room.ram.credentials.find(accessKeyId)).toBeUndefined();
  });
});

describe('changed settings', () => {
  test('are taken over while it runs, keys and policies alike', async () => {
    room = await openRamRoom();
    const { accessKeyId } = await assume();
    const [policy] = RAM_CONFIG.policies;
    if (!policy) throw new Error('no policy');
    const Statement = [{ Effect: 'Allow', Action: 'oss:*', Resource: '*' }];
    await room.ram.apply({
      accessKeys: [{ accessKeyId: 'LTAInew', accessKeySecret: 'new' }],
      roles: RAM_CONFIG.roles,
      policies: [{ ...policy, document: { Version: '1', Statement } }],
    });
    expect(room.ram.credentials.find(KEY.accessKeyId)).toBeUndefined();
    expect(room.ram.credentials.find('LTAInew')).toBeDefined();
    const decision = room.ram.access.decide(question(principalOf(accessKeyId), 'oss:PutObject', 'photos/a.jpg'));
    expect(decision.effect).toBe('allow');
  });

  test('with a problem change nothing', async () => {
    room = await openRamRoom();
    await expect(room.ram.apply({ ...RAM_CONFIG, policies: [] })).rejects.toThrow(/names the policy read-photos/);
    expect((await room.ram.roles.assumeRole(asService)).ok).toBe(true);
  });
});

test('a reset forgets sessions and denials and keeps the settings', async () => {
  room = await openRamRoom();
  const { accessKeyId } = await assume();
  room.ram.access.decide(question({ type: 'anonymous' }, 'oss:GetObject', 'photos/a.jpg'));
  await room.ram.reset();
  expect(room.ram.credentials.find(accessKeyId)).toBeUndefined();
  expect(room.ram.denials.list(10)).toEqual([]);
  expect((await room.ram.roles.assumeRole(asService)).ok).toBe(true);
});
