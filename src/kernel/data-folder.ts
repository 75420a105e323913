/** The folder that state lies in: made when it is not there, and held by one process at a time. */
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export type FolderClaim = { ok: true; release(): void } | { ok: false; problem: string };

const LOCK = 'lock';

/** Two processes on one folder would deliver what lies in it twice and take each other's new files for leftovers. */
export function claimFolder(folder: string): FolderClaim {
  const path = join(folder, LOCK);
  try {
    mkdirSync(folder, { recursive: true });
    const holder = readHolder(path);
    if (holder !== undefined && isRunning(holder))
      return {
        ok: false,
        problem: `The state folder ${folder} is in use by another LocalYun (pid ${holder.pid}): stop that one, or name another folder with --data-dir.`,
      };
    const stray = strayBodies(folder);
    if (stray) return { ok: false, problem: stray };
    if (holder !== undefined) rmSync(path, { force: true });
    // Fails when another start was faster.
    writeFileSync(path, `${process.pid} ${startOf(process.pid) ?? ''}\n`, { flag: 'wx' });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    return { ok: false, problem: `The state folder ${folder} can't be used (${code}).` };
  }
  return { ok: true, release: () => rmSync(path, { force: true }) };
}

/**
 * Bodies of objects beside no database: with a new one they would all be leftovers, and deleted. Either the database was lost, or
 * the folder is somebody else's.
 */
function strayBodies(folder: string): string | undefined {
  const hasDatabase = (statSync(join(folder, 'db', 'data.mdb'), { throwIfNoEntry: false })?.size ?? 0) > 0;
  if (hasDatabase || !holdsFiles(join(folder, 'objects'))) return undefined;
  return `The folder ${folder} has files under objects/ but no database (db/data.mdb) that knows them: put the database back, name another folder with --data-dir, or remove objects/.`;
}

function holdsFiles(folder: string): boolean {
  try {
    return readdirSync(folder).some((name) => name !== 'open' && holdsAny(join(folder, name)));
  } catch {
    // There is none, or it is no folder, which whoever makes it says.
    return false;
  }
}

function holdsAny(path: string): boolean {
  return !statSync(path).isDirectory() || readdirSync(path).length > 0;
}

/** Temporary folders whose process was killed before it could remove them. One without a lock may just be coming up: it stays. */
export function removeLeftFolders(parent: string, prefix: string): void {
  for (const name of readdirSync(parent)) {
    if (!name.startsWith(prefix)) continue;
    const holder = readHolder(join(parent, name, LOCK));
    if (holder && !isRunning(holder)) rmSync(join(parent, name), { recursive: true, force: true });
  }
}

interface Holder {
  pid: number;
  start: string | undefined;
}

function readHolder(path: string): Holder | undefined {
  try {
    const [pid, start] = readFileSync(path, 'utf8').trim().split(' ');
    return { pid: Number(pid), start };
  } catch {
    // Nobody holds it.
    return undefined;
  }
}

/** Of a killed process the lock stays, and its number may be another's by now, whose start then differs. */
function isRunning({ pid, start }: Holder): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return false;
  }
  const now = startOf(pid);
  return start === undefined || now === undefined || now === start;
}

/** When the process began, in ticks since the machine did; undefined where there is no /proc. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name may hold spaces and brackets: what follows the last bracket is regular, and the start is 20th in it.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    // macOS and Windows: the number alone must do.
    return undefined;
  }
}
