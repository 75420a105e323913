/** What is no database is told by a sentence, where LMDB alone would end the process by a signal. */
import { mkdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { DatabaseDamage, openDatabase } from '../../../../src/kernel/database.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

const PAGE_BYTES = 4096;
let folder: string;
let file: string;

beforeEach(async () => {
  folder = join(temporaryFolder(), 'db');
  file = join(folder, 'data.mdb');
  const database = openDatabase(folder, { sync: true });
  const table = database.table<string>('t');
  for (let index = 0; index < 50; index++) await database.transact(() => table.put(index, 'x'.repeat(3000)));
  await database.close();
});

function put(bytes: Buffer, position: number): void {
  const whole = readFileSync(file);
  bytes.copy(whole, position);
  writeFileSync(file, whole);
}

test.each([
  ['a text', () => writeFileSync(file, 'hello')],
  ['noise', () => writeFileSync(file, Buffer.alloc(1_000_000, 7))],
  ['zeros', () => writeFileSync(file, Buffer.alloc(1_000_000))],
  ['a page', () => truncateSync(file, PAGE_BYTES + 1)],
  ['no first pages', () => put(Buffer.alloc(2 * PAGE_BYTES), 0)],
  ['a torn first page', () => put(Buffer.alloc(200), 0)],
  ['a torn second page', () => put(Buffer.alloc(200), PAGE_BYTES)],
  ['another version', () => put(Buffer.from([9, 0]), 24 + 4)],
])('refuses %s', (_what, damage) => {
  damage();
  expect(() => openDatabase(folder, { sync: true })).toThrow(DatabaseDamage);
  expect(() => openDatabase(folder, { sync: true })).toThrow('does not begin as a database');
});

test('refuses what ends before its own root', () => {
  truncateSync(file, 2 * PAGE_BYTES);
  expect(() => openDatabase(folder, { sync: true })).toThrow('is cut short');
});

test('refuses a file where the folder should be', () => {
  const path = join(temporaryFolder(), 'db');
  writeFileSync(path, 'x');
  expect(() => openDatabase(path, { sync: true })).toThrow(DatabaseDamage);
});

test('opens what a kill left of a first start: nothing, or an empty file', async () => {
  const path = join(temporaryFolder(), 'db');
  mkdirSync(path);
  writeFileSync(join(path, 'data.mdb'), '');
  await openDatabase(path, { sync: true }).close();
  expect(statSync(join(path, 'data.mdb')).size).toBeGreaterThan(0);
});

test('tells every row it can’t read, and survives, where the end of the file is gone', async () => {
  const { size } = statSync(file);
  for (const keep of [0.9, 0.7, 0.5]) {
    truncateSync(file, Math.floor((size * keep) / PAGE_BYTES) * PAGE_BYTES);
    try {
      const database = openDatabase(folder, { sync: true });
      try {
        for (const { value } of database.table<string>('t').range()) expect(typeof value).not.toBe('undefined');
      } finally {
        await database.close();
      }
    } catch (error) {
      // Whatever it is, it is an error that somebody can be told.
      expect(error).toBeInstanceOf(Error);
    }
  }
});
