/** Patterns of * and ?: what they match, and that no pattern makes matching slow. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileWildcard } from '../../../../src/policy/wildcard.ts';

test.each([
  ['*', '', true],
  ['*', 'anything/at:all', true],
  ['', '', true],
  ['', 'a', false],
  ['abc', 'abc', true],
  ['abc', 'abcd', false],
  ['abc', 'ABC', false],
  ['a*', 'a', true],
  ['a*c', 'abbbc', true],
  ['a*c', 'ab', false],
  ['a*a', 'a', false],
  ['a*a', 'aa', true],
  ['*a*b*', 'xxaxxbxx', true],
  ['*a*b*', 'xxbxxaxx', false],
  ['a**b', 'ab', true],
  ['?', 'x', true],
  ['?', '', false],
  ['?', 'xy', false],
  ['a?c*e?g', 'abcdefg', true],
  ['*?', '', false],
  ['*??', 'ab', true],
  ['*?b', 'b', false],
  ['acs:oss:*:*:photos/*', 'acs:oss:oss-cn-beijing:1234567890123456:photos/a/b.jpg', true],
  ['acs:oss:*:*:photos/*', 'acs:oss:*:1234567890123456:photos', false],
  ['acs:ram:*:1:role/x', 'acs:ram::1:role/x', true],
  ['oss:Get*', 'oss:GetObject', true],
  ['a.c', 'abc', false],
  ['a[bc]', 'ab', false],
  ['$&\\d+', '$&\\d+', true],
])('%j on %j is %s', (pattern, text, expected) => {
  expect(compileWildcard(pattern)(text)).toBe(expected);
});

test('agrees with a plain recursive definition on short texts', () => {
  const letters = fc.array(fc.constantFrom('a', 'b', '*', '?'), { maxLength: 7 });
  const texts = fc.array(fc.constantFrom('a', 'b'), { maxLength: 8 });
  fc.assert(
    fc.property(letters, texts, (pattern, text) => {
      expect(compileWildcard(pattern.join(''))(text.join(''))).toBe(matches(pattern, text));
    }),
    { numRuns: 3000 },
  );
});

function matches([first, ...pattern]: string[], text: string[]): boolean {
  if (first === undefined) return text.length === 0;
  if (first === '*') return matches(pattern, text) || (text.length > 0 && matches([first, ...pattern], text.slice(1)));
  return text.length > 0 && (first === '?' || first === text[0]) && matches(pattern, text.slice(1));
}

test('a pattern made to be slow is not', () => {
  const text = 'a'.repeat(5000);
  const startedMs = performance.now();
  expect(compileWildcard(`${'a*'.repeat(2000)}b`)(text)).toBe(false);
  expect(compileWildcard(`${'*a?'.repeat(1500)}b*`)(text)).toBe(false);
  expect(performance.now() - startedMs).toBeLessThan(200);
});
