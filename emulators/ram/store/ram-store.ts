/** Keeps roles, policies and sessions of roles; decides nothing. */
import type { Database } from '../../../src/kernel/database.ts';

export interface RoleRow {
  /** 18 digits; stays the same as long as the role does. */
  roleId: string;
  roleName: string;
  assumeRolePolicyDocument: unknown;
  maxSessionSeconds: number;
  policies: { name: string; type: 'Custom' | 'System' }[];
  createdAtMs: number;
}

export interface PolicyRow {
  policyName: string;
  document: unknown;
  createdAtMs: number;
}

/** One set of temporary credentials. The role is named, not copied: what is detached from it counts no more at once. */
export interface SessionRow {
  accessKeyId: string;
  accessKeySecret: string;
  securityToken: string;
  expiresAtMs: number;
  roleName: string;
  roleId: string;
  sessionName: string;
  /** Session policy as JSON text. */
  policy: string | undefined;
}

export interface RamStore {
  roles(): RoleRow[];
  policies(): PolicyRow[];
  sessions(): SessionRow[];
  /** Puts these in the place of all roles and policies there were. */
  replace(rows: { roles: readonly RoleRow[]; policies: readonly PolicyRow[] }): Promise<void>;
  addSession(row: SessionRow): Promise<void>;
  removeSessions(accessKeyIds: readonly string[]): Promise<void>;
}

// None of it has to survive a power cut: roles and policies come from the settings again, and a lost session is assumed anew.
const LIGHT = { durable: false };

export function openRamStore(database: Database): RamStore {
  const roles = database.table<RoleRow>('ram.roles');
  const policies = database.table<PolicyRow>('ram.policies');
  const sessions = database.table<SessionRow>('ram.sessions');
  return {
    roles: () => [...roles.range()].map(({ value }) => value),
    policies: () => [...policies.range()].map(({ value }) => value),
    sessions: () => [...sessions.range()].map(({ value }) => value),
    replace: (rows) =>
      database.transact(() => {
        for (const { key } of [...roles.range()]) roles.remove(key);
        for (const { key } of [...policies.range()]) policies.remove(key);
        for (const row of rows.roles) roles.put(row.roleName.toLowerCase(), row);
        for (const row of rows.policies) policies.put(row.policyName, row);
      }, LIGHT),
    addSession: (row) => database.transact(() => sessions.put(row.accessKeyId, row), LIGHT),
    removeSessions: (accessKeyIds) =>
      database.transact(() => {
        for (const accessKeyId of accessKeyIds) sessions.remove(accessKeyId);
      }, LIGHT),
  };
}
