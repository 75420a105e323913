/** Numbers that ECMAScript has none for come out as they went in. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LongNumber, readExact, writeExact } from '../../../../src/kernel/exact-json.ts';

const again = (text: string) => writeExact(readExact(text));

test.each([
  '1234567890123456789',
  '[1234567890123456789,-9007199254740993]',
  '{"a":{"id":9223372036854775807},"b":0.12345678901234567890}',
  '{"a":123456789012345678901234567890.5e-10}',
  '{"text":"1234567890123456789","n":1234567890123456789}',
  String.raw`{"a":"\"1234567890123456789","b":"\\","c":1234567890123456789}`,
  '[1e-999,1e999,-1E+0999,0.1e-400,5e-0324,4.94065645841246e-324,1.5e-310]',
  '[1e999999999999999999999]',
  '{"__proto__":1234567890123456789,"constructor":{"toString":1234567890123456788}}',
  `[${'9'.repeat(10_000)},-0.${'0'.repeat(10_000)}1]`,
])('%s', (text) => {
  expect(again(text)).toBe(text);
});

test.each([
  ['9007199254740991', 9007199254740991],
  ['[1234567890123456]', [1234567890123456]],
  ['{"uid":"1234567890123456789"}', { uid: '1234567890123456789' }],
  ['[0.30000000000000004,1e21,1E+2,100000000000000000000]', [0.30000000000000004, 1e21, 100, 1e20]],
  ['[-0,0e-400,0.00000000000000000000,0E+400,1e308]', [-0, 0, 0, 0, 1e308]],
])('%s holds nothing that would be lost, and is read as ever', (text, value) => {
  expect(readExact(text)).toEqual(value);
});

test('to whoever knows nothing of them such numbers are the nearest ones, and as text they have all of their digits', () => {
  const [long, beyond] = readExact('[1234567890123456789,1e400]') as [number, number];
  expect(long).toBeInstanceOf(LongNumber);
  expect(Number(long)).toBe(1234567890123456800);
  expect(long + 0).toBe(1234567890123456800);
  expect(String(long)).toBe('1234567890123456789');
  expect(JSON.stringify({ long })).toBe('{"long":1234567890123456800}');
  expect(Number(beyond)).toBe(Number.POSITIVE_INFINITY);
  expect(Object.keys(long)).toEqual([]);
});

test('what can not be written leaves nothing behind', () => {
  const circle: unknown[] = [readExact('1234567890123456789')];
  circle.push(circle);
  expect(() => writeExact(circle)).toThrow(TypeError);
  expect(JSON.stringify(circle[0])).toBe('1234567890123456800');
  expect(writeExact(undefined)).toBe('null');
});

test.each([
  '',
  '{',
  '[1234567890123456789',
  '"',
  '\\"'.repeat(100_000),
  '1234567890123456789x',
  '00',
  '[1234567890123456789,01]',
  '-',
  '1e',
  '[.5]',
])('what is no JSON is refused as JSON.parse refuses it, at once', (text) => {
  const startedMs = performance.now();
  expect(() => readExact(text)).toThrow(SyntaxError);
  expect(performance.now() - startedMs).toBeLessThan(1_000);
});

test('a long text beside such a number is passed over in time', () => {
  const text = JSON.stringify({ a: '\\"'.repeat(200_000), b: 'x'.repeat(500_000), n: 'N' }).replace(
    '"N"',
    '12345678901234567890',
  );
  expect(again(text)).toBe(text);
});

test('such a number is found below any depth', () => {
  const text = `${'['.repeat(100_000)}12345678901234567890${']'.repeat(100_000)}`;
  let inner = readExact(text);
  while (Array.isArray(inner)) [inner] = inner;
  expect(String(inner)).toBe('12345678901234567890');
});

test('any JSON comes out as JSON.parse and JSON.stringify have it', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      expect(again(text)).toBe(JSON.stringify(JSON.parse(text)));
    }),
  );
});

test('a number comes out as ECMAScript writes it, where that is the same number, or as it was written', () => {
  const digits = fc.stringMatching(/^\d{1,30}$/);
  const exponent = fc.oneof(
    fc.constant(''),
    fc.tuple(fc.constantFrom('e', 'E+', 'e-'), fc.stringMatching(/^\d{1,4}$/)).map((pair) => pair.join('')),
  );
  const number = fc.tuple(
    fc.constantFrom('', '-'),
    digits,
    fc.oneof(
      fc.constant(''),
      digits.map((all) => `.${all}`),
    ),
    exponent,
  );
  fc.assert(
    fc.property(number, ([sign, whole, decimals, power]) => {
      const written = `${sign}${whole.replace(/^0+(?=\d)/, '')}${decimals}${power}`;
      const out = again(`[${written}]`).slice(1, -1);
      expect([written, JSON.stringify(Number(written))]).toContain(out);
      // By 15 digits any number of this kind is told from its neighbours.
      if (out !== written && Number(written) !== 0) expect(Number(out)).toBe(Number(written));
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

test('a text that looks like a number on its way stays a text, whatever follows', () => {
  const long = readExact('1234567890123456789');
  for (const mark of ['\u0000number:', '\u00000123456789abcdef:'])
    for (const digits of ['1234567890123456789', '1.2.3', '-']) {
      const text = JSON.stringify([mark + digits]);
      expect(again(text)).toBe(text);
      expect(writeExact([long, mark + digits])).toBe(`[1234567890123456789,${text.slice(1)}`);
    }
});
