/** What every operator means; each row is asked of the single matcher, the index and the explanation alike. */
import { describe, expect, test } from 'vitest';
import {
  compilePattern,
  createPatternIndex,
  explainMismatch,
  matchesPattern,
} from '../../../../../emulators/eventbridge/pattern/index.ts';

type Row = [wanted: unknown[], value: unknown, isMatch: boolean];
const ABSENT = Symbol('absent');

function expectMatch(pattern: unknown, event: unknown, isMatch: boolean): void {
  const result = compilePattern(pattern);
  if (!result.ok) throw new Error(result.message);
  const index = createPatternIndex<string>();
  index.add('rule', result.pattern);
  expect(matchesPattern(result.pattern, event)).toBe(isMatch);
  expect(index.match(event)).toEqual(isMatch ? ['rule'] : []);
  expect(explainMismatch(result.pattern, event) === undefined).toBe(isMatch);
}

const expectField = (wanted: unknown[], value: unknown, isMatch: boolean) =>
  expectMatch({ data: { k: wanted } }, { data: value === ABSENT ? { other: 1 } : { k: value } }, isMatch);

describe('operators (Help page "Event patterns")', () => {
  test.each<Row>([
    [['acs.oss'], 'acs.oss', true],
    [['acs.oss'], 'acs.OSS', false],
    [['acs.oss'], 'acs.oss ', false],
    [['a', 'b'], 'b', true],
    [['a', 'b'], 'c', false],
    [[80, 20.5], 80, true],
    [[80, 20.5], 20.5, true],
    [[9.2, 8], 8.2, false],
    [[true], true, true],
    [[true], false, false],
    [[''], '', true],
    [[''], null, false],
    [[null], null, true],
    [[null], '', false],
    [['\u00e9'], 'e\u0301', false],
    [[{ prefix: 'acs.' }], 'acs.oss', true],
    [[{ prefix: 'acs.' }], 'acs.', true],
    [[{ prefix: 'acs.' }], 'ACS.oss', false],
    [[{ prefix: 'acs.' }], 'acs', false],
    [[{ suffix: '.jpg' }], 'a.jpg', true],
    [[{ suffix: '.jpg' }], '.jpg', true],
    [[{ suffix: '.jpg' }], 'jpg', false],
    [[{ suffix: '.jpg' }], 'a.jpg.png', false],
    [[{ contains: 'Normal' }], 'xNormaly', true],
    [[{ contains: 'Normal' }], 'normal', false],
    [[{ 'anything-but': 'x' }], 'y', true],
    [[{ 'anything-but': 'x' }], 'x', false],
    [[{ 'anything-but': 123 }], 124, true],
    [[{ 'anything-but': 123 }], 123, false],
    [[{ 'anything-but': ['a', 'b'] }], 'c', true],
    [[{ 'anything-but': ['a', 'b'] }], 'b', false],
    [[{ 'anything-but': [100, 200] }], 120, true],
    [[{ 'anything-but': [100, 200] }], 200, false],
    [[{ 'anything-but': { prefix: 'init' } }], 'started', true],
    [[{ 'anything-but': { prefix: 'init' } }], 'initializing', false],
    [[{ 'anything-but': { suffix: 'ing' } }], 'started', true],
    [[{ 'anything-but': { suffix: 'ing' } }], 'initializing', false],
    [[{ numeric: ['>', 0, '<=', 5] }], 3.12, true],
    [[{ numeric: ['>', 0, '<=', 5] }], 0, false],
    [[{ numeric: ['>', 0, '<=', 5] }], 5, true],
    [[{ numeric: ['>', 0, '<=', 5] }], 6, false],
    [[{ numeric: ['>=', 120] }], 120, true],
    [[{ numeric: ['<', 120] }], 120, false],
    [[{ numeric: ['<', 120] }], 119, true],
    [[{ numeric: ['=', 120] }], 120, true],
    [[{ numeric: ['!=', 1.123455] }], 1.123456, true],
    [[{ numeric: ['!=', 5] }], 5, false],
    [[{ numeric: ['>', 5, '<', 3] }], 4, false],
    [[{ numeric: ['<=', 1e9] }], 1e300, false],
    [[{ numeric: ['>', 1e9] }], 1e300, true],
    [[{ cidr: '10.0.0.0/24' }], '10.0.0.251', true],
    [[{ cidr: '10.0.0.0/24' }], '10.0.2.251', false],
    [[{ cidr: '10.0.0.0/24' }], '10.0.0.1234', false],
    [[{ cidr: '10.0.0.0/24' }], '10.0.0', false],
    [[{ cidr: '10.0.0.77/24' }], '10.0.0.1', true],
    [[{ cidr: '200.0.0.0/8' }], '200.1.2.3', true],
    [[{ cidr: '0.0.0.0/0' }], '255.255.255.255', true],
    [[{ exists: true }], 'x', true],
    [[{ exists: true }], ABSENT, false],
    [[{ exists: false }], ABSENT, true],
    [[{ exists: false }], 'x', false],
  ])('%j on %j: %s', expectField);
});

