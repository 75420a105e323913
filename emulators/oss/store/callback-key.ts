/** The key pair that callbacks are signed with: made when it is first needed, and kept with the state. */
import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import type { Database } from '../../../src/kernel/database.ts';
import { keptIn } from '../../../src/kernel/kept-value.ts';

export interface CallbackKey {
  private: KeyObject;
  publicPem: string;
}

const MODULUS_BITS = 2048;

export function callbackKeyIn(database: Database): () => Promise<CallbackKey> {
  return keptIn(database, { table: 'oss.callback-key', name: 'pem', make, open });
}

async function make(): Promise<string> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: MODULUS_BITS });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

function open(pem: string): CallbackKey {
  const key = createPrivateKey(pem);
  return { private: key, publicPem: createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString() };
}
