/** Folders kept open for flushing their names. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openFolder } from '../../../../../emulators/oss/store/durable-folder.ts';

let path: string;
beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), 'localyun-folder-'));
});
afterEach(() => rmSync(path, { recursive: true, force: true }));

test('whoever asks while a flush is under way waits for a later one, and each asker is answered', async () => {
  const folder = await openFolder(path);
  const order: string[] = [];
  const ask = (name: string) => {
    writeFileSync(join(path, name), '');
    return folder.sync().then(() => order.push(name));
  };
  await Promise.all([ask('first'), ask('second'), ask('third')]);
  expect(order).toEqual(['first', 'second', 'third']);
  await ask('last');
  expect(order).toHaveLength(4);
  folder.close();
});

test('a closed folder refuses to vouch for anything, and closes once', async () => {
  const folder = await openFolder(path);
  folder.close();
  folder.close();
  await expect(folder.sync()).rejects.toThrow('is closed');
});

test('a folder that is not there is told', async () => {
  await expect(openFolder(join(path, 'none'))).rejects.toThrow('ENOENT');
});
