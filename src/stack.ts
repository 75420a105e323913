/** The wiring, whole: the kernel, the rooms in their order, who hears whom, and the one port; start, settled, reset, close. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Writable } from 'node:stream';
import { createEventBridge, limitsOfSettings } from '../emulators/eventbridge/index.ts';
import { createFc, type FunctionSummary, type Reload, type TemplateFile } from '../emulators/fc/index.ts';
import { checkOssConfig, createOss, openStore, StoreUnusable } from '../emulators/oss/index.ts';
import { checkRamConfig, createRam } from '../emulators/ram/index.ts';
import { type Options, OptionsError } from './cli/options.ts';
import type { ConsoleNeeds } from './console/app.ts';
import { lazyConsole } from './console/lazy.ts';
import { createEdge } from './gateway/edge.ts';
import { type GatewayServer, startServer } from './gateway/server.ts';
import { workAfterStart } from './kernel/after-start.ts';
import { countCalls } from './kernel/call-counts.ts';
import { type ControlledClock, createClock } from './kernel/clock.ts';
import type { Config } from './kernel/config.ts';
import { claimFolder } from './kernel/data-folder.ts';
import { openDatabase } from './kernel/database.ts';
import { createIds } from './kernel/ids.ts';
import { createLifecycle } from './kernel/lifecycle.ts';
import { watchLoad } from './kernel/load-watch.ts';
import { createLogger } from './kernel/logger.ts';
import { createOutbox } from './kernel/outbox.ts';
import { createRandom } from './kernel/random.ts';
import { createSettled, type SettledAnswer } from './kernel/settled.ts';
import { VERSION } from './kernel/version.ts';
import type { DenialLog } from './ports/access-decider.ts';
import type { EventHistory } from './ports/event-history.ts';
import type { InvocationJournal } from './ports/invocation-journal.ts';

export type { FunctionChange, Reload } from '../emulators/fc/index.ts';

export interface StackNeeds {
  options: Options;
  /** Where log lines go. */
  log: { out: Writable; format: 'human' | 'json' };
  /** Code or a template was saved. */
  onReload?: ((reload: Reload) => void) | undefined;
  /** All modules that calls may need are loaded, or could not be: soon after it is ready. */
  onPrepared?: (() => void) | undefined;
  /** Calls keep the process busy now, or no longer do. */
  onLoad?: ((isBusy: boolean) => void) | undefined;
}

/** A running stack. */
export interface RunningStack {
  /** `http://host:port`. */
  endpoint: string;
  config: Config;
  /** Where the state lies; a temporary folder is removed by `close`. */
  dataDir: string;
  isTemporary: boolean;
  functions(): FunctionSummary[];
  buckets(): string[];
  /** Of the templates as they were taken last. */
  readonly warnings: readonly string[];
  events: EventHistory;
  invocations: InvocationJournal;
  denials: DenialLog;
  clock: ControlledClock;
  advanceTo(toMs: number): Promise<void>;
  settled(timeoutMs?: number): Promise<SettledAnswer>;
  reset(rooms?: readonly string[]): Promise<void>;
  /** Stops taking calls, drains up to `graceMs`, stops the workers. */
  close(graceMs?: number): Promise<void>;
}

const SETTLED_MS = 30_000;
const BUCKETS_SHOWN_MAX = 100;
const DRAIN_MS = 5_000;
const TEMPORARY_PREFIX = 'localyun-ephemeral-';

