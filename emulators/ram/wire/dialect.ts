/** How STS and RAM read a call, refuse it and answer it. */
import type { Clock } from '../../../src/kernel/clock.ts';
import type { Ids } from '../../../src/kernel/ids.ts';
import type { Logger } from '../../../src/kernel/logger.ts';
import type { Dialect, InputIssue } from '../../../src/kernel/pipeline.ts';
import { describeError } from '../../../src/kernel/service-error.ts';
import type { WireReply, WireRequest } from '../../../src/kernel/wire.ts';
import type { AccessDecider } from '../../../src/ports/access-decider.ts';
import type { CredentialSource } from '../../../src/ports/credential-source.ts';
import { PopError } from '../../../src/protocols/pop-errors.ts';
import { finishRpc, type RpcCall, readRpcCall, rpcErrorReply, rpcTarget } from '../../../src/protocols/rpc.ts';
import { type AuthMode, createAuthenticator } from '../../../src/protocols/rpc-authenticate.ts';
import { createAuthorizer } from '../../../src/protocols/rpc-authorize.ts';
import { RamError, ramErrors } from '../errors.ts';

export interface DialectNeeds {
  clock: Clock;
  ids: Ids;
  logger: Logger;
  credentials: CredentialSource;
  access: AccessDecider;
  accountId: string;
  auth: AuthMode;
}

export function createDialect(needs: DialectNeeds): Dialect {
  const { ids, logger, accountId } = needs;
  const authenticate = createAuthenticator(needs);
  const calls = new WeakMap<WireRequest, RpcCall>();

  return {
    room: 'ram',
    newRequestId: () => ids.popRequestId(),
    async identify(request) {
      const read = await readRpcCall(request);
      if (!read.ok) throw tooLarge(read.limitBytes);
      calls.set(request, read.call);
      return { principal: authenticate(request, read.call), target: rpcTarget(read.call) };
    },
    resource: ({ RoleArn }) => RoleArn ?? `acs:ram:*:${accountId}:*`,
    authorize: createAuthorizer(needs),
    unserved: (_request, _target, name) =>
      name === undefined
        ? new RamError('InvalidParameter', { parameter: 'Action or Version' })
        : new RamError('NotImplemented', { what: `The operation ${name}` }),
    invalid,
    tooLarge,
    parseBody(kind) {
      throw new Error(`No operation of RAM has a ${kind} body of its own.`);
    },
    refuse(error, { request, requestId }) {
      if (error instanceof RamError || error instanceof PopError) return errorReply(error, request);
      logger.error('A call failed for a reason that is ours.', {
        requestId,
        action: calls.get(request)?.action,
        error,
      });
      return errorReply(new RamError('InternalError'), request);
    },
    finish(reply, { request, requestId }) {
      const { action = '', format = 'JSON' } = calls.get(request) ?? {};
      return finishRpc(reply, { action, format, requestId });
    },
  };
}

function tooLarge(limitBytes: number): RamError {
  return new RamError('InvalidParameter', { message: `The request body is larger than ${limitBytes} bytes.` });
}

/** STS names a parameter in the code of its refusal. */
function invalid({ path, value }: InputIssue): RamError {
  const parameter = String(path[0] ?? '');
  if (value === undefined || value === '') return new RamError('MissingParameter', { parameter });
  switch (parameter) {
    case 'RoleArn':
    case 'RoleSessionName':
    case 'DurationSeconds':
      return new RamError(`InvalidParameter.${parameter}`);
    default:
      return new RamError('InvalidParameter', { parameter });
  }
}

function errorReply(error: RamError | PopError, { headers, endpoint }: WireRequest): WireReply {
  const { status, message } = describeError(error, ramErrors);
  const { parameter, accessDeniedDetail } = error.details;
  const code = error.code === 'MissingParameter' ? `MissingParameter.${parameter}` : error.code;
  // All of these must be text: alibaba-cloud-sdk-go panics otherwise.
  return rpcErrorReply(status, {
    HostId: headers.host ?? endpoint,
    Code: code,
    Message: message,
    Recommend: `https://error-center.aliyun.com/status/search?Keyword=${encodeURIComponent(code)}&source=PopGw`,
    AccessDeniedDetail: accessDeniedDetail as Record<string, string> | undefined,
  });
}
