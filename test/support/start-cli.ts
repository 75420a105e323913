/** The command line as its users run it: real processes of dist/main.cjs, each in a folder of its own, none left behind. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';
import { temporaryFolder } from './temporary-folder.ts';

const MAIN = fileURLToPath(new URL('../../dist/main.cjs', import.meta.url));
const READY_MS = 20_000;
const END_MS = 20_000;

export interface ReadyLine {
  ready: true;
  endpoint: string;
  region: string;
  accountId: string;
  accessKeyId: string;
  accessKeySecret: string;
  pid: number;
  startupMs: number;
}

export interface CliEnd {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

export interface CliOptions {
  /** Absent: a new temporary folder. */
  cwd?: string;
  env?: Record<string, string>;
}

export interface CliProcess {
  child: ChildProcess;
  cwd: string;
  stdout(): string;
  stderr(): string;
  /** Resolves when the process has ended and its output is read. */
  ended: Promise<CliEnd>;
  signal(name: NodeJS.Signals): void;
}

/** A stack that is ready. */
export interface RunningCli extends CliProcess {
  ready: ReadyLine;
  pid: number;
  endpoint: string;
  /** SIGTERM, and its end. */
  stop(): Promise<CliEnd>;
  /** SIGKILL, and its end. */
  kill(): Promise<CliEnd>;
}

const alive = new Set<ChildProcess>();

afterAll(async () => {
  const ends = [...alive].map((child) => new Promise((resolve) => child.once('close', resolve)));
  for (const child of alive) child.kill('SIGKILL');
  await Promise.all(ends);
});

/** Starts `localyun ARGS…` and does not wait for anything. */
export function spawnCli(args: readonly string[], { cwd = temporaryFolder(), env = {} }: CliOptions = {}): CliProcess {
  if (!existsSync(MAIN)) throw new Error(`${MAIN} is missing: build the project first (node build.mjs).`);
  const { PATH = '', HOME = '', TMPDIR } = process.env;
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd,
    // Nothing of the test runner's surroundings decides how the product behaves.
    env: { PATH, HOME, ...(TMPDIR ? { TMPDIR } : {}), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  alive.add(child);
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name]?.setEncoding('utf8').on('data', (text: string) => {
      output[name] += text;
    });
  const ended = new Promise<CliEnd>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      alive.delete(child);
      resolve({ code, signal, ...output });
    });
  });
  return {
    child,
    cwd,
    stdout: () => output.stdout,
    stderr: () => output.stderr,
    ended,
    signal: (name) => void child.kill(name),
  };
}

/** Runs `localyun ARGS…` to its end. */
export function runCli(args: readonly string[], options: CliOptions & { withinMs?: number } = {}): Promise<CliEnd> {
  const { withinMs = END_MS, ...rest } = options;
  const cli = spawnCli(args, rest);
  return within(cli.ended, withinMs, () => {
    cli.signal('SIGKILL');
    return `\`localyun ${args.join(' ')}\` did not end in ${withinMs} ms; it said: ${cli.stdout()}${cli.stderr()}`;
  });
}

/** Starts a stack with `localyun start --json --port 0 ARGS…`; `--ephemeral` unless it names a data folder. */
export async function startCli(args: readonly string[] = [], options: CliOptions = {}): Promise<RunningCli> {
  const state = args.includes('--data-dir') ? [] : ['--ephemeral'];
  return readyCli(spawnCli(['start', '--json', '--port', '0', ...state, ...args], options));
}

/** Resolves with the stack once its line came; rejects with what it said when it ended instead. */
export async function readyCli(cli: CliProcess): Promise<RunningCli> {
  const line = new Promise<string>((resolve, reject) => {
    cli.child.stdout?.on('data', () => {
      const end = cli.stdout().indexOf('\n');
      if (end >= 0) resolve(cli.stdout().slice(0, end));
    });
    cli.ended.then(
      ({ code, stderr }) => reject(new Error(`localyun start ended with code ${code}: ${stderr}`)),
      reject,
    );
  });
  const text = await within(line, READY_MS, () => {
    cli.signal('SIGKILL');
    return `localyun start was not ready in ${READY_MS} ms; it said: ${cli.stderr()}`;
  });
  const ready = JSON.parse(text) as ReadyLine;
  const end = (name: NodeJS.Signals) => {
    cli.signal(name);
    return within(cli.ended, END_MS, () => {
      cli.signal('SIGKILL');
      return `localyun start did not end in ${END_MS} ms after ${name}; it said: ${cli.stderr()}`;
    });
  };
  return {
    ...cli,
    ready,
    pid: ready.pid,
    endpoint: ready.endpoint,
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
  };
}

function within<T>(promise: Promise<T>, limitMs: number, tooLate: () => string): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(tooLate())), limitMs);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
