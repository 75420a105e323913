/** Whether the caller may call an operation of an RPC service, and how a refusal says why not. */
import type { Clock } from '../kernel/clock.ts';
import type { Logger } from '../kernel/logger.ts';
import type { Access } from '../kernel/pipeline.ts';
import type { Principal } from '../kernel/principal.ts';
import type { AccessDecider, AccessDecision } from '../ports/access-decider.ts';
import { PopError } from './pop-errors.ts';
import type { AuthMode } from './rpc-authenticate.ts';

export interface AuthorizerNeeds {
  clock: Clock;
  logger: Logger;
  access: AccessDecider;
  auth: AuthMode;
}

export function createAuthorizer({ clock, logger, access: decider, auth }: AuthorizerNeeds): (access: Access) => void {
  if (auth === 'off') return () => {};
  return (access) => {
    const { principal, action, resource, request, requestId, operation } = access;
    const context = {
      'acs:SourceIp': request.remoteAddress,
      'acs:SecureTransport': 'false',
      'acs:CurrentTime': clock.now().toISOString(),
    };
    const decision = decider.decide({ principal, action, resource, context, requestId, operation });
    if (decision.effect === 'allow') return;
    logger.warn(auth === 'log' ? 'This call would be refused: auth is set to log only.' : 'Access denied.', {
      operation,
      requestId,
      reason: decision.reason,
    });
    if (auth === 'enforce')
      throw new PopError('NoPermission', {
        reason: decision.reason,
        accessDeniedDetail: denialDetail(principal, action, decision),
      });
  };
}

function denialDetail(principal: Principal, action: string, { effect, statement }: AccessDecision) {
  if (principal.type === 'anonymous') return undefined;
  return {
    AuthAction: action,
    AuthPrincipalDisplayName:
      principal.type === 'role' ? `${principal.roleName}:${principal.sessionName}` : principal.accountId,
    AuthPrincipalOwnerId: principal.accountId,
    AuthPrincipalType: principal.type === 'role' ? 'AssumedRoleUser' : 'SubUser',
    NoPermissionType: effect === 'deny' ? 'ExplicitDeny' : 'ImplicitDeny',
    PolicyType: statement?.policyType === 'Session' ? 'SessionPolicy' : 'AccountLevelIdentityBasedPolicy',
  };
}
