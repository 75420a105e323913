/** What compilePattern refuses, in which words, and where its limits are. */
import { describe, expect, test } from 'vitest';
import {
  compilePattern,
  EXPRESSIONS_PER_FIELD_MAX,
  matchesPattern,
  PATTERN_DEPTH_MAX,
} from '../../../../../emulators/eventbridge/pattern/index.ts';

const PREFIX = 'Event pattern is not valid, reason: ';

/** RocketMQ EventBridge source, PatternErrorMessages and PatternEvaluatorBuilderTest. */
const refusals: readonly [pattern: string, reason: string][] = [
  ['[123{]', "the pattern isn't a valid json format string"],
  ['{"source":["a"]', "the pattern isn't a valid json format string"],
  ['{"source":["a"]} x', "the pattern isn't a valid json format string"],
  ['', 'the pattern is empty'],
  ['  \n', 'the pattern is empty'],
  ['[123]', 'the pattern should be a JSON object'],
  ['abc', 'the pattern should be a JSON object'],
  ['"abc"', 'the pattern should be a JSON object'],
  ['null', 'the pattern should be a JSON object'],
  ['5', 'the pattern should be a JSON object'],
  ['{"source": []}', 'the pattern has invalid pattern value: []'],
  ['{"source": "abc"}', 'the pattern has invalid pattern value: abc'],
  ['{"source": 12}', 'the pattern has invalid pattern value: 12'],
  ['{"source": true}', 'the pattern has invalid pattern value: true'],
  ['{"source": null}', 'the pattern has invalid pattern value: null'],
  ['{"source": {"a":["b"]}}', 'the pattern has invalid pattern value: {"a":["b"]}'],
  ['{"key1": "value1"}', 'the pattern has invalid pattern value: value1'],
  ['{"data": {"key": "abc"}}', 'the pattern has invalid pattern value: abc'],
  ['{"data": {"key": []}}', 'the pattern has invalid pattern value: []'],
  ['{"unrecognizedKey": [123]}', 'the pattern has unrecognized pattern key: unrecognizedKey'],
  ['{"detail-type": ["a"]}', 'the pattern has unrecognized pattern key: detail-type'],
  ['{"a23456789012345678901": ["a"]}', 'the pattern has unrecognized pattern key: a23456789012345678901'],
  ['{"$or": [{"source":["a"]}]}', 'the pattern has unrecognized pattern key: $or'],
  ['{"data": {"$or": [{"x":["a"]}]}}', 'the pattern has unrecognized pattern key: $or'],
  ['{"data":{}}', "the data pattern doesn't have any pattern key"],
  ['{"data":[]}', "the data pattern doesn't have any pattern key"],
  ['{"data":"x"}', "the data pattern doesn't have any pattern key"],
  ['{"data":null}', "the data pattern doesn't have any pattern key"],
  [
    '{"data":{"c-count":[123],"map-node":{"inner-node1":[{"prefix":"abc"},"def"],"inner-node2":{}}}}',
    "the data pattern doesn't have any pattern key",
  ],
  ['{"source": [123, [234]]}', "nested pattern value isn't supported, pattern key: source"],
  ['{"data":{"a":{"b":[[1]]}}}', "nested pattern value isn't supported, pattern key: b"],
  ['{"source": [{}]}', 'each pattern condition should only have one condition key'],
  ['{"source": [{"unrecognizedKey": "abc"}]}', 'the pattern condition is unrecognized: unrecognizedKey'],
  ['{"source": [{"wildcard": "a*"}]}', 'the pattern condition is unrecognized: wildcard'],
  ['{"source": [{"equals-ignore-case": "A"}]}', 'the pattern condition is unrecognized: equals-ignore-case'],
  ['{"source": [{"prefix": "a", "wildcard": "a*"}]}', 'the pattern condition is unrecognized: wildcard'],
  ['{"source": [{"__proto__": "a"}]}', 'the pattern condition is unrecognized: __proto__'],
  ['{"source": [{"constructor": "a"}]}', 'the pattern condition is unrecognized: constructor'],
  ['{"source": [{"prefix": ""}]}', "the prefix condition doesn't support empty string value"],
  ['{"source": [{"suffix": ""}]}', "the suffix condition doesn't support empty string value"],
  ['{"source": [{"contains": ""}]}', "the contains condition doesn't support empty string value"],
  ['{"source": [{"prefix": ["abc"]}]}', 'the prefix condition only support string value'],
  ['{"source": [{"prefix": {"equals-ignore-case": "a"}}]}', 'the prefix condition only support string value'],
  ['{"source": [{"suffix": ["abc"]}]}', 'the suffix condition only support string value'],
  ['{"source": [{"contains": 5}]}', 'the contains condition only support string value'],
  ['{"source": [{"exists": "true"}]}', 'the exists condition only support boolean value'],
  ['{"source": [{"cidr": 12345}]}', 'the prefix condition only support string value'],
  ['{"source": [{"cidr": "fefefef"}]}', 'the prefix condition only support string value'],
  ['{"source": [{"cidr": ""}]}', 'the prefix condition only support string value'],
  ['{"source": [{"cidr": "10.0.0.0/33"}]}', 'the prefix condition only support string value'],
  ['{"source": [{"cidr": "10.0.0.256/8"}]}', 'the prefix condition only support string value'],
  ['{"source": [{"cidr": "10.0.0.0/"}]}', 'the prefix condition only support string value'],
  ['{"source": [{"cidr": "::1/128"}]}', 'the prefix condition only support string value'],
  ['{"source": [{"anything-but": {}}]}', 'each pattern condition should only have one condition key'],
  [
    '{"source": [{"anything-but": {"prefix": "a", "suffix": "b"}}]}',
    'each pattern condition should only have one condition key',
  ],
  ['{"source": [{"anything-but": {"prefix": ""}}]}', "the prefix condition doesn't support empty string value"],
  ['{"source": [{"anything-but": {"suffix": 1}}]}', 'the suffix condition only support string value'],
  ['{"source": [{"anything-but": {"cidr": "127.0.0.1"}}]}', 'anything but condition only support prefix or suffix'],
  ['{"source": [{"anything-but": {"wildcard": "a*"}}]}', 'anything but condition only support prefix or suffix'],
  ['{"source": [{"anything-but": [[123]]}]}', 'the anything-but condition only support null or primitive values'],
  [
    '{"source": [{"anything-but": ["a", {"prefix": "b"}]}]}',
    'the anything-but condition only support null or primitive values',
  ],
  ['{"source": [{"numeric": 123}]}', 'the numeric condition needs an array value'],
  ['{"source": [{"numeric": {}}]}', 'the numeric condition needs an array value'],
  ['{"source": [{"numeric": []}]}', 'the numeric array value should have 2 or 4 elements'],
  ['{"source": [{"numeric": [">", 1, "<"]}]}', 'the numeric array value should have 2 or 4 elements'],
  ['{"source": [{"numeric": [">", 1, "<", 2, "<", 3]}]}', 'the numeric array value should have 2 or 4 elements'],
  ['{"source": [{"numeric": [">", 1.0e10]}]}', 'the numeric value must be between -1.0E9 and 1.0E9 inclusive'],
  ['{"source": [{"numeric": [">", -1.0e10]}]}', 'the numeric value must be between -1.0E9 and 1.0E9 inclusive'],
  ['{"source": [{"numeric": ["===", 1.0e10]}]}', 'the numeric value must be between -1.0E9 and 1.0E9 inclusive'],
  ['{"source": [{"numeric": [">", 1e999]}]}', 'the numeric value must be between -1.0E9 and 1.0E9 inclusive'],
  ['{"source": [{"numeric": [1234, 1.0e10]}]}', 'the numeric value should contains an operator and a number'],
  ['{"source": [{"numeric": [">", "1"]}]}', 'the numeric value should contains an operator and a number'],
  ['{"source": [{"numeric": [">", 1, 2, 3]}]}', 'the numeric value should contains an operator and a number'],
  ['{"source": [{"numeric": ["===", 1.0e8]}]}', 'the numeric exp only support >,<,>=,<=,=,!='],
];