/** Starts everything; resolves when every room serves. Throws an OptionsError for settings that can't be used. */
export async function startRooms({ options, log, onReload, onPrepared, onLoad }: StackNeeds): Promise<RunningStack> {
  const { config } = options;
  const problems = [...checkRamConfig(config), ...checkOssConfig(config)];
  if (problems.length > 0) throw new OptionsError(problems);

  const clock = createClock(config.clock);
  const logger = createLogger({ clock, level: config.logLevel, ...log });
  const ids = createIds(clock);
  const random = createRandom(config.seed);
  const settled = createSettled(clock);
  const lifecycle = createLifecycle(logger);
  const calls = countCalls(logger.child('call'), onLoad && watchLoad(onLoad));

  const isTemporary = config.dataDir === undefined;
  const dataDir = config.dataDir ?? mkdtempSync(join(tmpdir(), TEMPORARY_PREFIX));
  const claim = claimFolder(dataDir);
  if (!claim.ok) throw new OptionsError([claim.problem]);
  lifecycle.add({
    name: 'folder',
    async close() {
      if (isTemporary) rmSync(dataDir, { recursive: true, force: true });
      else claim.release();
    },
  });
  const sync = !isTemporary;
  const database = openDatabase(join(dataDir, 'db'), { sync });
  lifecycle.add({ name: 'database', close: () => database.close() });
  const outbox = createOutbox({ database, logger: logger.child('outbox'), settled, clock });
  lifecycle.add({ name: 'outbox', close: () => outbox.close() });

  const { region, accountId, auth } = config;
  const kernel = { clock, ids, random, database, outbox, settled, region, accountId, auth, onCall: calls.record };

  const ram = await createRam({
    ...kernel,
    logger,
    accessKeys: config.accessKeys,
    roles: config.roles,
    policies: config.policies,
  });
  lifecycle.add({ name: 'ram', reset: () => ram.reset() });
  const identity = { credentials: ram.credentials, access: ram.access };

  const objects = { database, folder: join(dataDir, 'objects'), sync, ids, logger: logger.child('oss'), clock };
  const store = await openStore(config.store, objects).catch(async (error: unknown) => {
    await lifecycle.close();
    throw error instanceof StoreUnusable ? new OptionsError([error.message], { cause: error }) : error;
  });
  let endpoint = '';
  const oss = createOss({
    ...kernel,
    ...identity,
    store,
    logger,
    endpoint: () => new URL(endpoint).host,
    callbackPublicKeyUrl: config.callbackPublicKeyUrl,
  });
  lifecycle.add({ name: 'oss', reset: () => oss.reset(), close: () => oss.close() });

  const fc = createFc({
    ...kernel,
    ...identity,
    roles: ram.roles,
    logger,
    coldStart: config.coldStart,
    limits: config.limits,
    retryTimeScale: config.retryTimeScale,
    watch: config.watch,
    temporaryRoot: join(dataDir, 'instances'),
    // The pattern language is EventBridge's; FC only wants to know at deployment whether a trigger's pattern is valid.
    validateFilterPattern: (pattern) => eventBridge.validateFilterPattern(pattern),
    endpoint: () => endpoint,
    onReload,
  });
  lifecycle.add({ name: 'fc', drain: () => fc.drain(), reset: () => fc.reset(), close: () => fc.close() });

  const { eventShape, retryTimeScale } = config;
  const eventBridge = createEventBridge({
    ...kernel,
    ...identity,
    logger,
    functions: fc.invoker,
    endpoint: () => endpoint,
    eventShape,
    retryTimeScale,
    limits: limitsOfSettings(config.limits),
  });
  lifecycle.add({
    name: 'eventbridge',
    drain: () => eventBridge.drain(),
    reset: () => eventBridge.reset(),
    close: () => eventBridge.close(),
  });

  const rooms = [ram.emulator, oss.emulator, fc.emulator, eventBridge.emulator];
  const edge = createEdge({
    ram: ram.emulator.handle,
    oss: oss.emulator.handle,
    fc: fc.emulator.handle,
    eventbridge: eventBridge.emulator.handle,
  });

  const settle = async () => {
    const answer = await settled.wait(SETTLED_MS);
    if (!answer.settled)
      throw new RangeError(
        `Time stands still: after ${SETTLED_MS / 1000} s these are still under way: ${answer.busy.join('; ')}`,
      );
  };
  const advanceTo = (toMs: number) => clock.advanceTo(toMs, settle);

  async function provision(): Promise<void> {
    const problems = await eventBridge.provision(config.eventBuses);
    if (problems.length > 0) throw new OptionsError(problems);
    for (const bucket of config.buckets) {
      const unfit = await oss.buckets.ensure(bucket);
      if (unfit.length > 0) throw new OptionsError(unfit);
    }
    await deploy();
  }

  /** What a save made of a template since the start is what the template says now. */
  function templates(): TemplateFile[] {
    const taken = fc.templates();
    return taken.length > 0 ? taken : options.templates.map((each) => ({ ...each, folder: dirname(each.path) }));
  }

  async function deploy(): Promise<void> {
    // This stack's own, also when the shell still names another one.
    const environment = (name: string) => (name === 'LOCALYUN_ENDPOINT' ? endpoint : options.env(name));
    const report = await fc.deploy(templates(), environment);
    if (report.problems.length > 0) throw new OptionsError(report.problems);
    for (const warning of report.warnings) logger.warn(warning);
  }

  async function reset(names?: readonly string[]): Promise<void> {
    await lifecycle.reset(names);
    if (!names) {
      await outbox.forget();
      await eventBridge.forgetRules();
    }
    await provision();
    // The rules are in force again; what the other rooms have under way is theirs.
    await outbox.heard();
  }

  const consoleNeeds: ConsoleNeeds = {
    version: VERSION,
    listenHost: config.host,
    rooms,
    clock,
    settled,
    history: eventBridge.history,
    invocations: fc.journal,
    denials: ram.denials,
    advanceTo,
    reset,
    calls: calls.counts,
    logger: logger.child('console'),
  };

  let server: GatewayServer;
  try {
    server = await startServer({
      host: config.host,
      port: config.port,
      edge,
      console: lazyConsole(consoleNeeds),
      clock,
      logger: logger.child('gateway'),
    });
    endpoint = `http://${server.endpoint}`;
    await provision();
    // Only now: what an earlier run still owes must find its functions deployed and the port open.
    eventBridge.start();
    // The rules are in force; what else an earlier run left may take its time.
    await outbox.heard();
    outbox.complete();
  } catch (error) {
    await lifecycle.close();
    throw error;
  }
  // What the drain left running has had its time.
  lifecycle.add({ name: 'gateway', drain: () => server.drain(), close: () => server.close(0) });
  lifecycle.add({
    name: 'after start',
    close: workAfterStart({ clock, logger, rooms, onPrepared, temporaryPrefix: TEMPORARY_PREFIX }),
  });

  return {
    endpoint,
    config,
    dataDir,
    isTemporary,
    functions: () => fc.functions(),
    buckets: () =>
      store.listBuckets({ prefix: '', marker: '', limit: BUCKETS_SHOWN_MAX }).buckets.map(({ name }) => name),
    get warnings() {
      return fc.warnings();
    },
    events: eventBridge.history,
    invocations: fc.journal,
    denials: ram.denials,
    clock,
    advanceTo,
    settled: (timeoutMs = SETTLED_MS) => settled.wait(timeoutMs),
    reset,
    close: (graceMs = DRAIN_MS) => closeWithin(graceMs),
  };

  async function closeWithin(graceMs: number): Promise<void> {
    let cancel = () => {};
    const patience = new Promise<void>((resolve) => {
      cancel = clock.afterHostMs(graceMs, resolve);
    });
    await Promise.race([lifecycle.drain(), patience]);
    cancel();
    await lifecycle.close();
  }
}
