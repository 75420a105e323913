/**
 * What the open-source engine's two pattern test classes ask (apache/rocketmq-eventbridge, PatternEvaluatorBuilderTest and
 * PatternEvaluatorTest), each question as a row: the test's name there, a pattern, an event, the engine's answer. Where the
 * answer here is another one, `here` is it and `because` says why. At the end, what only the engine's source tells.
 */

export interface EngineVector {
  /** The engine's test. */
  test: string;
  /** JSON text: some are none. */
  pattern: string;
  /** Absent where the question is whether the pattern compiles. */
  event?: Readonly<Record<string, unknown>>;
  /** Whether it matches; `compiles`; or the reason of the refusal, without the words that all refusals begin with. */
  engine: boolean | 'compiles' | { refused: string };
  here?: EngineVector['engine'];
  because?: string;
}

type Row = Omit<EngineVector, 'test'>;
type Answer = EngineVector['engine'];

/** Rows of one test of the engine. */
function of(test: string, ...rows: Row[]): EngineVector[] {
  return rows.map((row) => ({ test, ...row }));
}

const refusal = (pattern: string, reason: string): Row => ({ pattern, engine: { refused: reason } });
const compiling = (pattern: string): Row => ({ pattern, engine: 'compiles' });
const asked = (pattern: unknown, event: Record<string, unknown>, engine: Answer): Row => ({
  pattern: JSON.stringify(pattern),
  event,
  engine,
});

/** A condition on one field of `data`, and what it makes of that field's values. */
function onData(field: string, wanted: unknown[], ...answers: [value: unknown, isMatch: boolean][]): Row[] {
  const pattern = { source: ['acs.ecs'], data: { [field]: wanted } };
  return answers.map(([value, isMatch]) => asked(pattern, { source: 'acs.ecs', data: { [field]: value } }, isMatch));
}

/** Likewise for a field that is absent, the event having another. */
function withoutIt(field: string, wanted: unknown[], isMatch: boolean): Row {
  return asked({ data: { [field]: wanted } }, { data: { [`other-${field}`]: 'stopped' } }, isMatch);
}

