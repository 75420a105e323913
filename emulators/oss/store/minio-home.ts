/** Which MinIO server the rows of a database belong to: under another one they would be rows of nothing, and dropped. */
import { z } from 'zod';
import type { Database } from '../../../src/kernel/database.ts';
import type { Remote } from './remote.ts';
import { fromLabels } from './remote-buckets.ts';
import type { Tables } from './rows.ts';
import { StoreUnusable } from './store-unusable.ts';

const home = z.object({ endpoint: z.string() });
const ROW = 'minio';

/** The server's endpoint; undefined where no rows are of a server. */
export function findHome(database: Database): string | undefined {
  const row = database.table<unknown>('oss.home').get(ROW);
  return row === undefined ? undefined : home.parse(row).endpoint;
}

/** Throws when the rows are another store's. */
export async function claimHome(database: Database, tables: Tables, remote: Remote): Promise<void> {
  const { endpoint } = remote;
  const before = findHome(database);
  if (before === endpoint) return;
  const names = Array.from(tables.buckets.range(), ({ key }) => String(key));
  if (names.length > 0) {
    if (before === undefined)
      throw new StoreUnusable(
        'The data directory holds buckets of the embedded store, which are not moved to MinIO: start without --store minio, or name another --data-dir.',
      );
    if (!(await sharesOne(names, tables, remote)))
      throw new StoreUnusable(
        `The data directory belongs to MinIO at ${before}, and none of its buckets is at ${endpoint}: name that endpoint, or another --data-dir.`,
      );
  }
  await database.transact(() => database.table<unknown>('oss.home').put(ROW, { endpoint }));
}

/** The same server may have another name now. */
async function sharesOne(names: readonly string[], tables: Tables, remote: Remote): Promise<boolean> {
  const there = new Set(await remote.buckets());
  for (const name of names) {
    if (!there.has(name)) continue;
    const record = fromLabels(name, (await remote.labels(name)) ?? {});
    if (record && record.createdAtMs === tables.buckets.get(name)?.createdAtMs) return true;
  }
  return false;
}
