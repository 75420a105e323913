/** The key of HTTP targets: made once, its certificate good, and the same after a restart. */
import { X509Certificate } from 'node:crypto';
import { expect, test } from 'vitest';
import { signingKeyIn } from '../../../../../emulators/eventbridge/store/signing-key.ts';
import { createClock } from '../../../../../src/kernel/clock.ts';
import { openDatabase } from '../../../../../src/kernel/database.ts';
import { temporaryFolder } from '../../../../support/temporary-folder.ts';

const PATIENCE_MS = 60_000;

test('the certificate is self-signed, in force, and of the key, after a restart too', {
  timeout: PATIENCE_MS,
}, async () => {
  const folder = temporaryFolder();
  const first = openDatabase(folder, { sync: false });
  const key = signingKeyIn(first, createClock('virtual'));
  const [{ certificatePem }, again] = await Promise.all([key(), key()]);
  expect(again.certificatePem).toBe(certificatePem);
  const certificate = new X509Certificate(certificatePem);
  expect(certificate.verify(certificate.publicKey)).toBe(true);
  expect(Date.parse(certificate.validFrom)).toBeLessThan(Date.now());
  expect(Date.parse(certificate.validTo)).toBeGreaterThan(Date.now() + 10 * 365 * 86_400_000);
  await first.close();
  const second = openDatabase(folder, { sync: false });
  const kept = await signingKeyIn(second, createClock('virtual'))();
  expect(kept.certificatePem).toBe(certificatePem);
  expect(certificate.checkPrivateKey(kept.private)).toBe(true);
  await second.close();
});
