/** The account's roles with their policies, compiled and ready to ask; rows behind it keep ids and dates over a restart. */
import type { Clock } from '../../../src/kernel/clock.ts';
import type { Ids } from '../../../src/kernel/ids.ts';
import { type CompiledPolicy, compilePolicy, type NamedPolicy } from '../../../src/policy/ram-policy.ts';
import type { PolicyRow, RamStore, RoleRow } from '../store/ram-store.ts';
import type { RamConfig } from './check-config.ts';
import { systemPolicy } from './system-policies.ts';

export interface Role {
  roleId: string;
  roleName: string;
  /** `acs:ram::<account>:role/<name>`. */
  arn: string;
  maxSessionSeconds: number;
  trust: CompiledPolicy;
  policies: readonly CompiledPolicy[];
}

export interface Directory {
  /** By name, without regard to case, as the real service looks roles up. */
  role(name: string): Role | undefined;
  roleNames(): string[];
  /** Puts the settings' roles and policies in the place of all there were; a role that stays keeps its id. */
  apply(config: RamConfig, options?: { asNew?: boolean }): Promise<void>;
}

export interface DirectoryNeeds {
  clock: Clock;
  ids: Ids;
  store: RamStore;
  accountId: string;
}

export function createDirectory({ clock, ids, store, accountId }: DirectoryNeeds): Directory {
  let roles = new Map<string, Role>();

  async function apply(config: RamConfig, { asNew = false } = {}): Promise<void> {
    const now = clock.nowMs();
    const before = asNew ? [] : store.roles();
    const beforePolicies = asNew ? [] : store.policies();
    const policyRows = config.policies.map(
      ({ name, document }): PolicyRow => ({
        policyName: name,
        document,
        createdAtMs: beforePolicies.find(({ policyName }) => policyName === name)?.createdAtMs ?? now,
      }),
    );
    const roleRows = config.roles.map((role): RoleRow => {
      const known = before.find(({ roleName }) => roleName.toLowerCase() === role.name.toLowerCase());
      return {
        roleId: known?.roleId ?? numericId(ids),
        roleName: role.name,
        assumeRolePolicyDocument: role.assumeRolePolicyDocument,
        maxSessionSeconds: role.maxSessionDuration,
        policies: role.policies.map((name) => ({ name, type: systemPolicy(name) ? 'System' : 'Custom' })),
        createdAtMs: known?.createdAtMs ?? now,
      };
    });
    const compiled = compileRoles(roleRows, policyRows);
    await store.replace({ roles: roleRows, policies: policyRows });
    roles = compiled;
  }

  function compileRoles(roleRows: readonly RoleRow[], policyRows: readonly PolicyRow[]): Map<string, Role> {
    const custom = new Map(
      policyRows.map(({ policyName, document }) => [
        policyName,
        compile({ name: policyName, type: 'Custom', document }),
      ]),
    );
    return new Map(
      roleRows.map((row) => {
        const { roleId, roleName, maxSessionSeconds, assumeRolePolicyDocument } = row;
        const trust = compile({
          name: `trust policy of ${roleName}`,
          type: 'Trust',
          document: assumeRolePolicyDocument,
        });
        const policies = row.policies.map(({ name, type }) => {
          const policy = type === 'System' ? systemPolicy(name) : custom.get(name);
          if (!policy) throw new Error(`The role ${roleName} names the policy ${name}, which does not exist.`);
          return policy;
        });
        const arn = `acs:ram::${accountId}:role/${roleName}`;
        return [roleName.toLowerCase(), { roleId, roleName, arn, maxSessionSeconds, trust, policies }];
      }),
    );
  }

  return {
    role: (name) => roles.get(name.toLowerCase()),
    roleNames: () => [...roles.values()].map(({ roleName }) => roleName),
    apply,
  };
}

/** What is compiled here has passed `checkRamConfig`. */
function compile(policy: NamedPolicy): CompiledPolicy {
  const answer = compilePolicy(policy);
  if (!answer.ok) throw new Error(`The ${policy.name} is broken: ${answer.problems.join(' ')}`);
  return answer.policy;
}

const ID_MIN = 10n ** 17n;
const ID_SPAN = 9n * 10n ** 17n;

/** 18 digits, as RAM's user and role ids are. */
function numericId(ids: Ids): string {
  return String(ID_MIN + (BigInt(`0x${ids.hex(8)}`) % ID_SPAN));
}
