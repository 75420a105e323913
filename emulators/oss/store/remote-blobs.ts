/** Objects' bytes on an S3 server: written before the row that names them, removed once no row does, whatever happens in between. */
import { z } from 'zod';
import type { Clock } from '../../../src/kernel/clock.ts';
import type { Database } from '../../../src/kernel/database.ts';
import type { Ids } from '../../../src/kernel/ids.ts';
import type { Logger } from '../../../src/kernel/logger.ts';
import type { OpenBlob } from './blob-files.ts';
import { createEchoes } from './echoes.ts';
import { isGone, type Place, type Remote, RemoteFailure, type RemoteVersion } from './remote.ts';
import { readOwn } from './remote-metadata.ts';

export interface RemoteBlobs {
  isRemote(id: string): boolean;
  /**
   * Has `send` write the bytes under a new id and tells the id. Nobody owns them until a row names it: then it is settled; else
   * it is released.
   */
  publish(place: Place, send: (id: string) => Promise<RemoteVersion>): Promise<string>;
  /** An id for bytes that somebody else wrote. They are registered inside the transaction whose row names it. */
  newId(): string;
  register(id: string, version: RemoteVersion): void;
  /** Inside a transaction: these bytes are no concern of ours any more, and stay where they are. */
  abandon(id: string): void;
  /** Inside the transaction that takes their last owner: they are removed also when it is the last thing this run does. */
  doom(ids: readonly string[]): void;
  find(id: string): RemoteVersion | undefined;
  /** Whether this run or an earlier one wrote this version, be it still unfinished. */
  isOurs(version: RemoteVersion, id: string | undefined): boolean;
  /** Whether this run wrote or removed it lately. */
  isEcho(versionId: string): boolean;
  open(id: string, start: number, end: number): Promise<OpenBlob>;
  /** Keeps the bytes readable until the returned function is called. */
  pin(ids: readonly string[]): () => void;
  settle(id: string): void;
  /** Removes bytes that no row names any more, in the background, each once its last reader has gone. */
  release(ids: readonly string[]): void;
  /** Removes what an earlier run left without an owner, and what could not be removed when it should have been. */
  settleAll(): Promise<void>;
  /** Resolves when no removal is under way. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

export interface RemoteBlobsNeeds {
  database: Database;
  remote: Remote;
  ids: Pick<Ids, 'hex'>;
  clock: Pick<Clock, 'afterHostMs'>;
  logger: Logger;
  isOwned(id: string): boolean;
  /** How long the server may still be at work on a request that was given up. */
  doubtMs: number;
}

const location = z.object({
  bucket: z.string(),
  name: z.string(),
  /** Absent as long as it isn't known whether the bytes have arrived. */
  versionId: z.string().optional(),
  /** Written by others, perhaps over versions of their own. */
  isAdopted: z.literal(true).optional(),
});
type Location = z.infer<typeof location>;

/** Ids of files are hex. */
const ID_PREFIX = 'r-';
const ID_BYTES = 12;
const BATCH_MAX = 500;

