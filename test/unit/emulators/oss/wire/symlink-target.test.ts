/** The target a link is made for. */
import { expect, test } from 'vitest';
import { readSymlinkTarget } from '../../../../../emulators/oss/wire/symlink-target.ts';

const read = (text: string) => readSymlinkTarget({ 'x-oss-symlink-target': text });

test('is a URL-encoded key, its slashes encoded or not', () => {
  expect(read('dir/a%20b%2Bc')).toBe('dir/a b+c');
  expect(read('dir%2F%E4%B8%AD')).toBe('dir/中');
  expect(read('a+b')).toBe('a+b');
});

test.each([
  ['', 'MissingArgument'],
  ['%zz', 'InvalidArgument'],
  ['%ff', 'InvalidArgument'],
  ['/a', 'InvalidObjectName'],
  ['%2Fa', 'InvalidObjectName'],
  ['x'.repeat(1024), 'InvalidObjectName'],
])('refuses %j', (text, code) => {
  expect(() => read(text)).toThrow(expect.objectContaining({ code }));
});

test('must be there', () => {
  expect(() => readSymlinkTarget({})).toThrow(expect.objectContaining({ code: 'MissingArgument' }));
});
