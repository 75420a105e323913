/** How EventBridge reads a call and refuses it: an RPC control plane on `/`, and a data plane under `/openapi/`. */
import type { Clock } from '../../../src/kernel/clock.ts';
import type { Ids } from '../../../src/kernel/ids.ts';
import type { Logger } from '../../../src/kernel/logger.ts';
import type { OperationTable } from '../../../src/kernel/operation-table.ts';
import { createOperationTable } from '../../../src/kernel/operation-table.ts';
import type { CallRecord, Dialect, Handler, ReplyContext } from '../../../src/kernel/pipeline.ts';
import { createPipeline, isServiceError } from '../../../src/kernel/pipeline.ts';
import { describeError } from '../../../src/kernel/service-error.ts';
import type { WireReply, WireRequest } from '../../../src/kernel/wire.ts';
import { queryValue } from '../../../src/kernel/wire.ts';
import { EventBridgeError, eventBridgeErrors } from '../errors.ts';
import { operations } from '../operations/index.ts';

export interface WireNeeds {
  clock: Clock;
  ids: Ids;
  logger: Logger;
  onCall(record: CallRecord): void;
}

export function createHandler({ clock, ids, logger, onCall }: WireNeeds): Handler {
  const dialect = createDialect(ids, logger);
  return createPipeline({
    dialect,
    table: anyMethod(createOperationTable(operations)),
    services: undefined,
    clock,
    onCall,
  });
}

/** RPC takes GET and POST alike, and a webhook any method: here the method tells no two operations apart. */
function anyMethod(table: OperationTable<unknown>): OperationTable<unknown> {
  return { ...table, find: (request, target) => table.find({ ...request, method: 'POST' }, target) };
}

function createDialect(ids: Ids, logger: Logger): Dialect {
  return {
    room: 'eventbridge',
    newRequestId: ids.popRequestId,
    // Every row refuses by name and tells nothing else, so there is nothing yet that a signature would protect.
    identify: (request) => ({
      principal: { type: 'anonymous' },
      target: {
        segments: request.rawPath.split('/').filter((segment) => segment !== ''),
        action: request.headers['x-acs-action'] ?? queryValue(request, 'Action'),
      },
    }),
    resource: notServed,
    authorize: notServed,
    unserved: (_request, _target, name) =>
      name === undefined
        ? new EventBridgeError('InvalidApi.NotFound')
        : new EventBridgeError('NotImplemented', { operation: name }),
    invalid: notServed,
    tooLarge: notServed,
    parseBody: notServed,
    refuse(error, context) {
      if (!isServiceError(error)) logger.error('A call failed inside EventBridge.', { ...context, error });
      const refusal = error instanceof EventBridgeError ? error : new EventBridgeError('InternalError');
      const { status, message } = describeError(refusal, eventBridgeErrors);
      return { status, body: JSON.stringify(envelope({ code: refusal.code, message }, context)) };
    },
    finish: (reply, { requestId }): WireReply => ({
      ...reply,
      headers: { 'content-type': 'application/json;charset=utf-8', 'x-acs-request-id': requestId, ...reply.headers },
    }),
  };
}

/** Only a row that is served gets this far. */
function notServed(): never {
  throw new Error('No operation of EventBridge is served yet.');
}

/** The data plane's clients read lower-case names; the control plane's need all of theirs to be strings. */
function envelope({ code, message }: { code: string; message: string }, { request, requestId }: ReplyContext): object {
  if (!isControlPlane(request)) return { code, message, requestId };
  return {
    RequestId: requestId,
    HostId: request.headers.host ?? request.endpoint,
    Code: code,
    Message: message,
    Recommend: 'GET /_localyun/operations lists what is served.',
    Success: false,
  };
}

function isControlPlane({ rawPath }: WireRequest): boolean {
  return rawPath === '' || rawPath === '/';
}
