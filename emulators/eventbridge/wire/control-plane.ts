/** The control plane: RPC on `/`, signed, one envelope for answers and refusals. */
import type { Clock } from '../../../src/kernel/clock.ts';
import type { Ids } from '../../../src/kernel/ids.ts';
import type { Logger } from '../../../src/kernel/logger.ts';
import type { CallRecord, Dialect, Handler, InputIssue } from '../../../src/kernel/pipeline.ts';
import { createPipeline, isServiceError } from '../../../src/kernel/pipeline.ts';
import { describeError } from '../../../src/kernel/service-error.ts';
import type { WireReply, WireRequest } from '../../../src/kernel/wire.ts';
import type { AccessDecider } from '../../../src/ports/access-decider.ts';
import type { CredentialSource } from '../../../src/ports/credential-source.ts';
import type { PopError } from '../../../src/protocols/pop-errors.ts';
import {
  createRpcTable,
  finishRpc,
  isUtf8Call,
  type RpcCall,
  readRpcCall,
  rpcErrorReply,
  rpcTarget,
} from '../../../src/protocols/rpc.ts';
import { type AuthMode, createAuthenticator } from '../../../src/protocols/rpc-authenticate.ts';
import { createAuthorizer } from '../../../src/protocols/rpc-authorize.ts';
import { EventBridgeError, eventBridgeErrors } from '../errors.ts';
import { controlOperations } from '../operations/index.ts';
import type { EventBridgeServices } from '../operations/services.ts';
import { type Owner, resourceOfCall } from '../service/names.ts';

export interface ControlPlaneNeeds {
  clock: Clock;
  ids: Ids;
  logger: Logger;
  credentials: CredentialSource;
  access: AccessDecider;
  owner: Owner;
  auth: AuthMode;
  services: EventBridgeServices;
  onCall(record: CallRecord): void;
}

export function createControlPlane(needs: ControlPlaneNeeds): Handler {
  const { clock, services, onCall } = needs;
  return createPipeline({
    dialect: createDialect(needs),
    table: createRpcTable(controlOperations),
    services,
    clock,
    onCall,
  });
}

function createDialect(needs: ControlPlaneNeeds): Dialect {
  const { ids, logger, owner } = needs;
  const authenticate = createAuthenticator({ ...needs, accountId: owner.accountId });
  const served = new Set(controlOperations.filter(({ status }) => status === 'served').map(({ name }) => name));
  const calls = new WeakMap<WireRequest, RpcCall>();

  return {
    room: 'eventbridge',
    newRequestId: ids.popRequestId,
    async identify(request) {
      const read = await readRpcCall(request);
      if (!read.ok) throw tooLarge(read.limitBytes);
      calls.set(request, read.call);
      const target = rpcTarget(read.call);
      // A name that is not served is told to everybody: there is nothing that a signature would protect.
      if (!served.has(read.call.action)) return { principal: { type: 'anonymous' }, target };
      const principal = authenticate(request, read.call);
      if (!isUtf8Call(request, read.call))
        throw new EventBridgeError('InvalidArgument', { message: 'The parameters are not all UTF-8.' });
      return { principal, target };
    },
    resource: (parameters) => resourceOfCall(owner, parameters),
    authorize: createAuthorizer(needs),
    unserved: (_request, _target, name) =>
      name === undefined
        ? new EventBridgeError('InvalidApi.NotFound')
        : new EventBridgeError('NotImplemented', { operation: name }),
    invalid,
    tooLarge,
    parseBody(kind) {
      throw new Error(`No operation of EventBridge's control plane has a ${kind} body of its own.`);
    },
    refuse(error, { request, requestId }) {
      if (isServiceError(error)) return refusal(error as EventBridgeError, request);
      logger.error('A call failed inside EventBridge.', { requestId, action: calls.get(request)?.action, error });
      return refusal(new EventBridgeError('InternalError'), request);
    },
    finish(reply, { request, requestId }) {
      const { action = '', format = 'JSON' } = calls.get(request) ?? {};
      return finishRpc(reply, { action, format, requestId });
    },
  };
}

function tooLarge(limitBytes: number): EventBridgeError {
  return new EventBridgeError('RequestTooLarge', { limitBytes });
}

function invalid({ path, value, message }: InputIssue): EventBridgeError {
  const parameter = String(path[0] ?? '');
  if (path.length < 2 && (value === undefined || value === ''))
    return new EventBridgeError('MissingParameter', { parameter });
  return new EventBridgeError('InvalidArgument', {
    message: `The parameter ${path.map(String).join('.')} is not valid: ${message}.`,
  });
}

/** All of these must be texts: alibaba-cloud-sdk-go panics otherwise. */
function refusal(error: EventBridgeError | PopError, { headers, endpoint }: WireRequest): WireReply {
  const { status, message } = describeError(error, eventBridgeErrors);
  return rpcErrorReply(status, {
    HostId: headers.host ?? endpoint,
    Code: error.code,
    Message: message,
    Recommend:
      error.code === 'NotImplemented'
        ? 'GET /_localyun/operations lists what is served.'
        : `https://error-center.aliyun.com/status/search?Keyword=${encodeURIComponent(error.code)}&source=PopGw`,
    Success: false,
    AccessDeniedDetail: error.details.accessDeniedDetail as Record<string, string> | undefined,
  });
}