export function createRemoteBlobs(needs: RemoteBlobsNeeds): RemoteBlobs {
  const { database, remote, ids, clock, logger, isOwned, doubtMs } = needs;
  /** id → where its bytes are. */
  const places = database.table<unknown>('oss.remote');
  /** Ids whose bytes go unless a row owns them. */
  const intents = database.table<unknown>('oss.remote-intents');
  const pins = new Map<string, number>();
  const unownedButPinned = new Set<string>();
  /** Written or being written by this run, and neither settled nor released yet. */
  const publishing = new Set<string>();
  const doubted = new Set<string>();
  const doomed = new Set<string>();
  const settledIds: string[] = [];
  const echoes = createEchoes();
  const doubts = new Set<() => void>();
  let running: Promise<void> | undefined;
  let settling: Promise<void> | undefined;
  let closed = false;

  const locate = (id: string): Location | undefined => {
    const row = places.get(id);
    return row === undefined ? undefined : location.parse(row);
  };
  const newId = () => ID_PREFIX + ids.hex(ID_BYTES);

  async function publish(place: Place, send: (id: string) => Promise<RemoteVersion>): Promise<string> {
    const id = newId();
    publishing.add(id);
    const { bucket, name } = place;
    let sent: RemoteVersion;
    try {
      await database.transact(() => {
        places.put(id, { bucket, name });
        intents.put(id, true);
      });
      sent = await send(id);
    } catch (error) {
      release([id]);
      throw error;
    }
    echoes.add(sent.versionId);
    // On disk at the latest with the row that names the id: the log of the database is one.
    await database.transact(() => places.put(id, { bucket, name, versionId: sent.versionId }), { durable: false });
    return id;
  }

  function release(released: readonly string[]): void {
    for (const id of released) {
      publishing.delete(id);
      if (pins.has(id)) unownedButPinned.add(id);
      else doomed.add(id);
    }
    running ??= drain().finally(() => {
      running = undefined;
    });
  }

  async function drain(): Promise<void> {
    while (doomed.size > 0 && !closed) {
      const batch = [...doomed].slice(0, BATCH_MAX);
      for (const id of batch) doomed.delete(id);
      try {
        await removeNow(batch);
      } catch (error) {
        // Their intents stay: it is tried again when the server answers again, and at the next start.
        if (!(error instanceof RemoteFailure))
          logger.error('Bytes of removed objects could not be removed.', { error });
      }
    }
  }

  async function removeNow(batch: readonly string[]): Promise<void> {
    const done: string[] = [];
    const byBucket = new Map<string, RemoteVersion[]>();
    for (const id of batch) {
      const found = isOwned(id) ? undefined : locate(id);
      const versions = found ? await versionsOf(id, found) : [];
      if (versions === 'in doubt') continue;
      for (const version of versions) byBucket.set(version.bucket, [...(byBucket.get(version.bucket) ?? []), version]);
      done.push(id);
    }
    for (const [bucket, versions] of byBucket) {
      for (const { versionId } of versions) echoes.add(versionId);
      await remote.remove(bucket, versions);
    }
    await database.transact(
      () => {
        for (const id of done) {
          intents.remove(id);
          if (!isOwned(id)) places.remove(id);
        }
      },
      { durable: false },
    );
  }

  async function versionsOf(id: string, found: Location): Promise<RemoteVersion[] | 'in doubt'> {
    const { bucket, name, versionId } = found;
    if (versionId === undefined) return findUnanswered(id, found);
    if (!found.isAdopted) return [{ bucket, name, versionId }];
    // What others wrote over is not to come to light again. The newest come first.
    const all = await remote.versions({ bucket, name }).catch(noneWhenGone);
    const at = all.findIndex((version) => version.versionId === versionId);
    return at < 0 ? [] : all.slice(at);
  }

  /** An upload that ended without an answer may have arrived, or may yet. */
  async function findUnanswered(id: string, place: Place): Promise<RemoteVersion[] | 'in doubt'> {
    const found = await findWritten(id, place);
    if (found) return [found];
    if (!doubted.delete(id)) {
      doubted.add(id);
      const cancel = clock.afterHostMs(doubtMs, () => {
        doubts.delete(cancel);
        release([id]);
      });
      doubts.add(cancel);
      return 'in doubt';
    }
    return [];
  }

  async function findWritten(id: string, place: Place): Promise<RemoteVersion | undefined> {
    const newest = await remote.stat(place);
    if (newest && readOwn(newest.headers).id === id) return newest;
    for (const version of await remote.versions(place).catch(noneWhenGone)) {
      const object = await remote.stat(version);
      if (object && readOwn(object.headers).id === id) return object;
    }
    return undefined;
  }

  function unpin(id: string): void {
    const left = (pins.get(id) ?? 0) - 1;
    if (left > 0) {
      pins.set(id, left);
      return;
    }
    pins.delete(id);
    if (unownedButPinned.delete(id)) release([id]);
  }

  /** Together, for each is a transaction otherwise. */
  async function forgetSettled(): Promise<void> {
    await new Promise((next) => setImmediate(next));
    const batch = settledIds.splice(0);
    await database.transact(
      () => {
        for (const id of batch) intents.remove(id);
      },
      { durable: false },
    );
    settling = settledIds.length > 0 ? forgetSettled() : undefined;
  }

  async function idle(): Promise<void> {
    while (running || settling) await Promise.all([running, settling]);
  }

  return {
    isRemote: (id) => id.startsWith(ID_PREFIX),
    publish,
    newId,
    register: (id, { bucket, name, versionId }) => places.put(id, { bucket, name, versionId, isAdopted: true }),
    abandon(id) {
      places.remove(id);
      intents.remove(id);
    },
    doom(freed) {
      for (const id of freed) if (id.startsWith(ID_PREFIX)) intents.put(id, true);
    },
    find(id) {
      const found = locate(id);
      return found?.versionId === undefined ? undefined : { ...found, versionId: found.versionId };
    },
    isOurs({ bucket, name, versionId }, id) {
      const known = id === undefined ? undefined : locate(id);
      if (!known || known.bucket !== bucket || known.name !== name) return false;
      return known.versionId === undefined || known.versionId === versionId;
    },
    isEcho: (versionId) => echoes.has(versionId),
    async open(id, start, end) {
      const found = locate(id);
      if (found?.versionId === undefined) throw new RemoteFailure('gone', `The bytes ${id} are not ours any more.`);
      const { chunks, destroy } = await remote.get({ ...found, versionId: found.versionId }, start, end);
      return { chunks, close: async () => destroy() };
    },
    pin(pinned) {
      for (const id of pinned) pins.set(id, (pins.get(id) ?? 0) + 1);
      let held = true;
      return () => {
        if (held) pinned.forEach(unpin);
        held = false;
      };
    },
    settle(id) {
      publishing.delete(id);
      settledIds.push(id);
      settling ??= forgetSettled();
    },
    release,
    async settleAll() {
      const open = Array.from(intents.range(), ({ key }) => String(key));
      release(open.filter((id) => !busyWith(id)));
      await running;
    },
    idle,
    async close() {
      closed = true;
      for (const cancel of doubts) cancel();
      await idle();
    },
  };

  /** Of this run's own uploads under way, and of removals that wait for a reader, nothing is left over. */
  function busyWith(id: string): boolean {
    return publishing.has(id) || unownedButPinned.has(id);
  }
}

function noneWhenGone(error: unknown): RemoteVersion[] {
  if (isGone(error)) return [];
  throw error;
}
