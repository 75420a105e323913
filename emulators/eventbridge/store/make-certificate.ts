/** Makes self-signed certificates. Loaded when one is made, for its library is of many files. */
import { generate } from 'selfsigned';

export interface KeyPair {
  privatePem: string;
  publicPem: string;
}

/** Resolves with the certificate as PEM. */
export async function makeCertificate(
  { privatePem, publicPem }: KeyPair,
  { commonName, fromMs, untilMs }: { commonName: string; fromMs: number; untilMs: number },
): Promise<string> {
  const { cert } = await generate([{ name: 'commonName', value: commonName }], {
    keyPair: { privateKey: privatePem, publicKey: publicPem },
    algorithm: 'sha256',
    notBeforeDate: new Date(fromMs),
    notAfterDate: new Date(untilMs),
  });
  return cert;
}
