/** The data plane, under `/openapi/`, and webhooks. None of it is served yet: each refuses by name. */
import type { Clock } from '../../../src/kernel/clock.ts';
import type { Ids } from '../../../src/kernel/ids.ts';
import type { Logger } from '../../../src/kernel/logger.ts';
import type { OperationTable } from '../../../src/kernel/operation-table.ts';
import { createOperationTable } from '../../../src/kernel/operation-table.ts';
import type { CallRecord, Dialect, Handler } from '../../../src/kernel/pipeline.ts';
import { createPipeline, isServiceError } from '../../../src/kernel/pipeline.ts';
import { describeError } from '../../../src/kernel/service-error.ts';
import type { WireReply } from '../../../src/kernel/wire.ts';
import { EventBridgeError, eventBridgeErrors } from '../errors.ts';
import { dataOperations } from '../operations/index.ts';

export interface DataPlaneNeeds {
  clock: Clock;
  ids: Ids;
  logger: Logger;
  onCall(record: CallRecord): void;
}

export function createDataPlane({ clock, ids, logger, onCall }: DataPlaneNeeds): Handler {
  const dialect = createDialect(ids, logger);
  return createPipeline({
    dialect,
    table: anyMethod(createOperationTable(dataOperations)),
    services: undefined,
    clock,
    onCall,
  });
}

/** A webhook takes any method: here the method tells no two operations apart. */
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
      return { status, body: JSON.stringify({ code: refusal.code, message, requestId: context.requestId }) };
    },
    finish: (reply, { requestId }): WireReply => ({
      ...reply,
      headers: { 'content-type': 'application/json;charset=utf-8', 'x-acs-request-id': requestId, ...reply.headers },
    }),
  };
}

/** Only a row that is served gets this far. */
function notServed(): never {
  throw new Error("No operation of EventBridge's data plane is served yet.");
}
