/** The door of OSS: what the stack builds, what it serves, and the buckets a configuration asks for. */
import type { Clock } from '../../src/kernel/clock.ts';
import type { Database } from '../../src/kernel/database.ts';
import { createEmulator, type Emulator } from '../../src/kernel/emulator.ts';
import type { Ids } from '../../src/kernel/ids.ts';
import type { Logger } from '../../src/kernel/logger.ts';
import type { Outbox } from '../../src/kernel/outbox.ts';
import type { CallRecord } from '../../src/kernel/pipeline.ts';
import type { Settled } from '../../src/kernel/settled.ts';
import type { AccessDecider } from '../../src/ports/access-decider.ts';
import type { CredentialSource } from '../../src/ports/credential-source.ts';
import { type ConfiguredBucket, checkBuckets, corsOf, lifecycleOf } from './service/check-config.ts';
import { CORS } from './service/cors.ts';
import { putDocument } from './service/documents.ts';
import { createTell } from './service/facts.ts';
import { LIFECYCLE } from './service/lifecycle.ts';
import { startLifecycle } from './service/lifecycle-daily.ts';
import { assertBucketName } from './service/names.ts';
import { startRestoresDone } from './service/restores-done.ts';
import { beginSeed, checkSeeds, fillBucket, SeedFailure, wantsSeed } from './service/seed.ts';
import type { OssServices } from './service/services.ts';
import { callbackKeyIn } from './store/callback-key.ts';
import type { BucketRecord, ObjectStore } from './store/object-store.ts';
import { checkSeedFolder, seedFiles } from './store/seed-folder.ts';
import type { AuthMode } from './wire/authenticate.ts';
import { createFormAuthenticator } from './wire/authenticate-form.ts';
import { createAuthorizer } from './wire/authorize.ts';
import { publicKeyUrl } from './wire/callback-key.ts';
import { createCallbacks } from './wire/callback-sender.ts';

export { type EmbeddedStoreNeeds, openEmbeddedStore } from './store/embedded-store.ts';
export { openStore } from './store/open-store.ts';
export { StoreUnusable } from './store/store-unusable.ts';

export interface OssNeeds {
  clock: Clock;
  ids: Ids;
  logger: Logger;
  outbox: Outbox;
  settled: Pick<Settled, 'register' | 'changed'>;
  /** Keeps what is no object's: the key of callbacks. */
  database: Database;
  store: ObjectStore;
  credentials: CredentialSource;
  access: AccessDecider;
  /** `cn-beijing`. */
  region: string;
  accountId: string;
  auth: AuthMode;
  onCall(record: CallRecord): void;
  /** `host:port` that this process answers on. */
  endpoint(): string;
  /** What callbacks name as the address of their key; undefined for where it is. */
  callbackPublicKeyUrl?: string | undefined;
  /** Hosts below which a label names a bucket, besides the real service's own; `localhost` when nothing is said. */
  domains?: readonly string[];
}

export interface Oss {
  emulator: Emulator;
  buckets: Buckets;
  /** Forgets every bucket; the stack then ensures those of its configuration again. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

export interface Buckets {
  /**
   * The bucket as configured, whether it was there or not. No call made it, so no event tells of it. Documents that the
   * configuration doesn't have stay as calls left them. Answers with what of its seed folder can't be an object, in whole
   * sentences: such a start is none.
   */
  ensure(bucket: ConfiguredBucket): Promise<string[]>;
}

/** Looks over the buckets of a configuration before anything starts; problems are whole sentences. */
export function checkOssConfig(config: {
  buckets: readonly ConfiguredBucket[];
  dataDir?: string | undefined;
}): string[] {
  const seeds = config.buckets.flatMap(({ seed }) =>
    seed === undefined ? [] : (checkSeedFolder(seed, config.dataDir) ?? []),
  );
  return [...checkBuckets(config), ...seeds];
}

/** 16 bytes, as hex: the length of the real service's upload ids. */
const UPLOAD_ID_BYTES = 16;

export function createOss(needs: OssNeeds): Oss {
  const { clock, ids, store } = needs;
  const domains = (needs.domains ?? ['localhost']).map((domain) => domain.toLowerCase());
  const logger = needs.logger.child('oss');
  const key = callbackKeyIn(needs.database);
  const { accountId, callbackPublicKeyUrl } = needs;
  const callbacks = createCallbacks({
    ...{ clock, logger, accountId, key },
    publicKeyUrl: () => callbackPublicKeyUrl ?? publicKeyUrl(needs.endpoint()),
  });
  const tell = createTell(needs);
  const restores = startRestoresDone({ ...needs, logger, services: { store, tell } });
  const services: OssServices = {
    store,
    tell,
    restoreKept: restores.expect,
    accountId,
    region: needs.region,
    authenticateForm: createFormAuthenticator({ ...needs, logger }),
    authorizeAs: createAuthorizer({ ...needs, logger }),
    sendCallback: callbacks.send,
    newUploadId: () => ids.hex(UPLOAD_ID_BYTES).toUpperCase(),
  };
  const endLifecycle = startLifecycle({ ...needs, logger, services });

  return {
    emulator: createEmulator('oss', async () => {
      const { createServing } = await import('./wire/serve.ts');
      return createServing({ ...needs, domains, logger, services, key });
    }),
    buckets: createBuckets({ ...needs, logger }),
    reset: () => store.clear(),
    async close() {
      callbacks.close();
      await endLifecycle();
      await restores.end();
      await store.close();
    },
  };
}

function createBuckets({ store, clock, logger }: Pick<OssNeeds, 'store' | 'clock' | 'logger'>): Buckets {
  return {
    async ensure(configured) {
      const { name, acl = 'private', storageClass = 'Standard' } = configured;
      assertBucketName(name);
      const cors = corsOf(configured);
      const lifecycle = lifecycleOf(configured);
      const seed = wantsSeed(store, name) ? configured.seed : undefined;
      const problems = seed === undefined ? [] : await checkSeeds(seedFiles(seed));
      if (problems.length > 0) return problems;

      if (seed !== undefined) await beginSeed(store, name);
      const current = store.getBucket(name);
      const createdAtMs = current?.createdAtMs ?? clock.nowMs();
      const redundancy = current?.redundancy ?? 'LRS';
      const versioning = configured.versioning ?? current?.versioning;
      await store.putBucket({ name, acl, storageClass, redundancy, createdAtMs, versioning });
      if (cors) await putDocument(store, CORS, { bucket: name, document: cors });
      if (lifecycle) await putDocument(store, LIFECYCLE, { bucket: name, document: lifecycle });
      return seed === undefined ? [] : fill({ name, storageClass }, seed);
    },
  };

  async function fill(bucket: Pick<BucketRecord, 'name' | 'storageClass'>, seed: string): Promise<string[]> {
    try {
      const objects = await fillBucket(store, bucket, { seeds: seedFiles(seed), atMs: clock.nowMs() });
      logger.info('A new bucket was filled.', { bucket: bucket.name, objects, from: seed });
      return [];
    } catch (error) {
      if (error instanceof SeedFailure) return [error.message];
      throw error;
    }
  }
}
