/** InvokeFunction: runs a function, or queues the call, and answers with what the function made of it. */
import { z } from 'zod';
import { errorTypeHeader, type InvocationResult } from '../instances/call-outcome.ts';
import { PAYLOAD_BYTES_MAX } from '../limits.ts';
import { taskIdSchema } from '../schemas.ts';
import type { StoredFunction } from '../store/function-store.ts';
import { operation } from './services.ts';

/** Header values are compared without regard to case, as header names are. */
const word = <const Words extends readonly [string, ...string[]]>(words: Words) =>
  z.preprocess((value) => (typeof value === 'string' ? value.toLowerCase() : value), z.enum(words));

export const InvokeFunction = operation({
  name: 'InvokeFunction',
  match: { method: 'POST', path: '/2023-03-30/functions/{functionName}/invocations' },
  ram: [{ action: 'fc:InvokeFunction' }],
  body: 'bytes',
  bodyBytesMax: PAYLOAD_BYTES_MAX,
  input: () =>
    z.object({
      functionName: z.string(),
      query: z.object({ qualifier: z.string().optional() }),
      headers: z.object({
        'x-fc-invocation-type': word(['sync', 'async']).default('sync'),
        'x-fc-log-type': word(['none', 'tail']).default('none'),
        'x-fc-async-task-id': taskIdSchema.optional(),
      }),
      body: z.instanceof(Uint8Array),
    }),
  async handle({ functionName, query, headers, body: payload }, { invocations }, call) {
    const request = {
      functionName,
      qualifier: query.qualifier,
      payload,
      requestId: call.requestId,
      cause: { kind: 'api' },
    } as const;
    if (headers['x-fc-invocation-type'] === 'sync')
      return invocations.call({ ...request, signal: call.request.signal() });
    await invocations.queue({ ...request, taskId: headers['x-fc-async-task-id'] });
    return undefined;
  },
  encode(ran, { headers }, { requestId }) {
    // UNVERIFIED FC-062: without a given task id the request id is one.
    if (!ran) return { status: 202, headers: { 'X-Fc-Async-Task-Id': headers['x-fc-async-task-id'] ?? requestId } };
    const { stored, result } = ran;
    // A failed function is an answered call: SDKs throw away what comes with any other status.
    return {
      status: 200,
      headers: {
        // UNVERIFIED FC-063: the content type of an event function's result.
        'Content-Type': 'application/octet-stream',
        ...resultHeaders(stored, result),
        ...(headers['x-fc-log-type'] === 'tail' ? { 'X-Fc-Log-Result': base64(result.log.tail) } : {}),
      },
      body: result.payload,
    };
  },
});

const EXPOSED =
  'Date,x-fc-request-id,x-fc-error-type,x-fc-code-checksum,x-fc-invocation-duration,x-fc-max-memory-usage,x-fc-log-result,x-fc-invocation-code-version,x-fc-instance-id';

function resultHeaders(stored: StoredFunction, result: InvocationResult): Record<string, string> {
  const errorType = errorTypeHeader(result.outcome);
  return {
    'X-Fc-Invocation-Duration': String(Math.ceil(result.durationMs)),
    'X-Fc-Max-Memory-Usage': result.maxMemoryMB.toFixed(2),
    'X-Fc-Invocation-Service-Version': 'LATEST',
    'X-Fc-Invocation-Code-Version': 'LATEST',
    'X-Fc-Instance-Id': result.instanceId,
    'X-Fc-Code-Checksum': stored.codeChecksum,
    'Access-Control-Expose-Headers': EXPOSED,
    ...(errorType === undefined ? {} : { 'X-Fc-Error-Type': errorType }),
  };
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}
