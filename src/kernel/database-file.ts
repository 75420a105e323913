/** Looks at a database's file before it is mapped into memory: what is none, or ends too early, would end the process by a signal. */
import { Buffer } from 'node:buffer';
import { closeSync, fstatSync, ftruncateSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';

const MAGIC = 0xbeefc0de;
const VERSION = 2;
const PAGE_BYTES_MIN = 512;
const PAGE_BYTES_MAX = 65_536;
/** Where LMDB keeps them in each of the first two pages. */
const AT = { magic: 24, version: 28, pageBytes: 48, root: 136, lastPage: 144, transaction: 152, end: 160 };
const NO_ROOT = 0xffff_ffff_ffff_ffffn;

interface Meta {
  pageBytes: number;
  root: bigint;
  lastPage: bigint;
  transaction: bigint;
}

/** Throws for a file that can't be LocalYun's database. One that is not there, or empty, is made when it is opened. */
export function checkDatabaseFile(folder: string): void {
  const file = openIfThere(join(folder, 'data.mdb'));
  if (file === undefined) return;
  try {
    const { size } = fstatSync(file);
    if (size === 0) return;
    const newest = newestMeta(file);
    if (!newest) throw new Error(`${join(folder, 'data.mdb')} does not begin as a database`);
    const { root, lastPage, pageBytes } = newest;
    const pages = BigInt(Math.floor(size / pageBytes));
    if (root !== NO_ROOT && root >= pages) throw new Error(`${join(folder, 'data.mdb')} is cut short`);
    // The last pages may be free and never written. Where they are not they read as empty, which LMDB tells, and survives.
    const whole = Number(lastPage + 1n) * pageBytes;
    if (size < whole) ftruncateSync(file, whole);
  } finally {
    closeSync(file);
  }
}

function openIfThere(path: string): number | undefined {
  try {
    return openSync(path, 'r+');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** LMDB writes the two in turns, and can't live without either. */
function newestMeta(file: number): Meta | undefined {
  const first = readMeta(file, 0);
  const second = first && readMeta(file, first.pageBytes);
  return second && second.transaction > first.transaction ? second : second && first;
}

function readMeta(file: number, start: number): Meta | undefined {
  const page = Buffer.alloc(AT.end);
  if (readSync(file, page, 0, page.length, start) < page.length) return undefined;
  const pageBytes = page.readUInt32LE(AT.pageBytes);
  const isMeta = page.readUInt32LE(AT.magic) === MAGIC && page.readUInt16LE(AT.version) === VERSION;
  if (!isMeta || pageBytes < PAGE_BYTES_MIN || pageBytes > PAGE_BYTES_MAX) return undefined;
  return {
    pageBytes,
    root: page.readBigUInt64LE(AT.root),
    lastPage: page.readBigUInt64LE(AT.lastPage),
    transaction: page.readBigUInt64LE(AT.transaction),
  };
}
