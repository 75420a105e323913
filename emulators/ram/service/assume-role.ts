/** Takes a role: for a caller of STS, or for a service of ours. Both need the role's trust; only the caller brings limits of its own. */
import { nearestKey } from '../../../src/kernel/nearest-key.ts';
import type { Principal } from '../../../src/kernel/principal.ts';
import { type Assumer, compilePolicy, evaluateTrust, type PolicyAnswer } from '../../../src/policy/ram-policy.ts';
import type { AssumeRoleAnswer, AssumeRoleRequest, RoleAssumer } from '../../../src/ports/role-assumer.ts';
import { RamError } from '../errors.ts';
import {
  SERVICE_SESSION_SECONDS_MAX,
  SESSION_NAME,
  SESSION_POLICY_CHARS_MAX,
  SESSION_SECONDS_DEFAULT,
  SESSION_SECONDS_MIN,
} from '../limits.ts';
import type { SessionRow } from '../store/ram-store.ts';
import type { Directory, Role } from './directory.ts';
import { type NewSession, SESSION_POLICY_NAME, type Sessions } from './sessions.ts';

export interface AssumeNeeds {
  directory: Directory;
  sessions: Sessions;
  accountId: string;
}

const ACTION = 'sts:AssumeRole';
/** Help page "AssumeRole", error codes: one text for a missing permission and a missing trust. */
const NOT_TRUSTED =
  'No permission perform sts:AssumeRole on this Role. Maybe you are not authorized to perform sts:AssumeRole or the specified role does not trust you';

export interface AssumeRole {
  roleArn: string;
  sessionName: string;
  durationSeconds: number | undefined;
  policy: string | undefined;
  externalId: string | undefined;
  principal: Principal;
}

/** That the caller may call sts:AssumeRole on the role at all has been decided before. */
export async function assumeRole(
  { directory, sessions, accountId }: AssumeNeeds,
  { roleArn, sessionName, durationSeconds = SESSION_SECONDS_DEFAULT, policy, externalId, principal }: AssumeRole,
): Promise<{ role: Role; session: SessionRow }> {
  const named = parseRoleArn(roleArn);
  if (!named) throw new RamError('InvalidParameter.RoleArn');
  const sessionPolicy = policy === undefined ? undefined : readSessionPolicy(policy);
  const role = named.accountId === accountId ? directory.role(named.roleName) : undefined;
  if (!role) throw new RamError('EntityNotExist.Role');
  if (durationSeconds < SESSION_SECONDS_MIN || durationSeconds > role.maxSessionSeconds)
    throw new RamError('InvalidParameter.DurationSeconds', { maxSeconds: role.maxSessionSeconds });

  // UNVERIFIED RAM-010: the condition key that ExternalId is compared with.
  const context: Record<string, string> = externalId === undefined ? {} : { 'sts:ExternalId': externalId };
  const trust = evaluateTrust(role.trust, ACTION, assumerOf(principal), context);
  if (trust.effect !== 'allow')
    throw new RamError('NoPermission', {
      message: NOT_TRUSTED,
      reason: untrusted(role, trust),
      isDenied: trust.effect === 'deny',
      accessDeniedDetail: denialDetail(principal, trust),
    });
  return { role, session: await sessions.issue({ role, sessionName, durationSeconds, policy: sessionPolicy }) };
}

