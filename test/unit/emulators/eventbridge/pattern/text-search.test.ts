/** The linear search for a text against the built-in one. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hasNeedle, makeNeedle } from '../../../../../emulators/eventbridge/pattern/text-search.ts';

const text = (maxLength: number) => fc.string({ unit: fc.constantFrom('a', 'b', '\ud83d', '\ude00'), maxLength });

test('finds what includes finds, for needles short and long', () => {
  fc.assert(
    fc.property(text(300), text(90), fc.nat(300), (hay, needle, from) => {
      // One that is there, one that nearly is, one by chance.
      for (const wanted of [hay.slice(from), `${hay.slice(from)}a`, needle, needle + needle])
        expect(hasNeedle(hay, makeNeedle(wanted))).toBe(hay.includes(wanted));
    }),
    { numRuns: 500 },
  );
});

test.each([64, 65, 200])('a needle of %i characters that is periodic', (length) => {
  const needle = `${'ab'.repeat(length)}`.slice(0, length);
  const found = (hay: string) => hasNeedle(hay, makeNeedle(needle));
  expect(found(needle)).toBe(true);
  expect(found(`a${needle}b`)).toBe(true);
  expect(found(needle.slice(1))).toBe(false);
  expect(found(`${needle.slice(0, -1)}${needle}`)).toBe(true);
  expect(found(`${needle.slice(0, -1)}c${needle.slice(1)}`)).toBe(false);
});
