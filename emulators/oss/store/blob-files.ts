/** Large pieces of objects as files: written once under a random name, never changed, removed when no row and no reader needs them. */
import { type FileHandle, mkdir, open, readdir, rm, unlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Logger } from '../../../src/kernel/logger.ts';
import { StoreDamage } from './damage.ts';
import { type DurableFolder, openFolder } from './durable-folder.ts';

export interface BlobFiles {
  /** A name no file has had; the names of one run begin alike. */
  newId(): string;
  /** Creates the file. Nobody owns it until a row names it: then it is settled; else it is released. */
  create(id: string): Promise<FileHandle>;
  settle(id: string): void;
  /** Makes content and name survive a power cut, and closes. */
  seal(id: string, handle: FileHandle): Promise<void>;
  /** Bytes `start` to `end` (not included), readable whatever becomes of the file meanwhile. */
  open(id: string, start: number, end: number): Promise<OpenBlob>;
  /** Keeps the files readable until the returned function is called. */
  pin(ids: readonly string[]): () => void;
  /** Removes files that no row names any more, in the background, each once its last reader has gone. */
  release(ids: readonly string[]): void;
  /** Removes it unless a row names it: such a row may be visible, but not on disk, and the next start decides. */
  releaseUnlessOwned(id: string): void;
  /** A file may be left over that nobody owns: the next start looks for it. */
  suspectLeftovers(): void;
  /** Resolves when no removal and no search for leftovers is under way. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

export interface OpenBlob {
  /** Once; closes at its end. */
  chunks(): AsyncIterable<Uint8Array>;
  close(): Promise<void>;
}

export interface BlobFilesNeeds {
  folder: string;
  sync: boolean;
  /** Distinguishes this run's files from those of earlier runs. */
  runId: string;
  logger: Logger;
  isOwned(id: string): boolean;
}

/** Lies in the folder while a store is open: found at start, it says that the last stop was no clean one. */
const MARKER = 'open';
/** Files one removal or search turn handles at a time: they share libuv's few threads with requests. */
const REMOVALS_MAX = 2;
/** Files after which the next one goes to another folder: a folder made for each would cost more than the file. */
const FILES_PER_SHARD = 256;
const SHARDS = 256;
const CHUNK_BYTES = 128 * 1024;

