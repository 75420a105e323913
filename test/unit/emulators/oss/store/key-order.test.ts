/** Keys in the order of their UTF-8 bytes. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { afterPrefix, clampKey, compareKeys } from '../../../../../emulators/oss/store/key-order.ts';

const key = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc.string({
    unit: fc.constantFrom('\u0000', '\u0004', '\u0005', '0', '5', 'a', '\ud7ff', '\ue000', '\u{10ffff}'),
    maxLength: 4,
  }),
);
const byBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));

test('keeps the order of UTF-8 bytes, which is not that of JavaScript', () => {
  expect(compareKeys('\uffee', '\u{10000}')).toBeLessThan(0);
  expect('\uffee' < '\u{10000}').toBe(false);
  fc.assert(
    fc.property(key, key, (a, b) => {
      expect(Math.sign(compareKeys(a, b))).toBe(byBytes(a, b));
    }),
  );
});

test('names the first text after all that begin with a prefix', () => {
  expect(afterPrefix('dir/')).toBe('dir0');
  expect(afterPrefix('a\ud7ff')).toBe('a\ue000');
  expect(afterPrefix('a\u{10ffff}')).toBe('b');
  expect(afterPrefix('\u{10ffff}')).toBeUndefined();
  fc.assert(
    fc.property(key, key, (prefix, rest) => {
      const after = afterPrefix(prefix);
      if (after !== undefined) expect(byBytes(prefix + rest, after)).toBeLessThan(0);
      if (after !== undefined && byBytes(rest, prefix) > 0 && !rest.startsWith(prefix))
        expect(byBytes(rest, after)).toBeGreaterThanOrEqual(0);
    }),
  );
});

test('cuts a text that is longer than any key without moving it among keys', () => {
  expect(clampKey('a'.repeat(1024))).toBe('a'.repeat(1024));
  expect(clampKey('a'.repeat(1025))).toBe('a'.repeat(1024));
  expect(clampKey('é'.repeat(5000))).toBe('é'.repeat(512));
  expect(clampKey('\u{1f600}'.repeat(300))).toBe('\u{1f600}'.repeat(256));
});
