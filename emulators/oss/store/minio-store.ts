/** The store that keeps every object in MinIO, or another S3 server, under its own bucket and key; its rows stay in the database. */
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
import { connectMinio, type MinioSettings } from './minio-remote.ts';
import type { ObjectStore } from './object-store.ts';
import { isGone, RemoteFailure } from './remote.ts';
import { createAdoption } from './remote-adoption.ts';
import { createRemoteBlobs } from './remote-blobs.ts';
import { createRemoteBuckets } from './remote-buckets.ts';
import { joinBlobs, overRemote } from './remote-contents.ts';
import { createSending } from './remote-sending.ts';
import { createRemoteWrites } from './remote-writes.ts';
import { openTables } from './rows.ts';
import { createStaging } from './staging.ts';
import { createVersions } from './versions.ts';

export interface MinioStoreNeeds extends Omit<EmbeddedStoreNeeds, 'inlineBytesMax'> {
  minio: MinioSettings;
  clock: Pick<Clock, 'afterHostMs' | 'nowMs'>;
  /** A connection to the server on which nothing moves for this long is given up. */
  limitMs?: number;
}

export interface MinioStore extends EmbeddedStore {
  /** Resolves when what others changed there, as far as it was told, is taken in. */
  caughtUp(): Promise<void>;
}

/** Staged bytes up to here wait in memory for their upload; parts too, which are 100 KiB at least but for the last. */
const INLINE_BYTES_MAX = 64 * 1024;
const RUN_ID_BYTES = 8;
const LIMIT_MS = 10_000;
/** Of one read whose object others change again and again. */
const READ_ATTEMPTS_MAX = 5;

/** Rejects with a RemoteFailure when the server can't be used. Resolves when rows and server agree. */
export async function openMinioStore(needs: MinioStoreNeeds): Promise<MinioStore> {
  const { database, folder, sync, ids, clock, limitMs = LIMIT_MS } = needs;
  const logger = needs.logger.child('minio');
  const remote = connectMinio({ ...needs.minio, clock, logger, limitMs });
  await remote.check().catch((error: unknown) => {
    remote.close();
    throw error;
  });

  const tables = openTables(database);
  const isOwned = (id: string) => tables.blobs.has(id);
  const blobs = createRemoteBlobs({ database, remote, ids, clock, logger, isOwned, doubtMs: 2 * limitMs });
  const local = await openBlobFiles({ folder, sync, runId: ids.hex(RUN_ID_BYTES), logger, isOwned });
  const files = joinBlobs(local, blobs);
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
  const shared = { rows, tables, contents, blobs, remote, sending, locks };
  const adoption = createAdoption({ ...shared, staging, logger, nowMs: clock.nowMs });
  const writes = createRemoteWrites(shared);
  const { leave, ...remoteBuckets } = createRemoteBuckets({ ...shared, reconcile: adoption.reconcileBucket });

  const read: ObjectStore['read'] = async (ref, pick) => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await objects.read(ref, pick);
      } catch (error) {
        if (!isGone(error) || attempt === READ_ATTEMPTS_MAX) throw error;
        await adoption.reconcileObject(ref);
      }
    }
  };

  async function clear(): Promise<void> {
    await remote.check();
    const names = Array.from(tables.buckets.range(), ({ key }) => String(key));
    await changes
      .change((freed) => {
        for (const { key } of tables.blobs.range()) freed.push(String(key));
        blobs.doom(freed);
        for (const table of Object.values(tables)) for (const { key } of [...table.range()]) table.remove(key);
      })
      .finally(forgetRead);
    for (const name of names) await leave(name);
  }

  remote.onRecovery(() => void blobs.settleAll());
  await blobs.settleAll();
  await adoption.reconcileAll();
  adoption.listen();

  return {
    ...rows,
    ...documents,
    ...refusing(remote.endpoint, { ...writes, ...remoteBuckets, ...locked(), read, clear }),
    stage: staging.stage,
    idle: files.idle,
    caughtUp: adoption.idle,
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
  switch (failure.trouble) {
    case 'unreachable':
    case 'slow':
    case 'failing':
    case 'denied':
      return new OssError(
        'ServiceUnavailable',
        { message: `The store behind it, MinIO at ${endpoint}, fails: ${failure.message}.` },
        cause,
      );
    case 'full':
      return new OssError(
        'InsufficientStorage',
        { message: `The store behind it, MinIO at ${endpoint}, has no room left.` },
        cause,
      );
    case 'taken':
      return new OssError('BucketAlreadyExists', {}, cause);
    case 'gone':
      return new OssError('NoSuchBucket', { message: `The bucket is gone from MinIO at ${endpoint}.` }, cause);
    default:
      return failure;
  }
}
