/** The store that keeps every object in MinIO, or another S3 server, under its own bucket and key; its rows stay in the database. */
import type { AtOnce } from '../../../src/kernel/at-once.ts';
import type { Clock } from '../../../src/kernel/clock.ts';
import { OssError } from '../errors.ts';
import { openBlobFiles } from './blob-files.ts';
import { createChanges } from './changes.ts';
import { createContents } from './contents.ts';
import { createAppends } from './embedded-appends.ts';
import { createBucketStore } from './embedded-buckets.ts';
import { createDocuments } from './embedded-documents.ts';
import { createObjects } from './embedded-objects.ts';
import { createRestores } from './embedded-restores.ts';
import type { EmbeddedStore, EmbeddedStoreNeeds } from './embedded-store.ts';
import { createUploadStore } from './embedded-uploads.ts';
import { createVersionStore } from './embedded-versions.ts';
import { createKeyLocks } from './key-locks.ts';
import { claimHome } from './minio-home.ts';
import { connectMinio, type MinioSettings } from './minio-remote.ts';
import type { ObjectStore, VersionRef } from './object-store.ts';
import { isGone, RemoteFailure, reasonOf } from './remote.ts';
import { createAdoption } from './remote-adoption.ts';
import { createRemoteBlobs } from './remote-blobs.ts';
import { createRemoteBuckets } from './remote-buckets.ts';
import { joinBlobs, overRemote } from './remote-contents.ts';
import { createSending } from './remote-sending.ts';
import { createVisibility } from './remote-visibility.ts';
import { createRemoteWrites } from './remote-writes.ts';
import { openTables } from './rows.ts';
import { createStaging } from './staging.ts';
import { createVersions } from './versions.ts';

export interface MinioStoreNeeds extends Omit<EmbeddedStoreNeeds, 'inlineBytesMax'> {
  minio: MinioSettings;
  clock: Pick<Clock, 'afterHostMs' | 'monotonicMs' | 'nowMs'>;
  /** A connection to the server on which nothing moves for this long is given up. */
  limitMs?: number;
}

/** Staged bytes up to here wait in memory for their upload; parts too, which are 100 KiB at least but for the last. */
const INLINE_BYTES_MAX = 64 * 1024;
const RUN_ID_BYTES = 8;
const LIMIT_MS = 10_000;
/** Of one call whose object others change again and again. */
const ATTEMPTS_MAX = 5;