describe('fine points (RocketMQ EventBridge source)', () => {
  test.each<Row>([
    // Values are compared in their textual form.
    [['80'], 80, true],
    [[80], '80', true],
    [['true'], true, true],
    [[3e2], 300, true],
    [['1e3'], 1000, false],
    // Null, "null" and nothing at all are three things.
    [[null], 'null', false],
    [['null'], null, false],
    [[null], ABSENT, false],
    [['undefined'], ABSENT, false],
    // Operators for strings hold for strings only, numeric for numbers only.
    [[{ prefix: '8' }], 80, false],
    [[{ suffix: '0' }], 80, false],
    [[{ contains: '8' }], 80, false],
    [[{ prefix: 'n' }], null, false],
    [[{ cidr: '10.0.0.1' }], 167772161, false],
    [[{ numeric: ['=', 5] }], '5', false],
    [[{ numeric: ['=', 1] }], true, false],
    [[{ numeric: ['=', 0] }], null, false],
    // Numbers nearer than 1e-7 are equal, for every sign.
    [[{ numeric: ['=', 1.1234567] }], 1.12345678, true],
    [[{ numeric: ['!=', 1.1234567] }], 1.12345678, false],
    [[{ numeric: ['>', 1] }], 1.00000005, false],
    [[{ numeric: ['<', 1] }], 0.99999995, false],
    [[{ numeric: ['>=', 1] }], 0.99999995, true],
    [[{ numeric: ['<=', 1] }], 1.00000005, true],
    // anything-but wants the field to be there.
    [[{ 'anything-but': 'x' }], ABSENT, false],
    [[{ 'anything-but': [] }], 'x', true],
    [[{ 'anything-but': 'x' }], null, true],
    [[{ 'anything-but': null }], null, false],
    [[{ 'anything-but': null }], 'x', true],
    [[{ 'anything-but': [null, 1, 'a'] }], 1, false],
    [[{ 'anything-but': { prefix: 'a' } }], 5, true],
    [[{ 'anything-but': '5' }], 5, false],
    // Arrays: any element, any alternative.
    [['rmq', 'kafka'], ['kafka', 'eventbridge'], true],
    [['rmq'], ['kafka', 'eventbridge'], false],
    [[{ prefix: 'k' }], ['a', 'kafka'], true],
    [[{ numeric: ['>', 5] }], ['a', 7], true],
    [[null], [1, null], true],
    [[{ 'anything-but': 'a' }], ['a', 'b'], true],
    [[{ 'anything-but': 'a' }], ['a', 'a'], false],
    [[{ exists: true }], ['a'], true],
    [[{ exists: false }], ['a'], false],
    // Duplicates are harmless.
    [['a', 'a'], ['a', 'a'], true],
    // An array with an object or array in it, an empty array and an object never match.
    [['a'], ['a', {}], false],
    [['a'], ['a', ['b']], false],
    [[{ exists: true }], [{}], false],
    [[{ exists: false }], [{}], false],
    [[{ exists: true }], [], false],
    [[{ exists: false }], [], false],
    [[{ 'anything-but': 'a' }], [], false],
    [[{ exists: true }], { a: 1 }, false],
    [[{ exists: false }], { a: 1 }, false],
    [[{ 'anything-but': 'a' }], { a: 1 }, false],
    // Present, though null.
    [[{ exists: true }], null, true],
    [[{ exists: false }], null, false],
    // cidr without a slash is one address; the range includes its ends.
    [[{ cidr: '10.0.0.1' }], '10.0.0.1', true],
    [[{ cidr: '10.0.0.1' }], '10.0.0.251', false],
    [[{ cidr: '10.0.0.0/24' }], '10.0.0.0', true],
    [[{ cidr: '10.0.0.0/24' }], '10.0.0.255', true],
    [[{ cidr: '10.0.0.7/32' }], '10.0.0.7', true],
  ])('%j on %j: %s', expectField);
});

