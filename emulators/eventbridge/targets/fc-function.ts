/** Delivers to a function: the event, as it is, becomes the payload of one invocation. */
import { Buffer } from 'node:buffer';
import type { FunctionInvoker, InvokeAnswer } from '../../../src/ports/function-invoker.ts';
import type { DeliveryOutcome, TargetDriver } from './target.ts';

export function createFunctionTarget(functions: FunctionInvoker): TargetDriver {
  return {
    async deliver({ deliveryId, eventId, bus, rule, target, text }) {
      const answer = await functions.invoke({
        functionName: target.functionName,
        qualifier: target.qualifier,
        payload: Buffer.from(target.eventSchema === 'RawData' ? dataOf(text) : text),
        type: target.invocationType === 'Async' ? 'async' : 'sync',
        cause: { kind: 'event', eventId, busName: bus, ruleName: rule, targetId: target.id, deliveryId },
      });
      return { error: errorOf(answer), invocationRequestId: answer.requestId };
    },
  };
}

function dataOf(text: string): string {
  return JSON.stringify((JSON.parse(text) as { data?: unknown }).data ?? null);
}

/** An asynchronous call is delivered once it is queued: what the function makes of it is between FC and its destinations. */
function errorOf(answer: InvokeAnswer): DeliveryOutcome['error'] {
  // UNVERIFIED EVB-015: every refusal is tried again, also one that looks lasting, such as a missing function.
  if (!answer.ok) return `${answer.code}: ${answer.message}`;
  if (answer.functionError === undefined) return undefined;
  // UNVERIFIED EVB-013: a synchronous call whose function failed is a failed delivery, and is tried again.
  return `${answer.functionError}: ${Buffer.from(answer.payload).toString('utf8')}`;
}
