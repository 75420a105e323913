/** The `context` argument of a handler, with every key the service gives it. */
import type { CallMessage, FunctionFacts } from '../../instances/messages.ts';
import { createContextLogger } from './logging.ts';

/** Process-wide, as in the runtime's source: once set it holds for the calls that follow. */
let waitsForEmptyEventLoop = false;

export function waitsForEmptyEventLoopNow(): boolean {
  return waitsForEmptyEventLoop;
}

export function createContext(
  { requestId, credentials, retryCount }: CallMessage,
  facts: FunctionFacts,
): Record<string, unknown> {
  return {
    requestId,
    credentials: {
      accessKeyId: credentials?.accessKeyId,
      accessKeySecret: credentials?.accessKeySecret,
      securityToken: credentials?.securityToken,
    },
    // Each call's own: a handler may change what it is given.
    function: { ...facts.function },
    service: { ...facts.service },
    region: facts.region,
    accountId: facts.accountId,
    logger: createContextLogger(requestId),
    retryCount,
    tracing: { openTracingSpanContext: undefined, openTracingSpanBaggages: {}, jaegerEndpoint: undefined },
    get waitsForEmptyEventLoopBeforeCallback() {
      return waitsForEmptyEventLoop;
    },
    set waitsForEmptyEventLoopBeforeCallback(value: boolean) {
      waitsForEmptyEventLoop = value;
    },
  };
}
