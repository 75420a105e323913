/** Disks that run full on command: a small one where we may mount it, and a limit on the size of every file where not. */
import { execFileSync } from 'node:child_process';
import { closeSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from './temporary-folder.ts';

export interface SmallDisk {
  folder: string;
  /** Nothing more fits, for the process `pid` that keeps its database in `folder`/state. */
  fill(pid: number): void;
  makeRoom(pid: number): void;
  /** When nobody uses it any more. */
  remove(): void;
}

const DISK_BYTES = 32 * 1024 * 1024;
const BLOCK_BYTES = 4096;

/** Only root may mount, and not in every container. */
export function mountedDisk(): SmallDisk | undefined {
  const folder = temporaryFolder();
  const filler = join(folder, 'filler');
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_BYTES}`, 'tmpfs', folder], { stdio: 'ignore' });
  } catch {
    return undefined;
  }
  return {
    folder,
    fill: () => fillUp(filler),
    makeRoom: () => rmSync(filler),
    remove: () => void execFileSync('umount', ['--lazy', folder]),
  };
}

/** Of util-linux: the system refuses a file's growth as it would on a full disk, under another name. */
export function limitedFiles(): SmallDisk {
  const folder = temporaryFolder();
  const limit = (pid: number, sizeBytes: number | 'unlimited') =>
    execFileSync('prlimit', [`--fsize=${sizeBytes}:`, '--pid', String(pid)]);
  return {
    folder,
    fill: (pid) => void limit(pid, statSync(join(folder, 'state/db/data.mdb')).size),
    makeRoom: (pid) => void limit(pid, 'unlimited'),
    remove: () => undefined,
  };
}

function fillUp(path: string): void {
  const file = openSync(path, 'w');
  try {
    for (;;) writeSync(file, Buffer.alloc(BLOCK_BYTES));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
  } finally {
    closeSync(file);
  }
}
