/** Why an event did not match, as data and as sentences. */
import { describe, expect, test } from 'vitest';
import {
  compilePattern,
  describeMismatch,
  explainMismatch,
} from '../../../../../emulators/eventbridge/pattern/index.ts';

function explain(pattern: unknown, event: unknown) {
  const result = compilePattern(pattern);
  if (!result.ok) throw new Error(result.message);
  return explainMismatch(result.pattern, event);
}

test('a pattern that matches has nothing to explain', () => {
  expect(explain({ source: ['a'] }, { source: 'a' })).toBeUndefined();
});

test('every failed field is told in the order of the pattern, those that hold are not', () => {
  const pattern = {
    source: ['acs.oss'],
    type: ['oss:ObjectCreated:PutObject'],
    data: { oss: { object: { key: [{ suffix: '.jpg' }], size: [{ numeric: ['>', 0] }] } }, gone: [{ exists: true }] },
  };
  const event = { source: 'acs.oss', type: 'x', data: { oss: { object: { key: 'a.txt', size: 5 } } } };
  expect(explain(pattern, event)).toEqual([
    { path: 'type', wanted: ['oss:ObjectCreated:PutObject'], found: 'x' },
    { path: 'data.oss.object.key', wanted: [{ suffix: '.jpg' }], found: 'a.txt' },
    { path: 'data.gone', wanted: [{ exists: true }], absent: true },
  ]);
});

describe('a key that differs in capitals alone', () => {
  test.each<[what: string, pattern: object, event: object, near: string | undefined]>([
    ['at the end', { data: { Amount: [5] } }, { data: { amount: 5 } }, 'data.amount'],
    [
      'on the way',
      { data: { OSS: { object: { key: ['a'] } } } },
      { data: { oss: { object: { key: 'a' } } } },
      'data.oss',
    ],
    ['that needs quotes', { data: { 'A.b': [5] } }, { data: { 'a.B': 5 } }, 'data["a.B"]'],
    ['of another name', { data: { total: [5] } }, { data: { amount: 5 } }, undefined],
    ['below a text', { data: { amount: { EUR: [5] } } }, { data: { amount: 'eur' } }, undefined],
  ])('%s is told', (_what, pattern, event, near) => {
    const [mismatch] = explain(pattern, event) ?? [];
    expect(mismatch && 'near' in mismatch ? mismatch.near : undefined).toBe(near);
    if (near !== undefined && mismatch)
      expect(describeMismatch(mismatch)).toContain(`is absent (there is ${near}: capitals count); wanted`);
  });

  test('is found among many in the time it takes to read them once', () => {
    const wanted = Object.fromEntries(Array.from({ length: 1_000 }, (_, at) => [`K${at}`, ['x']]));
    const data = Object.fromEntries(Array.from({ length: 100_000 }, (_, at) => [`k${at}`, 'x']));
    const failures = explain({ data: wanted }, { data }) ?? [];
    expect(failures.filter((each) => 'near' in each)).toHaveLength(1_000);
  });
});

test('null is found, not absent', () => {
  expect(explain({ data: { k: ['a'] } }, { data: { k: null } })).toEqual([
    { path: 'data.k', wanted: ['a'], found: null },
  ]);
});

describe('a path that leads through what has no fields says what is there', () => {
  const items = [{ name: 'a' }, { name: 'b' }];

  test.each<[what: string, data: unknown, blockedBy: string]>([
    [
      'an array of objects, which holds what is wanted',
      { items },
      'data.items is [{"name":"a"},{"name":"b"}] (an array: objects in arrays are not searched)',
    ],
    ['an empty array', { items: [] }, 'data.items is [] (an array: objects in arrays are not searched)'],
    [
      'an array further up',
      items,
      'data is [{"name":"a"},{"name":"b"}] (an array: objects in arrays are not searched)',
    ],
    ['a text', { items: 'a' }, 'data.items is "a"'],
    ['null', { items: null }, 'data.items is null'],
  ])('%s', (_what, data, blockedBy) => {
    const failures = explain({ data: { items: { name: ['a'] } } }, { data });
    expect(failures).toEqual([{ path: 'data.items.name', wanted: ['a'], blockedBy }]);
    expect(failures?.map(describeMismatch)).toEqual([`data.items.name is absent: ${blockedBy}; wanted "a"`]);
  });

  test('what is no object at all is the event itself', () => {
    expect(explain({ source: ['a'] }, 'text')).toMatchObject([{ blockedBy: 'the event is "text"' }]);
  });

  test('nothing there is absent as ever, and `exists: false` is met', () => {
    const pattern = { data: { items: { name: ['a'], gone: [{ exists: false }] } } };
    expect(explain(pattern, { data: {} })).toEqual([{ path: 'data.items.name', wanted: ['a'], absent: true }]);
    expect(explain({ data: { items: { gone: [{ exists: false }] } } }, { data: { items } })).toBeUndefined();
  });

  test('many fields below one long array cost no more than its beginning each', () => {
    const wanted = Object.fromEntries(Array.from({ length: 1_000 }, (_, at) => [`k${at}`, ['x']]));
    const data = { items: Array.from({ length: 100_000 }, () => ({ k1: 'x' })) };
    const failures = explain({ data: { items: wanted } }, { data });
    expect(failures).toHaveLength(1_000);
    expect(JSON.stringify(failures).length).toBeLessThan(1_000 * 500);
  });
});

