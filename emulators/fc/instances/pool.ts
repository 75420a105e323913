/** All instances of all functions: admits calls up to their maxima, and ends every process it started. */
import type { Cancel } from '../../../src/kernel/clock.ts';
import type { InvocationResult } from './call-outcome.ts';
import type { FunctionTarget } from './function-target.ts';
import {
  type GroupNeeds,
  InstanceGroup,
  type InstanceLine,
  type InstanceSnapshot,
  type PoolCall,
} from './instance-group.ts';
import { IDLE_TIMEOUT_MS, INSTANCES_MAX, PAYLOAD_BYTES_MAX } from './limits.ts';
import { createMemoryReader, type MemoryReader } from './memory-watch.ts';
import type { RuntimeSemantics } from './messages.ts';
import { createReserve, type Reserve } from './reserve.ts';
import type { StartNeeds } from './start-instance.ts';
import type { WorkerLauncher } from './worker.ts';

export interface InstancePoolNeeds extends Omit<StartNeeds, 'memoryReader'> {
  launch: WorkerLauncher;
  /** Undefined for a runtime the launcher can't run. */
  semanticsOf(runtime: string): RuntimeSemantics | undefined;
  /** Every line of every function's log, as it comes. */
  onLine?: ((line: InstanceLine) => void) | undefined;
  /** Bare bootstraps kept ready a memory size, 1 unless told; 0 for none. */
  reservePerClass?: number | undefined;
  /** How long an instance may idle when its function says nothing. */
  idleTimeoutMs?: number | undefined;
  /** Calls that may run at once over all functions. */
  instancesMax?: number | undefined;
  memoryReader?: MemoryReader | undefined;
}

/** The call was not started: HTTP 429. Nothing waits in line for an instance. */
export interface InvocationRefused {
  outcome: 'refused';
  code: 'ResourceExhausted';
  /** The maximum that was reached, and whose it is. */
  instancesMax: number;
  scope: 'function' | 'region';
}

export interface PoolSnapshot {
  instances: InstanceSnapshot[];
  reserve: { memoryMB: number; pid: number }[];
}

export class InstancePool {
  readonly #needs: InstancePoolNeeds;
  readonly #reserve: Reserve;
  readonly #groupNeeds: GroupNeeds;
  readonly #groups = new Map<string, InstanceGroup>();
  /** Groups whose function is gone and whose last calls still run. */
  readonly #removed = new Set<InstanceGroup>();
  readonly #work = new Set<Promise<unknown>>();
  #draining = false;
  #closed = false;

  constructor(needs: InstancePoolNeeds) {
    const { launch, logger, onLine, reservePerClass = 1 } = needs;
    this.#needs = needs;
    this.#reserve = createReserve({ launch, logger, perClass: reservePerClass });
    this.#groupNeeds = {
      ...needs,
      reserve: this.#reserve,
      memoryReader: needs.memoryReader ?? createMemoryReader(),
      idleTimeoutMs: needs.idleTimeoutMs ?? IDLE_TIMEOUT_MS,
      onLine: (line) => onLine?.(line),
      track: (work) => void this.#track(work),
    };
  }

  /** Boots a bare process for functions of this memory size in the background: the next cold start finds it ready. */
  prepare(memoryMB: number): void {
    this.#reserve.fill(memoryMB);
  }

  /** Runs one call. Rejects only for faults of ours; what the function does wrong is the outcome. */
  async invoke(target: FunctionTarget, call: PoolCall): Promise<InvocationResult | InvocationRefused> {
    if (this.#closed) throw new Error('the instance pool is closed');
    const semantics = this.#needs.semanticsOf(target.runtime);
    if (!semantics) throw new Error(`no bootstrap for runtime '${target.runtime}'`);
    if (call.event.byteLength > PAYLOAD_BYTES_MAX)
      throw new RangeError(`an event of ${call.event.byteLength} bytes (at most ${PAYLOAD_BYTES_MAX})`);

    const group = this.#groupOf(target);
    const refused = this.#refusal(group, target);
    return refused ?? this.#track(group.invoke(target, call, semantics));
  }

  /** The function has new code or configuration: idle instances go now, busy ones after their call. */
  replace(key: string, generation: string): void {
    this.#groups.get(key)?.replace(generation);
  }

  /** The function, or this qualifier of it, is gone: as `replace`, by nothing. */
  remove(key: string): void {
    const group = this.#groups.get(key);
    if (!group) return;
    this.#groups.delete(key);
    group.replace(undefined);
    this.#removed.add(group);
  }

  snapshot(): PoolSnapshot {
    return { instances: this.#allGroups().flatMap((group) => group.snapshot()), reserve: this.#reserve.waiting() };
  }

  /** No call is under way, and no instance on its way out. */
  isSettled(): boolean {
    return this.#work.size === 0;
  }

  async settled(): Promise<void> {
    while (this.#work.size > 0) await Promise.allSettled([...this.#work]);
  }

  /**
   * Gives running calls, those that they make in turn, and preStop hooks `graceMs` of host time, then closes. Whoever
   * drains lets nobody else call: a function that waits for another could not end without.
   */
  async drain(graceMs: number): Promise<void> {
    this.#draining = true;
    for (const group of this.#allGroups()) group.replace(undefined);
    let cancel: Cancel = () => undefined;
    const graceOver = new Promise<void>((resolve) => {
      cancel = this.#needs.clock.afterHostMs(graceMs, resolve);
    });
    await Promise.race([this.settled(), graceOver]);
    cancel();
    await this.close();
  }

  /** Kills every process, and resolves when all are gone. */
  async close(): Promise<void> {
    this.#closed = true;
    // A call that is still starting its instance may add one behind our back: look again until there is none.
    while (this.snapshot().instances.length > 0)
      await Promise.all(this.#allGroups().map((group) => group.stopAll('the pool closes')));
    await this.#reserve.close();
  }

  #allGroups(): InstanceGroup[] {
    for (const group of this.#removed) if (group.isUnused()) this.#removed.delete(group);
    return [...this.#groups.values(), ...this.#removed];
  }

  #groupOf(target: FunctionTarget): InstanceGroup {
    const known = this.#groups.get(target.key);
    if (known) return known;
    const group = new InstanceGroup(this.#groupNeeds, this.#draining ? undefined : target.generation);
    this.#groups.set(target.key, group);
    return group;
  }

  #refusal(group: InstanceGroup, target: FunctionTarget): InvocationRefused | undefined {
    const refused = { outcome: 'refused', code: 'ResourceExhausted' } as const;
    if (group.active >= target.instancesMax)
      return { ...refused, instancesMax: target.instancesMax, scope: 'function' };
    const regionMax = this.#needs.instancesMax ?? INSTANCES_MAX;
    const active = this.#allGroups().reduce((sum, each) => sum + each.active, 0);
    return active >= regionMax ? { ...refused, instancesMax: regionMax, scope: 'region' } : undefined;
  }

  /** Counts as unsettled until it ends, however it ends. */
  #track<Result>(work: Promise<Result>): Promise<Result> {
    this.#work.add(work);
    const done = () => void this.#work.delete(work);
    work.then(done, done);
    return work;
  }
}
