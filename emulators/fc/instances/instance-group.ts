/** The instances of one function and qualifier: the most recently used idle one first, a new one when there is none. */
import type { Cancel } from '../../../src/kernel/clock.ts';
import { type CallLog, createCallLog } from './call-log.ts';
import type { CallOutcome, InvocationResult } from './call-outcome.ts';
import type { ColdStartPhases } from './cold-start.ts';
import type { FunctionTarget } from './function-target.ts';
import type { Instance } from './instance.ts';
import { REFILL_DELAY_MS } from './limits.ts';
import type { InstanceCredentials, RuntimeSemantics } from './messages.ts';
import type { Reserve } from './reserve.ts';
import { type StartNeeds, startInstance } from './start-instance.ts';

export interface GroupNeeds extends StartNeeds {
  reserve: Reserve;
  onLine(line: InstanceLine): void;
  idleTimeoutMs: number;
  /** Lets the pool wait for work that no caller waits for. */
  track(work: Promise<unknown>): void;
}

export interface InstanceLine {
  functionName: string;
  qualifier: string;
  versionId: string;
  instanceId: string;
  requestId: string;
  line: string;
}

export interface PoolCall {
  requestId: string;
  event: Uint8Array;
  /** Which attempt of an asynchronous call this is; 0 for the first. */
  retryCount?: number | undefined;
  signal?: AbortSignal | undefined;
}

export interface InstanceSnapshot {
  instanceId: string;
  key: string;
  functionName: string;
  qualifier: string;
  versionId: string;
  generation: string;
  state: string;
  pid: number;
  memoryMB: number;
  createdAtMs: number;
  lastUsedAtMs: number;
  invocations: number;
}

interface Member {
  instance: Instance;
  target: FunctionTarget;
  createdAtMs: number;
  lastUsedAtMs: number;
  invocations: number;
  cancelReclaim: Cancel | undefined;
}

interface RunningRequest {
  target: FunctionTarget;
  call: PoolCall;
  credentials: InstanceCredentials | undefined;
  semantics: RuntimeSemantics;
  log: CallLog;
}

/** Where a call will run: on a warm member, or on an instance of this id that is yet to start. */
interface Seat {
  member: Member | undefined;
  instanceId: string;
  credentials: InstanceCredentials | undefined;
}

export class InstanceGroup {
  /** Calls under way, those that still start their instance included. */
  active = 0;
  readonly #needs: GroupNeeds;
  readonly #members = new Set<Member>();
  /** Most recently used last. */
  #idle: Member[] = [];
  #generation: string | undefined;

  /** Without a generation no instance is kept after its call. */
  constructor(needs: GroupNeeds, generation: string | undefined) {
    this.#needs = needs;
    this.#generation = generation;
  }

  async invoke(target: FunctionTarget, call: PoolCall, semantics: RuntimeSemantics): Promise<InvocationResult> {
    // Who calls a generation has seen it deployed: nobody need announce it first.
    if (this.#generation !== undefined && target.generation !== this.#generation) this.replace(target.generation);
    this.active++;
    try {
      const { instanceId, credentials, ...seat } = await this.#takeSeat(target);
      let { member } = seat;
      const log = createCallLog((line) => this.#tell(target, member?.instance.id ?? '', call.requestId, line));
      const request = { target, call, credentials, semantics, log };
      if (member) return await this.#run(member, request, undefined);
      return await this.#runCold(request, instanceId, (created) => {
        member = created;
      });
    } finally {
      this.active--;
    }
  }

  /** Instances of other generations go: idle ones now, busy ones after their call. */
  replace(generation: string | undefined): void {
    this.#generation = generation;
    for (const member of [...this.#idle])
      if (member.target.generation !== generation) this.#retire(member, 'replaced by a newer generation');
  }

  isUnused(): boolean {
    return this.active === 0 && this.#members.size === 0;
  }

  snapshot(): InstanceSnapshot[] {
    return [...this.#members].map(({ instance, target, createdAtMs, lastUsedAtMs, invocations }) => ({
      instanceId: instance.id,
      key: target.key,
      functionName: target.functionName,
      qualifier: target.qualifier,
      versionId: target.versionId,
      generation: target.generation,
      state: instance.state.is,
      pid: instance.pid,
      memoryMB: target.memoryMB,
      createdAtMs,
      lastUsedAtMs,
      invocations,
    }));
  }

  /** Kills all processes, running calls or not. */
  async stopAll(reason: string): Promise<void> {
    this.#generation = undefined;
    await Promise.all([...this.#members].map(({ instance }) => instance.stop(reason)));
  }

  async #takeSeat(target: FunctionTarget): Promise<Seat> {
    for (;;) {
      const member = this.#takeIdle(target);
      const instanceId = member?.instance.id ?? this.#needs.ids.instanceId();
      try {
        const credentials = await target.credentials(instanceId);
        // It may have ended while its keys were asked for.
        if (!member || member.instance.isIdle()) return { member, instanceId, credentials };
      } catch (error) {
        if (member) this.#release(member);
        throw error;
      }
    }
  }

  #takeIdle(target: FunctionTarget): Member | undefined {
    for (let at = this.#idle.length - 1; at >= 0; at--) {
      const member = this.#idle[at];
      if (!member || member.target.generation !== target.generation || !member.instance.isIdle()) continue;
      this.#idle.splice(at, 1);
      member.cancelReclaim?.();
      return member;
    }
    return undefined;
  }

