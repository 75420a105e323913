/** Under which names objects lie on an S3 server. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  ALIAS_PREFIX,
  aliasOf,
  ancestorsOf,
  isFitName,
  namesOf,
} from '../../../../../emulators/oss/store/remote-names.ts';

test.each([
  'a',
  'a/b',
  'a b',
  '中文/文件.txt',
  '😀',
  'a.b/..c',
  'x'.repeat(255),
  `${'é'.repeat(127)}/b`,
  '%zz',
  'a\u0080',
])('keeps the name %j', (key) => {
  expect(isFitName(key)).toBe(true);
  expect(namesOf(key)).toEqual([key, aliasOf(key)]);
});

test.each([
  '/a',
  'a/',
  'a//b',
  '.',
  './a',
  'a/..',
  'a/./b',
  'x'.repeat(256),
  'é'.repeat(128),
  'a\\b',
  'a\u0000',
  'a\nb',
  'a\u007f',
  'a\uffff',
  'a__XLDIR__',
  `${ALIAS_PREFIX}mine`,
])('gives %j another name', (key) => {
  expect(isFitName(key)).toBe(false);
  expect(namesOf(key)).toEqual([aliasOf(key)]);
});

test('another name is short, always the same, fit by itself but for its folder, and no other key’s', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (key, other) => {
      expect(aliasOf(key)).toMatch(/^\.localyun-keys\/[0-9a-f]{64}$/);
      expect(aliasOf(key) === aliasOf(other)).toBe(key === other);
    }),
  );
});

test('the folders a key lies in are its ancestors', () => {
  expect(ancestorsOf('a/b/c')).toEqual(['a', 'a/b']);
  expect(ancestorsOf('a')).toEqual([]);
});
