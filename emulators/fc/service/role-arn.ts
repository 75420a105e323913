/** A function's role as templates write it: an ARN, a bare name, or nothing. */

/** The service that assumes functions' roles. */
export const FC_SERVICE = 'fc.aliyuncs.com';

/** `auto` asks a tool to make a role; nobody did. */
export function hasRole(role: string | undefined): role is string {
  return role !== undefined && role !== '' && role !== 'auto';
}

/** The component expands a bare name the same way. */
export function roleArnOf(role: string, accountId: string): string {
  return role.startsWith('acs:') ? role : `acs:ram::${accountId}:role/${role}`;
}
