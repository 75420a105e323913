/** May this principal do this: RAM's word first, then, for objects, the ACLs. */
import type { Clock } from '../../../src/kernel/clock.ts';
import type { Logger } from '../../../src/kernel/logger.ts';
import type { Access } from '../../../src/kernel/pipeline.ts';
import type { Principal } from '../../../src/kernel/principal.ts';
import { queryValue, type WireRequest } from '../../../src/kernel/wire.ts';
import type { AccessDecider, AccessDecision } from '../../../src/ports/access-decider.ts';
import { OssError } from '../errors.ts';
import type { BucketAcl, ObjectStore } from '../store/object-store.ts';
import type { AuthMode } from './authenticate.ts';

export interface AuthorizerNeeds {
  clock: Clock;
  logger: Logger;
  access: AccessDecider;
  store: ObjectStore;
  accountId: string;
  auth: AuthMode;
}

export type Authorizer = (access: Access) => void;

/** What an ACL can open to a caller whom no policy allows. `ListObjects` is a read of the bucket. */
const ACL_OPENS: Readonly<Record<string, 'read' | 'write'>> = {
  'oss:GetObject': 'read',
  // UNVERIFIED OSS-031: that a public bucket can be listed by everybody.
  'oss:ListObjects': 'read',
  'oss:PutObject': 'write',
  'oss:DeleteObject': 'write',
  'oss:AbortMultipartUpload': 'write',
  'oss:ListParts': 'write',
};

export function createAuthorizer({
  clock,
  logger,
  access: decider,
  store,
  accountId,
  auth,
}: AuthorizerNeeds): Authorizer {
  if (auth === 'off') return () => {};
  const prefix = `acs:oss:*:${accountId}:`;

  function assertAllowed(access: Access): void {
    const { principal, action } = access;
    // Every bucket here belongs to this account, and the account is allowed everything of its own.
    if (principal.type === 'account' && principal.accountId === accountId) return;
    // The ACL of a public bucket is asked first for those whom RAM doesn't know, so that it records no denial that is none.
    if (principal.type === 'anonymous' && isOpen(access)) {
      assertPlainRead(access.request);
      return;
    }

    const decision = decider.decide({
      principal,
      action,
      resource: access.resource,
      context: conditionContext(access.request, principal, clock),
      requestId: access.requestId,
      operation: access.operation,
    });
    if (decision.effect === 'allow') return;
    if (decision.effect === 'none' && principal.type !== 'anonymous' && isOpen(access)) return;
    throw denial(access, decision, namesObject(access.resource));
  }

  function isOpen({ action, resource }: Access): boolean {
    const opens = ACL_OPENS[action];
    if (opens === undefined) return false;
    const { bucket, key } = splitResource(resource, prefix);
    const record = store.getBucket(bucket);
    if (!record) throw new OssError('NoSuchBucket', { bucket });
    const own = key === undefined ? undefined : store.head({ bucket, key })?.acl;
    const acl: BucketAcl = own === undefined || own === 'default' ? record.acl : own;
    return acl === 'public-read-write' || (acl === 'public-read' && opens === 'read');
  }

  const namesObject = (resource: string) => splitResource(resource, prefix).key !== undefined;

  if (auth === 'enforce') return assertAllowed;
  return (access) => {
    try {
      assertAllowed(access);
    } catch (error) {
      if (!(error instanceof OssError) || error.code !== 'AccessDenied') throw error;
      logger.warn('This call would be refused: auth is set to log only.', {
        ...told(access),
        reason: error.details.reason,
      });
    }
  };

  function denial(access: Access, decision: AccessDecision, isObject: boolean): OssError {
    const { principal, action } = access;
    logger.warn('Access denied.', { ...told(access), reason: decision.reason });
    if (principal.type === 'anonymous')
      return new OssError('AccessDenied', {
        message: isObject
          ? 'You have no right to access this object because of bucket acl.'
          : 'Anonymous access is forbidden for this operation.',
        reason: decision.reason,
      });
    const isExplicit = decision.effect === 'deny';
    return new OssError('AccessDenied', {
      message: isExplicit ? 'Access denied by bucket policy.' : implicitMessage(access, isObject),
      ...(isExplicit ? { ec: '0003-00000201' } : {}),
      reason: decision.reason,
      accessDeniedDetail: {
        AuthAction: action,
        AuthPrincipalDisplayName: displayName(principal),
        AuthPrincipalOwnerId: principal.accountId,
        AuthPrincipalType: principalType(principal),
        NoPermissionType: isExplicit ? 'ExplicitDeny' : 'ImplicitDeny',
        PolicyType: decision.statement?.policyType === 'Session' ? 'SessionPolicy' : 'AccountLevelIdentityBasedPolicy',
      },
    });
  }
}

function told({ principal, action, resource, operation, requestId }: Access): Record<string, unknown> {
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

function splitResource(resource: string, prefix: string): { bucket: string; key: string | undefined } {
  const path = resource.startsWith(prefix) ? resource.slice(prefix.length) : resource;
  const slash = path.indexOf('/');
  return slash < 0 ? { bucket: path, key: undefined } : { bucket: path.slice(0, slash), key: path.slice(slash + 1) };
}

/** Help page "Overview of anonymous access": a stranger may read, not choose the headers others will see. */
function assertPlainRead({ query }: WireRequest): void {
  for (const [name] of query)
    if (name.startsWith('response-'))
      throw new OssError('InvalidRequest', {
        message: 'Request specific response headers cannot be used for anonymous GET requests.',
      });
}

function conditionContext(request: WireRequest, principal: Principal, clock: Clock): Record<string, string> {
  const context: Record<string, string> = {
    'acs:SourceIp': request.remoteAddress,
    'acs:SecureTransport': 'false',
    'acs:CurrentTime': clock.now().toISOString(),
  };
  const optional = {
    'acs:UserAgent': request.headers['user-agent'],
    'acs:AccessId': principal.type === 'role' ? principal.accessKeyId : undefined,
    'oss:Prefix': queryValue(request, 'prefix'),
    'oss:Delimiter': queryValue(request, 'delimiter'),
  };
  for (const [key, value] of Object.entries(optional)) if (value !== undefined) context[key] = value;
  return context;
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
