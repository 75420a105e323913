/** Opens embedded stores in temporary folders. */
import { cpSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type EmbeddedStore, openEmbeddedStore } from '../../../../../emulators/oss/store/embedded-store.ts';
import { createClock } from '../../../../../src/kernel/clock.ts';
import { type Database, openDatabase } from '../../../../../src/kernel/database.ts';
import { createIds } from '../../../../../src/kernel/ids.ts';
import { createLogger } from '../../../../../src/kernel/logger.ts';
import { lineStream } from '../../../../support/line-stream.ts';
import { temporaryFolder } from '../../../../support/temporary-folder.ts';

export interface TestStore {
  store: EmbeddedStore;
  database: Database;
  /** Of both database and bodies. */
  folder: string;
  bodies: string;
  log: string[];
}

export async function openTestStore({
  folder = temporaryFolder(),
  sync = false,
  inlineBytesMax,
}: {
  folder?: string;
  sync?: boolean;
  inlineBytesMax?: number;
}): Promise<TestStore> {
  const clock = createClock();
  const log: string[] = [];
  const out = lineStream((line) => log.push(line));
  const logger = createLogger({ clock, out, level: 'debug', format: 'json' });
  const database = openDatabase(join(folder, 'database'), { sync });
  const bodies = join(folder, 'objects');
  const limit = inlineBytesMax === undefined ? {} : { inlineBytesMax };
  const store = await openEmbeddedStore({ database, folder: bodies, sync, ids: createIds(clock), logger, ...limit });
  return { store, database, folder, bodies, log };
}

/** Names of all body files, sorted. */
export function bodyFiles(bodies: string): string[] {
  return readdirSync(bodies, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== 'open')
    .map(({ name }) => name)
    .sort();
}

/** What a process killed at this moment would leave: its files as they are. */
export function killed({ folder }: TestStore): string {
  const copy = temporaryFolder();
  cpSync(folder, copy, { recursive: true });
  return copy;
}