/** The port for our own services: a function instance takes its function's role. */
export function createRoleAssumer({ directory, sessions, accountId }: AssumeNeeds): RoleAssumer {
  function find({ roleArn, service }: Pick<AssumeRoleRequest, 'roleArn' | 'service'>): Found {
    const named = parseRoleArn(roleArn);
    const role = named?.accountId === accountId ? directory.role(named.roleName) : undefined;
    if (!role) return { ok: false, code: 'EntityNotExist.Role', reason: missingRole(directory, accountId, roleArn) };
    const trust = evaluateTrust(role.trust, ACTION, { kind: 'Service', names: [service] }, {});
    if (trust.effect === 'allow') return { ok: true, role };
    const reason = `${untrusted(role, trust)} Its Principal.Service should name ${service}.`;
    return { ok: false, code: 'NoPermission', reason };
  }

  return {
    async assumeRole({ roleArn, sessionName, service, durationSeconds }: AssumeRoleRequest): Promise<AssumeRoleAnswer> {
      if (!SESSION_NAME.test(sessionName)) throw new RangeError(`${sessionName} is no name for a session.`);
      if (durationSeconds < SESSION_SECONDS_MIN || durationSeconds > SERVICE_SESSION_SECONDS_MAX)
        throw new RangeError(`${durationSeconds} s is no duration for a session.`);
      const found = find({ roleArn, service });
      if (!found.ok) return found;
      const { accessKeyId, accessKeySecret, securityToken, expiresAtMs } = await sessions.issue({
        role: found.role,
        sessionName,
        durationSeconds,
      });
      return { ok: true, credentials: { accessKeyId, accessKeySecret, securityToken, expiresAtMs } };
    },
    refusal(request) {
      const found = find(request);
      return found.ok ? undefined : found.reason;
    },
  };
}

type Found = { ok: true; role: Role } | Extract<AssumeRoleAnswer, { ok: false }>;

function missingRole(directory: Directory, accountId: string, roleArn: string): string {
  const named = parseRoleArn(roleArn);
  if (!named) return `${roleArn} is no role's ARN (acs:ram::${accountId}:role/NAME).`;
  if (named.accountId !== accountId)
    return `${roleArn} is another account's; this one is ${accountId} (accountId in localyun.yaml sets it).`;
  const near = nearestKey(named.roleName, directory.roleNames());
  const mend = near ? `did you mean ${near}?` : `write it under roles in localyun.yaml (name: ${named.roleName}).`;
  return `There is no role ${roleArn}; ${mend}`;
}

/** `acs:ram::<account>:role/<name>`. */
export function parseRoleArn(arn: string): { accountId: string; roleName: string } | undefined {
  const [, accountId, roleName] = /^acs:ram::(\d{1,32}):role\/([a-zA-Z0-9.@-]{1,64})$/.exec(arn) ?? [];
  return accountId !== undefined && roleName !== undefined ? { accountId, roleName } : undefined;
}

function readSessionPolicy(text: string): NewSession['policy'] {
  if (text.length > SESSION_POLICY_CHARS_MAX)
    throw new RamError('InvalidParameter.PolicySize', { limit: SESSION_POLICY_CHARS_MAX });
  const answer = compilePolicy({ name: SESSION_POLICY_NAME, type: 'Session', document: text });
  if (!answer.ok) throw new RamError('InvalidParameter.PolicyGrammar', { reason: answer.problems.join(' ') });
  return { text, compiled: answer.policy };
}

/** Trusting an account's root means trusting everyone in it who has the permission. */
export function assumerOf(principal: Principal): Assumer {
  if (principal.type === 'anonymous') return { kind: 'RAM', names: [] };
  const root = `acs:ram::${principal.accountId}:root`;
  if (principal.type === 'account') return { kind: 'RAM', names: [root] };
  const own = principal.type === 'role' ? `acs:ram::${principal.accountId}:role/${principal.roleName}` : principal.arn;
  return { kind: 'RAM', names: [root, own] };
}

function untrusted(role: Role, trust: PolicyAnswer): string {
  return trust.statement
    ? `Statement ${trust.statement.index} of the trust policy of role ${role.roleName} denies it.`
    : `The trust policy of role ${role.roleName} does not name the caller.`;
}

function denialDetail(principal: Principal, trust: PolicyAnswer): Record<string, string> {
  return {
    AuthAction: ACTION,
    AuthPrincipalOwnerId: principal.type === 'anonymous' ? '' : principal.accountId,
    NoPermissionType: trust.effect === 'deny' ? 'ExplicitDeny' : 'ImplicitDeny',
    PolicyType: 'AssumeRolePolicy',
  };
}
