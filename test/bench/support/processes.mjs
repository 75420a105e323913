// Starts and stops what is measured: LocalYun as its users start it, and the bare servers beside it.
import { fork, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const TMPFS = 0x01021994;
const STOP_MS = 10_000;

const running = new Set();
const folders = new Set();

/** A folder on a disk, not in memory: what is synced must cost what it costs. */
export function temporaryFolder() {
  const base = statfsSync(tmpdir()).type === TMPFS ? '/var/tmp' : tmpdir();
  const folder = mkdtempSync(path.join(base, 'localyun-bench-'));
  folders.add(folder);
  return folder;
}

/** Ends what a bench left behind, however it ended. */
export async function cleanUp() {
  await Promise.all([...running].map(stop));
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  folders.clear();
}

/** LocalYun with its state in a folder of its own, synced, and without the cloud's cold starts. */
export function startLocalYun(args = []) {
  const dataDir = path.join(temporaryFolder(), 'data');
  return startExactly(['--data-dir', dataDir, '--cold-start', 'off', '--log-level', 'warn', ...args]);
}

/** `localyun start --json --port 0` and `args`; `readyMs` is from the spawn to its ready line. */
export async function startExactly(args) {
  const main = path.join(ROOT, 'dist/main.cjs');
  const options = [main, 'start', '--json', '--port', '0', ...args];
  const { child, line, readyMs } = await startAndReadLine(options, temporaryFolder());
  const ready = JSON.parse(line);
  return { ...ready, credentials: ready, child, readyMs, stop: () => stop(child) };
}

/** A script of `servers/` that prints its port; `endpoint` and `readyMs` as above. */
export async function startServer(name, args = []) {
  const script = fileURLToPath(new URL(`../servers/${name}`, import.meta.url));
  const { child, line, readyMs } = await startAndReadLine([script, ...args], temporaryFolder());
  return { child, endpoint: `http://127.0.0.1:${line}`, readyMs, stop: () => stop(child) };
}

/** Any other program, with the environment that is given and nothing else but the path. */
export function startProgram(program, args, env) {
  const options = { cwd: temporaryFolder(), env: { PATH: process.env.PATH, ...env }, stdio: 'ignore' };
  const child = spawn(program, args, options);
  running.add(child);
  return { child, stop: () => stop(child) };
}

/** A script of `servers/` that answers messages: `ask(message)` resolves with its answer. */
export async function startPeer(name, args = []) {
  const script = fileURLToPath(new URL(`../servers/${name}`, import.meta.url));
  const child = fork(script, args, { cwd: temporaryFolder(), stdio: 'inherit' });
  running.add(child);
  return {
    child,
    stop: () => stop(child),
    async ask(message) {
      child.send(message);
      const [answer] = await once(child, 'message');
      return answer;
    },
  };
}

async function startAndReadLine(args, cwd) {
  const started = performance.now();
  const child = spawn(process.execPath, args, { cwd, env: cleanEnvironment(), stdio: ['ignore', 'pipe', 'pipe'] });
  running.add(child);
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    errors = (errors + text).slice(-4000);
  });
  const line = await firstLine(child, () => errors);
  return { child, line, readyMs: performance.now() - started };
}

function firstLine(child, errors) {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (chunk) => {
      text += chunk;
      const end = text.indexOf('\n');
      if (end >= 0) resolve(text.slice(0, end));
    });
    child.once('exit', (code) => reject(new Error(`${child.spawnargs[1]} ended with ${code}: ${errors()}`)));
  });
}

/** What a developer's shell may set for LocalYun or for Node would make two runs differ. */
function cleanEnvironment() {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith('LOCALYUN_') && !name.startsWith('NODE_')),
  );
}

async function stop(child) {
  running.delete(child);
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const patience = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
  await ended;
  clearTimeout(patience);
}

/** Processor time a process has taken so far, in µs: its main thread's, and that of all its threads. Undefined where there is no /proc. */
export function processorTime({ pid }) {
  const ofThread = (id) => Number(readFileSync(`/proc/${pid}/task/${id}/schedstat`, 'utf8').split(' ')[0]) / 1000;
  try {
    const threads = readdirSync(`/proc/${pid}/task`).map(ofThread);
    return { main: ofThread(pid), all: threads.reduce((sum, one) => sum + one, 0) };
  } catch {
    return undefined;
  }
}

/** Has the system write what processes left to it: else it would in the time of whoever is measured next, and syncs. */
export function emptyDiskQueue() {
  spawnSync('sync');
}

/** Resident memory in MiB: `VmRSS` now, `VmHWM` the most so far. */
export function memoryMiB({ pid }, field = 'VmRSS') {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const kilobytes = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1];
  return Number(kilobytes) / 1024;
}
