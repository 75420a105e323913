/** How FC reads, refuses and answers: its addresses, signatures, policies and error bodies. */
import type { Clock } from '../../../src/kernel/clock.ts';
import type { Ids } from '../../../src/kernel/ids.ts';
import type { Logger } from '../../../src/kernel/logger.ts';
import type { Access, Dialect, Identity, InputIssue, ReplyContext } from '../../../src/kernel/pipeline.ts';
import { describeError } from '../../../src/kernel/service-error.ts';
import type { WireReply, WireRequest } from '../../../src/kernel/wire.ts';
import type { AccessDecider } from '../../../src/ports/access-decider.ts';
import type { CredentialSource } from '../../../src/ports/credential-source.ts';
import { jsonReply, parseJsonBody, roaTarget } from '../../../src/protocols/roa.ts';
import { FcError, fcErrors } from '../errors.ts';
import { type AuthMode, createAuthenticate, createBodyCheck } from './authenticate.ts';

export interface DialectNeeds {
  clock: Clock;
  ids: Ids;
  logger: Logger;
  credentials: CredentialSource;
  access: AccessDecider;
  region: string;
  accountId: string;
  auth: AuthMode;
}

export function createFcDialect(needs: DialectNeeds): Dialect {
  const authenticate = createAuthenticate(needs);

  function identify(request: WireRequest): Identity {
    if (isHttpTrigger(request)) throw new FcError('NotImplemented', { what: 'the http trigger' });
    const target = roaTarget(request.rawPath);
    if (!target)
      throw new FcError('InvalidArgument', { reason: `path '${request.rawPath}' is not percent-encoded UTF-8` });
    return { principal: authenticate(request), target };
  }

  function authorize({ principal, action, resource, request, requestId, operation }: Access): void {
    if (needs.auth === 'off') return;
    const context = {
      'acs:SourceIp': request.remoteAddress,
      'acs:SecureTransport': 'false',
      'acs:CurrentTime': needs.clock.now().toISOString(),
    };
    const { effect, reason } = needs.access.decide({ principal, action, resource, context, requestId, operation });
    if (effect === 'allow') return;
    if (needs.auth === 'enforce') throw new FcError('AccessDenied', { action, resource, reason });
    needs.logger.warn('A call would have been denied.', { action, resource, reason });
  }

  return {
    room: 'fc',
    newRequestId: needs.ids.fcRequestId,
    identify,
    // Listing needs a right on all of them.
    resource: ({ functionName = '*' }) => `acs:fc:${needs.region}:${needs.accountId}:functions/${functionName}`,
    authorize,
    unserved: ({ method, rawPath }, _target, name) =>
      name === undefined
        ? new FcError('PathNotSupported', { method, path: rawPath })
        : new FcError('NotImplemented', { what: `operation ${name}` }),
    invalid,
    tooLarge: (limitBytes) => new FcError('EntityTooLarge', { limitBytes }),
    checkBody: createBodyCheck(needs.auth),
    parseBody: (_kind, bytes) => parseJsonBody(bytes),
    refuse: (error, context) => refuse(error, context, needs.logger),
    finish: (reply, { requestId }) => ({ ...reply, headers: { ...reply.headers, 'X-Fc-Request-Id': requestId } }),
  };
}

/** Addresses of the http trigger are the function's own: nobody signs there, and errors are told in its name. */
function isHttpTrigger({ rawPath, headers }: WireRequest): boolean {
  return rawPath.startsWith('/_fc/') || /\.fcapp\.(run|localhost)/.test(headers.host ?? '');
}

/** UNVERIFIED FC-061: wording of refusals of single arguments. */
function invalid({ path, message, value }: InputIssue): FcError {
  const name = path.at(-1);
  const shown = value === undefined ? 'is missing' : `'${String(value)}' is not valid: ${message}`;
  return new FcError('InvalidArgument', { reason: `${String(name ?? 'the request')} ${shown}` });
}

function refuse(error: unknown, { requestId, request }: ReplyContext, logger: Logger): WireReply {
  const known = error instanceof FcError ? error : new FcError('InternalServerError', {}, { cause: error });
  if (known.code === 'InternalServerError')
    logger.error('A call failed on our side.', { requestId, path: request.rawPath, error: known.cause ?? error });
  const { status, message } = describeError(known, fcErrors);
  return jsonReply(status, { Code: known.code, Message: message, RequestId: requestId });
}
