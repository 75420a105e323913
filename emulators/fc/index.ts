/** The door of the FC room: functions from templates, their instances, their invocations, and the API to call them. */
import { mkdirSync, rmSync } from 'node:fs';
import type { Clock } from '../../src/kernel/clock.ts';
import type { Database } from '../../src/kernel/database.ts';
import { createEmulator, type Emulator } from '../../src/kernel/emulator.ts';
import type { Ids } from '../../src/kernel/ids.ts';
import type { Logger } from '../../src/kernel/logger.ts';
import type { Outbox } from '../../src/kernel/outbox.ts';
import type { CallRecord } from '../../src/kernel/pipeline.ts';
import type { Random } from '../../src/kernel/random.ts';
import type { Settled } from '../../src/kernel/settled.ts';
import type { AccessDecider } from '../../src/ports/access-decider.ts';
import type { CredentialSource } from '../../src/ports/credential-source.ts';
import type { FunctionInvoker } from '../../src/ports/function-invoker.ts';
import type { InvocationJournal } from '../../src/ports/invocation-journal.ts';
import type { RoleAssumer } from '../../src/ports/role-assumer.ts';
import { createColdStartModel } from './instances/cold-start.ts';
import type { InstanceLine } from './instances/instance-group.ts';
import { InstancePool, type PoolSnapshot } from './instances/pool.ts';
import { createProcessGuard } from './instances/process-guard.ts';
import { BACKGROUND_DELAY_MS, DRAIN_MS, TASK_IDS_KEPT_MAX } from './limits.ts';
import { nodeBootstrapPath } from './runtimes/node/bootstrap-path.ts';
import { createNodeLauncher } from './runtimes/node/launch.ts';
import { nodeSemantics } from './runtimes/node/semantics.ts';
import { isServedRuntime } from './schemas.ts';
import { type DeployReport, removeFunction } from './service/deploy.ts';
import { createDeployments, type Reload } from './service/deployments.ts';
import type { ValidateFilterPattern } from './service/inspect.ts';
import { createAsyncQueue } from './service/invocations/async-queue.ts';
import { createInvocations } from './service/invocations/invocations.ts';
import { createRecorder } from './service/invocations/journal.ts';
import { createRoleSessions } from './service/invocations/role-sessions.ts';
import { createRunner } from './service/invocations/runner.ts';
import { createTargets, targetKey } from './service/invocations/targets.ts';
import type { TemplateFile } from './service/templates.ts';
import { createTriggers } from './service/triggers.ts';
import { openAsyncStore } from './store/async-store.ts';
import { openFunctionStore } from './store/function-store.ts';
import { openInvocationStore } from './store/invocation-store.ts';
import { listenForObjects } from './triggers/oss.ts';
import type { AuthMode } from './wire/authenticate.ts';

export type { FunctionChange } from './service/changes.ts';
export type { DeployReport } from './service/deploy.ts';
export type { Reload } from './service/deployments.ts';
export type { ValidateFilterPattern } from './service/inspect.ts';
export type { TemplateFile } from './service/templates.ts';

export interface FcNeeds {
  clock: Clock;
  ids: Ids;
  random: Random;
  logger: Logger;
  database: Database;
  outbox: Outbox;
  settled: Settled;
  credentials: CredentialSource;
  access: AccessDecider;
  roles: RoleAssumer;
  region: string;
  accountId: string;
  auth: AuthMode;
  coldStart: { mode: 'cloud' | 'off'; distribution: Readonly<Record<string, { p50: number; p99: number }>> };
  limits: { instancesPerFunction: number; idleReclaimMs: number };
  /** Multiplies the pauses before asynchronous calls are tried again. */
  retryTimeScale: number;
  /** Takes up code and templates when they are saved. */
  watch: boolean;
  validateFilterPattern: ValidateFilterPattern;
  /** `http://host:port` that this process answers on. */
  endpoint(): string;
  onReload?: ((reload: Reload) => void) | undefined;
  /** Every line of every function's log, as it comes. */
  onLine?: ((line: InstanceLine) => void) | undefined;
  onCall(record: CallRecord): void;
  /** Holds a folder an instance; what an earlier run left there goes. */
  temporaryRoot: string;
  /** The built Node bootstrap, when it does not lie beside the bundle. */
  bootstrapPath?: string | undefined;
}

export interface FunctionSummary {
  functionName: string;
  runtime: string;
  handler: string;
  memoryMB: number;
  codeFolder: string;
  triggers: { triggerName: string; triggerType: string; isServed: boolean }[];
}

export interface Fc {
  emulator: Emulator;
  invoker: FunctionInvoker;
  journal: InvocationJournal;
  /**
   * Takes these templates; functions of other templates go, unless `keepOthers`. With problems nothing is taken.
   * The first one also starts what waits in the queue: call it, with no template too, once all rooms answer.
   */
  deploy(
    templates: readonly TemplateFile[],
    env: (name: string) => string | undefined,
    options?: { keepOthers?: boolean },
  ): Promise<DeployReport>;
  functions(): FunctionSummary[];
  instances(): PoolSnapshot;
  /** The templates as they were taken last: a save may have changed them since the start. */
  templates(): TemplateFile[];
  /** What in them is not served, and what that means. */
  warnings(): readonly string[];
  /** Resolves when the templates and the code folders of all functions are watched. */
  watching(): Promise<void>;
  reset(): Promise<void>;
  drain(): Promise<void>;
  close(): Promise<void>;
}

