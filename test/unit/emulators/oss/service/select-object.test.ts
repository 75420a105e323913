/** SQL over the text of an object: what it finds, how it is written, and what is refused. */
import { describe, expect, test } from 'vitest';
import { type SelectInput, selectFrom } from '../../../../../emulators/oss/service/select-object.ts';
import type { SelectOutput } from '../../../../../emulators/oss/service/select-writers.ts';

const CSV: Extract<SelectInput, { format: 'csv' }> = {
  format: 'csv',
  header: 'use',
  recordDelimiter: '\n',
  fieldDelimiter: ',',
  quote: '"',
  comment: undefined,
  quotedDelimiters: true,
  lines: undefined,
};
const JSON_LINES: SelectInput = { format: 'json', isDocument: false, lines: undefined };
const OUTPUT: SelectOutput = {
  recordDelimiter: '\n',
  fieldDelimiter: ',',
  quote: '"',
  header: false,
  keepsColumns: false,
};

const PEOPLE = 'name,company,age\nLora,Staples,27\nEleanor,"Conectiv, Inc",43\nRosie,,44\n';

function csv(sql: string, { text = PEOPLE, input = {}, output = {} }: Partial<CsvCase> = {}): string {
  return selectFrom(text, sql, { input: { ...CSV, ...input }, output: { ...OUTPUT, ...output } });
}

interface CsvCase {
  text: string;
  input: Partial<Extract<SelectInput, { format: 'csv' }>>;
  output: Partial<SelectOutput>;
}

