/** A function's temporary credentials: assumed when first needed, shared by its instances, replaced before they expire. */
import type { Clock } from '../../../../src/kernel/clock.ts';
import type { RoleAssumer, TemporaryCredentials } from '../../../../src/ports/role-assumer.ts';
import { ROLE_SESSION_SECONDS, ROLE_SESSION_SPARE_MS } from '../../limits.ts';

export interface RoleSessionNeeds {
  clock: Clock;
  roles: RoleAssumer;
  accountId: string;
}

export interface SessionOwner {
  functionName: string;
  role: string | undefined;
}

export type SessionAnswer =
  | { ok: true; credentials: TemporaryCredentials | undefined }
  /** `reason` says what to mend. */
  | { ok: false; reason: string };

export interface RoleSessions {
  /** Undefined credentials: the function has no role, and gets none, as on the cloud. */
  of(owner: SessionOwner): Promise<SessionAnswer>;
  forget(functionName: string): void;
}

interface Session {
  role: string;
  answer: SessionAnswer & { ok: true };
}

/** The service that assumes functions' roles. */
const SERVICE = 'fc.aliyuncs.com';

export function createRoleSessions({ clock, roles, accountId }: RoleSessionNeeds): RoleSessions {
  const sessions = new Map<string, Session>();
  /** Calls that arrive together wait for one session instead of opening one each. */
  const opening = new Map<string, Promise<SessionAnswer>>();

  async function open({ functionName, role }: { functionName: string; role: string }): Promise<SessionAnswer> {
    const answer = await roles.assumeRole({
      roleArn: roleArnOf(role, accountId),
      // UNVERIFIED FC-054: what the service calls the session.
      sessionName: functionName.slice(0, 64).padEnd(2, '-'),
      service: SERVICE,
      durationSeconds: ROLE_SESSION_SECONDS,
    });
    if (!answer.ok) return { ok: false, reason: `role '${role}' can't be assumed by ${SERVICE}: ${answer.reason}` };
    const opened = { ok: true as const, credentials: answer.credentials };
    sessions.set(functionName, { role, answer: opened });
    return opened;
  }

  return {
    async of({ functionName, role }) {
      // `auto` asks a tool to make a role; nobody did.
      if (role === undefined || role === '' || role === 'auto') return { ok: true, credentials: undefined };
      const known = sessions.get(functionName);
      if (known?.role === role && isFresh(known.answer.credentials, clock.nowMs())) return known.answer;
      const key = `${functionName} ${role}`;
      const pending = opening.get(key) ?? open({ functionName, role }).finally(() => opening.delete(key));
      opening.set(key, pending);
      return pending;
    },
    forget: (functionName) => void sessions.delete(functionName),
  };
}

/** The component expands a bare name the same way. */
function roleArnOf(role: string, accountId: string): string {
  return role.startsWith('acs:') ? role : `acs:ram::${accountId}:role/${role}`;
}

function isFresh(credentials: TemporaryCredentials | undefined, nowMs: number): boolean {
  return credentials !== undefined && credentials.expiresAtMs - nowMs > ROLE_SESSION_SPARE_MS;
}
