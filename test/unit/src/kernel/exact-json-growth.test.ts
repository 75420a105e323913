/** Reading and writing JSON with long numbers takes as much longer as it is longer, whatever stands in it. */
import { expect, test } from 'vitest';
import { readExact, writeExact } from '../../../../src/kernel/exact-json.ts';
import { growth } from '../../../support/cost.ts';

const LONG = '1234567890123456789';

test.each<[what: string, text: (size: number) => string]>([
  [
    'many long numbers',
    (size) =>
      `[${Array(size / 20)
        .fill(LONG)
        .join()}]`,
  ],
  ['one number of many digits', (size) => '9'.repeat(size)],
  ['zeros after the point', (size) => `0.${'0'.repeat(size)}1`],
  ['zeros at the end', (size) => `1.${'0'.repeat(size)}`],
  ['zeros in between', (size) => `1${'0'.repeat(size)}1`],
  ['zeros in the exponent', (size) => `1e${'0'.repeat(size)}1`],
  ['nines in the exponent', (size) => `1e${'9'.repeat(size)}`],
  ['escapes beside one', (size) => `["${'\\"'.repeat(size / 2)}",${LONG}]`],
  ['a text that is nearly numbers', (size) => `["${',1.1.1.1.1.1.1.1.1.1'.repeat(size / 20)}",${LONG}]`],
  ['a text of points and digits', (size) => `["${'1.'.repeat(size / 2)}"]`],
  ['a text of digits apart', (size) => `["${' 1'.repeat(size / 2)}"]`],
  ['a text of marks', (size) => `["${'\\u0000'.repeat(size / 6)}",${LONG}]`],
])('%s', (_what, text) => {
  const { ratio, bound } = growth(20_000, text, (input) => void writeExact(readExact(input)));
  expect(ratio).toBeLessThan(bound);
});
