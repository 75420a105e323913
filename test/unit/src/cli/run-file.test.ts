/** run.json says what runs here: whole, readable by its owner only, and never what is not so. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { isAlive, type RunFile, readRunFile, removeRunFile, writeRunFile } from '../../../../src/cli/run-file.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

let cwd: string;
const path = () => join(cwd, '.localyun/run.json');

const run: RunFile = {
  endpoint: 'http://127.0.0.1:9580',
  region: 'cn-beijing',
  accountId: '1',
  accessKeyId: 'id',
  accessKeySecret: 'secret',
  pid: process.pid,
};

beforeEach(() => {
  cwd = temporaryFolder();
});

async function deadPid(): Promise<number> {
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'exit');
  return child.pid ?? 0;
}

test('is read as it was written, by its owner only', () => {
  writeRunFile(cwd, run);
  expect(readRunFile(cwd)).toEqual(run);
  expect(statSync(path()).mode & 0o777).toBe(0o600);
  expect(readdirSync(join(cwd, '.localyun'))).toEqual(['run.json']);
});

test('replaces one that others could read, and what a crashed start left half written', () => {
  mkdirSync(join(cwd, '.localyun'));
  for (const name of ['run.json', `run.json.${run.pid}`])
    writeFileSync(join(cwd, '.localyun', name), 'x', { mode: 0o644 });
  writeRunFile(cwd, run);
  expect(statSync(path()).mode & 0o777).toBe(0o600);
  expect(readRunFile(cwd)).toEqual(run);
});

describe('nothing runs', () => {
  test('where there is no file', () => {
    expect(readRunFile(cwd)).toBeUndefined();
  });

  test.each<[string, string]>([
    ['empty', ''],
    ['cut short', JSON.stringify(run).slice(0, -5)],
    ['no JSON', '\0\0\0'],
    ['of another shape', '[]'],
    ['null', 'null'],
    ['without a key', JSON.stringify({ ...run, accessKeyId: undefined })],
    ['with an endpoint that is none', JSON.stringify({ ...run, endpoint: 'here' })],
    ['with a pid that means a whole group', JSON.stringify({ ...run, pid: 0 })],
    ['with a negative pid', JSON.stringify({ ...run, pid: -1 })],
    ['with a pid that is none', JSON.stringify({ ...run, pid: 1.5 })],
  ])('where the file is %s', (_what, text) => {
    mkdirSync(join(cwd, '.localyun'));
    writeFileSync(path(), text);
    expect(readRunFile(cwd)).toBeUndefined();
  });

  test('where the process is gone', async () => {
    writeRunFile(cwd, { ...run, pid: await deadPid() });
    expect(readRunFile(cwd)).toBeUndefined();
  });
});

describe('removing', () => {
  test('takes away the own file, and only that', async () => {
    writeRunFile(cwd, run);
    removeRunFile(cwd, run.pid + 1);
    expect(existsSync(path())).toBe(true);
    removeRunFile(cwd, run.pid);
    expect(existsSync(path())).toBe(false);
    removeRunFile(cwd, run.pid);
  });
});

test('a process is alive until it has ended', async () => {
  expect(isAlive(process.pid)).toBe(true);
  expect(isAlive(1)).toBe(true);
  expect(isAlive(await deadPid())).toBe(false);
});
