/** One process holds a state folder; what a killed one left behind holds nothing. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { claimFolder, removeLeftFolders } from '../../../../src/kernel/data-folder.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

test('makes the folder, holds it against a second claim, and lets go', () => {
  const folder = join(temporaryFolder(), 'new', 'state');
  const first = claimFolder(folder);
  expect(first.ok).toBe(true);
  expect(claimFolder(folder)).toEqual({
    ok: false,
    problem: expect.stringContaining(`${folder} is in use by another LocalYun (pid ${process.pid})`),
  });
  if (first.ok) first.release();
  expect(claimFolder(folder).ok).toBe(true);
});

test('is not held by a process that is gone', async () => {
  const folder = temporaryFolder();
  const child = spawn(process.execPath, ['-e', '']);
  await new Promise((resolve) => child.once('close', resolve));
  writeFileSync(join(folder, 'lock'), `${child.pid} 1\n`);
  expect(claimFolder(folder).ok).toBe(true);
  expect(readFileSync(join(folder, 'lock'), 'utf8')).toMatch(new RegExp(`^${process.pid} `));
});

test.runIf(existsSync('/proc/self/stat'))('is not held by another process that got the number of a killed one', () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'lock'), `${process.pid} 1\n`);
  expect(claimFolder(folder).ok).toBe(true);
});

test.each(['', 'garbage', '-1 5', '0', '99999999999 1', '\u0000\u0000'])(
  'is not held by a damaged lock: %j',
  (text) => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'lock'), text);
    expect(claimFolder(folder).ok).toBe(true);
  },
);

test('says why a folder can not be used', () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'file'), '');
  for (const path of [join(folder, 'file'), join(folder, 'file', 'below')])
    expect(claimFolder(path)).toEqual({
      ok: false,
      problem: expect.stringMatching(/file.* can't be used \((EEXIST|ENOTDIR)\)/),
    });
});

test('removes what killed runs left, and nothing that is held, coming up or of another name', async () => {
  const parent = temporaryFolder();
  const child = spawn(process.execPath, ['-e', '']);
  await new Promise((resolve) => child.once('close', resolve));
  const make = (name: string, lock?: string) => {
    mkdirSync(join(parent, name, 'objects'), { recursive: true });
    if (lock !== undefined) writeFileSync(join(parent, name, 'lock'), lock);
  };
  make('mine-left', `${child.pid} 1\n`);
  make('mine-coming-up');
  make('other-left', `${child.pid} 1\n`);
  expect(claimFolder(join(parent, 'mine-held')).ok).toBe(true);
  writeFileSync(join(parent, 'mine-file'), '');
  removeLeftFolders(parent, 'mine-');
  expect(readdirSync(parent).sort()).toEqual(['mine-coming-up', 'mine-file', 'mine-held', 'other-left']);
});
