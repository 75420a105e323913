/** May this principal do this: RAM's word first, then, for objects, the ACLs. */
import type { Clock } from '../../../src/kernel/clock.ts';
import type { Logger } from '../../../src/kernel/logger.ts';
import type { Access } from '../../../src/kernel/pipeline.ts';
import type { Principal } from '../../../src/kernel/principal.ts';
import { queryValue, type WireRequest } from '../../../src/kernel/wire.ts';
import type { AccessDecider } from '../../../src/ports/access-decider.ts';
import { OssError } from '../errors.ts';
import { isOpenByAcl } from '../service/acl.ts';
import { assertAclAllowed, isPublicAccessBlocked } from '../service/public-access.ts';
import type { ObjectStore } from '../store/object-store.ts';
import type { AuthMode } from './authenticate.ts';
import { askBucketPolicy } from './bucket-policy.ts';
import { denial, toldAccess } from './denial.ts';
import { readBucketAcl, readObjectAcl } from './object-headers.ts';
import { assertWelcome } from './strangers.ts';

export interface AuthorizerNeeds {
  clock: Clock;
  logger: Logger;
  access: AccessDecider;
  store: ObjectStore;
  accountId: string;
  auth: AuthMode;
}

const POLICY_ACTIONS = new Set(['oss:PutBucketPolicy', 'oss:GetBucketPolicy', 'oss:DeleteBucketPolicy']);

export type Authorizer = (access: Access) => void;

export function createAuthorizer(needs: AuthorizerNeeds): Authorizer {
  const { clock, logger, access: decider, store, accountId, auth } = needs;
  if (auth === 'off') return () => {};
  const prefixLength = `acs:oss:*:${accountId}:`.length;

  function assertAllowed(access: Access): void {
    const { principal, action, resource, request } = access;
    const target = splitPath(resource.slice(prefixLength));
    const { bucket } = target;
    assertWelcome(store, { bucket, principal, request, accountId });
    assertNothingOpened(store, bucket, request.headers);
    const context = () => conditionContext(request, principal, clock);
    const asked = askBucketPolicy(store, { bucket, principal, action, resource, context });
    const isIgnored =
      asked?.effect === 'allow' && principal.type === 'anonymous' && isPublicAccessBlocked(store, bucket);
    const resourceDecision = isIgnored ? undefined : asked;
    // Every bucket here belongs to this account, and the account is allowed everything of its own that no policy of the
    // bucket denies. UNVERIFIED OSS-077: the policy itself stays the account's to mend, whatever it says.
    const isOwner = principal.type === 'account' && principal.accountId === accountId;
    if (isOwner && (resourceDecision?.effect !== 'deny' || POLICY_ACTIONS.has(action))) return;
    const isOpenOtherwise = isOpenByAcl(store, { action, ...target });
    const decision = decider.decide({
      principal,
      action,
      resource,
      context: context(),
      requestId: access.requestId,
      operation: access.operation,
      isOpenOtherwise,
      resourceDecision,
    });
    if (decision.effect === 'allow' || (decision.effect === 'none' && isOpenOtherwise)) {
      if (principal.type === 'anonymous') assertPlainRead(request);
      return;
    }
    logger.warn('Access denied.', { ...toldAccess(access), reason: decision.reason });
    throw denial(access, decision, { isObject: target.key !== undefined });
  }

  return auth === 'enforce' ? assertAllowed : onlyTelling(assertAllowed, logger);
}

/** The mode `log`: what would be refused passes, and stands in the log. */
function onlyTelling(assertAllowed: Authorizer, logger: Logger): Authorizer {
  return (access) => {
    try {
      assertAllowed(access);
    } catch (error) {
      if (!(error instanceof OssError) || error.code !== 'AccessDenied') throw error;
      const { reason } = error.details;
      logger.warn('This call would be refused: auth is set to log only.', { ...toldAccess(access), reason });
    }
  };
}

/** Where public access is blocked, no ACL may open anything anew. */
function assertNothingOpened(store: ObjectStore, bucket: string, headers: WireRequest['headers']): void {
  if (headers['x-oss-object-acl'] !== undefined) assertAclAllowed(store, bucket, readObjectAcl(headers));
  if (headers['x-oss-acl'] !== undefined) assertAclAllowed(store, bucket, readBucketAcl(headers));
}

function splitPath(path: string): { bucket: string; key: string | undefined } {
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
