/** `.localyun/run.json`: how a command in another terminal finds the running stack. */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

export const STATE_FOLDER = '.localyun';

const runSchema = z.object({
  endpoint: z.url(),
  region: z.string(),
  accountId: z.string(),
  accessKeyId: z.string(),
  accessKeySecret: z.string(),
  pid: z.number().int().positive(),
});

export type RunFile = z.output<typeof runSchema>;

const runPath = (cwd: string) => join(cwd, STATE_FOLDER, 'run.json');

/** Readable by its owner only: it holds a key. Written whole or not at all. */
export function writeRunFile(cwd: string, run: RunFile): void {
  mkdirSync(join(cwd, STATE_FOLDER), { recursive: true });
  const path = runPath(cwd);
  const unfinished = `${path}.${run.pid}`;
  // The mode counts only for a new file: what a crashed start of the same number left would keep its own.
  rmSync(unfinished, { force: true });
  writeFileSync(unfinished, `${JSON.stringify(run, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
  renameSync(unfinished, path);
}

/** The running stack's facts; undefined when there is no file, it is damaged, or its process is gone. */
export function readRunFile(cwd: string): RunFile | undefined {
  try {
    const run = runSchema.parse(JSON.parse(readFileSync(runPath(cwd), 'utf8')), { jitless: true });
    return isAlive(run.pid) ? run : undefined;
  } catch {
    // No file or a damaged one: nothing is known to run, which is what undefined says.
    return undefined;
  }
}

/** Removes the file, but only where it is still ours. */
export function removeRunFile(cwd: string, pid: number): void {
  if (readRunFile(cwd)?.pid === pid) rmSync(runPath(cwd), { force: true });
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