export const builderVectors: readonly EngineVector[] = [
  ...of(
    'build_ComplexPatter',
    compiling(
      JSON.stringify({
        source: ['mq', 'ecs', 123],
        aliyunregionid: ['cn-hangzhou', { prefix: 'cn-' }],
        data: {
          'c-count': {
            'd-count': [{ numeric: ['>', 10] }],
            but: [{ 'anything-but': 'started' }],
            'e-count': { 'f-count': [{ exists: false }] },
          },
          prefix: [{ prefix: 'aliyun-' }],
          suffix: [{ suffix: '-eventbridge' }],
        },
      }),
    ),
  ),
  ...of('build_EmptyPattern', compiling('{}')),
  ...of('build_EmptyPatternValue', refusal('{"source":[]}', 'the pattern has invalid pattern value: []')),
  ...of('build_UnSupportedJsonPattern', refusal('abc', 'the pattern should be a JSON object')),
  ...of('build_UnSupportedJsonArray', refusal('[123]', 'the pattern should be a JSON object')),
  ...of('build_InvalidJSONPattern', refusal('[123{]', "the pattern isn't a valid json format string")),
  ...of('build_InvalidPatternFieldValue', refusal('{"source":"abc"}', 'the pattern has invalid pattern value: abc')),
  ...of(
    'build_UnrecognizedFieldKey',
    refusal('{"unrecognizedKey":[123]}', 'the pattern has unrecognized pattern key: unrecognizedKey'),
  ),
  ...of('build_NoDataPatternKey', refusal('{"data":{}}', "the data pattern doesn't have any pattern key")),
  ...of(
    'build_NoDataPatternKey_Complex',
    refusal(
      '{"data":{"c-count":[123],"map-node":{"inner-node1":[{"prefix":"abc"},"def"],"inner-node2":{}}}}',
      "the data pattern doesn't have any pattern key",
    ),
  ),
  ...of(
    'build_InvalidPatternFieldValue_Complex',
    refusal('{"data":{"key":"abc"}}', 'the pattern has invalid pattern value: abc'),
  ),
  ...of(
    'build_NestedPatternValue',
    refusal('{"source":[123,[234]]}', "nested pattern value isn't supported, pattern key: source"),
  ),
  ...of(
    'build_UnrecognizedPatternCondition',
    refusal('{"source":[{"unrecognizedKey":"abc"}]}', 'the pattern condition is unrecognized: unrecognizedKey'),
  ),
  ...of(
    'build_EmptyPrefixCondition',
    refusal('{"source":[{"prefix":""}]}', "the prefix condition doesn't support empty string value"),
  ),
  ...of(
    'build_InvalidPrefixCondition',
    refusal('{"source":[{"prefix":["abc"]}]}', 'the prefix condition only support string value'),
  ),
  ...of(
    'build_EmptySuffixCondition',
    refusal('{"source":[{"suffix":""}]}', "the suffix condition doesn't support empty string value"),
  ),
  ...of(
    'build_InvalidSuffixCondition',
    refusal('{"source":[{"suffix":["abc"]}]}', 'the suffix condition only support string value'),
  ),
  ...of(
    'build_InvalidExistsCondition',
    refusal('{"source":[{"exists":"true"}]}', 'the exists condition only support boolean value'),
  ),
  ...of(
    'build_InvalidCidrCondition_Non_String',
    refusal('{"source":[{"cidr":12345}]}', 'the prefix condition only support string value'),
  ),
  ...of(
    'build_InvalidCidrCondition_Non_IpV4',
    refusal('{"source":[{"cidr":"fefefef"}]}', 'the prefix condition only support string value'),
  ),
  ...of(
    'build_InvalidAnythingButCondition_EmptyNestedCondition',
    refusal('{"source":[{"anything-but":{}}]}', 'each pattern condition should only have one condition key'),
  ),
  ...of(
    'build_InvalidAnythingButCondition',
    refusal(
      '{"source":[{"anything-but":[[123]]}]}',
      'the anything-but condition only support null or primitive values',
    ),
  ),
  ...of(
    'build_InvalidNestedAnythingButCondition',
    refusal(
      '{"source":[{"anything-but":{"cidr":"127.0.0.1"}}]}',
      'anything but condition only support prefix or suffix',
    ),
  ),
  ...of(
    'build_InvalidNumericCondition',
    refusal('{"source":[{"numeric":123}]}', 'the numeric condition needs an array value'),
  ),
  ...of(
    'build_InvalidNumericConditionValue',
    refusal('{"source":[{"numeric":[">",1.0e10]}]}', 'the numeric value must be between -1.0E9 and 1.0E9 inclusive'),
  ),
  ...of(
    'build_UnrecognizedNumericConditionValue',
    refusal('{"source":[{"numeric":[1234,1.0e10]}]}', 'the numeric value should contains an operator and a number'),
  ),
  ...of(
    'build_UnrecognizedNumericConditionExp',
    refusal('{"source":[{"numeric":["===",1.0e8]}]}', 'the numeric exp only support >,<,>=,<=,=,!='),
  ),
  ...of(
    'build_UnrecognizedAliyunExtension',
    refusal('{"aliyununrecognizedKey":["value"]}', 'the pattern has unrecognized pattern key: aliyununrecognizedKey'),
  ),
  // It cuts some keys out of a pattern, which is a function of the engine and not of the language: both sides compile.
  ...of(
    'test_getTargetElementOfFilterPattern',
    compiling(
      JSON.stringify({
        source: ['acs.oss'],
        type: ['PostObject', 'PutObject', 'CopyObject', 'CompleteMultipartUpload'].map((n) => `oss:ObjectCreated:${n}`),
        subject: [{ prefix: 'acs:oss:cn-shanghai:1:b/' }],
      }),
    ),
    compiling('{"source":["acs.oss"],"type":["oss:ObjectCreated:PostObject"]}'),
  ),
];

const numbers = { source: ['acs.ecs'], data: { 'risk-score': [80, 20.5], trigger: { risk: [9.2, 8] } } };
const nested = { source: ['acs.ecs'], data: { 'risk-score': [80], trigger: { risk: [8] } } };
const three = { source: ['acs.ecs'], subject: ['sub-value'], type: ['type-value'] };
const complexAttributes = { time: [{ prefix: '2020-08-15' }], source: ['acs.ecs', 'acs.fc'] };
const complexData = {
  state: [{ 'anything-but': 'initializing' }],
  'c-count': [{ numeric: ['>', 0, '<=', 5] }],
  'd-count': [{ numeric: ['<', 10] }],
  'x-limit': [{ 'anything-but': [100, 200, 300] }],
  'prod-type': ['rmq', 'kafka', 'mqtt'],
};
const meetsComplexData = {
  ...{ state: 'terminated', 'c-count': 3.12, 'd-count': 5, 'x-limit': 120, 'prod-type': ['kafka', 'eventbridge'] },
  'other-fields': { 'second-level': { 'thrid-array': ['a', 'b', 'c', 'd'] } },
};

