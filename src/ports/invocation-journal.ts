/** Port: what became of invocations. Answered by the FC room; asked by the admin API, the CLI and tests. */
import type { FunctionErrorType, InvocationCause } from './function-invoker.ts';

export interface InvocationRecord {
  requestId: string;
  functionName: string;
  qualifier: string;
  type: 'sync' | 'async';
  state: 'queued' | 'running' | 'retrying' | 'succeeded' | 'failed' | 'dropped';
  cause: InvocationCause;
  /** ISO, kernel time. */
  queuedAt: string;
  startedAt: string | undefined;
  endedAt: string | undefined;
  /** From the call's arrival to the handler's entry, in host ms: what a cold or a busy pool cost. */
  waitMs: number | undefined;
  isColdStart: boolean;
  coldStart: ColdStartPhases | undefined;
  durationMs: number | undefined;
  /** Rounded up to 1 ms, as billed. */
  billedMs: number | undefined;
  maxMemoryMB: number | undefined;
  instanceId: string | undefined;
  /** Of the instance's temporary credentials: joins the calls it made. */
  accessKeyId: string | undefined;
  attempt: number;
  errorType: FunctionErrorType | undefined;
  /** Text of the event and of the result or error JSON, cut at a named limit. */
  event: string;
  result: string | undefined;
  logs: string[];
}

/** Host milliseconds. */
export interface ColdStartPhases {
  prepareCodeMs: number;
  runtimeInitMs: number;
  initializerMs: number;
  /** Drawn from the runtime's distribution and waited on the kernel's clock; 0 with cold starts off. */
  simulatedMs: number;
  totalMs: number;
}

export interface InvocationQuery {
  function?: string | undefined;
  limit?: number | undefined;
}

export interface InvocationJournal {
  list(query: InvocationQuery): InvocationRecord[];
  show(requestId: string): InvocationRecord | undefined;
}
