/** Port: call a function. Answered by the FC room; asked by EventBridge targets and, later, API Gateway and SMQ. */

export interface InvokeRequest {
  functionName: string;
  /** `LATEST`, a version or an alias; undefined is LATEST. */
  qualifier: string | undefined;
  payload: Uint8Array;
  /** `async` answers once the invocation is durably queued. */
  type: 'sync' | 'async';
  /** Who asks: kept on the invocation so that a trace can be followed both ways. */
  cause: InvocationCause;
}

export type InvocationCause =
  | { kind: 'api' }
  | { kind: 'event'; eventId: string; busName: string; ruleName: string; targetId: string; deliveryId: string }
  | { kind: 'trigger'; triggerName: string; factId: number };

export type InvokeAnswer =
  /** Accepted: sync has run, whatever the function made of it; async is queued. */
  | { ok: true; requestId: string; functionError: FunctionErrorType | undefined; payload: Uint8Array }
  /** Refused before it ran. */
  | { ok: false; requestId: string; status: number; code: string; message: string };

export type FunctionErrorType = 'HandledInvocationError' | 'UnhandledInvocationError' | 'InitializationError';

export interface FunctionInvoker {
  invoke(request: InvokeRequest): Promise<InvokeAnswer>;
}
