/** The data plane, under `/openapi/`, and webhooks: flat answers, and refusals in lower-case names with a status. */
import { isUtf8 } from 'node:buffer';
import type { OperationTable } from '../../../src/kernel/operation-table.ts';
import { createOperationTable } from '../../../src/kernel/operation-table.ts';
import type { Dialect, Handler, InputIssue } from '../../../src/kernel/pipeline.ts';
import { createPipeline, isServiceError } from '../../../src/kernel/pipeline.ts';
import { describeError } from '../../../src/kernel/service-error.ts';
import { parseJsonBody } from '../../../src/protocols/roa.ts';
import { createAuthorizer } from '../../../src/protocols/rpc-authorize.ts';
import { EventBridgeError, type EventBridgeErrorCode, eventBridgeErrors } from '../errors.ts';
import { dataOperations } from '../operations/index.ts';
import { ReceiveWebhook } from '../operations/receive-webhook.ts';
import type { EventBridgeServices } from '../operations/services.ts';
import type { ControlPlaneNeeds } from './control-plane.ts';
import { createDataAuthenticator } from './data-authenticate.ts';

export function createDataPlane(needs: ControlPlaneNeeds): Handler {
  const { clock, services, onCall } = needs;
  const table = anyMethod(createOperationTable(dataOperations));
  return createPipeline({ dialect: createDialect(needs, table), table, services, clock, onCall });
}

/** A webhook takes any method: here the method tells no two operations apart. */
function anyMethod(table: OperationTable<EventBridgeServices>): OperationTable<EventBridgeServices> {
  return { ...table, find: (request, target) => table.find({ ...request, method: 'POST' }, target) };
}

function createDialect(needs: ControlPlaneNeeds, table: OperationTable<EventBridgeServices>): Dialect {
  const { ids, logger, owner } = needs;
  const authenticate = createDataAuthenticator({ ...needs, accountId: owner.accountId });

  return {
    room: 'eventbridge',
    newRequestId: ids.popRequestId,
    identify(request) {
      const target = { segments: request.rawPath.split('/').filter((segment) => segment !== '') };
      // A name that is not served is told to everybody: there is nothing that a signature would protect.
      const row = table.find(request, target)?.row;
      // A webhook's caller knows its URL, and no key.
      const isSigned = row?.status === 'served' && row.name !== ReceiveWebhook.name;
      return { principal: isSigned ? authenticate(request) : { type: 'anonymous' }, target };
    },
    resource: () => '*',
    authorize: createAuthorizer(needs),
    unserved: (_request, _target, name) =>
      name === undefined
        ? new EventBridgeError('InvalidApi.NotFound')
        : new EventBridgeError('NotImplemented', { operation: name }),
    invalid,
    tooLarge: (limitBytes) => new EventBridgeError('RequestTooLarge', { limitBytes }),
    // What is no UTF-8 is no JSON; read with U+FFFD in its place it would be another rule than was sent.
    parseBody: (_kind, bytes) => (isUtf8(bytes) ? parseJsonBody(bytes) : undefined),
    refuse(error, context) {
      if (!isServiceError(error)) logger.error('A call failed inside EventBridge.', { ...context, error });
      const refusal = isServiceError(error) ? (error as EventBridgeError) : new EventBridgeError('InternalError');
      const { status, message } = describeError(refusal, eventBridgeErrors);
      const code = refusal.code === 'NoPermission' ? 'AccessDenied' : refusal.code;
      const { requestId } = context;
      return { status: statusOf(code, status), body: JSON.stringify({ code, message, requestId }) };
    },
    finish: (reply, { requestId }) => ({
      ...reply,
      headers: { 'content-type': 'application/json;charset=utf-8', 'x-acs-request-id': requestId, ...reply.headers },
    }),
  };
}

/** RocketMQ EventBridge source: what the control plane says with 200 is a conflict here. */
function statusOf(code: EventBridgeErrorCode, status: number): number {
  if (code === 'SignatureDoesNotMatch') return 403;
  return status === 200 ? 409 : status;
}

function invalid({ path, message, value }: InputIssue): EventBridgeError {
  const where = path.filter((step) => step !== 'body').map(String);
  if (where.length === 0)
    return new EventBridgeError('InvalidArgument', { message: 'The body must be a JSON object.' });
  if (value === undefined || value === '') return new EventBridgeError('MissingParameter', { parameter: where[0] });
  return new EventBridgeError('InvalidArgument', {
    message: `The parameter ${where.join('.')} is not valid: ${message}.`,
  });
}
