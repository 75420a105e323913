/** The index against a matcher too simple to be wrong; its stability under adding and removing. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CompiledPattern } from '../../../../../emulators/eventbridge/pattern/index.ts';
import { compilePattern, createPatternIndex } from '../../../../../emulators/eventbridge/pattern/index.ts';

function compile(pattern: unknown): CompiledPattern {
  const result = compilePattern(pattern);
  if (!result.ok) throw new Error(result.message);
  return result.pattern;
}

// The naive matcher: straight from the help page "Event patterns", pattern and event walked together.

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
const isObject = (value: unknown): value is { [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function naiveMatch(pattern: { [key: string]: Json }, event: Json | undefined): boolean {
  return Object.entries(pattern).every(([key, wanted]) => {
    const value = isObject(event) && Object.hasOwn(event, key) ? event[key] : undefined;
    return Array.isArray(wanted) ? naiveField(wanted, value) : isObject(wanted) && naiveMatch(wanted, value);
  });
}

function naiveField(wanted: Json[], value: Json | undefined): boolean {
  if (value === undefined) {
    return wanted.some((each) => isObject(each) && Object.entries(each).every(([op, arg]) => op === 'exists' && !arg));
  }
  if (isObject(value)) return false;
  const elements = Array.isArray(value) ? value : [value];
  if (elements.some((element) => isObject(element) || Array.isArray(element))) return false;
  return elements.some((element) => wanted.some((each) => naiveValue(each, element)));
}

function naiveValue(wanted: Json, value: Json): boolean {
  if (!isObject(wanted)) return wanted === null || value === null ? wanted === value : String(wanted) === String(value);
  return Object.entries(wanted).every(([op, arg]) => naiveOperator(op, arg, value));
}

function naiveOperator(op: string, arg: Json, value: Json): boolean {
  const text = typeof value === 'string' ? value : undefined;
  if (op === 'prefix') return text?.slice(0, String(arg).length) === arg;
  if (op === 'suffix') return text !== undefined && text.slice(Math.max(0, text.length - String(arg).length)) === arg;
  if (op === 'contains') return text !== undefined && text.split(String(arg)).length > 1;
  if (op === 'exists') return arg === true;
  if (op === 'cidr') return text !== undefined && naiveCidr(String(arg), text);
  if (op === 'anything-but') return ![arg].flat().some((each) => naiveValue(each, value));
  if (op === 'numeric' && Array.isArray(arg) && typeof value === 'number') {
    return arg.every((sign, at) => at % 2 === 1 || naiveCompare(value, String(sign), Number(arg[at + 1])));
  }
  return false;
}

function naiveCompare(value: number, sign: string, operand: number): boolean {
  const order = Math.abs(value - operand) <= 1e-7 ? 0 : Math.sign(value - operand);
  const accepted: Record<string, number[]> = {
    '=': [0],
    '!=': [-1, 1],
    '>': [1],
    '>=': [0, 1],
    '<': [-1],
    '<=': [-1, 0],
  };
  return accepted[sign]?.includes(order) ?? false;
}

function naiveCidr(range: string, text: string): boolean {
  const bits = (ip: string) =>
    ip
      .split('.')
      .map((octet) => Number(octet).toString(2).padStart(8, '0'))
      .join('');
  const [base = '', length = '32'] = range.split('/');
  return (
    /^\d+\.\d+\.\d+\.\d+$/.test(text) && bits(text).slice(0, Number(length)) === bits(base).slice(0, Number(length))
  );
}

// Few letters and few keys, so that patterns and events meet often.

const word = fc.string({ unit: fc.constantFrom('a', 'b', '1'), minLength: 0, maxLength: 4 });
const someWord = fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 1, maxLength: 3 });
const number = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.constantFrom(0.5, 1.00000005, 1e9, -1e9, 1, 11));
const address = fc.constantFrom('10.0.0.1', '10.0.0.255', '10.0.1.1', '192.168.0.1');
const scalar = fc.oneof(word, number, fc.boolean(), fc.constant(null), address);
const sign = fc.constantFrom('=', '!=', '>', '>=', '<', '<=');
const operators = {
  prefix: someWord,
  suffix: someWord,
  contains: someWord,
  exists: fc.boolean(),
  cidr: fc.constantFrom('10.0.0.0/24', '10.0.0.0/8', '10.0.0.1', '10.0.0.1/32', '0.0.0.0/0'),
  numeric: fc.oneof(fc.tuple(sign, number), fc.tuple(sign, number, sign, number)) as fc.Arbitrary<(string | number)[]>,
  'anything-but': fc.oneof(
    scalar,
    fc.array(scalar, { maxLength: 3 }),
    fc.record({ prefix: someWord }),
    fc.record({ suffix: someWord }),
  ),
};
const group = fc
  .subarray(Object.keys(operators) as (keyof typeof operators)[], { minLength: 1, maxLength: 2 })
  .chain((names) => fc.record(Object.fromEntries(names.map((name) => [name, operators[name] as fc.Arbitrary<Json>]))));
const wanted = fc
  .tuple(fc.array(scalar, { maxLength: 2 }), fc.array(group, { maxLength: 2 }))
  .map(([plain, groups]): Json[] => [...plain, ...groups])
  .filter((values) => values.length > 0);
const some = (fields: Record<string, fc.Arbitrary<unknown>>) =>
  fc.record(fields, { requiredKeys: [] }).filter((object) => Object.keys(object).length > 0);
const dataPattern = some({ k: wanted, 'a.b': wanted, n: some({ k: wanted, m: wanted }), constructor: wanted });
const pattern = fc.record({ source: wanted, type: wanted, data: dataPattern }, { requiredKeys: [] }) as fc.Arbitrary<{
  [key: string]: Json;
}>;

const value = fc.oneof(
  { weight: 5, arbitrary: scalar },
  { weight: 2, arbitrary: fc.array(scalar, { maxLength: 3 }) },
  { weight: 1, arbitrary: fc.constantFrom<Json>({}, [{}], ['a', ['b']], { k: 'a' }) },
);
const optional = (fields: Record<string, fc.Arbitrary<unknown>>) => fc.record(fields, { requiredKeys: [] });
const inner = fc.oneof(optional({ k: value, m: value }), value);
const event = optional({
  source: value,
  type: value,
  data: fc.oneof(
    { weight: 9, arbitrary: optional({ k: value, 'a.b': value, n: inner }) },
    { weight: 1, arbitrary: value },
  ),
}) as fc.Arbitrary<Json>;

describe('equivalence', () => {
  test('the index finds exactly the rules the naive matcher finds, while rules come and go', () => {
    fc.assert(
      fc.property(
        fc.array(pattern, { maxLength: 25 }),
        fc.array(event, { minLength: 1, maxLength: 10 }),
        fc.infiniteStream(fc.boolean()),
        (patterns, events, keep) => {
          const index = createPatternIndex<number>();
          for (const [id, each] of patterns.entries()) index.add(id, compile(each));
          expectAgreement(index, new Map(patterns.entries()), events);

          // Enough matches in vain for rules to move to other places.
          for (let round = 0; round < 20; round++) for (const each of events) index.match(each);
          expectAgreement(index, new Map(patterns.entries()), events);

          const left = new Map([...patterns.entries()].filter(() => keep.next().value));
          for (const id of patterns.keys()) if (!left.has(id)) index.remove(id);
          expectAgreement(index, left, events);

          // Those that stayed get another pattern under their id, in place.
          for (const id of left.keys()) {
            const replacement = patterns[(id + 1) % patterns.length] ?? {};
            left.set(id, replacement);
            index.add(id, compile(replacement));
          }
          expectAgreement(index, left, events);
        },
      ),
      { numRuns: 250 },
    );
  });
});

function expectAgreement(
  index: ReturnType<typeof createPatternIndex<number>>,
  rules: Map<number, { [key: string]: Json }>,
  events: Json[],
): void {
  expect(index.size).toBe(rules.size);
  for (const each of events) {
    const expected = [...rules].filter(([, rule]) => naiveMatch(rule, each)).map(([id]) => id);
    expect(index.match(each)).toEqual(expected);
  }
}

describe('adding and removing', () => {
  test('an emptied index matches nothing and does no work', () => {
    const index = createPatternIndex<number>();
    const patterns = [{}, { source: ['a'] }, { data: { k: [{ prefix: 'a' }, { suffix: 'b' }, { contains: 'c' }] } }];
    for (const [id, each] of patterns.entries()) index.add(id, compile(each));
    for (const id of patterns.keys()) expect(index.remove(id)).toBe(true);
    expect(index.match({ source: 'a', data: { k: 'abc' } })).toEqual([]);
    expect(index.lastSteps).toBe(0);
    expect(index.size).toBe(0);
  });

  test('removing what is not there says so', () => {
    expect(createPatternIndex<string>().remove('x')).toBe(false);
  });

  test('two rules with one pattern are two rules', () => {
    const index = createPatternIndex<string>();
    index.add('one', compile({ source: ['a'] }));
    index.add('two', compile({ source: ['a'] }));
    expect(index.match({ source: 'a' })).toEqual(['one', 'two']);
    index.remove('one');
    expect(index.match({ source: 'a' })).toEqual(['two']);
  });

  test('a pattern added again under its id replaces the old one and keeps its place', () => {
    const index = createPatternIndex<string>();
    index.add('one', compile({ source: ['a'] }));
    index.add('two', compile({}));
    index.add('one', compile({ source: ['b'] }));
    expect(index.match({ source: 'a' })).toEqual(['two']);
    expect(index.match({ source: 'b' })).toEqual(['one', 'two']);
  });

  test('one compiled pattern may stand in several indexes', () => {
    const shared = compile({ source: ['a'] });
    const [one, other] = [createPatternIndex<string>(), createPatternIndex<string>()];
    one.add('x', shared);
    other.add('y', shared);
    one.remove('x');
    expect(other.match({ source: 'a' })).toEqual(['y']);
  });

  test('a number too large for JavaScript is not taken for null', () => {
    const index = createPatternIndex<string>();
    index.add('large', compile('{"data":{"k":[1e999]}}'));
    index.add('null', compile('{"data":{"k":[null]}}'));
    expect(index.match({ data: { k: null } })).toEqual(['null']);
    expect(index.match(JSON.parse('{"data":{"k":1e999}}'))).toEqual(['large']);
  });

  test('rules stay found while events that nearly match make them move', () => {
    const index = createPatternIndex<number>();
    const rules = Array.from({ length: 20 }, (_, id) => ({
      source: ['a'],
      type: [`t${id}`],
      data: { k: [`k${id % 3}`] },
    }));
    for (const [id, each] of rules.entries()) index.add(id, compile(each));
    for (let round = 0; round < 500; round++) {
      const each = { source: 'a', type: `t${round % 23}`, data: { k: `k${round % 7}` } };
      expect(index.match(each)).toEqual([...rules.keys()].filter((id) => naiveMatch(rules[id] ?? {}, each)));
    }
  });

  test('a match leaves nothing behind for the next', () => {
    const index = createPatternIndex<string>();
    index.add('both', compile({ source: ['a'], type: ['t'] }));
    expect(index.match({ source: 'a', type: 't' })).toEqual(['both']);
    expect(index.match({ source: 'a' })).toEqual([]);
    expect(index.match({ type: 't' })).toEqual([]);
  });
});