function json(sql: string, text: string, lines?: SelectInput['lines']): unknown[] {
  const answer = selectFrom(text, sql, { input: { ...JSON_LINES, lines }, output: OUTPUT });
  return answer
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

describe('rows of CSV', () => {
  test.each([
    ['select name from ossobject', 'Lora\nEleanor\nRosie\n'],
    ['SELECT Name, AGE FROM OSSObject LIMIT 1', 'Lora,27\n'],
    ['select * from ossobject where age > 43.5', 'Rosie,,44\n'],
    ['select company from ossobject where age = 43', '"Conectiv, Inc"\n'],
    ["select name from ossobject where company = ''", 'Rosie\n'],
    ["select name from ossobject where company != '' and true", 'Lora\nEleanor\n'],
    ['select name from ossobject where company is null', 'Rosie\n'],
    ['select name from ossobject where company is not null and not age < 30', 'Eleanor\n'],
    ["select name from ossobject where name like 'L%' or name like '_o%e'", 'Lora\nRosie\n'],
    ["select name from ossobject where name not like '%o%'", ''],
    ["select name from ossobject where (name || age) = 'Lora27'", 'Lora\n'],
    ["select name from ossobject where name in ('Lora', 'Rosie') and age between 28 and 44", 'Rosie\n'],
    ['select name from ossobject where cast(age as int) % 2 = 1 and -age < 0', 'Lora\nEleanor\n'],
    ['select name from ossobject where age * 2 + 1 = 55', 'Lora\n'],
    ['select s.name from ossobject as s where s.age = 27', 'Lora\n'],
    ['select _1, _3 from ossobject limit 1', 'Lora,27\n'],
    ['select missing from ossobject limit 1', '\n'],
    ['select name from ossobject where age > name', ''],
    ['select count(*), sum(age), avg(age), min(age), max(age) from ossobject', '3,114,38,27,44\n'],
    ['select count(*) from ossobject where age > 100', '0\n'],
    ["select name from ossobject where name || 'it''s' = 'Lorait''s'", 'Lora\n'],
    ['select "name" from ossobject limit 1;', 'Lora\n'],
  ])('%s', (sql, expected) => {
    expect(csv(sql)).toBe(expected);
  });

  test('have a header that is used, passed over, or a row like the others', () => {
    expect(csv('select _1 from ossobject limit 1', { input: { header: 'none' } })).toBe('name\n');
    expect(csv('select _1 from ossobject limit 1', { input: { header: 'ignore' } })).toBe('Lora\n');
    expect(csv('select name from ossobject limit 1', { output: { header: true } })).toBe('name\nLora\n');
  });

  test('are read and written with the signs that are asked for', () => {
    const text = 'a;b\r\n#no;row\r\n|x;y|;|z||z|\r\nlast;1';
    const input = { recordDelimiter: '\r\n', fieldDelimiter: ';', quote: '|', comment: '#' };
    const output = { recordDelimiter: '\n', fieldDelimiter: '\t', quote: "'" };
    expect(csv('select * from ossobject', { text, input, output })).toBe('x;y\tz|z\nlast\t1\n');
    expect(csv('select a from ossobject', { text: 'a\n"two\nlines"\n' })).toBe('"two\nlines"\n');
    expect(csv('select a from ossobject', { text: 'a\n"never closed' })).toBe('never closed\n');
  });

  test('keep the columns nobody asked for, empty', () => {
    expect(csv('select age from ossobject limit 1', { output: { keepsColumns: true } })).toBe(',,27\n');
    const text = 'abc,def\n';
    const input = { header: 'none' } as const;
    expect(csv('select _1 from ossobject', { text, input, output: { keepsColumns: true } })).toBe('abc,\n');
  });

  test('that end early are passed over where that is asked for', () => {
    const text = 'a,b\n1\n2,3\n';
    expect(csv('select a from ossobject', { text })).toBe('1\n2\n');
    expect(csv('select a from ossobject', { text, input: { skipsPartial: true } })).toBe('2\n');
  });

  test('are those of a range', () => {
    expect(csv('select name from ossobject', { input: { lines: { first: 1, last: 1 } } })).toBe('Lora\n');
    expect(csv('select name from ossobject', { text: '' })).toBe('');
  });
});

describe('values of JSON', () => {
  const text = '{"name":{"first":"a"},"n":1},\n{"name":{"first":"b"},"n":2, "s":"}{\\""}\n[1]  {"n":3}';

  test('follow one another with commas or without', () => {
    expect(json('select * from ossobject where n > 1', text)).toEqual([
      { name: { first: 'b' }, n: 2, s: '}{"' },
      { n: 3 },
    ]);
    expect(json('select name.first as x, s from ossobject limit 2', text)).toEqual([{ x: 'a' }, { x: 'b', s: '}{"' }]);
    expect(json('select n as a as b from ossobject where n = 1', text)).toEqual([{ b: 1 }]);
    expect(json('select n from ossobject', text, { first: 3, last: 9 })).toEqual([{ n: 3 }]);
  });

  test('lie below the root', () => {
    const document = '{"list":[{"n":1},{"n":2}],"one":{"n":3}}';
    expect(json('select n from ossobject.list[*] where n = 2', document)).toEqual([{ n: 2 }]);
    expect(json('select n from ossobject.one', document)).toEqual([{ n: 3 }]);
    expect(json('select s.n from ossobject.list[*] s', document)).toEqual([{ n: 1 }, { n: 2 }]);
    expect(json('select n from ossobject.none[*]', document)).toEqual([]);
  });

  test('never lead into what every object has', () => {
    expect(json('select constructor, __proto__ from ossobject', '{}')).toEqual([{}]);
  });

  test.each(['{', '{"a":}', 'nonsense', '{"a":1}}'])('that are none are refused: %s', (broken) => {
    expect(() => json('select * from ossobject', broken)).toThrow(expect.objectContaining({ code: 'InvalidJsonData' }));
  });
});

test.each([
  '',
  'select',
  'select from ossobject',
  'select a from bucket',
  'select a from ossobject where',
  'select a from ossobject where a = ',
  "select a from ossobject where a = 'open",
  'select a from ossobject where a like 1',
  'select a from ossobject where not',
  'select a from ossobject where a in ()',
  'select a from ossobject limit x',
  'select a from ossobject order by a',
  'select a, count(*) from ossobject',
  'select a || b from ossobject',
  'select a from ossobject where avg(a) > 1',
  'select sum(name) from ossobject',
  'select cast(a as thing) from ossobject',
  `select a from ossobject where ${'('.repeat(60)}a = 1${')'.repeat(60)}`,
  'select a; drop table ossobject',
  '\u0000',
])('refuses %j', (sql) => {
  expect(() => csv(sql)).toThrow(expect.objectContaining({ code: 'InvalidSqlParameter' }));
});

test('a pattern of many wildcards is looked at in one pass', () => {
  const text = `a\n${'a'.repeat(20_000)}\n`;
  expect(csv(`select a from ossobject where a like '${'%a'.repeat(200)}b'`, { text })).toBe('');
});
