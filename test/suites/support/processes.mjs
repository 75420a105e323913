/** Child processes and temporary folders of a run; none is left behind. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const alive = new Set();
process.once('exit', () => {
  for (const child of alive) killGroup(child);
});
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(130));

export function newScratch() {
  const path = mkdtempSync(join(tmpdir(), 'localyun-suite-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Nothing of the caller's surroundings decides how a suite behaves, but where programs and their caches are. */
export function plainEnvironment(more = {}) {
  const kept = ['PATH', 'HOME', 'LANG', 'TMPDIR', 'GOPROXY', 'GOFLAGS', 'GOPATH', 'GOCACHE'];
  const plain = kept.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]]));
  return { ...Object.fromEntries(plain), ...more };
}

export function start(command, args, options) {
  // A group of its own, so that what a test runner started ends with it.
  const child = spawn(command, args, { detached: true, ...options });
  alive.add(child);
  child.once('close', () => alive.delete(child));
  return child;
}

/** Runs to the end, or to `timeoutMs`; output is kept, the code of what was stopped is null. */
export function exec(command, args, { cwd, env = {}, timeoutMs = 1_800_000 }) {
  return new Promise((resolve, reject) => {
    const child = start(command, args, { cwd, env: plainEnvironment(env), stdio: ['ignore', 'pipe', 'pipe'] });
    const output = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'])
      child[name].setEncoding('utf8').on('data', (text) => {
        output[name] += text;
      });
    const timer = setTimeout(() => killGroup(child), timeoutMs);
    child.once('error', reject);
    child.once('close', (code) => {
      clearTimeout(timer);
      resolve({ code, ...output });
    });
  });
}

function killGroup(child) {
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It ended by itself.
  }
}