describe('sentences', () => {
  test.each<[wanted: unknown[], found: unknown, sentence: string]>([
    [[{ suffix: '.jpg' }], 'a.txt', 'data.k is "a.txt"; wanted suffix ".jpg"'],
    [['a', 'b'], 'c', 'data.k is "c"; wanted "a" or "b"'],
    [[{ prefix: 'u/' }, { suffix: '.jpg' }], 'x', 'data.k is "x"; wanted prefix "u/" or suffix ".jpg"'],
    [[{ prefix: 'u/', suffix: '.jpg' }], 'x', 'data.k is "x"; wanted prefix "u/" and suffix ".jpg"'],
    [[null], '', 'data.k is ""; wanted null'],
    [[{ numeric: ['>', 0, '<=', 5] }], 7, 'data.k is 7; wanted a number > 0 and <= 5'],
    [[{ numeric: ['=', 5] }], '5', 'data.k is "5" (a text, where numeric compares numbers alone); wanted a number = 5'],
    [[{ numeric: ['=', 5] }], 'five', 'data.k is "five"; wanted a number = 5'],
    [[{ numeric: ['=', 5] }], ' ', 'data.k is " "; wanted a number = 5'],
    [[{ prefix: '1' }], 12, 'data.k is 12 (a number, where prefix looks at texts alone); wanted prefix "1"'],
    [
      ['x', { suffix: 'e' }],
      true,
      'data.k is true (a boolean, where suffix looks at texts alone); wanted "x" or suffix "e"',
    ],
    [[6], 5, 'data.k is 5; wanted 6'],
    [[{ 'anything-but': ['a', 1] }], 'a', 'data.k is "a"; wanted anything but "a", 1'],
    [[{ 'anything-but': 'a' }], 'a', 'data.k is "a"; wanted anything but "a"'],
    [[{ 'anything-but': { prefix: 'a' } }], 'ab', 'data.k is "ab"; wanted anything but prefix "a"'],
    [[{ cidr: '10.0.0.0/8' }], '9.0.0.1', 'data.k is "9.0.0.1"; wanted cidr "10.0.0.0/8"'],
    [[{ contains: 'x' }], 'y', 'data.k is "y"; wanted contains "x"'],
    [[{ exists: true }], undefined, 'data.k is absent; wanted any value'],
    [[{ exists: false }], 1, 'data.k is 1; wanted no such field'],
    [[{ exists: true }], {}, 'data.k is {} (an object, which nothing matches); wanted any value'],
    [[{ exists: true }], [], 'data.k is [] (an empty array, which nothing matches); wanted any value'],
    [
      ['a'],
      ['a', { b: 1 }],
      'data.k is ["a",{"b":1}] (an array with objects or arrays in it, which nothing matches); wanted "a"',
    ],
    [['a'], ['b', 'c'], 'data.k is ["b","c"]; wanted "a"'],
    [['b', 'Paid'], 'paid', 'data.k is "paid" (capitals count); wanted "b" or "Paid"'],
    [[{ suffix: '.jpg' }], 'A.JPG', 'data.k is "A.JPG" (capitals count); wanted suffix ".jpg"'],
    [[{ prefix: 'img', suffix: '.JPG' }], 'IMG.jpg', expect.stringContaining('(capitals count)')],
    [[{ prefix: 'img', suffix: '.png' }], 'IMG.jpg', expect.not.stringContaining('count')],
    [[{ prefix: 'img', exists: false }], 'IMG.jpg', expect.not.stringContaining('count')],
    [[{ 'anything-but': { prefix: 'a' } }], 'ab', expect.not.stringContaining('count')],
    [['paid'], 'paid\n', 'data.k is "paid\\n" (spaces count); wanted "paid"'],
    [['1'], ' x', 'data.k is " x"; wanted "1"'],
  ])('%j on %j', (wanted, found, sentence) => {
    const data = found === undefined ? {} : { k: found };
    expect(explain({ data: { k: wanted } }, { data })?.map(describeMismatch)).toEqual([sentence]);
  });

  test('keys that would be misread as a path are quoted', () => {
    const [mismatch] = explain({ data: { 'a.b': { c: ['x'] } } }, {}) ?? [];
    expect(mismatch?.path).toBe('data["a.b"].c');
  });

  test('huge values and long lists are cut short', () => {
    const wanted = Array.from({ length: 1_000 }, (_, index) => index);
    const huge = Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`k${index}`, 'v'.repeat(1_000)]));
    for (const found of [
      'x'.repeat(1_000_000),
      huge,
      Array(1_000).fill('v'),
      JSON.parse('['.repeat(1e5) + ']'.repeat(1e5)),
    ]) {
      const [sentence = ''] = explain({ data: { k: wanted } }, { data: { k: found } })?.map(describeMismatch) ?? [];
      expect(sentence.length).toBeLessThan(500);
      expect(sentence).toContain('…');
    }
  });
});
