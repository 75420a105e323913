/** Numbers of more digits than ECMAScript's are compared by all of them, and shown so. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  compilePattern,
  createPatternIndex,
  describeMismatch,
  explainMismatch,
  lintAgainstEvent,
  matchesPattern,
} from '../../../../../emulators/eventbridge/pattern/index.ts';
import { readExact } from '../../../../../src/kernel/exact-json.ts';

function compile(text: string) {
  const compiled = compilePattern(text, { parse: readExact });
  if (!compiled.ok) throw new Error(compiled.message);
  return compiled.pattern;
}

const patternOf = (wanted: string) => compile(`{"data":{"n":[${wanted}]}}`);
const eventOf = (value: string) => readExact(`{"data":{"n":${value}}}`);

/** Alone, and of many in an index that has seen others. */
function matches(wanted: string, value: string): boolean {
  const pattern = patternOf(wanted);
  const index = createPatternIndex<string>();
  index.add('other', patternOf('1234567890123456787,{"numeric":[">",9.5]}'));
  index.add('this', pattern);
  const alone = matchesPattern(pattern, eventOf(value));
  expect(index.match(eventOf(value)).includes('this')).toBe(alone);
  expect(explainMismatch(pattern, eventOf(value)) === undefined).toBe(alone);
  return alone;
}

test.each([
  ['1234567890123456789', '1234567890123456789', true],
  ['1234567890123456789', '1234567890123456788', false],
  ['1234567890123456788', '1234567890123456789', false],
  ['-1234567890123456789', '1234567890123456789', false],
  ['"1234567890123456789"', '1234567890123456789', true],
  ['1234567890123456789', '"1234567890123456789"', true],
  ['1234567890123456789', '[1,1234567890123456789]', true],
  ['1234567890123456789', '[1,1234567890123456788]', false],
  ['1234567890123456789', '{}', false],
  ['0.12345678901234567890', '0.1234567890123456789', true],
  ['0.12345678901234567891', '0.1234567890123456789', false],
  ['12345678901234567', '1.2345678901234567e+16', true],
  ['1234567890123456', '1234567890123456.0', true],
  ['1e21', '1000000000000000000000', true],
  ['1000000000000000000000', '1e+21', true],
  ['1000000000000000000001', '1e21', false],
  ['0.1', '0.1000000000000000055511151231257827', false],
  ['1e400', '1e401', false],
  ['1e400', '10e399', true],
  ['0.1e-400', '1e-401', true],
  ['1e-400', '0', false],
  ['1e999999999999999999999', '1e999999999999999999998', false],
  ['{"anything-but":[1234567890123456789]}', '1234567890123456789', false],
  ['{"anything-but":1234567890123456789}', '1234567890123456788', true],
  ['{"anything-but":{"prefix":"1"}}', '1234567890123456788', true],
  ['{"exists":true}', '1234567890123456789', true],
  ['{"exists":false}', '1234567890123456789', false],
  ['{"prefix":"1234"}', '1234567890123456789', false],
  ['{"contains":"1234"}', '1234567890123456789', false],
  ['null', '1234567890123456789', false],
])('[%s] and %s: %s', (wanted, value, expected) => {
  expect(matches(wanted, value)).toBe(expected);
});

test.each([
  ['[">",1000000000]', '1234567890123456789', true],
  ['["<",0]', '-1234567890123456789', true],
  ['["<",0]', '1234567890123456789', false],
  ['[">",0,"<",1]', '0.12345678901234567890', true],
  ['["=",0.12345678901234567890]', '0.12345678901234567891', true],
  ['["=",1000000000.00000000000]', '1000000000', true],
  ['[">=",5]', '4.99999999999999999999', true],
  ['["<",5]', '4.99999899999999999999', true],
  ['["=",0]', '1e-400', true],
  ['[">",1000000000]', '1e400', true],
  ['["!=",1]', '-1e400', true],
])('{"numeric":%s} and %s: %s', (range, value, expected) => {
  expect(matches(`{"numeric":${range}}`, value)).toBe(expected);
});

test('such a number in the place of an object leads nowhere', () => {
  const pattern = compile('{"data":{"n":{"deep":[1]}}}');
  const [mismatch] = explainMismatch(pattern, eventOf('1234567890123456789')) ?? [];
  expect(mismatch && describeMismatch(mismatch)).toBe('data.n.deep is absent: data.n is 1234567890123456789; wanted 1');
  expect(matchesPattern(compile('{"data":{"n":{"deep":[{"exists":false}]}}}'), eventOf('1234567890123456789'))).toBe(
    true,
  );
  expect(compilePattern('{"data":{"n":1234567890123456789}}', { parse: readExact })).toMatchObject({
    ok: false,
    message: expect.stringContaining('1234567890123456789'),
  });
  for (const text of ['1234567890123456789', '{"data":1234567890123456789}', '{"source":1234567890123456789}'])
    expect(compilePattern(text, { parse: readExact })).toMatchObject({ ok: false });
});

test('what did not match is told with all of its digits, and cut where they are too many', () => {
  const told = (wanted: string, value: string) => {
    const [mismatch] = explainMismatch(patternOf(wanted), eventOf(value)) ?? [];
    return mismatch && describeMismatch(mismatch);
  };
  expect(told('1234567890123456789', '1234567890123456788')).toBe(
    'data.n is 1234567890123456788; wanted 1234567890123456789',
  );
  expect(told('{"prefix":"1"}', '1234567890123456788')).toBe(
    'data.n is 1234567890123456788 (a number, where prefix looks at texts alone); wanted prefix "1"',
  );
  expect(
    told(`1${'0'.repeat(9_999)}1,{"numeric":["<",0.${'0'.repeat(9_999)}1]}`, '9'.repeat(10_000))?.length,
  ).toBeLessThan(1_000);
});

test('one condition is not taken for another that rounds to the same number', () => {
  const index = createPatternIndex<string>();
  for (let last = 0; last < 100; last++) {
    const id = String(1234567890123456700n + BigInt(last));
    index.add(id, patternOf(id));
  }
  expect(index.match(eventOf('1234567890123456742'))).toEqual(['1234567890123456742']);
});

test('a number that equals a text is told of, one that equals a number is not', () => {
  expect(lintAgainstEvent(patternOf('"1234567890123456789"'), eventOf('1234567890123456789'))).toMatchObject([
    { message: "the pattern's string equals the event's number only because both are compared as text" },
  ]);
  expect(lintAgainstEvent(patternOf('1e21'), eventOf('1000000000000000000000'))).toEqual([]);
});

test('integers are equal where their digits are', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n }), fc.constantFrom(-1n, 0n, 1n), (number, by) => {
      expect(matches(String(number), String(number + by))).toBe(by === 0n);
    }),
  );
});

test('a pattern without such numbers is the same, whoever reads it', () => {
  const text = '{"data":{"n":[300,3e2,"300",0.30000000000000004,true,null]}}';
  expect(compilePattern(text, { parse: readExact })).toEqual(compilePattern(text));
});
