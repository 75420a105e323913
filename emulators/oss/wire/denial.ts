/** The refusal of a caller who may not: the documented wording, and the reason behind it. */
import type { Access } from '../../../src/kernel/pipeline.ts';
import type { Principal } from '../../../src/kernel/principal.ts';
import type { AccessDecision } from '../../../src/ports/access-decider.ts';
import { OssError } from '../errors.ts';

export function denial(access: Access, decision: AccessDecision, { isObject }: { isObject: boolean }): OssError {
  const { principal, action } = access;
  const isExplicit = decision.effect === 'deny';
  if (principal.type === 'anonymous' && !isExplicit)
    return new OssError('AccessDenied', {
      message: isObject
        ? 'You have no right to access this object because of bucket acl.'
        : 'Anonymous access is forbidden for this operation.',
      reason: decision.reason,
    });
  return new OssError('AccessDenied', {
    message: isExplicit ? 'Access denied by bucket policy.' : implicitMessage(access, isObject),
    ...(isExplicit ? { ec: '0003-00000201' } : {}),
    reason: decision.reason,
    accessDeniedDetail: {
      AuthAction: action,
      AuthPrincipalDisplayName: displayName(principal),
      AuthPrincipalOwnerId: principal.type === 'anonymous' ? undefined : principal.accountId,
      AuthPrincipalType: principalType(principal),
      NoPermissionType: isExplicit ? 'ExplicitDeny' : 'ImplicitDeny',
      PolicyType: policyType(decision),
    },
  });
}

/** UNVERIFIED OSS-078: what the policy of a bucket is called there. */
function policyType({ statement }: AccessDecision): string {
  if (statement?.policyType === 'Bucket') return 'ResourceBasedPolicy';
  return statement?.policyType === 'Session' ? 'SessionPolicy' : 'AccountLevelIdentityBasedPolicy';
}

/** A refusal as log lines tell it. */
export function toldAccess({ principal, action, resource, operation, requestId }: Access): Record<string, unknown> {
  return { operation, requestId, action, resource, principal: displayName(principal) };
}

/** UNVERIFIED OSS-032: which of the documented wordings goes with which caller. */
function implicitMessage({ action, principal }: Access, isObject: boolean): string {
  if (action === 'oss:ListBuckets') return 'You are forbidden to list buckets.';
  if (principal.type === 'account') return 'The bucket you access does not belong to you.';
  return isObject && principal.type === 'user'
    ? 'You have no right to access this object because of bucket acl.'
    : "Access denied by authorizer's policy.";
}

function displayName(principal: Principal): string {
  switch (principal.type) {
    case 'anonymous':
      return 'anonymous';
    case 'account':
      return principal.accountId;
    case 'user':
      return principal.userId;
    case 'role':
      return `${principal.roleName}:${principal.sessionName}`;
  }
}

function principalType(principal: Principal): string {
  if (principal.type === 'role') return 'AssumedRoleUser';
  return principal.type === 'user' ? 'SubUser' : 'Account';
}
