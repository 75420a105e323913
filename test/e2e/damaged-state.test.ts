/** A state folder that somebody or something has damaged: one sentence at the start, or a named error at the read; never a crash, never empty. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type OSS from 'ali-oss';
import { beforeAll, expect, test } from 'vitest';
import { ossClient } from '../support/clients.ts';
import { runCli, startCli } from '../support/start-cli.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const BUCKET = 'damaged-bucket';
const LARGE = Buffer.alloc(300_000, 'large ');
const FLAGS = ['--log-level', 'silent'];

let whole: string;
beforeAll(async () => {
  whole = join(temporaryFolder(), 'state');
  const stack = await startCli(['--data-dir', whole, ...FLAGS]);
  const client = ossClient(stack.ready, BUCKET);
  await client.putBucket(BUCKET);
  await client.put('small', Buffer.from('small'));
  await client.put('large', LARGE);
  await client.put('other', LARGE);
  expect((await stack.stop()).code).toBe(0);
});

/** A copy of the state, damaged. */
function damaged(damage: (state: string) => void): string {
  const state = join(temporaryFolder(), 'state');
  cpSync(whole, state, { recursive: true });
  damage(state);
  return state;
}

const data = (state: string) => join(state, 'db/data.mdb');

function bodies(state: string): string[] {
  const names = readdirSync(join(state, 'objects'), { recursive: true, encoding: 'utf8' });
  return names.filter((name) => /^[0-9a-f]{2}\/./.test(name)).map((name) => join(state, 'objects', name));
}

test.each<[string, (state: string) => void, RegExp]>([
  ['the state is a file', (state) => replaceByFile(state), /The state folder \S+ can't be used \(EEXIST\)/],
  ['the database is a file', (state) => replaceByFile(join(state, 'db')), /can't be used \(ENOTDIR\)/],
  ['the objects are a file', (state) => replaceByFile(join(state, 'objects')), /can't be used: EEXIST/],
  [
    'the database is no database',
    (state) => writeFileSync(data(state), Buffer.alloc(99_999, 7)),
    /data\.mdb does not begin as a database/,
  ],
  ['the database is cut short', (state) => truncateSync(data(state), 8192), /data\.mdb is cut short/],
  ['the database is overwritten', (state) => overwrite(data(state)), /can't be used: MDB_/],
  ['the database is emptied', (state) => truncateSync(data(state), 0), /has files under objects\/ but no database/],
  [
    'the database is gone',
    (state) => rmSync(join(state, 'db'), { recursive: true }),
    /has files under objects\/ but no database/,
  ],
])('one sentence where %s', async (_what, damage, sentence) => {
  const state = damaged(damage);
  const { code, stderr } = await runCli(['start', '--port', '0', '--data-dir', state, ...FLAGS]);
  const said = stderr.split('\n').filter((line) => line.startsWith('localyun: '));
  expect(said).toEqual([expect.stringMatching(sentence)]);
  expect(stderr).not.toContain('bug');
  expect(code).toBe(2);
});

function replaceByFile(path: string): void {
  rmSync(path, { recursive: true });
  writeFileSync(path, 'hello');
}

/** Everything but the first two pages, which tell where the rest is. */
function overwrite(path: string): void {
  const bytes = readFileSync(path);
  writeFileSync(path, bytes.fill(0xab, 8192));
}

test('files of others under objects/ stay, and the folder is refused', async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'objects/ab'), { recursive: true });
  writeFileSync(join(folder, 'objects/open'), '');
  writeFileSync(join(folder, 'objects/ab/precious'), 'x');
  expect((await runCli(['start', '--port', '0', '--data-dir', folder, ...FLAGS])).code).toBe(2);
  expect(statSync(join(folder, 'objects/ab/precious')).size).toBe(1);
});

const NOBODY = 65_534;

test('one sentence where the folder may only be read', async () => {
  const state = damaged((path) => void spawnSync('chmod', ['-R', 'a-w', path]));
  // Root may write everywhere; whoever else runs this may not.
  if (process.getuid?.() === 0) spawnSync('chown', ['-R', String(NOBODY), state]);
  const { code, stderr } = await runCli(['start', '--port', '0', '--data-dir', join(state, 'db/data.mdb/x'), ...FLAGS]);
  expect([code, stderr]).toEqual([2, expect.stringContaining("can't be used (ENOTDIR)")]);
  spawnSync('chmod', ['-R', 'u+w', state]);
});

test.each<[string, (path: string) => void]>([
  ['lost', (path) => rmSync(path)],
  ['cut short', (path) => truncateSync(path, 1000)],
])(
  'a body that is %s is a named error of its object alone, which can be written anew or deleted',
  async (_what, damage) => {
    const state = damaged((path) => bodies(path).forEach(damage));
    const stack = await startCli(['--data-dir', state, ...FLAGS]);
    const client: OSS = ossClient(stack.ready, BUCKET);
    for (const key of ['large', 'other'])
      await expect(client.get(key)).rejects.toMatchObject({ status: 400, code: 'StoredDataDamaged' });
    expect(String((await client.get('small')).content)).toBe('small');
    expect((await client.listV2({ 'max-keys': '10' }, {})).objects).toHaveLength(3);
    await client.put('large', LARGE);
    expect((await client.get('large')).content).toEqual(LARGE);
    await client.delete('other');
    await expect(client.get('other')).rejects.toMatchObject({ code: 'NoSuchKey' });
    expect((await stack.stop()).code).toBe(0);
  },
);
