/** What is wrong with the roles and policies of the settings, in whole sentences, before anything starts. */
import type { Config } from '../../../src/kernel/config.ts';
import { nearestKey } from '../../../src/kernel/nearest-key.ts';
import { compilePolicy, type PolicyType } from '../../../src/policy/ram-policy.ts';
import { POLICY_CHARS_MAX, POLICY_NAME, ROLE_NAME } from '../limits.ts';
import { SYSTEM_POLICY_NAMES, systemPolicy } from './system-policies.ts';

export type RamConfig = Pick<Config, 'accessKeys' | 'roles' | 'policies'>;

export function checkRamConfig({ accessKeys, roles, policies }: RamConfig): string[] {
  const custom = policies.map(({ name }) => name);
  return [
    ...repeated(accessKeys.map(({ accessKeyId }) => accessKeyId)).map((id) => `The AccessKey ${id} is there twice.`),
    ...(accessKeys[0]?.accountId === undefined
      ? []
      : [`The first AccessKey must be the account's own: it takes no accountId.`]),
    ...repeated(custom).map((name) => `The policy ${name} is there twice.`),
    ...policies.flatMap(checkPolicy),
    // The real service looks roles up without regard to case.
    ...repeated(roles.map(({ name }) => name.toLowerCase())).map(
      (name) => `The role ${name} is there twice; case makes no difference.`,
    ),
    ...roles.flatMap((role) => checkRole(role, custom)),
  ];
}

function checkPolicy({ name, document }: RamConfig['policies'][number]): string[] {
  const problems: string[] = [];
  if (!POLICY_NAME.test(name))
    problems.push(`The policy name ${JSON.stringify(name)} must be 1 to 128 letters, digits and hyphens.`);
  if (systemPolicy(name)) problems.push(`The policy ${name} has the name of a system policy: choose another.`);
  return [...problems, ...checkDocument(document, { of: `policy ${name}`, type: 'Custom' })];
}

function checkRole(role: RamConfig['roles'][number], custom: readonly string[]): string[] {
  const { name, policies, assumeRolePolicyDocument } = role;
  const problems: string[] = [];
  if (!ROLE_NAME.test(name))
    problems.push(`The role name ${JSON.stringify(name)} must be 1 to 64 letters, digits, dots, @ and hyphens.`);
  for (const policy of policies) {
    if (custom.includes(policy) || systemPolicy(policy)) continue;
    const near = nearestKey(policy, [...custom, ...SYSTEM_POLICY_NAMES]);
    problems.push(
      `The role ${name} names the policy ${policy}, which is neither in policies nor a system policy known here` +
        `${near ? `; did you mean ${near}?` : '.'}`,
    );
  }
  for (const policy of repeated(policies)) problems.push(`The role ${name} names the policy ${policy} twice.`);
  return [
    ...problems,
    ...checkDocument(assumeRolePolicyDocument, { of: `trust policy of role ${name}`, type: 'Trust' }),
  ];
}

function checkDocument(document: unknown, { of, type }: { of: string; type: PolicyType }): string[] {
  if (JSON.stringify(document).length > POLICY_CHARS_MAX)
    return [`The ${of} is longer than ${POLICY_CHARS_MAX} characters.`];
  const compiled = compilePolicy({ name: of, type, document });
  return compiled.ok ? [] : compiled.problems.map((problem) => `The ${of}: ${problem}`);
}

function repeated(names: readonly string[]): string[] {
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))];
}
