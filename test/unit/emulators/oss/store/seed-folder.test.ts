/** The folder a new bucket is filled from: its files as objects, and everything in it that can't be one. */
import { chmodSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { beforeEach, expect, test } from 'vitest';
import { checkSeedFolder, seedFiles } from '../../../../../emulators/oss/store/seed-folder.ts';
import { temporaryFolder } from '../../../../support/temporary-folder.ts';

/** The user without rights of every Unix. */
const NOBODY = 65_534;

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
});

function write(path: string, content = path): void {
  mkdirSync(join(folder, path, '..'), { recursive: true });
  writeFileSync(join(folder, path), content);
}

async function found(): Promise<Record<string, string>> {
  const all: Record<string, string> = {};
  for await (const file of seedFiles(folder))
    if ('problem' in file) all[file.problem] = '';
    else all[file.key] = await text(file.open());
  return all;
}

test('is all its files by their paths, in order, empty and hidden ones too', async () => {
  for (const path of ['b.txt', 'a/z', 'a/b/c.json', 'Z', '.hidden', '中文/你 好+.txt']) write(path);
  write('empty', '');
  mkdirSync(join(folder, 'no-files/deep'), { recursive: true });
  const files = await found();
  expect(Object.keys(files)).toEqual(['.hidden', 'Z', 'a/b/c.json', 'a/z', 'b.txt', 'empty', '中文/你 好+.txt']);
  expect(files).toMatchObject({ 'a/z': 'a/z', empty: '', '中文/你 好+.txt': '中文/你 好+.txt' });
});

test('follows links to files within itself, also where it is a link itself', async () => {
  write('real.txt', 'real');
  symlinkSync('real.txt', join(folder, 'link.txt'));
  const named = join(temporaryFolder(), 'named');
  symlinkSync(folder, named);
  folder = named;
  expect(await found()).toEqual({ 'link.txt': 'real', 'real.txt': 'real' });
});

test('refuses links that lead out of it, to folders, and to nothing', async () => {
  const outside = join(temporaryFolder(), 'secret.txt');
  writeFileSync(outside, 'secret');
  mkdirSync(join(folder, 'inside'));
  symlinkSync(outside, join(folder, 'a-out'));
  symlinkSync('..', join(folder, 'b-up'));
  symlinkSync('inside', join(folder, 'c-in'));
  symlinkSync('nowhere', join(folder, 'd-gone'));
  symlinkSync('e-self', join(folder, 'e-self'));
  expect(Object.keys(await found())).toEqual([
    `${join(folder, 'a-out')} is a link to ${outside}, outside of its seed folder.`,
    expect.stringContaining('b-up is a link to'),
    `${join(folder, 'c-in')} is no file, but a link to a folder.`,
    `${join(folder, 'd-gone')} can't be read (there is no such file or folder).`,
    expect.stringMatching(/e-self can't be read \(ELOOP\)/),
  ]);
});

test('a neighbour whose name begins like the folder’s is outside', async () => {
  mkdirSync(join(folder, 'seed'));
  mkdirSync(join(folder, 'seed-2'));
  write('seed-2/f');
  symlinkSync('../seed-2/f', join(folder, 'seed/link'));
  folder = join(folder, 'seed');
  expect(Object.keys(await found())).toEqual([expect.stringContaining('outside of its seed folder')]);
});

test('refuses what is no file, what has no name for an object, and what is too large', async () => {
  const socket = createServer();
  await new Promise<void>((listening) => socket.listen(join(folder, 'a-socket'), listening));
  const deep = ['n'.repeat(250), 'n'.repeat(250), 'n'.repeat(250), 'n'.repeat(250)].join('/');
  write(`${deep}/${'x'.repeat(1023 - deep.length - 1)}`, 'fits');
  write(`${deep}/${'x'.repeat(1024 - deep.length - 1)}`, 'one too long');
  writeFileSync(Buffer.concat([Buffer.from(`${folder}/y-`), Buffer.from([0xff])]), 'x');
  write('z-large');
  truncateSync(join(folder, 'z-large'), 5 * 1024 ** 3 + 1);
  const problems: string[] = [];
  for await (const file of seedFiles(folder)) problems.push('problem' in file ? file.problem : String(file.key.length));
  expect(problems).toEqual([
    `${join(folder, 'a-socket')} is no file.`,
    '1023',
    expect.stringContaining('must be less than 1024 bytes'),
    expect.stringMatching(/not UTF-8|can't be read/),
    expect.stringContaining('larger than 5 GB'),
  ]);
  await new Promise((closed) => socket.close(closed));
});

test('a folder that is gone by now is a problem like others', async () => {
  folder = join(folder, 'gone');
  expect(Object.keys(await found())).toEqual([expect.stringContaining('there is no such file or folder')]);
});

test('can be checked without being read', () => {
  write('file');
  expect(checkSeedFolder(folder, undefined)).toBeUndefined();
  expect(checkSeedFolder(join(folder, 'file'), undefined)).toBe(`The seed ${join(folder, 'file')} is no folder.`);
  expect(checkSeedFolder(join(folder, 'none'), undefined)).toBe(
    `The seed folder ${join(folder, 'none')} can't be read (there is no such file or folder).`,
  );
  for (const dataDir of [folder, join(folder, '.localyun'), join(folder, '..')])
    expect(checkSeedFolder(folder, dataDir)).toContain('lie in one another');
  expect(checkSeedFolder(folder, `${folder}-state`)).toBeUndefined();
});

test('tells of what it may not read', async () => {
  write('locked/f');
  chmodSync(join(folder, 'locked'), 0o000);
  chmodSync(folder, 0o755);
  // The superuser may read everything: looked at as nobody.
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) process.seteuid?.(NOBODY);
  try {
    expect(Object.keys(await found())).toEqual([expect.stringContaining('EACCES')]);
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
});