/** Rejects with a RemoteFailure when the server can't be used, with a StoreUnusable when the database is another store's. Resolves when rows and server agree. */
export async function openMinioStore(needs: MinioStoreNeeds): Promise<EmbeddedStore> {
  const { database, folder, sync, ids, clock, limitMs = LIMIT_MS } = needs;
  const logger = needs.logger.child('minio');
  const remote = connectMinio({ ...needs.minio, clock, logger, limitMs });
  const tables = openTables(database);
  const connected = remote.check().then(() => claimHome(database, tables, remote));
  await connected.catch((error: unknown) => {
    remote.close();
    throw error;
  });

  const isOwned = (id: string) => tables.blobs.has(id);
  const blobs = createRemoteBlobs({ database, remote, ids, clock, logger, isOwned, doubtMs: 2 * limitMs });
  const local = await openBlobFiles({ folder, sync, runId: ids.hex(RUN_ID_BYTES), logger, isOwned });
  const files = joinBlobs(local, blobs, isOwned);
  const contents = overRemote(createContents(tables, files, INLINE_BYTES_MAX), blobs);
  const staging = createStaging(files, INLINE_BYTES_MAX);
  const changes = createChanges(database, files, staging);
  const locks = createKeyLocks();

  const versions = createVersions({ tables, contents, ids });
  const { replace, ...objects } = createObjects({ tables, files, contents, changes, versions });
  const { join, ...uploads } = createUploadStore({ tables, contents, changes, replace });
  const appends = createAppends({ tables, files, contents, changes, staging, versions });
  const buckets = createBucketStore({ tables, contents, changes });
  const { forgetRead, ...documents } = createDocuments({ tables, changes });
  const rows = {
    ...buckets,
    ...objects,
    ...uploads,
    ...appends,
    ...createVersionStore({ tables, changes, versions }),
    ...createRestores({ tables, changes, versions }),
    join,
    deleteBucket: (...args: Parameters<ObjectStore['deleteBucket']>) =>
      buckets.deleteBucket(...args).finally(forgetRead),
  };

  const sending = createSending({ tables, rows, versions, contents, files, staging, blobs, remote });
  const visibility = createVisibility({ tables, sending, remote });
  const shared = { rows, tables, contents, blobs, remote, sending, visibility, locks };
  const adoption = createAdoption({ ...shared, staging, logger, nowMs: clock.nowMs });
  const writes = createRemoteWrites(shared);
  const { leave, ...remoteBuckets } = createRemoteBuckets({ ...shared, reconcile: adoption.reconcileBucket });

  /** What somebody else took away there is taken away here, and the work meets what is there now. */
  async function lookingAgain<Result>(ref: VersionRef, work: () => AtOnce<Result>): Promise<Result> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await work();
      } catch (error) {
        if (!isGone(error) || attempt === ATTEMPTS_MAX) throw error;
        await adoption.reconcileObject(ref);
      }
    }
  }

  const patient = {
    read: (...[ref, ...rest]: Parameters<ObjectStore['read']>) => lookingAgain(ref, () => objects.read(ref, ...rest)),
    copy: (...[ref, ...rest]: Parameters<ObjectStore['copy']>) => lookingAgain(ref, () => writes.copy(ref, ...rest)),
    amend: (...[ref, ...rest]: Parameters<ObjectStore['amend']>) => lookingAgain(ref, () => writes.amend(ref, ...rest)),
  };

  async function clear(): Promise<void> {
    await remote.check();
    const names = Array.from(tables.buckets.range(), ({ key }) => String(key));
    // A look at what is there would take them in again.
    await locks.run(names, async () => {
      await changes
        .change((freed) => {
          for (const { key } of tables.blobs.range()) freed.push(String(key));
          blobs.doom(freed);
          for (const table of Object.values(tables)) for (const { key } of [...table.range()]) table.remove(key);
        })
        .finally(forgetRead);
      for (const name of names) await leave(name);
    });
  }

  remote.onRecovery(() => void blobs.settleAll());
  await blobs.settleAll();
  await adoption.reconcileAll();
  adoption.listen();

  return {
    ...rows,
    ...documents,
    ...refusing(remote.endpoint, { ...writes, ...patient, ...remoteBuckets, ...locked(), clear }),
    stage: staging.stage,
    idle: files.idle,
    async close() {
      await files.close();
      remote.close();
      await adoption.idle();
    },
  };

  /** A part that is replaced while its upload is completed would be half in the object. */
  function locked(): Pick<ObjectStore, 'putPart' | 'abortUpload'> {
    const key = (upload: Parameters<ObjectStore['putPart']>[0]) => [`${upload.bucket}/${upload.key}`];
    return {
      putPart: (upload, ...rest) => locks.run(key(upload), () => uploads.putPart(upload, ...rest)),
      abortUpload: (upload, commit) => locks.run(key(upload), () => uploads.abortUpload(upload, commit)),
    };
  }
}

type Asynchronous = Record<string, (...args: never[]) => Promise<unknown>>;

/** The same functions, which refuse as the cloud would where the server failed. */
function refusing<Functions extends object>(endpoint: string, functions: Functions & Asynchronous): Functions {
  const refused = (error: unknown): never => {
    throw error instanceof RemoteFailure ? toRefusal(error, endpoint) : error;
  };
  const entries = Object.entries(functions).map(([name, work]) => [
    name,
    (...args: never[]) => work(...args).catch(refused),
  ]);
  return Object.fromEntries(entries) as Functions;
}

/** What a client is told; the log has where and why. */
function toRefusal(failure: RemoteFailure, endpoint: string): Error {
  const cause = { cause: failure };
  const where = `MinIO at ${endpoint}, where objects lie,`;
  switch (failure.trouble) {
    case 'unreachable':
    case 'slow':
    case 'failing': {
      const message = `${where} can't be used now: ${reasonOf(failure)}. Nothing was changed; send the call again when it runs.`;
      return new OssError('ServiceUnavailable', { message }, cause);
    }
    case 'denied': {
      const message = `${where} refuses the keys of LocalYun: ${reasonOf(failure)}. Allow them again, or start LocalYun with others.`;
      return new OssError('ServiceUnavailable', { message }, cause);
    }
    case 'full': {
      const message = `${where} is full. Nothing was changed; make room there and send the call again.`;
      return new OssError('InsufficientStorage', { message }, cause);
    }
    case 'taken':
      return new OssError('BucketAlreadyExists', {}, cause);
    case 'gone': {
      if (failure.remoteCode === 'NoSuchBucket')
        return new OssError('NoSuchBucket', { message: `The bucket is gone from MinIO at ${endpoint}.` }, cause);
      const message = `The object was changed in MinIO at ${endpoint} by somebody else meanwhile. Send the call again.`;
      return new OssError('ServiceUnavailable', { message }, cause);
    }
    default:
      return failure;
  }
}
