/** Hostile patterns and events: what they cost grows as they do, and no faster. */
import { describe, expect, test } from 'vitest';
import {
  type CompiledPattern,
  compilePattern,
  createPatternIndex,
  describeMismatch,
  explainMismatch,
  matchesPattern,
  PATTERN_DEPTH_MAX,
} from '../../../../../emulators/eventbridge/pattern/index.ts';
import { SHOWN_PATH_CHARACTERS_MAX, WARNINGS_MAX } from '../../../../../emulators/eventbridge/pattern/limits.ts';
import { readExact } from '../../../../../src/kernel/exact-json.ts';
import { growth } from '../../../../support/cost.ts';

function compile(pattern: unknown): CompiledPattern {
  const result = compilePattern(pattern);
  if (!result.ok) throw new Error(result.message);
  return result.pattern;
}

const many = <Item>(count: number, make: (at: number) => Item) => Array.from({ length: count }, (_, at) => make(at));
const fields = (count: number, wanted: (at: number) => unknown) =>
  Object.fromEntries(many(count, (at) => [`k${at}`, wanted(at)]));
const nested = (levels: number, innermost: unknown) =>
  `${'{"k":'.repeat(levels)}${JSON.stringify(innermost)}${'}'.repeat(levels)}`;

describe('compiling', () => {
  test.each<[what: string, size: number, text: (size: number) => string]>([
    [
      'fields below one long key',
      4_000,
      (size) => JSON.stringify({ data: { ['x'.repeat(size)]: fields(size / 20, () => ['v']) } }),
    ],
    [
      'fields below one long key that is quoted, each with a warning',
      4_000,
      (size) => JSON.stringify({ data: { ['.'.repeat(size)]: fields(size / 20, () => ['a*']) } }),
    ],
    ['a list of values', 4_000, (size) => JSON.stringify({ source: many(size, (at) => `v${at}`) })],
    ['a list of values with stars', 4_000, (size) => JSON.stringify({ source: many(size, (at) => `v${at}*`) })],
    [
      'a list of excluded values',
      4_000,
      (size) => JSON.stringify({ source: [{ 'anything-but': many(size, (at) => `v${at}`) }] }),
    ],
    [
      'prefixes and suffixes of many fields',
      500,
      (size) =>
        JSON.stringify({
          data: fields(size, (at) => many(5, (n) => ({ [n % 2 ? 'prefix' : 'suffix']: `a${at}${n}` }))),
        }),
    ],
    [
      'fields at the greatest depth',
      500,
      (size) =>
        `{"data":${nested(
          PATTERN_DEPTH_MAX - 1,
          fields(size, () => ['v']),
        )}}`,
    ],
    ['nesting past the limit', 5_000, (size) => `{"data":${nested(size, ['v'])}}`],
    ['a text that repeats itself', 20_000, (size) => JSON.stringify({ source: [{ contains: 'a'.repeat(size) }] })],
    ['a long bad value', 20_000, (size) => JSON.stringify({ source: '(a+)+$'.repeat(size) })],
    ['no JSON: a word', 20_000, (size) => `${'a'.repeat(size)}!`],
    ['no JSON: brackets', 4_000, (size) => '['.repeat(size)],
    ['no JSON: escapes', 20_000, (size) => `"${'\\'.repeat(size)}`],
    ['white space', 20_000, (size) => `${' '.repeat(size)}{${' '.repeat(size)}}`],
  ])('%s', (_what, size, text) => {
    const { ratio, bound } = growth(size, text, (input) => void compilePattern(input));
    expect(ratio).toBeLessThan(bound);
  });

  test('a path is shown in bounded length, and of many warnings the first', () => {
    const result = compilePattern({ data: { ['.'.repeat(100_000)]: fields(1_000, () => ['a*']) } });
    expect(result.ok && result.warnings.length).toBe(WARNINGS_MAX);
    const longest = result.ok ? Math.max(...result.warnings.map(({ path }) => path.length)) : Infinity;
    expect(longest).toBeLessThan(SHOWN_PATH_CHARACTERS_MAX + 20);
    const wanted = 'k'.repeat(SHOWN_PATH_CHARACTERS_MAX - 5);
    expect(compile({ data: { [wanted]: ['v'] } }).fields[0]?.pathText).toBe(`data.${wanted}`.slice(0, 500));
    expect(compile({ data: { [`${wanted}kk`]: ['v'] } }).fields[0]?.pathText).toMatch(/k…$/);
  });
});

