/** Reads the folder that a new bucket is filled from: its files as objects to be, and what in it can't be one. */
import { createReadStream, statSync } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import type { Readable } from 'node:stream';
import { OssError } from '../errors.ts';
import { PUT_BYTES_MAX } from '../limits.ts';
import { assertKey } from '../service/names.ts';

export interface SeedFile {
  /** The path below the folder, with slashes. */
  key: string;
  sizeBytes: number;
  open(): Readable;
}

/** Why something below the folder can't be an object. */
export interface SeedProblem {
  problem: string;
}

/** A whole sentence, when the folder can't be one to fill a bucket from. Costs one look at the disk. */
export function checkSeedFolder(folder: string, dataDir: string | undefined): string | undefined {
  if (dataDir !== undefined && (isWithin(dataDir, folder) || isWithin(folder, dataDir)))
    return `The seed folder ${folder} and the state folder ${dataDir} lie in one another.`;
  try {
    return statSync(folder).isDirectory() ? undefined : `The seed ${folder} is no folder.`;
  } catch (error) {
    return `The seed folder ${folder} can't be read (${reasonOf(error)}).`;
  }
}

/** Every file below, a folder after the other, names ascending. Only one folder's names are in memory for each level. */
export async function* seedFiles(folder: string): AsyncGenerator<SeedFile | SeedProblem> {
  const root = await realpath(folder).catch(() => folder);
  yield* filesIn(folder, { root, top: folder });
}

interface Place {
  /** Without links: nothing outside is taken. */
  root: string;
  /** As it was named. */
  top: string;
}

async function* filesIn(folder: string, place: Place): AsyncGenerator<SeedFile | SeedProblem> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => reasonOf(error));
  if (typeof entries === 'string') return yield { problem: `The folder ${folder} can't be read (${entries}).` };
  for (const entry of entries.sort((left, right) => (left.name < right.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesIn(path, place);
    else yield await fileAt(path, place, { isLink: entry.isSymbolicLink() });
  }
}

async function fileAt(path: string, { root, top }: Place, { isLink }: { isLink: boolean }) {
  const key = relative(top, path).replaceAll(sep, '/');
  try {
    const real = isLink ? await realpath(path) : path;
    if (isLink && !isWithin(real, root))
      return { problem: `${path} is a link to ${real}, outside of its seed folder.` };
    const found = await stat(real);
    const sizeBytes = found.size;
    if (!found.isFile()) return { problem: `${path} is no file${isLink ? ', but a link to a folder' : ''}.` };
    if (sizeBytes > PUT_BYTES_MAX) return { problem: `${path} is larger than 5 GB, the most that one upload takes.` };
    // What is no UTF-8 on the disk reads as this sign, and names no file.
    if (key.includes('\ufffd')) return { problem: `${path} has a name that is not UTF-8.` };
    assertKey(key);
    return { key, sizeBytes, open: () => createReadStream(real) };
  } catch (error) {
    if (error instanceof OssError) return { problem: `${path} can't be an object: ${error.details.message}` };
    return { problem: `${path} can't be read (${reasonOf(error)}).` };
  }
}

function isWithin(path: string, folder: string): boolean {
  const inner = resolve(path);
  const outer = resolve(folder);
  return inner === outer || inner.startsWith(outer.endsWith(sep) ? outer : outer + sep);
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  return code === 'ENOENT' ? 'there is no such file or folder' : code;
}
