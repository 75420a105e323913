/** What is made when it is first needed, and kept with the state. */
import type { Database } from './database.ts';

export interface KeptValue<Kept, Value> {
  /** Its own table, and its name there. */
  table: string;
  name: string;
  make(): Promise<Kept>;
  /** What is used of what was kept. */
  open(kept: Kept): Value;
}

/** The same value for everybody who asks; whoever asks after a failure tries again. */
export function keptIn<Kept, Value>(database: Database, value: KeptValue<Kept, Value>): () => Promise<Value> {
  let loading: Promise<Value> | undefined;
  return () => {
    loading ??= load(database, value).catch((error: unknown) => {
      loading = undefined;
      throw error;
    });
    return loading;
  };
}

async function load<Kept, Value>(
  database: Database,
  { table: tableName, name, make, open }: KeptValue<Kept, Value>,
): Promise<Value> {
  const table = database.table<Kept>(tableName);
  const kept = table.get(name) ?? (await make());
  await database.transact(() => {
    if (!table.has(name)) table.put(name, kept);
  });
  return open(kept);
}
