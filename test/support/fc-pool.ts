/** A pool of real worker processes over handlers written to a temporary folder, and what tests ask of it. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { InvocationResult } from '../../emulators/fc/instances/call-outcome.ts';
import { createColdStartModel } from '../../emulators/fc/instances/cold-start.ts';
import type { FunctionTarget } from '../../emulators/fc/instances/function-target.ts';
import type { InstanceLine, PoolCall } from '../../emulators/fc/instances/instance-group.ts';
import { InstancePool, type InstancePoolNeeds } from '../../emulators/fc/instances/pool.ts';
import { createProcessGuard } from '../../emulators/fc/instances/process-guard.ts';
import { createNodeLauncher } from '../../emulators/fc/runtimes/node/launch.ts';
import { nodeSemantics } from '../../emulators/fc/runtimes/node/semantics.ts';
import { createClock } from '../../src/kernel/clock.ts';
import { createIds } from '../../src/kernel/ids.ts';
import { createLogger } from '../../src/kernel/logger.ts';
import { createRandom } from '../../src/kernel/random.ts';
import { builtBootstrap } from './build-bootstrap.ts';
import { lineStream } from './line-stream.ts';

export interface TestPool {
  pool: InstancePool;
  clock: ReturnType<typeof createClock>;
  lines: InstanceLine[];
  /** A function whose code is these files. */
  target(files: Record<string, string>, overrides?: Partial<FunctionTarget>): FunctionTarget;
  /** Runs a call that is expected to be admitted. */
  call(target: FunctionTarget, call?: Partial<PoolCall>): Promise<InvocationResult>;
  close(): Promise<void>;
}

export const CREDENTIALS = { accessKeyId: 'STS.key', accessKeySecret: 'secret', securityToken: 'token' };

export async function startTestPool(overrides: Partial<InstancePoolNeeds> = {}): Promise<TestPool> {
  const clock = createClock();
  const ids = createIds(clock);
  const sink = lineStream();
  const logger = createLogger({ clock, out: sink, level: 'silent', format: 'json' });
  const guard = createProcessGuard({ logger });
  const folder = mkdtempSync(join(tmpdir(), 'localyun-fc-'));
  const lines: InstanceLine[] = [];
  const pool = new InstancePool({
    clock,
    ids,
    logger,
    coldStart: createColdStartModel({ mode: 'off', random: createRandom(1) }),
    launch: createNodeLauncher({ clock, guard, bootstrapPath: await builtBootstrap() }),
    semanticsOf: nodeSemantics,
    temporaryRoot: join(folder, 'tmp'),
    onLine: (line) => lines.push(line),
    reservePerClass: 0,
    ...overrides,
  });
  let functions = 0;
  return {
    pool,
    clock,
    lines,
    target(files, more = {}) {
      const codeDir = join(folder, `code-${functions++}`);
      writeCode(codeDir, files);
      return { ...TARGET, key: `f${functions}/LATEST`, functionName: `f${functions}`, codeDir, ...more };
    },
    async call(target, call = {}) {
      const result = await pool.invoke(target, { requestId: ids.fcRequestId(), event: new Uint8Array(), ...call });
      if (result.outcome === 'refused') throw new Error(`refused: ${result.scope} maximum ${result.instancesMax}`);
      return result;
    },
    async close() {
      await pool.close();
      guard.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export function writeCode(codeDir: string, files: Record<string, string>): void {
  for (const [name, source] of Object.entries(files)) {
    const path = join(codeDir, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, source);
  }
}

export function textOf(result: { payload: Uint8Array }): string {
  return Buffer.from(result.payload).toString();
}

export function jsonOf(result: { payload: Uint8Array }): unknown {
  return JSON.parse(textOf(result));
}

/** Whether a process of this id runs; one that ended and was not collected yet does not. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'latin1'));
  } catch {
    return false;
  }
}

/** Resolves once it holds: looks again and again, since processes end in their own time. */
export async function until(holds: () => boolean): Promise<void> {
  const clock = createClock();
  while (!holds()) await new Promise<void>((resolve) => void clock.afterHostMs(2, resolve));
}

const TARGET: Omit<FunctionTarget, 'key' | 'functionName' | 'codeDir'> = {
  generation: '1',
  qualifier: 'LATEST',
  versionId: 'LATEST',
  runtime: 'nodejs20',
  handler: 'index.handler',
  memoryMB: 512,
  timeoutMs: 5_000,
  region: 'cn-beijing',
  accountId: '1234567890123456',
  logProject: 'project',
  logStore: 'store',
  environmentVariables: {},
  instancesMax: 10,
  credentials: async () => CREDENTIALS,
};
