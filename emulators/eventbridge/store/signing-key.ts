/** The key that calls of HTTP targets are signed with, and its certificate: made when first needed, kept with the state. */
import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import type { Clock } from '../../../src/kernel/clock.ts';
import type { Database } from '../../../src/kernel/database.ts';
import { keptIn } from '../../../src/kernel/kept-value.ts';

export interface SigningKey {
  private: KeyObject;
  /** A self-signed X.509 certificate. */
  certificatePem: string;
}

interface KeptKey {
  privatePem: string;
  certificatePem: string;
}

const MODULUS_BITS = 2048;
const DAY_MS = 24 * 3_600_000;
/** As long as anybody keeps a state folder. */
const VALID_MS = 20 * 365 * DAY_MS;

export function signingKeyIn(database: Database, clock: Clock): () => Promise<SigningKey> {
  return keptIn(database, {
    table: 'eventbridge.signing-key',
    name: 'pem',
    make: () => make(clock.hostNowMs()),
    open: ({ privatePem, certificatePem }) => ({ private: createPrivateKey(privatePem), certificatePem }),
  });
}

/** Receivers look at a certificate's dates by the clock of their host. */
async function make(hostNowMs: number): Promise<KeptKey> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: MODULUS_BITS });
  const privatePem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const publicPem = createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }).toString();
  const { makeCertificate } = await import('./make-certificate.ts');
  const validity = { fromMs: hostNowMs - DAY_MS, untilMs: hostNowMs + VALID_MS };
  const commonName = 'EventBridge on LocalYun';
  return { privatePem, certificatePem: await makeCertificate({ privatePem, publicPem }, { commonName, ...validity }) };
}
