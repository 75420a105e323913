/** Event transformation: the documented vectors, the engine's, and what is left alone. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are the templates under test.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Form, Param } from '../../../../../emulators/eventbridge/transform/index.ts';
import {
  checkParam,
  lintParam,
  PARAM_CHARACTERS_MAX,
  transform,
} from '../../../../../emulators/eventbridge/transform/index.ts';

const EVENT = {
  id: '45ef4dewdwe1-7c35-447a-bd93-fab****',
  source: 'acs.test',
  type: 'test:Item:Changed',
  data: {
    name: 'test',
    state: 'RUNNING',
    number: 100,
    isOn: true,
    nothing: null,
    empty: '',
    tags: ['a', 'b'],
    size: { width: 3 },
    'with-dash': 'dashed',
    'a.b': 'dotted',
    quote: 'say "hi"\n',
    script: "<script>alert('unsafe');</script>",
  },
};

function param(form: Form, value = '', template = ''): Param {
  return { key: 'Body', form, value, template };
}

async function make(given: Param, event: unknown = EVENT): Promise<string> {
  return (await transform(given, { text: JSON.stringify(event), event })).text;
}

test('ORIGINAL hands on the very bytes of the event', async () => {
  const text = '{ "id" : 1.0 , "data": "\\u00e9" }';
  expect(await transform(param('ORIGINAL'), { text, event: JSON.parse(text) })).toEqual({ text, missing: [] });
});

test('CONSTANT is the text itself, also when it looks like a path or a variable', async () => {
  expect(await make(param('CONSTANT', '$.data.name ${x}'))).toBe('$.data.name ${x}');
});

test.each([
  ['$.data.name', 'test'],
  ['$.data.number', '100'],
  ['$.data.isOn', 'true'],
  ['$.data.nothing', 'null'],
  ['$.data.empty', ''],
  ['$.data.tags', '["a","b"]'],
  ['$.data.tags[1]', 'b'],
  ['$.data.tags[-1]', 'b'],
  ['$.data.size', '{"width":3}'],
  ['$.data.with-dash', 'dashed'],
  ["$.data['a.b']", 'dotted'],
  ['$["data"]["name"]', 'test'],
  ['$', JSON.stringify(EVENT)],
])('JSONPATH %s is %s', async (path, text) => {
  expect(await make(param('JSONPATH', path))).toBe(text);
});

test('a path that leads nowhere makes an empty text and says so', async () => {
  for (const path of ['$.data.absent', '$.data.name.deeper', '$.data.tags[9]', '$.data.__proto__', '$.constructor']) {
    expect(await transform(param('JSONPATH', path), { text: '', event: EVENT })).toEqual({ text: '', missing: [path] });
  }
});

test.each([
  [
    '{"name":"$.data.name","constant":"Please deal with it timely."}',
    'The instance is broken, which name is ${name}, ${constant}',
    'The instance is broken, which name is test, Please deal with it timely.',
  ],
  [
    '{"name":"$.data.name","state":"$.data.state"}',
    '{"name":"${name}","state":[9,"${state}",true],"Transformed":"Yes"}',
    '{"name":"test","state":[9,"RUNNING",true],"Transformed":"Yes"}',
  ],
  ['{"var":"\\"abc\\""}', '{"text":"var is ${jsonEscape(var)}"}', '{"text":"var is \\"abc\\""}'],
  ['{"q":"$.data.quote"}', '{"text":"${jsonEscape(q)}"}', '{"text":"say \\"hi\\"\\n"}'],
  ['{"s":"$.data.script"}', '${htmlEscape(s)}', "&lt;script&gt;alert('unsafe');&lt;/script&gt;"],
  ['{"text":"$.data.number","number":"$.data.number"}', 'The ${text} = ${number}!', 'The 100 = 100!'],
  ['{"tags":"$.data.tags","size":"$.data.size"}', '{"t":${tags},"s":${size}}', '{"t":["a","b"],"s":{"width":3}}'],
  ['{"n":5,"b":false,"z":null}', '${n} ${b} ${z}', '5 false null'],
  ['{"name":"$.data.name"}', '"${name}"', '"test"'],
  ['{"name":"$.data.name"}', '${ name } $name {name} ${other} ${}', 'test $name {name} ${other} ${}'],
  ['{"all":"$.data.*"}', '${all}', '$.data.*'],
  ['{"price":"$5"}', '${price}', '$5'],
  ['', 'nothing to fill in', 'nothing to fill in'],
])('TEMPLATE %s with %s makes %s', async (value, template, text) => {
  const given = param('TEMPLATE', value, template);
  expect(await checkParam(given)).toBeUndefined();
  expect(await make(given)).toBe(text);
});

test('a variable whose path leads nowhere becomes empty and is named', async () => {
  const given = param('TEMPLATE', '{"gone":"$.data.gone","name":"$.data.name"}', '[${gone}][${name}]');
  expect(await transform(given, { text: '', event: EVENT })).toEqual({
    text: '[][test]',
    missing: ['$.data.gone, which is ${gone},'],
  });
});

test('what no Value names stays as it is and is named, once each', async () => {
  const given = param('TEMPLATE', '{"name":"$.data.name"}', '${nam}${nam}${jsonEscape(x)}${name}');
  expect(await transform(given, { text: '', event: EVENT })).toEqual({
    text: '${nam}${nam}${jsonEscape(x)}test',
    missing: [],
    unnamed: ['${nam}', '${jsonEscape(x)}'],
  });
});

test('what a variable is replaced by is not read as a template again', async () => {
  const event = { data: { a: '${b}', b: 'secret' } };
  expect(await make(param('TEMPLATE', '{"a":"$.data.a","b":"$.data.b"}', '${a}'), event)).toBe('${b}');
});

test('a bad parameter is refused with its key and what to write instead', async () => {
  const long = 'x'.repeat(PARAM_CHARACTERS_MAX + 1);
  const problems = await Promise.all([
    checkParam(param('JSONPATH', 'data.name')),
    checkParam(param('JSONPATH', '$.data.*')),
    checkParam(param('JSONPATH', '$..name')),
    checkParam(param('JSONPATH', '$.data[?(@.x)]')),
    checkParam(param('TEMPLATE', '{"a":{"b":1}}', '${a}')),
    checkParam(param('TEMPLATE', '["a"]', '${a}')),
    checkParam(param('TEMPLATE', 'no json', '${a}')),
    checkParam(param('CONSTANT', long)),
    checkParam(param('TEMPLATE', '{}', long)),
  ]);
  for (const problem of problems) expect(problem).toMatch(/"Body"/);
  expect(problems[0]).toBe('the Value of "Body" must be one definite JSONPath such as $.data.name, not "data.name"');
  expect(problems[7]).toBe('the Value of "Body" has 10241 characters, more than 10240');
  expect(await checkParam(param('CONSTANT', 'x'.repeat(PARAM_CHARACTERS_MAX)))).toBeUndefined();
});

test('a JSONPath in a template without variables is pointed out', () => {
  expect(lintParam(param('TEMPLATE', '{}', '{"key":"$.data.key"}'))).toContain('name it in Value');
  expect(lintParam(param('TEMPLATE', '{"k":"$.data.key"}', '{"key":"${k}"}'))).toBeUndefined();
});

test('a variable that Value does not name is pointed out', () => {
  expect(lintParam(param('TEMPLATE', '{"k":"$.data.key"}', '${k}${key}'))).toBe(
    'the Template of "Body" has ${key}, which stays as it is: Value names no such variable',
  );
  expect(lintParam(param('TEMPLATE', '', '${toString}'))).toContain('${toString}');
});

test('whatever is written as path or template, checking and transforming end with an answer', async () => {
  const piece = fc.constantFrom(
    '$',
    '.',
    '[',
    ']',
    "'",
    '"',
    '*',
    '..',
    'data',
    '${',
    '}',
    'jsonEscape(',
    ')',
    '\\',
    '0',
    '?(@',
    '{',
    ':',
    ',',
  );
  const text = fc.array(piece, { maxLength: 12 }).map((parts) => parts.join(''));
  await fc.assert(
    fc.asyncProperty(fc.constantFrom<Form>('JSONPATH', 'TEMPLATE'), text, text, async (form, value, template) => {
      const given = param(form, value, template);
      const problem = await checkParam(given);
      expect(problem === undefined || problem.includes('"Body"')).toBe(true);
      expect(typeof (await make(given))).toBe('string');
    }),
    { numRuns: 500 },
  );
});

test('a template of the largest size with nothing but variables is made in one pass', async () => {
  const template = '${a}'.repeat(PARAM_CHARACTERS_MAX / 4);
  expect(await make(param('TEMPLATE', '{"a":"$.data.name"}', template))).toBe('test'.repeat(PARAM_CHARACTERS_MAX / 4));
});
