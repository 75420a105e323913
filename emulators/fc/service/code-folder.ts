/** A function's code as a folder on disk: whether its handler is there, and a fingerprint of what is in it. */
import { createHash } from 'node:crypto';
import { type Dirent, existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { CODE_FILES_MAX } from '../limits.ts';

/** Folders that are no code of the function's own: neither fingerprinted nor watched. */
export const SKIPPED_FOLDERS: readonly string[] = ['node_modules', '.git', '.localyun'];
const NODE_EXTENSIONS = ['.js', '.mjs', '.cjs'];

export interface CodeFingerprint {
  /**
   * Decimal text of 64 bits, the form of the cloud's checksum, which is a CRC-64 of the zip: here there is no zip, so it
   * is made of the files' names, sizes and times.
   */
  checksum: string;
  sizeBytes: number;
}

export function fingerprintCode(codeDir: string): CodeFingerprint {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  let files = 0;
  for (const name of filesUnder(codeDir, '')) {
    if (++files > CODE_FILES_MAX) break;
    const { size, mtimeMs } = statSync(join(codeDir, name), { throwIfNoEntry: false }) ?? { size: 0, mtimeMs: 0 };
    hash.update(`${name}\0${size}\0${mtimeMs}\0`);
    sizeBytes += size;
  }
  return { checksum: hash.digest().readBigUInt64BE().toString(), sizeBytes };
}

/** One sentence when the code a deploy points at can't work; undefined when it can. */
export function missingCode(
  codeDir: string,
  { runtime, handler }: { runtime: string; handler: string },
): string | undefined {
  if (!statSync(codeDir, { throwIfNoEntry: false })?.isDirectory()) return `its code folder ${codeDir} does not exist.`;
  // Only here is it known how a handler's name becomes a file.
  if (!runtime.startsWith('nodejs')) return undefined;
  const dot = handler.lastIndexOf('.');
  if (dot < 1) return `handler "${handler}" names no file: write file.method, as in index.handler.`;
  const base = join(codeDir, handler.slice(0, dot));
  if (NODE_EXTENSIONS.some((extension) => existsSync(base + extension))) return undefined;
  return `handler "${handler}" wants the file ${base}.js (or .mjs, .cjs), which does not exist.`;
}

/** In a stable order, so that equal folders have equal fingerprints. */
function* filesUnder(root: string, prefix: string): Generator<string> {
  for (const entry of entriesOf(join(root, prefix)).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const name = join(prefix, entry.name);
    if (!entry.isDirectory()) yield name;
    else if (!SKIPPED_FOLDERS.includes(entry.name)) yield* filesUnder(root, name);
  }
}

/** A folder that is gone by now, or closed to us, is empty: whatever needs it will say so by name when it is called. */
function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}