describe('refusals', () => {
  test.each(refusals)('%s is refused with its message', (pattern, reason) => {
    expect(compilePattern(pattern)).toMatchObject({ ok: false, message: PREFIX + reason });
  });

  test('two mistakes: attributes are told before data', () => {
    expect(compilePattern('{"data":{},"source":[]}')).toMatchObject({
      message: `${PREFIX}the pattern has invalid pattern value: []`,
    });
  });

  test.each([
    ['{"source":[{"wildcard":"a*"}]}', 'wildcard'],
    ['{"source":[{"prefix":{"equals-ignore-case":"a"}}]}', 'equals-ignore-case'],
    ['{"source":[{"anything-but":{"wildcard":"a*"}}]}', 'wildcard'],
    ['{"$or":[]}', '$or'],
  ])('%s: a hint says that the operator is AWS only', (pattern, operator) => {
    const hint = `"${operator}" belongs to AWS EventBridge; Alibaba Cloud's pattern language does not have it`;
    expect(compilePattern(pattern)).toMatchObject({ ok: false, hint });
  });

  test('every refusal carries the API error code', () => {
    expect(compilePattern('')).toMatchObject({ code: 'EventRuleFilterPatternEmpty' });
    expect(compilePattern('[]')).toMatchObject({ code: 'EventRuleFilterPatternSchemaError' });
  });

  test.each([[undefined], [null], [5], [[]], [() => 1]])(
    'something that is no parsed object either is refused: %s',
    (pattern) => {
      expect(compilePattern(pattern)).toMatchObject({ message: `${PREFIX}the pattern should be a JSON object` });
    },
  );
});

