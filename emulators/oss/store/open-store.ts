/** Opens the store that the settings name. */
import type { Clock } from '../../../src/kernel/clock.ts';
import { type EmbeddedStore, type EmbeddedStoreNeeds, openEmbeddedStore } from './embedded-store.ts';
import { findHome } from './minio-home.ts';
import type { MinioSettings } from './minio-remote.ts';
import { RemoteFailure, reasonOf } from './remote.ts';
import { StoreUnusable } from './store-unusable.ts';

export type StoreSettings = { kind: 'embedded' } | ({ kind: 'minio' } & MinioSettings);

export interface OpenStoreNeeds extends Omit<EmbeddedStoreNeeds, 'inlineBytesMax'> {
  clock: Pick<Clock, 'afterHostMs' | 'monotonicMs' | 'nowMs'>;
  /** A connection to MinIO on which nothing moves for this long is given up. */
  limitMs?: number;
}

/** Rejects with a StoreUnusable for settings, or a server, that won't do. */
export async function openStore(settings: StoreSettings, needs: OpenStoreNeeds): Promise<EmbeddedStore> {
  if (settings.kind === 'embedded') {
    const home = findHome(needs.database);
    if (home !== undefined)
      throw new StoreUnusable(
        `The data directory belongs to MinIO at ${home}: start with --store minio, or name another --data-dir.`,
      );
    return openEmbeddedStore(needs);
  }
  // Its client is a large library, which the other store has no use for.
  const { openMinioStore } = await import('./minio-store.ts');
  try {
    return await openMinioStore({ ...needs, minio: settings });
  } catch (error) {
    throw error instanceof RemoteFailure ? explain(error, settings.endpoint) : error;
  }
}

function explain(failure: RemoteFailure, endpoint: string): StoreUnusable {
  const options = { cause: failure };
  switch (failure.trouble) {
    case 'denied':
      return new StoreUnusable(
        `MinIO at ${endpoint} refuses the keys (${failure.remoteCode}): give those of a user who may make buckets, with --minio-access-key and --minio-secret-key, LOCALYUN_MINIO_ACCESS_KEY and LOCALYUN_MINIO_SECRET_KEY, or \`store:\` in localyun.yaml.`,
        options,
      );
    case 'unreachable':
    case 'slow':
      return new StoreUnusable(
        `MinIO can't be reached at ${endpoint} (${reasonOf(failure)}): start it, or name another place with --minio-endpoint, LOCALYUN_MINIO_ENDPOINT, or \`store:\` in localyun.yaml.`,
        options,
      );
    default:
      return new StoreUnusable(`MinIO at ${endpoint} can't be used: ${reasonOf(failure)}.`, options);
  }
}
