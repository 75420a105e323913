/** Bucket and object names, at and beyond their limits. */
import { expect, test } from 'vitest';
import { KEY_BYTES_MAX } from '../../../../../emulators/oss/limits.ts';
import { assertKey, isBucketName } from '../../../../../emulators/oss/service/names.ts';

test.each(['abc', 'a-1', '0a0', 'a'.repeat(63), '123'])('takes the bucket name %s', (name) => {
  expect(isBucketName(name)).toBe(true);
});

test.each(['', 'ab', 'a'.repeat(64), '-ab', 'ab-', 'Abc', 'a_b', 'a.b', 'a b', 'äbc', 'ab\n'])(
  'refuses the bucket name %j',
  (name) => {
    expect(isBucketName(name)).toBe(false);
  },
);

test.each(['a', ' ', 'a//b', '..', 'x/', '中'.repeat(341), 'a'.repeat(KEY_BYTES_MAX)])('takes the key %j', (key) => {
  expect(() => assertKey(key)).not.toThrow();
});

test.each([
  ['', '0016-00000001'],
  ['a'.repeat(KEY_BYTES_MAX + 1), '0016-00000002'],
  ['中'.repeat(342), '0016-00000002'],
  ['/a', '0016-00000005'],
  ['\\a', '0016-00000005'],
])('refuses the key %j with its error number', (key, ec) => {
  expect(() => assertKey(key)).toThrow(
    expect.objectContaining({ code: 'InvalidObjectName', details: expect.objectContaining({ ec }) }),
  );
});