/** Not by way of a temporary name: a file is nobody's until its row is committed, so a reader can't meet half of it. */
export async function openBlobFiles({ folder, sync, runId, logger, isOwned }: BlobFilesNeeds): Promise<BlobFiles> {
  const shards = new Map<string, Promise<DurableFolder>>();
  const pins = new Map<string, number>();
  const unownedButPinned = new Set<string>();
  const unsettled = new Set<string>();
  const removals: string[] = [];
  const busy = new Set<Promise<void>>();
  let removing = 0;
  let serial = 0;
  let hasLeftovers = false;
  let closed = false;

  const shardOf = (id: string) => join(folder, id.slice(-2));
  const pathOf = (id: string) => join(shardOf(id), id);

  const isNew = (await mkdir(folder, { recursive: true })) !== undefined;
  const isDirty = (await readdir(folder)).includes(MARKER);
  await writeFile(join(folder, MARKER), '');
  if (isDirty) background(sweep());

  function shard(path: string): Promise<DurableFolder> {
    let made = shards.get(path);
    if (!made) {
      made = makeShard(path);
      shards.set(path, made);
      // A folder that could not be made is tried again by the next file.
      made.catch(() => shards.delete(path));
    }
    return made;
  }

  async function makeShard(path: string): Promise<DurableFolder> {
    await mkdir(path, { recursive: true });
    if (!sync) return { sync: async () => undefined, close: () => undefined };
    await syncFolder(folder);
    // Not at start, which is to be quick: the folder itself has to last from its first file on.
    if (isNew) await syncFolder(dirname(folder));
    return openFolder(path);
  }

  function background(work: Promise<void>): void {
    const tracked = work.finally(() => busy.delete(tracked));
    busy.add(tracked);
  }

  function remove(id: string): void {
    removals.push(id);
    if (removing >= REMOVALS_MAX) return;
    removing++;
    background(drainRemovals());
  }

  async function drainRemovals(): Promise<void> {
    for (let id = removals.pop(); id !== undefined; id = removals.pop()) await removeNow(id);
    removing--;
  }

  async function removeNow(id: string): Promise<void> {
    try {
      await unlink(pathOf(id));
    } catch (error) {
      // The search for leftovers may have been faster.
      if (isMissing(error)) return;
      hasLeftovers = true;
      logger.warn('A file of a removed object could not be deleted; the next start tries again.', { id, error });
    }
  }

  /** Deletes what an unclean stop left: files of earlier runs that no row names. Files of this run may be on their way to a row. */
  async function sweep(): Promise<void> {
    let removed = 0;
    try {
      for (const name of await readdir(folder)) {
        if (!/^[0-9a-f]{2}$/.test(name)) continue;
        for (const id of await readdir(join(folder, name))) {
          if (closed) return;
          // Somebody else's file lies here by mistake, and is not ours to delete.
          if (!/^[0-9a-f]{24,}$/.test(id)) continue;
          if (id.startsWith(runId) || isOwned(id) || pins.has(id)) continue;
          await rm(join(folder, name, id), { force: true });
          removed++;
        }
      }
      if (removed > 0) logger.info('Deleted what an unclean stop had left over.', { files: removed });
    } catch (error) {
      hasLeftovers = true;
      logger.warn('The search for files left over by an unclean stop failed; the next start tries again.', { error });
    } finally {
      if (closed) hasLeftovers = true;
    }
  }

  async function idle(): Promise<void> {
    while (busy.size > 0) await Promise.all(busy);
  }

  function unpin(id: string): void {
    const left = (pins.get(id) ?? 0) - 1;
    if (left > 0) {
      pins.set(id, left);
      return;
    }
    pins.delete(id);
    if (unownedButPinned.delete(id)) remove(id);
  }

  function release(ids: readonly string[]): void {
    for (const id of ids) {
      unsettled.delete(id);
      if (pins.has(id)) unownedButPinned.add(id);
      else remove(id);
    }
  }

  return {
    newId() {
      const shardNumber = Math.floor(serial / FILES_PER_SHARD) % SHARDS;
      // The folder's name comes last.
      return `${runId}${hex(serial++, 6)}${hex(shardNumber, 2)}`;
    },
    async create(id) {
      await shard(shardOf(id));
      const handle = await open(pathOf(id), 'wx');
      unsettled.add(id);
      return handle;
    },
    settle: (id) => void unsettled.delete(id),
    async seal(id, handle) {
      const holder = await shard(shardOf(id));
      if (sync) await Promise.all([handle.datasync(), holder.sync()]);
      await handle.close();
    },
    async open(id, start, end) {
      const handle = await open(pathOf(id), 'r');
      // Here it can still be told: once an answer has begun it can only be broken off.
      if ((await handle.stat()).size < end) {
        await handle.close();
        throw cutShort(id);
      }
      return { chunks: () => chunksOf(handle, { id, start, end }), close: () => handle.close() };
    },
    pin(ids) {
      for (const id of ids) pins.set(id, (pins.get(id) ?? 0) + 1);
      let held = true;
      return () => {
        if (held) ids.forEach(unpin);
        held = false;
      };
    },
    release,
    releaseUnlessOwned(id) {
      if (isOwned(id)) hasLeftovers = true;
      else release([id]);
    },
    suspectLeftovers() {
      hasLeftovers = true;
    },
    idle,
    async close() {
      closed = true;
      await idle();
      for (const opened of await Promise.allSettled(shards.values()))
        if (opened.status === 'fulfilled') opened.value.close();
      shards.clear();
      const isClean = !hasLeftovers && unownedButPinned.size === 0 && unsettled.size === 0;
      if (isClean) await rm(join(folder, MARKER), { force: true });
    },
  };
}

async function* chunksOf(handle: FileHandle, { id, start, end }: { id: string; start: number; end: number }) {
  try {
    for (let at = start; at < end; ) {
      const buffer = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, end - at));
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, at);
      if (bytesRead === 0) throw cutShort(id);
      yield buffer.subarray(0, bytesRead);
      at += bytesRead;
    }
  } finally {
    await handle.close();
  }
}

function cutShort(id: string): StoreDamage {
  return new StoreDamage(`The file ${id} ends before its recorded size.`);
}

export function isMissing(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

async function syncFolder(path: string): Promise<void> {
  const opened = await openFolder(path);
  await opened.sync().finally(opened.close);
}

function hex(number: number, digits: number): string {
  return number.toString(16).padStart(digits, '0');
}
