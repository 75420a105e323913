/** No worker outlives its parent, even when the parent is killed and the worker too busy to notice. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isRunning, until } from '../../../../support/fc-pool.ts';

const folder = mkdtempSync(join(tmpdir(), 'localyun-fc-parent-'));
const script = join(folder, 'parent.mjs');

beforeAll(async () => {
  await build({
    stdin: {
      contents: PARENT,
      resolveDir: fileURLToPath(new URL('../../../../support/', import.meta.url)),
      loader: 'ts',
    },
    outfile: script,
    bundle: true,
    platform: 'node',
    format: 'esm',
    external: ['esbuild'],
    define: {
      BOOTSTRAP: JSON.stringify(await (await import('../../../../support/build-bootstrap.ts')).builtBootstrap()),
    },
  });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A parent of its own with an idle, an endlessly looping and a bare worker; prints their process ids. */
const PARENT = `
import { createProcessGuard } from '../../emulators/fc/instances/process-guard.ts';
import { createNodeLauncher } from '../../emulators/fc/runtimes/node/launch.ts';
import { nodeSemantics } from '../../emulators/fc/runtimes/node/semantics.ts';
import { InstancePool } from '../../emulators/fc/instances/pool.ts';
import { createColdStartModel } from '../../emulators/fc/instances/cold-start.ts';
import { createClock } from '../../src/kernel/clock.ts';
import { createIds } from '../../src/kernel/ids.ts';
import { createLogger } from '../../src/kernel/logger.ts';
import { createRandom } from '../../src/kernel/random.ts';
import { mkdirSync, writeFileSync } from 'node:fs';
const clock = createClock();
const logger = createLogger({ clock, out: process.stderr, level: 'warn', format: 'json' });
const launch = createNodeLauncher({ clock, guard: createProcessGuard({ logger }), bootstrapPath: BOOTSTRAP });
const folder = process.argv[2];
mkdirSync(folder + '/code', { recursive: true });
writeFileSync(folder + '/code/index.js', "exports.handler = async (event) => { console.log('child ' + require('child_process').spawn('sleep', ['60']).pid); if (String(event) === 'loop') for (;;); }");
const pool = new InstancePool({ clock, ids: createIds(clock), logger, launch, semanticsOf: nodeSemantics, temporaryRoot: folder + '/tmp',
  coldStart: createColdStartModel({ mode: 'off', random: createRandom(1) }), reservePerClass: 1, onLine: ({ line }) => { if (line.includes('child ')) { children.push(Number(line.split('child ')[1])); report(); } } });
const children = [];
const report = () => { if (children.length === 2) console.log(JSON.stringify([...children, ...Object.values(pool.snapshot()).flat().map(({ pid }) => pid)])); };
const target = { key: 'f', generation: '1', functionName: 'f', qualifier: 'LATEST', versionId: 'LATEST', runtime: 'nodejs20', handler: 'index.handler', memoryMB: 512, timeoutMs: 60000,
  region: 'r', accountId: '1', logProject: '', logStore: '', codeDir: folder + '/code', environmentVariables: {}, instancesMax: 10, credentials: async () => undefined };
await Promise.all([pool.invoke({ ...target, key: 'idle' }, { requestId: '1-a', event: Buffer.from('') })]);
pool.prepare(512);
await pool.invoke({ ...target, key: 'busy', memoryMB: 1024 }, { requestId: '1-b', event: Buffer.from('loop') });
`;

test('a parent killed with SIGKILL leaves no worker and no child of a worker', async () => {
  const parent = spawn(process.execPath, [script, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  const pids = await firstLine(parent);
  // Both calls' children and workers and a bare worker; the pool may have begun another of those by then.
  expect(pids.length).toBeGreaterThanOrEqual(5);
  expect(pids.every(isRunning)).toBe(true);
  parent.kill('SIGKILL');
  await until(() => !pids.some(isRunning));
});

async function firstLine(parent: ChildProcess): Promise<number[]> {
  let text = '';
  for await (const chunk of parent.stdout ?? []) {
    text += String(chunk);
    if (text.includes('\n')) return JSON.parse(text.slice(0, text.indexOf('\n')));
  }
  throw new Error('the parent said nothing');
}
