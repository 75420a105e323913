/** How a call on an instance can end, and what the platform itself says when the function could not. */
import type { FinishedLog } from './call-log.ts';
import type { ColdStartPhases } from './cold-start.ts';

export type OutcomeKind =
  | 'returned'
  | 'handledError'
  | 'unhandledError'
  | 'initializationError'
  | 'timeout'
  | 'outOfMemory'
  | 'exited'
  | 'canceled';

export interface CallOutcome {
  outcome: OutcomeKind;
  /** Result bytes, or the error JSON; empty when the caller canceled. */
  payload: Uint8Array;
  durationMs: number;
  maxMemoryMB: number;
}

export interface InvocationResult extends CallOutcome {
  requestId: string;
  instanceId: string;
  /** Of the credentials the call had; undefined without a role. */
  accessKeyId: string | undefined;
  log: FinishedLog;
  /** Kernel time at which the call was handed to the instance. */
  startedAtMs: number;
  /** Present when this call had to start an instance. */
  coldStart: ColdStartPhases | undefined;
}

export type ErrorTypeHeader = 'HandledInvocationError' | 'UnhandledInvocationError' | 'InitializationError';

/** X-Fc-Error-Type; undefined for success. */
export function errorTypeHeader(outcome: OutcomeKind): ErrorTypeHeader | undefined {
  if (outcome === 'returned') return undefined;
  if (outcome === 'handledError') return 'HandledInvocationError';
  return outcome === 'initializationError' ? 'InitializationError' : 'UnhandledInvocationError';
}

export type CallKind = 'invoke' | 'initialize' | 'preStop';
/** What ended a call that the worker did not answer. */
export type Interruption = Extract<OutcomeKind, 'timeout' | 'outOfMemory' | 'exited' | 'canceled'>;

export interface CallMeasures {
  durationMs: number;
  maxMemoryMB: number;
}

const MARKER: Record<CallKind, string> = { invoke: 'Invoke', initialize: 'Initialize', preStop: 'PreStop' };

export function startMarker(kind: CallKind, requestId: string): string {
  return `FC ${MARKER[kind]} Start RequestId: ${requestId}`;
}

export function endMarker(kind: CallKind, requestId: string, problem?: string): string {
  return `FC ${MARKER[kind]} End RequestId: ${requestId}${problem === undefined ? '' : `, Error: ${problem}`}`;
}

export const HANDLED_PROBLEM = 'Handled function error';
export const UNHANDLED_PROBLEM = 'Unhandled function error';

/** The platform's sentence about a call that it had to end, or that ended under it. */
export function interruptionMessage(
  interruption: Interruption,
  call: CallMeasures & { kind: CallKind; timeoutMs: number },
): string {
  const memory = `maxMemoryUsage: ${call.maxMemoryMB.toFixed(2)}MB`;
  switch (interruption) {
    case 'timeout':
      // UNVERIFIED FC-004: the wording when an initializer, not a handler, ran out of time.
      return `Function${call.kind === 'initialize' ? ' initialization' : ''} timed out after ${call.timeoutMs / 1000} seconds (${memory})`;
    case 'canceled':
      return `Invocation canceled by client (duration: ${Math.round(call.durationMs)}ms, ${memory})`;
    case 'outOfMemory':
    case 'exited':
      // UNVERIFIED FC-005: two decimals here as in the other sentences; the one published sample shows `49MB`.
      return `Process exited unexpectedly before completing request (duration: ${Math.round(call.durationMs)}ms, ${memory})`;
    default:
      return interruption satisfies never;
  }
}

/** Body of an answer whose error is the platform's: no errorType, no stackTrace. */
export function platformError(message: string): Uint8Array {
  return Buffer.from(JSON.stringify({ errorMessage: message }));
}