describe('acceptance', () => {
  test.each([
    '{}',
    '{"source":["mq","ecs",123],"aliyunregionid":["cn-hangzhou",{"prefix":"cn-"}],"data":{"c":{"d":[{"numeric":[">",10]}]}}}',
    '{"source":[null]}',
    '{"source":[""]}',
    '{"data":{"":["empty key"]}}',
    '{"data":{"a":[{"anything-but":[]}]}}',
    '{"data":{"a":[{"anything-but":{"suffix":"x"}}]}}',
    '{"data":{"a":[{"numeric":["=",1000000000]}]}}',
    '{"data":{"a":[{"numeric":[">=",-1000000000,"!=",0]}]}}',
    '{"data":{"ip":[{"cidr":"0.0.0.0/0"}]}}',
  ])('%s compiles', (pattern) => {
    expect(compilePattern(pattern)).toMatchObject({ ok: true });
  });

  test('parsed JSON is taken like text', () => {
    expect(compilePattern({ source: ['a'] })).toEqual(compilePattern('{"source":["a"]}'));
  });

  test('several operators in one object are accepted, and refused for a strict engine', () => {
    const pattern = '{"subject":[{"prefix":"a","suffix":"z"}]}';
    expect(compilePattern(pattern)).toMatchObject({ ok: true, warnings: [] });
    expect(compilePattern(pattern, { strictEngine: true })).toMatchObject({
      message: `${PREFIX}each pattern condition should only have one condition key`,
    });
  });
});

describe('limits', () => {
  const expressions = (count: number) => Array.from({ length: count }, (_, index) => ({ prefix: `p${index}` }));

  test('five expressions a field, and not one more', () => {
    expect(compilePattern({ source: expressions(EXPRESSIONS_PER_FIELD_MAX) })).toMatchObject({ ok: true });
    expect(compilePattern({ data: { k: expressions(EXPRESSIONS_PER_FIELD_MAX + 1) } })).toMatchObject({
      ok: false,
      code: 'EventRuleFilterPatternExceedLimit',
      message: 'The filter pattern [data.k] exceed the limit [5]',
    });
  });

  test('each operator of one object counts as an expression', () => {
    const two = { prefix: 'a', suffix: 'z' };
    expect(compilePattern({ source: [two, two, { prefix: 'a' }] })).toMatchObject({ ok: true });
    expect(compilePattern({ source: [two, two, two] })).toMatchObject({ ok: false });
  });

  test('plain values are not counted', () => {
    const values = Array.from({ length: 100_000 }, (_, index) => `v${index}`);
    expect(compilePattern({ source: values })).toMatchObject({ ok: true });
  });

  const nested = (levels: number) => `{"data":${'{"k":'.repeat(levels)}["v"]${'}'.repeat(levels)}}`;

  test('nesting stops at the limit with an answer, however deep the text goes', () => {
    expect(compilePattern(nested(PATTERN_DEPTH_MAX))).toMatchObject({ ok: true });
    for (const levels of [PATTERN_DEPTH_MAX + 1, 200_000]) {
      expect(compilePattern(nested(levels))).toMatchObject({
        code: 'EventRuleFilterPatternExceedLimit',
        message: 'The filter pattern [nesting depth] exceed the limit [100]',
      });
    }
  });

  test('a deep value in the wrong place is shown cut short', () => {
    const result = compilePattern(`{"source":${'{"k":'.repeat(100_000)}1${'}'.repeat(100_000)}}`);
    expect(result).toMatchObject({
      message: `${PREFIX}the pattern has invalid pattern value: {"k":{"k":{"k":{"k":…}}}}`,
    });
  });

  test('a pattern that holds itself is refused for its depth', () => {
    const data: Record<string, unknown> = {};
    data.data = data;
    expect(compilePattern({ data })).toMatchObject({ code: 'EventRuleFilterPatternExceedLimit' });
  });

  test('text that would be costly as a regular expression is only text', () => {
    const text = '(a+)+$'.repeat(1_000);
    const result = compilePattern({ data: { k: [{ contains: text }] } });
    expect(result.ok && matchesPattern(result.pattern, { data: { k: `${'a'.repeat(100_000)}${text}` } })).toBe(true);
    expect(result.ok && matchesPattern(result.pattern, { data: { k: 'a'.repeat(100_000) } })).toBe(false);
  });
});
