/** Delivers to a function: the Body made from the event becomes the payload of one invocation. */
import { Buffer } from 'node:buffer';
import type { FunctionInvoker, InvokeAnswer } from '../../../src/ports/function-invoker.ts';
import type { DeliveryOutcome, TargetDelivery, TargetDriver } from './target.ts';

export function createFunctionTarget(functions: FunctionInvoker): TargetDriver {
  return {
    async deliver(delivery) {
      const { deliveryId, eventId, bus, rule, target, params } = delivery;
      const callee = calleeOf(delivery);
      if (!callee) {
        const error = `The target names no function: give functionName, or an endpoint such as acs:fc:REGION:ACCOUNT:functions/NAME (it is "${target.endpoint}").`;
        return { error, isFinal: true };
      }
      const answer = await functions.invoke({
        ...callee,
        payload: Buffer.from(payloadOf(delivery)),
        type: params.invocationtype?.toLowerCase() === 'async' ? 'async' : 'sync',
        cause: { kind: 'event', eventId, busName: bus, ruleName: rule, targetId: target.id, deliveryId },
      });
      return { error: errorOf(answer), invocationRequestId: answer.requestId };
    },
  };
}

/** UNVERIFIED EVB-112: parameters win over the endpoint when they differ; the service of FC 2.0 is not looked at. */
function calleeOf({
  target,
  params,
}: TargetDelivery): { functionName: string; qualifier: string | undefined } | undefined {
  const named = readFunctionEndpoint(target.endpoint);
  const functionName = params.functionname || named?.functionName;
  return functionName === undefined
    ? undefined
    : { functionName, qualifier: params.qualifier || named?.qualifier || undefined };
}

const ENDPOINT =
  /^acs:fc:[^:]*:[^:]*:(?:services\/[^/.]+(?:\.(?<old>[^/]+))?\/)?functions\/(?<name>[^/]+)(?:\/(?<qualifier>[^/]+))?$/;

/** Both spellings: `services/SERVICE.QUALIFIER/functions/NAME` and `functions/NAME/QUALIFIER`. */
function readFunctionEndpoint(endpoint: string): { functionName: string; qualifier: string | undefined } | undefined {
  const groups = ENDPOINT.exec(endpoint)?.groups;
  return groups?.name === undefined
    ? undefined
    : { functionName: groups.name, qualifier: groups.qualifier ?? groups.old };
}

function payloadOf({ params, text }: TargetDelivery): string {
  const body = params.body ?? text;
  // UNVERIFIED EVB-113: one event that is delivered as ObjectList is a list of one.
  return params.dataformat?.toLowerCase() === 'objectlist' ? `[${body}]` : body;
}

/** An asynchronous call is delivered once it is queued: what the function makes of it is between FC and its destinations. */
function errorOf(answer: InvokeAnswer): DeliveryOutcome['error'] {
  // UNVERIFIED EVB-015: every refusal is tried again, also one that looks lasting, such as a missing function.
  if (!answer.ok) return `${answer.code}: ${answer.message}`;
  if (answer.functionError === undefined) return undefined;
  // UNVERIFIED EVB-013: a synchronous call whose function failed is a failed delivery, and is tried again.
  return `${answer.functionError}: ${Buffer.from(answer.payload).toString('utf8')}`;
}
