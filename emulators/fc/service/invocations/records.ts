/** What the journal says of an invocation, at each step of its way. */
import type { InvocationCause } from '../../../../src/ports/function-invoker.ts';
import type { InvocationRecord } from '../../../../src/ports/invocation-journal.ts';
import { errorTypeHeader, type InvocationResult } from '../../instances/call-outcome.ts';
import { JOURNAL_LOG_CHARS_MAX, JOURNAL_TEXT_CHARS_MAX } from '../../limits.ts';

export interface Arrival {
  requestId: string;
  functionName: string;
  type: 'sync' | 'async';
  cause: InvocationCause;
  /** Kernel time in ms. */
  queuedAtMs: number;
}

export function newRecord({ requestId, functionName, type, cause, queuedAtMs }: Arrival): InvocationRecord {
  return {
    ...{ requestId, functionName, type, cause },
    qualifier: 'LATEST',
    state: type === 'sync' ? 'running' : 'queued',
    queuedAt: new Date(queuedAtMs).toISOString(),
    startedAt: undefined,
    endedAt: undefined,
    waitMs: undefined,
    isColdStart: false,
    coldStart: undefined,
    durationMs: undefined,
    billedMs: undefined,
    maxMemoryMB: undefined,
    instanceId: undefined,
    accessKeyId: undefined,
    attempt: 0,
    errorType: undefined,
    event: '',
    result: undefined,
    logs: [],
  };
}

export interface Ran {
  result: InvocationResult;
  /** Host ms from the call's arrival to its answer. */
  elapsedMs: number;
  endedAtMs: number;
}

/** After a run, whatever came of it. */
export function ranRecord(before: InvocationRecord, { result, elapsedMs, endedAtMs }: Ran): InvocationRecord {
  const errorType = errorTypeHeader(result.outcome);
  return {
    ...before,
    state: errorType === undefined ? 'succeeded' : 'failed',
    startedAt: new Date(result.startedAtMs).toISOString(),
    endedAt: new Date(endedAtMs).toISOString(),
    waitMs: Math.max(0, elapsedMs - result.durationMs),
    isColdStart: result.coldStart !== undefined,
    coldStart: result.coldStart,
    durationMs: result.durationMs,
    billedMs: Math.max(1, Math.ceil(result.durationMs)),
    maxMemoryMB: result.maxMemoryMB,
    instanceId: result.instanceId,
    accessKeyId: result.accessKeyId,
    errorType,
    result: journalText(result.payload),
    logs: lastLines(result.log.lines),
  };
}

/** As much of a payload as the journal keeps. */
export function journalText(payload: Uint8Array): string {
  const text = Buffer.from(
    payload.buffer,
    payload.byteOffset,
    Math.min(payload.byteLength, JOURNAL_TEXT_CHARS_MAX),
  ).toString();
  return payload.byteLength > JOURNAL_TEXT_CHARS_MAX ? `${text}… (${payload.byteLength} bytes)` : text;
}

/** The end of a log tells more than its beginning. */
function lastLines(lines: readonly string[]): string[] {
  let chars = 0;
  let from = lines.length;
  while (from > 0 && chars + (lines[from - 1]?.length ?? 0) <= JOURNAL_LOG_CHARS_MAX)
    chars += lines[--from]?.length ?? 0;
  return from === 0 ? [...lines] : [`(${from} earlier lines)`, ...lines.slice(from)];
}