export const evaluatorVectors: readonly EngineVector[] = [
  ...of(
    'evaluateWithEmptyPattern',
    asked({}, { source: 'acs.aliyuncvc' }, true),
    asked({}, { source: 'acs.aliyuncvc', eventbusname: 'demo-bus' }, true),
    asked({}, { data: { anyKey: 'anyValue' } }, true),
  ),
  ...of(
    'evaluateWithStringPattern',
    asked({ source: ['acs.aliyuncvc'] }, { source: 'acs.aliyuncvc' }, true),
    asked({ source: ['acs.aliyuncvc'] }, { source: 'acs.ecs' }, false),
    asked({ source: ['acs.aliyuncvc', 'acs.ecs'] }, { source: 'acs.ecs' }, true),
  ),
  ...of(
    'evaluateWithAliyunAttr',
    asked({ aliyunregionid: ['cn-hangzhou'] }, { aliyunregionid: 'cn-hangzhou' }, true),
    asked({ aliyunregionid: ['cn-hangzhou'] }, { aliyunregionid: 'cn-beijing' }, false),
  ),
  ...of(
    'evaluateWithNumberPattern',
    asked(numbers, { source: 'acs.ecs', data: { 'risk-score': 80, trigger: { risk: 8 } } }, true),
    asked(numbers, { source: 'acs.ecs', data: { 'risk-score': 80, trigger: { risk: 8.2 } } }, false),
  ),
  ...of(
    'evaluateWithNotExistsField',
    asked(three, { source: 'acs.ecs' }, false),
    asked(three, { source: 'acs.ecs', subject: 'sub-value' }, false),
    asked(three, { source: 'acs.ecs', subject: 'sub-value', type: 'type-value' }, true),
  ),
  ...of(
    'evaluateWithDiffNestingStructure',
    asked(nested, { source: 'acs.ecs', data: { 'risk-score': 80, risk: 8 } }, false),
  ),
  ...of('evaluateWithScientificNumber', {
    pattern: '{"source":["acs.ecs"],"data":{"risk-score":[3.0e2]}}',
    event: { source: 'acs.ecs', data: { 'risk-score': 300 } },
    engine: false,
    here: true,
    because:
      'EVB-110: numbers that JavaScript has read no longer know how they were written, so 300, 300.0 and 3e2 are one.',
  }),
  ...of(
    'evaluateWithComplexPattern',
    asked(complexAttributes, { source: 'acs.ecs' }, false),
    asked({ data: complexData }, { data: meetsComplexData }, true),
    asked({ ...complexAttributes, data: complexData }, { source: 'acs.ecs', data: meetsComplexData }, false),
  ),
  ...of('evaluateWithEmptyString', asked({ subject: [''] }, { subject: '' }, true)),
  ...of('evaluateWithNullValue', ...onData('risk-score', [null], [null, true], ['null', false])),
  ...of(
    'evaluateWithArray',
    ...onData(
      'instance-list',
      ['instance1', 'instance2', 'instance3'],
      [['instance4', 'instance3'], true],
      [['instance4', 'instance5'], false],
    ),
  ),
  ...of(
    'evaluateWithPrefixCondition',
    asked({ time: [{ prefix: '2020-08-17' }] }, { time: '2020-08-17T18:23:00' }, true),
    asked({ time: [{ prefix: '2020-08-17' }] }, { time: '2020-08-18T18:23:00' }, false),
  ),
  ...of(
    'evaluateWithSuffixCondition',
    asked({ time: [{ suffix: '23:00' }] }, { time: '2020-08-17T18:23:00' }, true),
    asked({ time: [{ suffix: '23:00' }] }, { time: '2020-08-17T18:23:06' }, false),
  ),
  ...of(
    'evaluateWithAnythingButCondition',
    ...onData('state', [{ 'anything-but': 'stopped' }], ['started', true], ['stopped', false]),
    ...onData(
      'state',
      [{ 'anything-but': ['stopped', 'started'] }],
      ['started', false],
      ['stopped', false],
      ['initializing', true],
    ),
    ...onData('state', [{ 'anything-but': { prefix: 'ini' } }], ['started', true], ['initializing', false]),
  ),
  ...of(
    'evaluateWithCIDRCondition',
    ...onData(
      'ipv4',
      [{ cidr: '10.0.0.0/24' }],
      ['10.0.0.251', true],
      ['10.0.2.251', false],
      // No address at all is no error.
      ['10.0.0.1234', false],
    ),
    ...onData('ipv4', [{ cidr: '10.0.0.1' }], ['10.0.0.251', false], ['10.0.0.1', true]),
  ),
  ...of(
    'evaluateWithExistsCondition',
    ...onData('state', [{ exists: true }], ['started', true]),
    withoutIt('state', [{ exists: true }], false),
  ),
  ...of(
    'evaluateWithExistsFalseCondition',
    ...onData('state', [{ exists: false }], ['started', false]),
    withoutIt('state', [{ exists: false }], true),
  ),
  ...of(
    'evaluateWithInValidNumericCondition',
    refusal(
      '{"data":{"c":[{"numeric":[">",1.0e10]}]}}',
      'the numeric value must be between -1.0E9 and 1.0E9 inclusive',
    ),
    refusal(
      '{"data":{"c":[{"numeric":[">",-1.0e10]}]}}',
      'the numeric value must be between -1.0E9 and 1.0E9 inclusive',
    ),
  ),
  ...of(
    'evaluateWithNumericCondition',
    ...onData('c-count', [{ numeric: ['>', 120] }], [122, true], [110, false]),
    ...onData('c-count', [{ numeric: ['>=', 120] }], [120, true]),
    ...onData('c-count', [{ numeric: ['<', 120] }], [119, true], [120, false]),
    ...onData('c-count', [{ numeric: ['<=', 120] }], [120, true]),
    ...onData('c-count', [{ numeric: ['=', 1.1234567] }], [1.12345678, true]),
    ...onData('c-count', [{ numeric: ['!=', 1.123455] }], [1.123456, true]),
  ),
];

