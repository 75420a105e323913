/** Opens MinIO stores in temporary folders. */
import { join } from 'node:path';
import type { EmbeddedStore } from '../../emulators/oss/store/embedded-store.ts';
import { openMinioStore } from '../../emulators/oss/store/minio-store.ts';
import { createClock } from '../../src/kernel/clock.ts';
import { type Database, openDatabase } from '../../src/kernel/database.ts';
import { createIds } from '../../src/kernel/ids.ts';
import { createLogger } from '../../src/kernel/logger.ts';
import { lineStream } from './line-stream.ts';
import type { MinioServer } from './minio-server.ts';
import { temporaryFolder } from './temporary-folder.ts';

export interface TestMinioStore {
  store: EmbeddedStore;
  database: Database;
  folder: string;
  log: string[];
  /** Closes store and database. */
  close(): Promise<void>;
}

export async function openTestMinioStore(
  { endpoint, accessKey, secretKey }: Pick<MinioServer, 'endpoint' | 'accessKey' | 'secretKey'>,
  { folder = temporaryFolder(), limitMs = 5_000, sync = false } = {},
): Promise<TestMinioStore> {
  const clock = createClock();
  const log: string[] = [];
  const out = lineStream((line) => log.push(line));
  const logger = createLogger({ clock, out, level: 'debug', format: 'json' });
  const database = openDatabase(join(folder, 'database'), { sync });
  const minio = { endpoint, accessKey, secretKey };
  const bodies = join(folder, 'objects');
  const store = await openMinioStore({
    database,
    folder: bodies,
    sync,
    ids: createIds(clock),
    logger,
    clock,
    minio,
    limitMs,
  });
  return {
    store,
    database,
    folder,
    log,
    async close() {
      await store.close();
      await database.close();
    },
  };
}
