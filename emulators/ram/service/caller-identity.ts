/** Who the caller is, as GetCallerIdentity tells it. */
import type { Principal } from '../../../src/kernel/principal.ts';

export interface CallerIdentity {
  AccountId: string;
  Arn: string;
  IdentityType: 'Account' | 'RAMUser' | 'AssumedRoleUser';
  PrincipalId: string;
  UserId?: string;
  RoleId?: string;
}

/** Undefined for an anonymous caller, whom the operation does not take. */
export function callerIdentity(principal: Principal): CallerIdentity | undefined {
  switch (principal.type) {
    case 'anonymous':
      return undefined;
    // UNVERIFIED RAM-011: the values for an account and for a role's session.
    case 'account': {
      const { accountId } = principal;
      return {
        AccountId: accountId,
        Arn: `acs:ram::${accountId}:root`,
        IdentityType: 'Account',
        PrincipalId: accountId,
      };
    }
    case 'user': {
      const { accountId, userId, arn } = principal;
      return { AccountId: accountId, Arn: arn, IdentityType: 'RAMUser', PrincipalId: userId, UserId: userId };
    }
    case 'role': {
      const { accountId, roleName, roleId, sessionName } = principal;
      return {
        AccountId: accountId,
        Arn: `acs:ram::${accountId}:assumed-role/${roleName}/${sessionName}`,
        IdentityType: 'AssumedRoleUser',
        PrincipalId: `${roleId}:${sessionName}`,
        RoleId: roleId,
      };
    }
  }
}
