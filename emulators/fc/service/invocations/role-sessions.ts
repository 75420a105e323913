/** An instance's temporary credentials: assumed for its first call, kept for the next, replaced before they expire. */
import type { Clock } from '../../../../src/kernel/clock.ts';
import type { RoleAssumer, TemporaryCredentials } from '../../../../src/ports/role-assumer.ts';
import { ROLE_SESSION_SECONDS, ROLE_SESSION_SPARE_MS, ROLE_SESSIONS_KEPT_MAX } from '../../limits.ts';
import { FC_SERVICE, hasRole, roleArnOf } from '../role-arn.ts';

export interface RoleSessionNeeds {
  clock: Clock;
  roles: RoleAssumer;
  accountId: string;
}

export interface SessionOwner {
  functionName: string;
  instanceId: string;
  role: string | undefined;
}

/** The message says what to mend. */
export class RoleNotAssumable extends Error {
  override readonly name = 'RoleNotAssumable';
}

export interface RoleSessions {
  /** Undefined: the function has no role, and gets no credentials, as on the cloud. Rejects with RoleNotAssumable. */
  of(owner: SessionOwner): Promise<TemporaryCredentials | undefined>;
  /** Drops the sessions of a function's instances. */
  forget(functionName: string): void;
}

interface Session {
  functionName: string;
  role: string;
  credentials: TemporaryCredentials;
}

export function createRoleSessions({ clock, roles, accountId }: RoleSessionNeeds): RoleSessions {
  /** By instance, oldest first. */
  const sessions = new Map<string, Session>();

  async function open({ functionName, instanceId }: SessionOwner, role: string): Promise<TemporaryCredentials> {
    const answer = await roles.assumeRole({
      roleArn: roleArnOf(role, accountId),
      // UNVERIFIED FC-054: what the service calls the session. The instance's name makes its calls recognisable.
      sessionName: instanceId,
      service: FC_SERVICE,
      durationSeconds: ROLE_SESSION_SECONDS,
    });
    if (!answer.ok) throw new RoleNotAssumable(`role '${role}' can't be assumed by ${FC_SERVICE}: ${answer.reason}`);
    sessions.delete(instanceId);
    sessions.set(instanceId, { functionName, role, credentials: answer.credentials });
    const [oldest] = sessions.keys();
    if (sessions.size > ROLE_SESSIONS_KEPT_MAX && oldest !== undefined) sessions.delete(oldest);
    return answer.credentials;
  }

  return {
    async of(owner) {
      const { role } = owner;
      if (!hasRole(role)) return undefined;
      const known = sessions.get(owner.instanceId);
      if (known?.role === role && isFresh(known.credentials, clock.nowMs())) return known.credentials;
      return open(owner, role);
    },
    forget(functionName) {
      for (const [instanceId, session] of sessions)
        if (session.functionName === functionName) sessions.delete(instanceId);
    },
  };
}

function isFresh(credentials: TemporaryCredentials, nowMs: number): boolean {
  return credentials.expiresAtMs - nowMs > ROLE_SESSION_SPARE_MS;
}