export function createFc(given: FcNeeds): Fc {
  const needs = { ...given, logger: given.logger.child('fc') };
  const { clock, ids, logger, database, outbox, settled, region, accountId } = needs;
  const functions = openFunctionStore(database);
  const asyncStore = openAsyncStore(database, { taskIdsMax: TASK_IDS_KEPT_MAX });
  const invocationStore = openInvocationStore(database);
  const { pool, closePool } = openPool(needs);

  const sessions = createRoleSessions({ clock, roles: needs.roles, accountId });
  const targets = createTargets({ sessions, region, accountId, instancesMax: needs.limits.instancesPerFunction });
  const waitingEvent = (requestId: string) => asyncStore.get(requestId)?.payload;
  const recorder = createRecorder({ clock, database, logger, outbox, settled, store: invocationStore, waitingEvent });
  const runner = createRunner({ clock, pool, targets, onRoom: (functionName) => queue.wake(functionName) });
  const { retryTimeScale } = needs;
  const queue = createAsyncQueue({
    clock,
    database,
    logger,
    settled,
    functions,
    store: asyncStore,
    recorder,
    runner,
    retryTimeScale,
  });
  const invocations = createInvocations({ clock, ids, logger, functions, queue, recorder, runner });
  const ossTriggers = listenForObjects({ clock, ids, database, outbox, store: asyncStore, take: queue.take });
  settled.register(() => (pool.isSettled() ? [] : ['function instances at work']));

  const owner = { region, accountId, endpoint: needs.endpoint };
  const triggers = createTriggers({
    ...{ clock, ids, database, outbox, store: functions, validateFilterPattern: needs.validateFilterPattern },
    onChanged() {
      ossTriggers.know(functions.triggers());
      return outbox.heard();
    },
  });

  let isOpen = true;
  const deployments = createDeployments({
    ...{ clock, ids, logger, database, outbox, settled, region, accountId, store: functions },
    ...{ roles: needs.roles, validateFilterPattern: needs.validateFilterPattern },
    ...{ watch: needs.watch, onReload: needs.onReload, onNewCode: renew },
    onDeployed({ changed, removed }) {
      removed.forEach(forget);
      renew(changed);
      takeUp();
    },
  });

  function renew(names: readonly string[]): void {
    for (const functionName of names) {
      const stored = functions.get(functionName);
      if (stored) pool.replace(targetKey(functionName), String(stored.generation));
    }
  }

  /** What is deployed by now. */
  function takeUp(): void {
    ossTriggers.know(functions.triggers());
    // Not before: what an earlier process left runs the code of now, and reaches rooms that answer by now.
    queue.start();
    const kept = functions.list();
    for (const { functionName } of kept) queue.wake(functionName);
    const memories = new Set(kept.filter(({ runtime }) => isServedRuntime(runtime)).map(({ memoryMB }) => memoryMB));
    // What nobody waits for, and what would only slow a start down.
    clock.afterHostMs(BACKGROUND_DELAY_MS, () => {
      if (isOpen) for (const memoryMB of memories) pool.prepare(memoryMB);
    });
  }

  function forget(functionName: string): void {
    pool.remove(targetKey(functionName));
    targets.forget(functionName);
    sessions.forget(functionName);
  }

  ossTriggers.know(functions.triggers());

  return {
    emulator: createEmulator('fc', async () => {
      const { createServing } = await import('./wire/serve.ts');
      return createServing({ ...needs, services: { functions, invocations, triggers, owner } });
    }),
    invoker: { invoke: invocations.invoke },
    journal: recorder.journal,
    deploy: deployments.deploy,
    templates: deployments.templates,
    warnings: deployments.warnings,
    functions: () =>
      functions.list().map(({ functionName, runtime, handler, memoryMB, codeDir }) => ({
        ...{ functionName, runtime, handler, memoryMB, codeFolder: codeDir },
        triggers: functions
          .triggersOf(functionName)
          .map(({ triggerName, triggerType, isServed }) => ({ triggerName, triggerType, isServed })),
      })),
    instances: () => pool.snapshot(),
    watching: deployments.watching,
    async reset() {
      queue.forget();
      runner.cancelAll();
      const names = functions.list().map(({ functionName }) => functionName);
      names.forEach(forget);
      await pool.settled();
      await queue.followed();
      await recorder.flush();
      await database.transact(() => {
        for (const functionName of names) removeFunction({ outbox, store: functions }, functionName);
        asyncStore.clear();
        recorder.clear();
      });
      takeUp();
      deployments.follow();
      settled.changed();
    },
    async drain() {
      queue.stop();
      await pool.drain(DRAIN_MS);
      await queue.followed();
      await recorder.flush();
    },
    async close() {
      isOpen = false;
      queue.stop();
      await deployments.close();
      await closePool();
      await queue.followed();
      await recorder.flush();
    },
  };
}

function openPool({ temporaryRoot, ...needs }: FcNeeds) {
  const { clock, ids, random, logger, coldStart, limits, onLine, bootstrapPath } = needs;
  const guard = createProcessGuard({ logger });
  rmSync(temporaryRoot, { recursive: true, force: true });
  mkdirSync(temporaryRoot, { recursive: true });
  const distributions = Object.fromEntries(
    Object.entries(coldStart.distribution).map(([runtime, { p50, p99 }]) => [runtime, { p50Ms: p50, p99Ms: p99 }]),
  );
  const pool = new InstancePool({
    ...{ clock, ids, logger, temporaryRoot, onLine },
    coldStart: createColdStartModel({ mode: coldStart.mode, random: random.fork('cold-start'), distributions }),
    launch: createNodeLauncher({ clock, guard, bootstrapPath: bootstrapPath ?? nodeBootstrapPath() }),
    semanticsOf: nodeSemantics,
    idleTimeoutMs: limits.idleReclaimMs,
  });
  return {
    pool,
    async closePool() {
      await pool.close();
      guard.close();
      rmSync(temporaryRoot, { recursive: true, force: true });
    },
  };
}
