/** The fingerprint of a code folder: what changes it, and what must not. */
import { mkdtempSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fingerprintCode } from '../../../../../emulators/fc/service/code-folder.ts';
import { writeCode } from '../../../../support/fc-pool.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'localyun-fc-code-'));
  writeCode(folder, { 'index.js': 'one', 'lib/part.js': 'two' });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const checksum = () => fingerprintCode(folder).checksum;

test('is decimal text of 64 bits, with the size of the files', () => {
  expect(checksum()).toMatch(/^\d{1,20}$/);
  expect(BigInt(checksum()) < 2n ** 64n).toBe(true);
  expect(fingerprintCode(folder).sizeBytes).toBe(6);
});

test('stays as long as the files do, and changes with a name, a size or a time', () => {
  const seen = [checksum()];
  expect(checksum()).toBe(seen[0]);
  writeCode(folder, { 'lib/part.js': 'three' });
  seen.push(checksum());
  writeCode(folder, { 'lib/new.js': '' });
  seen.push(checksum());
  utimesSync(join(folder, 'index.js'), 1, 1);
  seen.push(checksum());
  expect(new Set(seen).size).toBe(4);
});

test('does not look at installed packages, version control and our own state', () => {
  const before = checksum();
  writeCode(folder, { 'node_modules/x/index.js': '1', '.git/HEAD': '1', '.localyun/run.json': '1' });
  expect(checksum()).toBe(before);
});

test('of a folder that is gone is that of an empty one', () => {
  rmSync(folder, { recursive: true });
  expect(fingerprintCode(folder)).toEqual({ checksum: expect.stringMatching(/^\d+$/), sizeBytes: 0 });
});
