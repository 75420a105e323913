/** Real processes as tests see them: who descends from whom, who stands in a folder, how much memory one takes. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, readlinkSync, realpathSync, writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

const LOOK_EVERY_MS = 5;

/** Without it (macOS) who stands in a folder and how high memory rose can't be told. */
export const hasProc = existsSync('/proc/self/status');

/** Whether a process of this id runs; one that ended and was not collected yet does not. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  return !hasProc || !/^State:\s+[ZX]/m.test(readStatus(pid) ?? 'State: X');
}

/** Process ids below `pid`, of every generation. */
export function descendantsOf(pid: number): number[] {
  const parents = parentOfEach();
  const below = [...parents].filter(([, parent]) => parent === pid).map(([child]) => child);
  return below.flatMap((child) => [child, ...descendantsOf(child)]).filter(isRunning);
}

/** Processes whose working folder is `folder` or below it: orphans too, which have lost their parent. */
export function processesIn(folder: string): number[] {
  const root = realpathSync(folder);
  return processIds().filter((pid) => {
    const cwd = workingFolder(pid);
    return (cwd === root || cwd?.startsWith(`${root}/`)) && isRunning(pid);
  });
}

/** Bytes of memory now. */
export function residentBytes(pid: number): number {
  return statusBytes(pid, 'VmRSS');
}

/** Highest `residentBytes` since the start, or since `forgetPeak`. */
export function peakBytes(pid: number): number {
  return statusBytes(pid, 'VmHWM');
}

export function forgetPeak(pid: number): void {
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
}

/** Resolves once it holds, looking again and again; rejects by name when it does not in time. */
export async function until(what: string, holds: () => boolean | Promise<boolean>, withinMs = 10_000): Promise<void> {
  const endMs = performance.now() + withinMs;
  while (!(await holds())) {
    if (performance.now() > endMs) throw new Error(`Not so after ${withinMs} ms: ${what}`);
    await pause(LOOK_EVERY_MS);
  }
}

function processIds(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

function parentOfEach(): Map<number, number> {
  if (!hasProc) {
    const { stdout } = spawnSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' });
    return new Map(stdout.split('\n').map((line) => line.trim().split(/\s+/).map(Number) as [number, number]));
  }
  const pairs = processIds().map((pid): [number, number] => [
    pid,
    Number(/^PPid:\s+(\d+)/m.exec(readStatus(pid) ?? '')?.[1] ?? 0),
  ]);
  return new Map(pairs);
}

function workingFolder(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    // Gone since, or another user's.
    return undefined;
  }
}

function readStatus(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/status`, 'latin1');
  } catch {
    // Gone since.
    return undefined;
  }
}

function statusBytes(pid: number, name: string): number {
  const kilobytes = new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(readStatus(pid) ?? '')?.[1];
  if (kilobytes === undefined) throw new Error(`Process ${pid} shows no ${name}; it is gone.`);
  return Number(kilobytes) * 1024;
}