describe('matching', () => {
  const rows: [what: string, size: number, make: (size: number) => { patterns: unknown[]; event: unknown }][] = [
    [
      'a text that nearly holds what it must',
      1_000,
      (size) => {
        const half = 'a'.repeat(size);
        return { patterns: [{ data: { k: [{ contains: `${half}b${half}` }] } }], event: at('a'.repeat(4 * size)) };
      },
    ],
    [
      'a text of many near misses at its ends',
      20_000,
      (size) => ({
        patterns: ['prefix', 'suffix'].map((is) => ({ data: { k: [{ [is]: `${'a'.repeat(size / 2)}b` }] } })),
        event: at('a'.repeat(size)),
      }),
    ],
    [
      'prefixes of each other',
      20_000,
      (size) => ({
        patterns: many(100, (n) => ({ data: { k: [{ prefix: 'a'.repeat(n + 1) }] } })),
        event: at('a'.repeat(size)),
      }),
    ],
    [
      'texts that would be costly as regular expressions',
      5_000,
      (size) => ({
        patterns: ['prefix', 'suffix', 'contains'].map((is) => ({ data: { k: [{ [is]: '(a+)+$'.repeat(20) }] } })),
        event: at(`${'a'.repeat(size)}!`),
      }),
    ],
    [
      'texts that would be costly as wildcards',
      5_000,
      (size) => ({
        patterns: [['*a'.repeat(50)], [{ contains: '*a'.repeat(50) }], [{ prefix: '*'.repeat(50) }]].map((k) => ({
          data: { k },
        })),
        event: at('a'.repeat(size)),
      }),
    ],
    [
      'long arrays',
      1_000,
      (size) => ({
        patterns: [{ data: { k: [...many(4, (n) => ({ prefix: `x${n}` })), 'v-1'] } }],
        event: at(many(size, (n) => `v${n}`)),
      }),
    ],
    [
      'addresses that are none',
      2_000,
      (size) => ({
        patterns: [{ data: { k: [{ cidr: '10.0.0.0/8' }] } }],
        event: at('1.'.repeat(size) + '1'.repeat(size)),
      }),
    ],
    ...['0.0', '9', '1.0', '1e0', '1e9'].map((start): (typeof rows)[number] => [
      `a number that starts with ${start} and has many more of its last digit`,
      5_000,
      (size) => ({
        patterns: many(100, (n) => ({ data: { k: [{ 'anything-but': n }, { numeric: ['>', n] }] } })),
        event: at(readExact(`${start}${start.slice(-1).repeat(size)}1`)),
      }),
    ]),
    [
      'an event of many keys',
      2_000,
      (size) => ({
        patterns: many(50, (n) => ({ data: { [`k${n}`]: ['x'] } })),
        event: { data: fields(size, () => 'y') },
      }),
    ],
    [
      'a pattern and an event of many fields',
      400,
      (size) => ({ patterns: [{ data: fields(size, () => ['y']) }], event: { data: fields(size, () => 'y') } }),
    ],
  ];

  function at(k: unknown) {
    return { data: { k } };
  }

  test.each(rows)('%s', (_what, size, make) => {
    const input = (of: number) => {
      const { patterns, event } = make(of);
      const compiled = patterns.map(compile);
      const index = createPatternIndex<number>();
      for (const [id, pattern] of compiled.entries()) index.add(id, pattern);
      return { compiled, index, event };
    };
    const { ratio, bound } = growth(size, input, ({ compiled, index, event }) => {
      // Some are so quick that one alone could not be measured.
      for (let round = 0; round < 3; round++) {
        index.match(event);
        for (const pattern of compiled) matchesPattern(pattern, event);
        for (const pattern of compiled) explainMismatch(pattern, event)?.map(describeMismatch);
      }
    });
    expect(ratio).toBeLessThan(bound);
  });
});

test('adding to and taking from an index costs as much as the rule, under a long key too', () => {
  const { ratio, bound } = growth(
    4_000,
    (size) => compile({ data: { ['x'.repeat(size)]: fields(size / 20, (at) => [`v${at}`]) } }),
    (pattern) => {
      const index = createPatternIndex<number>();
      for (let id = 0; id < 5; id++) index.add(id, pattern);
      for (let id = 0; id < 5; id++) index.remove(id);
    },
  );
  expect(ratio).toBeLessThan(bound);
});

test('an event of a million keys is matched by what is asked of it, and explained', () => {
  const event = JSON.parse(`{"data":{${many(1_000_000, (at) => `"key${at}":${at}`).join()}}}`);
  const pattern = compile({ data: { key999999: [{ numeric: ['>', 999_998] }], other: [{ exists: false }] } });
  const index = createPatternIndex<string>();
  index.add('rule', pattern);
  expect(index.match(event)).toEqual(['rule']);
  expect(index.lastSteps).toBeLessThan(20);
  const failing = compile({ data: { key5: ['6'] } });
  expect(explainMismatch(failing, event)?.map(describeMismatch)).toEqual(['data.key5 is 5; wanted "6"']);
});
