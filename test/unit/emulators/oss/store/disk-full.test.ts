/** The embedded store when the disk takes no more: a clear error, no file left, everything else unharmed. */
import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { bodyOf, bytesOf, print, putObject, readObject } from './contract-tools.ts';
import { bodyFiles, openTestStore } from './embedded-tools.ts';

/** Of util-linux. */
const LIMITER = 'prlimit';

/** No file of this process may grow past it: the nearest thing to a full disk that a test can bring about and take back. */
function limitFiles(sizeBytes: number | 'unlimited'): void {
  execFileSync(LIMITER, [`--fsize=${sizeBytes}:`, '--pid', String(process.pid)]);
}

test.runIf(process.platform === 'linux')('refuses a body the disk has no room for, and serves on', async () => {
  const { store, bodies } = await openTestStore({});
  await putObject(store, 'kept', bytesOf(300_000));
  onTestFinished(() => limitFiles('unlimited'));
  limitFiles(1_000_000);
  await expect(store.stage(bodyOf(bytesOf(3_000_000)))).rejects.toMatchObject({ code: 'EFBIG' });
  limitFiles('unlimited');
  await store.idle();
  expect(bodyFiles(bodies)).toHaveLength(1);
  expect(await readObject(store, 'kept')).toBe(print(bytesOf(300_000)));
  await putObject(store, 'next', bytesOf(3_000_000));
  expect(await readObject(store, 'next')).toBe(print(bytesOf(3_000_000)));
});

test('leaves the body open when it can’t be kept, for the client is owed an answer', async () => {
  const { store, bodies } = await openTestStore({});
  writeFileSync(join(bodies, '00'), 'in the way');
  const body = bodyOf(bytesOf(5_000_000));
  await expect(store.stage(body)).rejects.toThrow(join(bodies, '00'));
  expect(body.destroyed).toBe(false);
  rmSync(join(bodies, '00'));
  await putObject(store, 'k', bytesOf(300_000));
  expect(await readObject(store, 'k')).toBe(print(bytesOf(300_000)));
});