const aboutSource = (condition: string) => `{"source":[${condition}]}`;

/** In neither class: where the service's documentation, or what can be done here, differs from the engine's source. */
export const otherwiseVectors: readonly EngineVector[] = [
  {
    test: 'PatternEvaluatorBuilder.parseCondition',
    pattern: aboutSource('{"prefix":"a","suffix":"z"}'),
    engine: { refused: 'each pattern condition should only have one condition key' },
    here: 'compiles',
    because: 'The help page "CreateRule" has such a pattern as its example: both must hold. `strictEngine` refuses it.',
  },
  {
    test: 'ComplexConditionBuilders',
    pattern: aboutSource('{"contains":"Normal"}'),
    engine: { refused: 'the pattern condition is unrecognized: contains' },
    here: 'compiles',
    because: 'The help page "Event patterns" documents it; the engine is older.',
  },
  {
    test: 'PatternEvaluatorBuilder.build',
    pattern: '{"myextension":["x"]}',
    engine: { refused: 'the pattern has unrecognized pattern key: myextension' },
    here: 'compiles',
    because: 'EVB-105: the engine takes the extensions it is configured with; events of the service may have any.',
  },
  {
    test: 'CIDRCondition',
    pattern: '{"data":{"ip":[{"cidr":"10.0.0.0/24"}]}}',
    event: { data: { ip: '10.0.0.255' } },
    engine: false,
    here: true,
    because:
      'The engine’s library leaves the first and the last address of a network out; the help page says nothing of it.',
  },
  {
    test: 'PatternEvaluator.testEventPattern',
    pattern: '{"data":{"k":[{"exists":false}]}}',
    event: { source: 'a' },
    engine: false,
    here: true,
    because:
      'EVB-109: without data the engine matches no condition on data; the help page wants the field absent, and it is.',
  },
  {
    test: 'PatternEvaluatorBuilder.build',
    pattern: '{"data":{"a.b":["x"]}}',
    event: { data: { a: { b: 'x' } } },
    engine: true,
    here: false,
    because: 'The engine reads the key as a part of a path; a pattern mirrors the event, whose key has no dot.',
  },
  {
    test: 'JsonUtil.isEmptyJsonObject',
    pattern: '',
    engine: { refused: "the pattern isn't a valid json format string" },
    here: { refused: 'the pattern is empty' },
    because: 'PatternErrorMessages has this sentence, and the API the code EventRuleFilterPatternEmpty.',
  },
];