describe('alternatives and conjunctions', () => {
  test.each<Row>([
    [[{ prefix: 'uploads/' }, { suffix: '.jpg' }], 'uploads/a.png', true],
    [[{ prefix: 'uploads/' }, { suffix: '.jpg' }], 'x/y.jpg', true],
    [[{ prefix: 'uploads/' }, { suffix: '.jpg' }], 'x/y.png', false],
    [[{ prefix: 'P' }, { suffix: '.txt' }, { suffix: '.jpg' }], 'a.txt', true],
    [[{ prefix: 'uploads/', suffix: '.jpg' }], 'uploads/a.jpg', true],
    [[{ prefix: 'uploads/', suffix: '.jpg' }], 'uploads/a.png', false],
    [[{ prefix: 'uploads/', suffix: '.jpg' }], 'x/y.jpg', false],
    [[{ prefix: 'uploads/', suffix: '.jpg' }], ['uploads/a.png', 'x/y.jpg'], false],
    [[{ prefix: 'uploads/', suffix: '.jpg' }], ['x', 'uploads/y.jpg'], true],
    [[{ prefix: 'aba', suffix: 'aba' }], 'aba', true],
    [[{ contains: 'a', 'anything-but': 'abc' }], 'abc', false],
    [[{ contains: 'a', 'anything-but': 'abc' }], 'abcd', true],
    [[{ numeric: ['>', 1], exists: true }], 2, true],
    [[{ exists: false, prefix: 'a' }], 'abc', false],
    [[{ exists: false, prefix: 'a' }], ABSENT, false],
    [[{ exists: false }, 'a'], 'a', true],
    [[{ exists: false }, 'a'], ABSENT, true],
    [[{ exists: false }, 'a'], 'b', false],
  ])('%j on %j: %s', expectField);
});

describe('structure', () => {
  const event = {
    source: 'acs.oss',
    type: 'oss:ObjectCreated:PutObject',
    subject: 'acs:oss:cn-hangzhou:1000000000000001:b/input/a.csv',
    aliyunregionid: 'cn-hangzhou',
    data: {
      region: 'cn-hangzhou',
      oss: { object: { key: 'input/a.csv', size: 59537 }, bucket: { name: 'b' } },
      nil: null,
    },
  };

  test.each<[pattern: unknown, isMatch: boolean]>([
    [{}, true],
    [{ source: ['acs.oss'] }, true],
    [{ source: ['acs.oss'], type: ['oss:ObjectCreated:PostObject'] }, false],
    [{ source: ['acs.oss'], data: { oss: { object: { key: [{ suffix: '.csv' }] }, bucket: { name: ['b'] } } } }, true],
    [{ source: ['acs.oss'], data: { oss: { object: { key: [{ suffix: '.csv' }] }, bucket: { name: ['c'] } } } }, false],
    [{ data: { object: { key: [{ suffix: '.csv' }] } } }, false],
    [{ data: { oss: { object: { missing: [{ exists: false }] } } } }, true],
    [{ data: { oss: { nothing: { at: { all: [{ exists: false }] } } } } }, true],
    [{ data: { nil: { below: [{ exists: false }] } } }, true],
    [{ data: { region: { below: [{ exists: true }] } } }, false],
    [{ subject: ['acs:oss:cn-hangzhou:*:b'] }, false],
    [{ aliyunregionid: ['cn-hangzhou'] }, true],
    [{ dataschema: [{ exists: false }] }, true],
    [{ time: ['x'] }, false],
  ])('%j on an OSS event: %s', (pattern, isMatch) => expectMatch(pattern, event, isMatch));

  test('arrays of objects are not descended into', () => {
    expectMatch({ data: { items: { name: ['a'] } } }, { data: { items: [{ name: 'a' }] } }, false);
    expectMatch({ data: { items: { 0: ['a'] } } }, { data: { items: ['a'] } }, false);
    expectMatch({ data: { items: { length: ['1'] } } }, { data: { items: ['a'] } }, false);
  });

  test('a key with a dot is that key, not a path', () => {
    expectMatch({ data: { 'a.b': ['x'] } }, { data: { 'a.b': 'x' } }, true);
    expectMatch({ data: { 'a.b': ['x'] } }, { data: { a: { b: 'x' } } }, false);
  });

  test('what every object inherits is not a field', () => {
    for (const key of ['constructor', 'toString', '__proto__', 'hasOwnProperty']) {
      const pattern = JSON.stringify({ data: { KEY: [{ exists: false }] } }).replace('KEY', key);
      expectMatch(pattern, { data: {} }, true);
      expectMatch(pattern, JSON.parse(`{"data":{"${key}":1}}`), false);
      expectMatch(pattern.replace('false', 'true'), JSON.parse(`{"data":{"${key}":1}}`), true);
    }
  });

  test('the last of two equal keys wins', () => {
    expectMatch('{"source":["a"],"source":["b"]}', { source: 'b' }, true);
  });

  test.each([[null], [5], ['x'], [[]], [[{ source: 'a' }]]])(
    'an event that is no object has no fields: %j',
    (event) => {
      expectMatch({ source: ['a'] }, event, false);
      expectMatch({ source: [{ exists: false }] }, event, true);
      expectMatch({}, event, true);
    },
  );

  test('an event far deeper than any pattern is walked no deeper than the pattern', () => {
    const deep = JSON.parse(`{"data":${'{"k":'.repeat(200_000)}1${'}'.repeat(200_000)}}`);
    expectMatch({ data: { k: { k: ['x'] } } }, deep, false);
    expectMatch({ data: { k: { other: [{ exists: false }] } } }, deep, true);
  });
});
