/**
 * `npm run check`: format, lint, types, dead code and the quick tests, beside each other, for alone each of them leaves a
 * core idle for much of its time. What was found out about files that did not change is taken from the run before.
 */
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

const PACKAGES = join(import.meta.dirname, '..', 'node_modules');
const CACHE = join(PACKAGES, '.cache');
const CHECKS = [
  { name: 'vitest', program: 'vitest/vitest.mjs', args: ['run', '--project', 'unit'] },
  {
    name: 'tsc',
    program: 'typescript/bin/tsc',
    args: ['-p', '.', '--incremental', '--tsBuildInfoFile', join(CACHE, 'check.tsbuildinfo')],
  },
  { name: 'biome', program: '@biomejs/biome/bin/biome', args: ['check', '.'] },
  { name: 'knip', program: 'knip/bin/knip.js', args: ['--cache'] },
];

mkdirSync(CACHE, { recursive: true });
const codes = await Promise.all(CHECKS.map(run));
process.exitCode = codes.every((code) => code === 0) ? 0 : 1;

/** What it says is shown when it has ended, so that no two speak at once. */
async function run({ name, program, args }) {
  const env = process.stdout.isTTY ? { ...process.env, FORCE_COLOR: '1' } : process.env;
  const child = spawn(process.execPath, [join(PACKAGES, program), ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const said = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => said.push(chunk));
  const code = await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
  console.log(`\n== ${name}: ${code === 0 ? 'clean' : 'FAILED'}\n${Buffer.concat(said)}`);
  return code;
}
