/** One cold start: code, process, environment, initializer, and the delay the cloud would add, each timed. */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../../src/kernel/clock.ts';
import type { Ids } from '../../../src/kernel/ids.ts';
import type { Logger } from '../../../src/kernel/logger.ts';
import type { CallLog } from './call-log.ts';
import type { CallOutcome } from './call-outcome.ts';
import type { ColdStartModel, ColdStartPhases } from './cold-start.ts';
import { type FunctionTarget, functionEnvironment, functionFacts } from './function-target.ts';
import { Instance } from './instance.ts';
import type { MemoryReader } from './memory-watch.ts';
import type { InstanceCredentials, RuntimeSemantics } from './messages.ts';
import type { Worker } from './worker.ts';

export interface StartNeeds {
  clock: Clock;
  ids: Ids;
  logger: Logger;
  coldStart: ColdStartModel;
  memoryReader: MemoryReader;
  /** Holds each instance's own temporary folder. */
  temporaryRoot: string;
}

export interface StartRequest {
  instanceId: string;
  target: FunctionTarget;
  semantics: RuntimeSemantics;
  credentials: InstanceCredentials | undefined;
  requestId: string;
  log: CallLog;
  signal: AbortSignal | undefined;
  takeWorker(): Worker;
  onCreated(instance: Instance): void;
  onLateLine(instance: Instance, requestId: string, line: string): void;
  onStopped(instance: Instance, reason: string): void;
}

export interface Started {
  instance: Instance;
  phases: ColdStartPhases;
  /** The initializer's failure, which is the call's answer then. */
  failure: CallOutcome | undefined;
}

export async function startInstance(needs: StartNeeds, request: StartRequest): Promise<Started> {
  const lap = createLaps(needs.clock);
  await request.target.prepareCode?.();
  const prepareCodeMs = lap();

  const instance = await createAssigned(needs, request);
  const runtimeInitMs = lap();

  const outcome = await initialize(instance, request);
  const initializerMs = request.target.initializer ? lap() : 0;
  const failure = outcome && outcome.outcome !== 'returned' ? outcome : undefined;

  const simulatedMs = failure ? 0 : needs.coldStart.drawMs(request.target.runtime);
  if (simulatedMs > 0) await sleepUnlessAborted(needs.clock, simulatedMs, request.signal);
  const totalMs = prepareCodeMs + runtimeInitMs + initializerMs + simulatedMs;
  return { instance, failure, phases: { prepareCodeMs, runtimeInitMs, initializerMs, simulatedMs, totalMs } };
}

async function createAssigned(needs: StartNeeds, request: StartRequest): Promise<Instance> {
  const { instanceId: id, target, credentials } = request;
  const temporaryDir = join(needs.temporaryRoot, id);
  await mkdir(temporaryDir, { recursive: true });
  const instance: Instance = new Instance({
    id,
    worker: request.takeWorker(),
    clock: needs.clock,
    memoryMB: target.memoryMB,
    memoryReader: needs.memoryReader,
    onLateLine: (requestId, line) => request.onLateLine(instance, requestId, line),
    onStopped: (reason) => {
      rm(temporaryDir, { recursive: true, force: true }).catch((error: unknown) =>
        needs.logger.warn('could not remove an instance folder', { temporaryDir, error }),
      );
      request.onStopped(instance, reason);
    },
  });
  request.onCreated(instance);
  const environment = functionEnvironment(target, {
    instanceId: id,
    credentials,
    temporaryDir,
    execPath: process.execPath,
  });
  await instance.assign(
    {
      type: 'assign',
      codeDir: target.codeDir,
      environment,
      semantics: request.semantics,
      facts: functionFacts(target),
    },
    target.initializer && request.requestId,
  );
  return instance;
}

async function initialize(instance: Instance, request: StartRequest): Promise<CallOutcome | undefined> {
  const { target, requestId, log, signal, credentials } = request;
  if (!target.initializer) return undefined;
  const { handler, timeoutMs } = target.initializer;
  const message = { type: 'initialize', requestId, handler, credentials, retryCount: 0 } as const;
  return instance.run({ message, timeoutMs, log, signal });
}

/** An abort only cuts the wait short: what follows sees the signal itself. */
async function sleepUnlessAborted(clock: Clock, ms: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await clock.sleep(ms, signal);
  } catch (error) {
    if (!signal?.aborted) throw error;
  }
}

/** Each call gives the milliseconds that really passed since the one before. */
function createLaps(clock: Clock): () => number {
  let fromMs = clock.monotonicMs();
  return () => {
    const beforeMs = fromMs;
    fromMs = clock.monotonicMs();
    return fromMs - beforeMs;
  };
}
