/** Numbers that ECMAScript has none for come out as they went in. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { exactDigits, readExact, writeExact } from '../../../../../emulators/eventbridge/transform/index.ts';

const again = (text: string) => writeExact(readExact(text)).text;

test.each([
  '1234567890123456789',
  '[1234567890123456789,-9007199254740993]',
  '{"a":{"id":9223372036854775807},"b":0.12345678901234567890}',
  '{"a":123456789012345678901234567890.5e-10}',
  '{"text":"1234567890123456789","n":1234567890123456789}',
  String.raw`{"a":"\"1234567890123456789","b":"\\","c":1234567890123456789}`,
  '[1e-999]',
])('%s', (text) => {
  expect(again(text)).toBe(text);
});

test.each([
  ['9007199254740991', 9007199254740991],
  ['[1234567890123456]', [1234567890123456]],
  ['{"uid":"1234567890123456789"}', { uid: '1234567890123456789' }],
  ['[0.30000000000000004,1e21,1E+2,100000000000000000000]', [0.30000000000000004, 1e21, 100, 1e20]],
  ['[1e999]', [Number.POSITIVE_INFINITY]],
])('%s holds nothing that would be lost, and is read as ever', (text, value) => {
  expect(readExact(text)).toEqual(value);
});

test('what is written is also answered as anybody else reads it', () => {
  const { text, value } = writeExact(readExact('{"id":1234567890123456789,"name":"a"}'));
  expect(text).toBe('{"id":1234567890123456789,"name":"a"}');
  expect(value).toEqual(JSON.parse(text));
});

test('the digits of such a number are known, and no other text has any', () => {
  expect(exactDigits(readExact('1234567890123456789') as string)).toBe('1234567890123456789');
  expect(exactDigits('1234567890123456789')).toBeUndefined();
});

test.each(['', '{', '[1234567890123456789', '"', '\\"'.repeat(100_000), '1234567890123456789x'])(
  'what is no JSON is refused as JSON.parse refuses it, at once',
  (text) => {
    const startedMs = performance.now();
    expect(() => readExact(text)).toThrow(SyntaxError);
    expect(performance.now() - startedMs).toBeLessThan(1_000);
  },
);

test('a long text beside such a number is passed over in time', () => {
  const text = JSON.stringify({ a: '\\"'.repeat(200_000), b: 'x'.repeat(500_000), n: 'N' }).replace(
    '"N"',
    '12345678901234567890',
  );
  expect(again(text)).toBe(text);
});

test('any JSON comes out as JSON.parse and JSON.stringify have it', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      expect(again(text)).toBe(JSON.stringify(JSON.parse(text)));
    }),
  );
});

test('integers of any length come out digit by digit, wherever they stand', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.string(), fc.bigInt())), (entries) => {
      const text = `[${entries.map(([name, number]) => `{${JSON.stringify(name)}:${number}}`).join()}]`;
      expect(again(text)).toBe(text.replaceAll('-0}', '0}'));
    }),
  );
});

test('a text that looks like a held number stays a text, whatever follows', () => {
  const held = readExact('[1234567890123456789]') as [string];
  const shape = held[0].replace('1234567890123456789', '');
  for (const mark of ['\u0000number:', shape.replace(/[0-9a-f]{16}/, '0123456789abcdef')])
    for (const digits of ['1234567890123456789', '1.2.3', '-'])
      expect(again(JSON.stringify([mark + digits]))).toBe(JSON.stringify([mark + digits]));
});
