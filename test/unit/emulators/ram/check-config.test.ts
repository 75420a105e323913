/** Settings that could not be served are told before anything starts, one sentence each. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { checkRamConfig, type RamConfig } from '../../../../emulators/ram/index.ts';
import { parseConfig } from '../../../../src/kernel/config.ts';
import { RAM_CONFIG } from '../../../support/ram-room.ts';

const [worker] = RAM_CONFIG.roles;
const [policy] = RAM_CONFIG.policies;
if (!worker || !policy) throw new Error('The sample settings have changed.');

const statement = (more: object) => ({
  Version: '1' as const,
  Statement: [{ Effect: 'Allow', Action: 'oss:*', Resource: '*', ...more }],
});
const roles = (more: object): Partial<RamConfig> => ({ roles: [{ ...worker, ...more }] });
const policies = (more: object): Partial<RamConfig> => ({ policies: [policy, { ...policy, ...more }] });

test('the sample settings have no problem', () => {
  expect(checkRamConfig(RAM_CONFIG)).toEqual([]);
});

test("neither have the sample app's", () => {
  const file = join(import.meta.dirname, '../../../../sample-app/localyun.yaml');
  const answer = parseConfig(parse(readFileSync(file, 'utf8')), file);
  expect(answer.ok && checkRamConfig(answer.config)).toEqual([]);
});

test.each<[string, Partial<RamConfig>, string]>([
  [
    'a first AccessKey of another account',
    { accessKeys: [{ accessKeyId: 'a', accessKeySecret: 'b', accountId: '1098765432109876' }] },
    "The first AccessKey must be the account's own: it takes no accountId.",
  ],
  [
    'a policy that is nowhere',
    roles({ policies: ['read-photo'] }),
    'The role worker names the policy read-photo, which is neither in policies nor a system policy known here; did you mean read-photos?',
  ],
  [
    'a system policy with a typo',
    roles({ policies: ['AliyunOSSReadonlyAccess'] }),
    'did you mean AliyunOSSReadOnlyAccess?',
  ],
  ['a policy named as objects name things', roles({ policies: ['constructor'] }), 'names the policy constructor'],
  [
    'a policy named twice',
    roles({ policies: ['read-photos', 'read-photos'] }),
    'The role worker names the policy read-photos twice.',
  ],
  [
    'a role that is there twice',
    { roles: [worker, { ...worker, name: 'Worker' }] },
    'The role worker is there twice; case makes no difference.',
  ],
  ['a role name with a space', roles({ name: 'my role' }), 'The role name "my role" must be 1 to 64 letters'],
  [
    'a trust policy without a principal',
    roles({ assumeRolePolicyDocument: statement({ Action: 'sts:AssumeRole' }) }),
    'The trust policy of role worker: Statement[0] has an unknown element Resource',
  ],
  ['a policy that is there twice', { policies: [policy, policy] }, 'The policy read-photos is there twice.'],
  [
    'a policy name with a slash',
    policies({ name: 'a/b' }),
    'The policy name "a/b" must be 1 to 128 letters, digits and hyphens.',
  ],
  [
    "a system policy's name",
    policies({ name: 'AliyunOSSFullAccess' }),
    'The policy AliyunOSSFullAccess has the name of a system policy: choose another.',
  ],
  [
    'a broken document',
    policies({ name: 'b', document: statement({ Effect: 'Permit' }) }),
    'The policy b: Statement[0].Effect must be "Allow" or "Deny".',
  ],
  [
    'a document of 6145 characters',
    policies({ name: 'b', document: statement({ Resource: `acs:oss:${'x'.repeat(6144)}` }) }),
    'The policy b is longer than 6144 characters.',
  ],
  [
    'an AccessKey that is there twice',
    { accessKeys: [...RAM_CONFIG.accessKeys, ...RAM_CONFIG.accessKeys] },
    'The AccessKey LTAI5tTestAccessKeyId00 is there twice.',
  ],
])('%s', (_what, changed, problem) => {
  const problems = checkRamConfig({ ...RAM_CONFIG, ...changed });
  expect(problems).toEqual([expect.stringContaining(problem)].concat(problems.slice(1)));
  for (const sentence of problems) expect(sentence).toMatch(/[.?]$/);
});
