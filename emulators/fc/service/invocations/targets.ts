/** Turns a kept function into what the instance pool runs, once a generation. */
import type { FunctionTarget } from '../../instances/function-target.ts';
import { FUNCTION_INSTANCES_MAX } from '../../limits.ts';
import type { StoredFunction } from '../../store/function-store.ts';
import type { RoleSessions } from './role-sessions.ts';

export interface TargetNeeds {
  sessions: RoleSessions;
  region: string;
  accountId: string;
  /** Calls of one function that run at once unless it says otherwise. */
  instancesMax?: number | undefined;
}

export interface Targets {
  of(stored: StoredFunction): FunctionTarget;
  forget(functionName: string): void;
}

/** Only LATEST is served. */
const QUALIFIER = 'LATEST';

export function targetKey(functionName: string): string {
  return `${functionName}/${QUALIFIER}`;
}

export function createTargets(needs: TargetNeeds): Targets {
  const targets = new Map<string, FunctionTarget>();
  return {
    of(stored) {
      const known = targets.get(stored.functionName);
      if (known?.generation === String(stored.generation)) return known;
      const target = targetOf(stored, needs);
      targets.set(stored.functionName, target);
      return target;
    },
    forget: (functionName) => void targets.delete(functionName),
  };
}

function targetOf(stored: StoredFunction, { sessions, region, accountId, instancesMax }: TargetNeeds): FunctionTarget {
  const { functionName, runtime, handler, memoryMB, codeDir, logProject, logStore, idleTimeoutSeconds } = stored;
  const hook = (hook: StoredFunction['initializer']) =>
    hook && { handler: hook.handler, timeoutMs: hook.timeoutSeconds * 1000 };
  return {
    ...{ functionName, runtime, handler, memoryMB, codeDir, logProject, logStore, region, accountId },
    key: targetKey(functionName),
    generation: String(stored.generation),
    qualifier: QUALIFIER,
    versionId: QUALIFIER,
    timeoutMs: stored.timeoutSeconds * 1000,
    environmentVariables: stored.environmentVariables,
    initializer: hook(stored.initializer),
    preStop: hook(stored.preStop),
    instancesMax: stored.reservedConcurrency ?? instancesMax ?? FUNCTION_INSTANCES_MAX,
    // -1 and absence both mean the system's own.
    idleTimeoutMs: idleTimeoutSeconds !== undefined && idleTimeoutSeconds > 0 ? idleTimeoutSeconds * 1000 : undefined,
    credentials: (instanceId) => sessions.of({ ...stored, instanceId }),
  };
}
