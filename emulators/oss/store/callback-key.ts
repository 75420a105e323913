/** The key pair that callbacks are signed with: made when it is first needed, and kept with the state. */
import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import type { Database } from '../../../src/kernel/database.ts';

export interface CallbackKey {
  private: KeyObject;
  publicPem: string;
}

const TABLE = 'oss.callback-key';
const NAME = 'pem';
const MODULUS_BITS = 2048;

/** The same pair for everybody who asks. */
export function callbackKeyIn(database: Database): () => Promise<CallbackKey> {
  let loading: Promise<CallbackKey> | undefined;
  return () => {
    loading ??= load(database).catch((error: unknown) => {
      loading = undefined;
      throw error;
    });
    return loading;
  };
}

async function load(database: Database): Promise<CallbackKey> {
  const table = database.table<string>(TABLE);
  const kept = table.get(NAME) ?? (await make());
  await database.transact(() => {
    if (!table.has(NAME)) table.put(NAME, kept);
  });
  const key = createPrivateKey(kept);
  return { private: key, publicPem: createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString() };
}

async function make(): Promise<string> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: MODULUS_BITS });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}
