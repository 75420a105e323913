/** Takes calls of functions, from the API and from the other rooms: checks, runs or queues them, and tells what came of it. */
import type { Clock } from '../../../../src/kernel/clock.ts';
import type { Ids } from '../../../../src/kernel/ids.ts';
import type { Logger } from '../../../../src/kernel/logger.ts';
import { describeError } from '../../../../src/kernel/service-error.ts';
import type {
  FunctionInvoker,
  InvocationCause,
  InvokeAnswer,
  InvokeRequest,
} from '../../../../src/ports/function-invoker.ts';
import { FcError, fcErrors } from '../../errors.ts';
import { errorTypeHeader, type InvocationResult } from '../../instances/call-outcome.ts';
import { ASYNC_PAYLOAD_BYTES_MAX, PAYLOAD_BYTES_MAX } from '../../limits.ts';
import { isServedRuntime } from '../../schemas.ts';
import type { FunctionStore, StoredFunction } from '../../store/function-store.ts';
import { requireFunction } from '../functions.ts';
import type { AsyncQueue } from './async-queue.ts';
import type { Recorder } from './journal.ts';
import { journalText, newRecord, ranRecord } from './records.ts';
import type { Runner } from './runner.ts';

export interface InvocationNeeds {
  clock: Clock;
  ids: Ids;
  logger: Logger;
  functions: FunctionStore;
  queue: AsyncQueue;
  recorder: Recorder;
  runner: Runner;
}

export interface FunctionCall {
  functionName: string;
  qualifier: string | undefined;
  payload: Uint8Array;
  requestId: string;
  cause: InvocationCause;
}

export interface Invocations extends FunctionInvoker {
  /** Runs the function and answers with what it made of the call. Throws FcError when it was not run. */
  call(
    call: FunctionCall & { signal?: AbortSignal | undefined },
  ): Promise<{ stored: StoredFunction; result: InvocationResult }>;
  /** Answers once the call is kept. Throws FcError when it is not taken. */
  queue(call: FunctionCall & { taskId?: string | undefined }): Promise<void>;
}

export function createInvocations({
  clock,
  ids,
  logger,
  functions,
  queue,
  recorder,
  runner,
}: InvocationNeeds): Invocations {
  function admit({ functionName, qualifier, payload }: FunctionCall, limitBytes: number): StoredFunction {
    const stored = requireFunction(functions, functionName, qualifier);
    if (payload.byteLength > limitBytes) throw new FcError('EntityTooLarge', { limitBytes });
    return stored;
  }

  const call: Invocations['call'] = async (request) => {
    const { functionName, payload, requestId, cause, signal } = request;
    const stored = admit(request, PAYLOAD_BYTES_MAX);
    const record = {
      ...newRecord({ functionName, requestId, cause, type: 'sync', queuedAtMs: clock.nowMs() }),
      event: journalText(payload),
    };
    recorder.note(record);
    const fail = (error: FcError): never => {
      const result = JSON.stringify({ Code: error.code, ...error.details });
      recorder.finish({ ...record, state: 'failed', endedAt: clock.now().toISOString(), result });
      throw error;
    };
    const answer = await runner.run(stored, { requestId, payload, signal }).catch((cause: unknown) => {
      logger.error('a call failed on our side', { requestId, functionName, error: cause });
      return { ran: false as const, error: new FcError('InternalServerError', {}, { cause }) };
    });
    if (!answer.ran) return fail(answer.error);
    recorder.finish(ranRecord(record, { ...answer, endedAtMs: clock.nowMs() }));
    if (answer.result.outcome === 'canceled') throw new FcError('ClientClosedRequest');
    return { stored, result: answer.result };
  };

  const queueCall: Invocations['queue'] = async (request) => {
    const { functionName, payload, requestId, cause, taskId } = request;
    const { runtime } = admit(request, ASYNC_PAYLOAD_BYTES_MAX);
    if (!isServedRuntime(runtime))
      throw new FcError('NotImplemented', { what: `runtime '${runtime}' of function '${functionName}'` });
    const queuedAtMs = clock.nowMs();
    // What an event caused, its delivery row would cause again: only the API's own calls have no other witness.
    await queue.put(
      {
        functionName,
        payload,
        requestId,
        cause,
        taskId,
        queuedAtMs,
        qualifier: 'LATEST',
        dueAtMs: queuedAtMs,
        runs: 0,
        throttles: 0,
      },
      { durable: cause.kind === 'api' },
    );
  };

  async function invoke({ type, ...request }: InvokeRequest): Promise<InvokeAnswer> {
    const requestId = ids.fcRequestId();
    try {
      if (type === 'async') {
        await queueCall({ ...request, requestId });
        return { ok: true, requestId, functionError: undefined, payload: new Uint8Array() };
      }
      const { result } = await call({ ...request, requestId });
      return { ok: true, requestId, functionError: errorTypeHeader(result.outcome), payload: result.payload };
    } catch (error) {
      if (!(error instanceof FcError)) throw error;
      const { status, message } = describeError(error, fcErrors);
      return { ok: false, requestId, status, code: error.code, message };
    }
  }

  return { call, queue: queueCall, invoke };
}
