/** The key of callbacks: made once, whoever asks and however often the state is opened. */
import { createPublicKey, sign, verify } from 'node:crypto';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { callbackKeyIn } from '../../../../../emulators/oss/store/callback-key.ts';
import { openDatabase } from '../../../../../src/kernel/database.ts';
import { temporaryFolder } from '../../../../support/temporary-folder.ts';

test('one pair for all who ask at once, and the same after a restart', async () => {
  const path = join(temporaryFolder(), 'db');
  const database = openDatabase(path, { sync: false });
  const ask = callbackKeyIn(database);
  const [first, second] = await Promise.all([ask(), ask()]);
  expect(second).toBe(first);
  await database.close();

  const again = openDatabase(path, { sync: false });
  const kept = await callbackKeyIn(again)();
  expect(kept.publicPem).toBe(first.publicPem);
  const text = Buffer.from('text');
  expect(verify('RSA-MD5', text, createPublicKey(first.publicPem), sign('RSA-MD5', text, kept.private))).toBe(true);
  await again.close();
});

test('a state that can’t be written makes no key, and is asked again', async () => {
  const database = openDatabase(join(temporaryFolder(), 'db'), { sync: false });
  let isFull = true;
  const transact: typeof database.transact = (work, options) =>
    isFull ? Promise.reject(new Error('ENOSPC')) : database.transact(work, options);
  const ask = callbackKeyIn({ ...database, transact });
  await expect(ask()).rejects.toThrow('ENOSPC');
  isFull = false;
  expect((await ask()).publicPem).toContain('PUBLIC KEY');
  await database.close();
});
