/** Temporary credentials: issued, found, forgotten. In memory, with rows behind, so that running functions keep theirs over a restart. */
import { Buffer } from 'node:buffer';
import type { Clock } from '../../../src/kernel/clock.ts';
import type { Ids } from '../../../src/kernel/ids.ts';
import type { Logger } from '../../../src/kernel/logger.ts';
import { type CompiledPolicy, compilePolicy } from '../../../src/policy/ram-policy.ts';
import type { Credential } from '../../../src/ports/credential-source.ts';
import { EXPIRED_SESSION_KEPT_MS, SESSION_SWEEP_MS, SESSIONS_EVICTED_AT_ONCE, SESSIONS_MAX } from '../limits.ts';
import type { RamStore, SessionRow } from '../store/ram-store.ts';
import type { Directory, Role } from './directory.ts';

export interface Session {
  row: SessionRow;
  credential: Credential;
  /** Limits the role's policies for this session; undefined when none was given. */
  policy: CompiledPolicy | undefined;
}

export interface NewSession {
  role: Role;
  sessionName: string;
  durationSeconds: number;
  /** As the caller sent it, and compiled. */
  policy?: { text: string; compiled: CompiledPolicy } | undefined;
}

export interface Sessions {
  find(accessKeyId: string): Session | undefined;
  issue(session: NewSession): Promise<SessionRow>;
  /** Forgets the sessions of roles that are gone: deleting a role ends them at once. */
  dropOrphans(): Promise<void>;
  clear(): Promise<void>;
}

export interface SessionsNeeds {
  clock: Clock;
  ids: Ids;
  logger: Logger;
  store: RamStore;
  directory: Directory;
  accountId: string;
}

export const SESSION_POLICY_NAME = 'session policy';

export function createSessions({ clock, ids, logger, store, directory, accountId }: SessionsNeeds): Sessions {
  const sessions = new Map<string, Session>();
  let sweptAtMs = clock.nowMs();
  for (const row of store.sessions()) remember(row, compileStored(row));

  function remember(row: SessionRow, policy: CompiledPolicy | undefined): void {
    sessions.set(row.accessKeyId, { row, policy, credential: credentialOf(row, accountId) });
  }

  async function issue({ role, sessionName, durationSeconds, policy }: NewSession): Promise<SessionRow> {
    await makeRoom();
    const row: SessionRow = {
      accessKeyId: `STS.${ids.alphanumeric(25)}`,
      accessKeySecret: ids.alphanumeric(44),
      securityToken: newToken(ids),
      // Whole seconds, for the wire's Expiration has no fractions.
      expiresAtMs: (Math.floor(clock.nowMs() / 1000) + durationSeconds) * 1000,
      roleName: role.roleName,
      roleId: role.roleId,
      sessionName,
      policy: policy?.text,
    };
    await store.addSession(row);
    remember(row, policy?.compiled);
    return row;
  }

  async function makeRoom(): Promise<void> {
    const now = clock.nowMs();
    const isFull = sessions.size >= SESSIONS_MAX;
    if (!isFull && Math.abs(now - sweptAtMs) < SESSION_SWEEP_MS) return;
    sweptAtMs = now;
    await forget(({ row }) => row.expiresAtMs + EXPIRED_SESSION_KEPT_MS <= now);
    if (sessions.size < SESSIONS_MAX) return;
    const soonest = [...sessions.values()].sort((a, b) => a.row.expiresAtMs - b.row.expiresAtMs);
    const evicted = new Set(soonest.slice(0, SESSIONS_EVICTED_AT_ONCE));
    const unexpired = [...evicted].filter(({ row }) => row.expiresAtMs > now).length;
    if (unexpired > 0)
      logger.warn('Too many sessions: some end before their time.', { ended: unexpired, most: SESSIONS_MAX });
    await forget((session) => evicted.has(session));
  }

  async function forget(isOver: (session: Session) => boolean): Promise<void> {
    const over = [...sessions.values()].filter(isOver).map(({ row }) => row.accessKeyId);
    if (over.length === 0) return;
    for (const accessKeyId of over) sessions.delete(accessKeyId);
    await store.removeSessions(over);
  }

  return {
    find: (accessKeyId) => sessions.get(accessKeyId),
    issue,
    dropOrphans: () => forget(({ row }) => directory.role(row.roleName)?.roleId !== row.roleId),
    clear: () => forget(() => true),
  };
}

function credentialOf(row: SessionRow, accountId: string): Credential {
  const { accessKeyId, accessKeySecret, securityToken, expiresAtMs, roleName, roleId, sessionName } = row;
  const arn = `acs:ram::${accountId}:role/${roleName}/${sessionName}`;
  const principal = { type: 'role', accountId, roleName, roleId, sessionName, arn, accessKeyId } as const;
  return { accessKeyId, accessKeySecret, securityToken, expiresAtMs, principal };
}

function compileStored(row: SessionRow): CompiledPolicy | undefined {
  if (row.policy === undefined) return undefined;
  const answer = compilePolicy({ name: SESSION_POLICY_NAME, type: 'Session', document: row.policy });
  // A policy this version can't read allows nothing: to leave it out would allow more than was asked for.
  if (!answer.ok) return { name: SESSION_POLICY_NAME, type: 'Session', document: row.policy, statements: [] };
  return answer.policy;
}

/** `CAIS…` as base64 writes these three bytes; as long as the real ones, with `+`, `/` and `=`, so that clients must escape it. */
const TOKEN_START = Buffer.from('CAIS', 'base64');
const TOKEN_RANDOM_BYTES = 253;

function newToken(ids: Ids): string {
  return Buffer.concat([TOKEN_START, Buffer.from(ids.hex(TOKEN_RANDOM_BYTES), 'hex')]).toString('base64');
}