  async #runCold(
    request: RunningRequest,
    instanceId: string,
    onCreated: (member: Member) => void,
  ): Promise<InvocationResult> {
    const { target, call, credentials, semantics, log } = request;
    const { clock, reserve } = this.#needs;
    const startedAtMs = clock.nowMs();
    let member: Member | undefined;
    const { failure, phases } = await startInstance(this.#needs, {
      ...{ instanceId, target, semantics, credentials, log, requestId: call.requestId, signal: call.signal },
      takeWorker: () => reserve.take(target.memoryMB),
      onCreated: (instance) => {
        member = this.#admit(instance, target);
        onCreated(member);
      },
      onLateLine: (instance, requestId, line) => this.#tell(target, instance.id, requestId, line),
      onStopped: (instance, reason) => this.#onStopped(instance, reason),
    });
    if (!member) throw new Error('an instance was started without being admitted');
    // Later, so that the new process does not compete with the call that is being answered.
    clock.afterHostMs(REFILL_DELAY_MS, () => reserve.fill(target.memoryMB));
    if (failure) return this.#resultOf(member, request, { ...failure, startedAtMs, coldStart: phases });
    return this.#run(member, request, phases);
  }

  async #run(
    member: Member,
    request: RunningRequest,
    coldStart: ColdStartPhases | undefined,
  ): Promise<InvocationResult> {
    const { target, call, credentials, log } = request;
    const { requestId, event, signal, retryCount = 0 } = call;
    const { handler, timeoutMs } = target;
    const startedAtMs = this.#needs.clock.nowMs();
    member.invocations++;
    const message = { type: 'invoke', requestId, handler, credentials, retryCount, event } as const;
    const outcome = await member.instance.run({ message, timeoutMs, log, signal });
    this.#release(member);
    return this.#resultOf(member, request, { ...outcome, startedAtMs, coldStart });
  }

  #resultOf(
    { instance }: Member,
    { call, credentials, log }: RunningRequest,
    facts: CallOutcome & Pick<InvocationResult, 'startedAtMs' | 'coldStart'>,
  ): InvocationResult {
    const { requestId } = call;
    return { ...facts, requestId, instanceId: instance.id, accessKeyId: credentials?.accessKeyId, log: log.finish() };
  }

  #admit(instance: Instance, target: FunctionTarget): Member {
    const nowMs = this.#needs.clock.nowMs();
    const times = { createdAtMs: nowMs, lastUsedAtMs: nowMs };
    const member: Member = { instance, target, ...times, invocations: 0, cancelReclaim: undefined };
    this.#members.add(member);
    return member;
  }

  #release(member: Member): void {
    const { clock, idleTimeoutMs } = this.#needs;
    member.lastUsedAtMs = clock.nowMs();
    if (member.instance.state.is === 'stopped') return;
    if (member.target.generation !== this.#generation) {
      this.#retire(member, 'replaced by a newer generation');
      return;
    }
    this.#idle.push(member);
    const dueMs = member.lastUsedAtMs + (member.target.idleTimeoutMs ?? idleTimeoutMs);
    member.cancelReclaim = clock.at(dueMs, () => this.#retire(member, 'idle for too long'));
  }

  #retire(member: Member, reason: string): void {
    this.#forgetIdle(member);
    member.instance.drain();
    this.#needs.track(this.#runPreStop(member).then(() => member.instance.stop(reason)));
  }

  /** Never rejects: an instance goes whatever its hook does. */
  async #runPreStop({ instance, target }: Member): Promise<void> {
    if (!target.preStop) return;
    const { handler, timeoutMs } = target.preStop;
    const requestId = this.#needs.ids.fcRequestId();
    const log = createCallLog((line) => this.#tell(target, instance.id, requestId, line));
    try {
      const credentials = await target.credentials(instance.id);
      const message = { type: 'preStop', requestId, handler, credentials, retryCount: 0 } as const;
      const { outcome } = await instance.run({ message, timeoutMs, log });
      if (outcome !== 'returned')
        this.#needs.logger.warn('a preStop hook failed', { instanceId: instance.id, outcome });
    } catch (error) {
      this.#needs.logger.error('a preStop hook could not be run', { instanceId: instance.id, error });
    }
    log.finish();
  }

  #onStopped(instance: Instance, reason: string): void {
    for (const member of this.#members) {
      if (member.instance !== instance) continue;
      this.#members.delete(member);
      this.#forgetIdle(member);
    }
    this.#needs.logger.debug('instance stopped', { instanceId: instance.id, pid: instance.pid, reason });
  }

  #forgetIdle(member: Member): void {
    member.cancelReclaim?.();
    this.#idle = this.#idle.filter((idle) => idle !== member);
  }

  #tell(target: FunctionTarget, instanceId: string, requestId: string, line: string): void {
    const { functionName, qualifier, versionId } = target;
    this.#needs.onLine({ functionName, qualifier, versionId, instanceId, requestId, line });
  }
}
