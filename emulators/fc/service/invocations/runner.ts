/** Runs one call of a function on the pool, with its role's credentials, or says in the cloud's words why it can't. */
import type { Clock } from '../../../../src/kernel/clock.ts';
import { FcError } from '../../errors.ts';
import type { InvocationResult } from '../../instances/call-outcome.ts';
import type { InstancePool } from '../../instances/pool.ts';
import { isServedRuntime } from '../../schemas.ts';
import type { StoredFunction } from '../../store/function-store.ts';
import { RoleNotAssumable } from './role-sessions.ts';
import type { Targets } from './targets.ts';

export interface RunnerNeeds {
  clock: Clock;
  pool: Pick<InstancePool, 'invoke'>;
  targets: Targets;
  /** A call of this function ended: one that waited may have its place. */
  onRoom(functionName: string): void;
}

export interface RunRequest {
  requestId: string;
  payload: Uint8Array;
  retryCount?: number | undefined;
  signal?: AbortSignal | undefined;
}

export type RunAnswer = { ran: true; result: InvocationResult; elapsedMs: number } | { ran: false; error: FcError };

export interface Runner {
  /** Never rejects for what a caller or a function did; rejects for faults of ours. */
  run(stored: StoredFunction, request: RunRequest): Promise<RunAnswer>;
  /** Whether a call of this function would be admitted now, as far as its own maximum goes. */
  hasRoom(stored: StoredFunction): boolean;
  /** Ends every call under way as canceled. */
  cancelAll(): void;
}

export function createRunner({ clock, pool, targets, onRoom }: RunnerNeeds): Runner {
  const active = new Map<string, number>();
  const cancels = new Set<AbortController>();
  const activeOf = (functionName: string) => active.get(functionName) ?? 0;

  async function admitted(
    stored: StoredFunction,
    { requestId, payload, retryCount, signal }: RunRequest,
  ): Promise<RunAnswer> {
    const startedMs = clock.monotonicMs();
    try {
      const answer = await pool.invoke(targets.of(stored), { requestId, event: payload, retryCount, signal });
      if (answer.outcome === 'refused') return { ran: false, error: exhausted(stored.functionName, answer) };
      return { ran: true, result: answer, elapsedMs: clock.monotonicMs() - startedMs };
    } catch (error) {
      if (!(error instanceof RoleNotAssumable)) throw error;
      // UNVERIFIED FC-055: code and status when the function's role can't be assumed.
      const message = `function '${stored.functionName}': ${error.message}`;
      return { ran: false, error: new FcError('AccessDenied', { message }, { cause: error }) };
    }
  }

  return {
    async run(stored, request) {
      const { functionName, runtime } = stored;
      if (!isServedRuntime(runtime))
        return {
          ran: false,
          error: new FcError('NotImplemented', { what: `runtime '${runtime}' of function '${functionName}'` }),
        };
      const cancel = new AbortController();
      const onAbort = () => cancel.abort();
      if (request.signal?.aborted) cancel.abort();
      request.signal?.addEventListener('abort', onAbort, { once: true });
      cancels.add(cancel);
      active.set(functionName, activeOf(functionName) + 1);
      try {
        return await admitted(stored, { ...request, signal: cancel.signal });
      } finally {
        request.signal?.removeEventListener('abort', onAbort);
        cancels.delete(cancel);
        active.set(functionName, activeOf(functionName) - 1);
        onRoom(functionName);
      }
    },
    hasRoom(stored) {
      const { instancesMax } = targets.of(stored);
      // A maximum of 0 turns every call away: waiting for room would be waiting forever.
      return instancesMax === 0 || activeOf(stored.functionName) < instancesMax;
    },
    cancelAll() {
      for (const cancel of cancels) cancel.abort();
    },
  };
}

/** UNVERIFIED FC-056: wording of the refusal. */
function exhausted(
  functionName: string,
  { scope, instancesMax }: { scope: 'function' | 'region'; instancesMax: number },
): FcError {
  const whose = scope === 'function' ? `function '${functionName}'` : 'all functions of the region together';
  return new FcError('ResourceExhausted', { reason: `concurrency limit of ${instancesMax} reached by ${whose}` });
}
