/** What an s.yaml becomes, and what is said of one that is wrong. */
import { describe, expect, test } from 'vitest';
import { parseServerlessDevs } from '../../../../../../emulators/fc/service/serverless-devs/parse.ts';
import { describeProblem } from '../../../../../../emulators/fc/service/serverless-devs/problem.ts';

const ENV: Record<string, string> = { BUCKET: 'from-env', TIMEOUT: '30' };

function parse(text: string) {
  return parseServerlessDevs({
    text,
    path: '/work/s.yaml',
    env: (name) => ENV[name],
    config: (name) => (name === 'AccountID' ? '1234' : undefined),
  });
}

/** A template whose only function has these props besides the needed ones. */
function withProps(props: string, { head = '' } = {}): string {
  const lines = props.split('\n').map((line) => `      ${line}`);
  return `edition: 3.0.0
name: test
${head}resources:
  thumbs:
    component: fc3
    props:
      region: cn-beijing
      functionName: thumbs
      runtime: nodejs20
      handler: index.handler
      code: ./code
${lines.join('\n')}
`;
}

function functionOf(text: string) {
  const parsed = parse(text);
  if (!parsed.ok) throw new Error(parsed.problems.map(describeProblem).join('\n'));
  const [first] = parsed.functions;
  if (!first) throw new Error('no function');
  return { ...parsed, first };
}

function problemsOf(text: string): string[] {
  const parsed = parse(text);
  return parsed.ok ? [] : parsed.problems.map(describeProblem);
}

function warningsOf(text: string): string[] {
  return functionOf(text).warnings.map(describeProblem);
}

describe('a sound template', () => {
  test('gives a function with the defaults of the component', () => {
    expect(functionOf(withProps('')).first).toMatchObject({
      functionName: 'thumbs',
      memoryMB: 512,
      cpu: 0.35,
      diskMB: 512,
      timeoutSeconds: 3,
      environmentVariables: {},
      async: { retriesMax: 3, ageSecondsMax: 86_400 },
      role: undefined,
      triggers: [],
    });
  });

  test('keeps what it says, numbers in the environment as text', () => {
    const { first, warnings } = functionOf(
      withProps(`memorySize: 1024
timeout: 120
role: fc-oss-access
environmentVariables:
  PORT: 3000
  DEBUG: true
instanceLifecycleConfig:
  initializer:
    handler: index.init
    timeout: 10
asyncInvokeConfig:
  maxAsyncRetryAttempts: 2
  maxAsyncEventAgeInSeconds: 3600`),
    );
    expect(warnings).toEqual([]);
    expect(first).toMatchObject({
      memoryMB: 1024,
      cpu: undefined,
      timeoutSeconds: 120,
      role: 'fc-oss-access',
      environmentVariables: { PORT: '3000', DEBUG: 'true' },
      initializer: { handler: 'index.init', timeoutSeconds: 10 },
      preStop: undefined,
      async: { retriesMax: 2, ageSecondsMax: 3600 },
    });
  });

  test('reads the eventbridge trigger of the image pipeline, its pattern folded over lines', () => {
    const { first } = functionOf(
      withProps(`triggers:
  - triggerName: eb-oss-upload
    triggerType: eventbridge
    triggerConfig:
      triggerEnable: true
      asyncInvocationType: true
      eventRuleFilterPattern: >
        {
          "source": ["acs.oss"],
          "type": ["oss:ObjectCreated:PutObject"]
        }`),
    );
    const [trigger] = first.triggers;
    expect(trigger).toMatchObject({ triggerName: 'eb-oss-upload', qualifier: 'LATEST', description: '' });
    expect(JSON.parse(String(trigger?.triggerConfig.eventRuleFilterPattern))).toEqual({
      source: ['acs.oss'],
      type: ['oss:ObjectCreated:PutObject'],
    });
  });

  test('may hold several functions, and passes other components over with a warning', () => {
    const parsed = parse(`${withProps('')}
  other:
    component: fc3@1.2.3
    props: { region: cn-beijing, functionName: other, runtime: custom, code: . }
  bucket:
    component: oss
    props: {}
`);
    expect(parsed.ok && parsed.functions.map(({ functionName, handler }) => [functionName, handler])).toEqual([
      ['thumbs', 'index.handler'],
      ['other', 'index.handler'],
    ]);
    expect(parsed.ok && parsed.warnings.map(({ path }) => path)).toContain('resources.bucket.component');
  });
});

describe('an expression', () => {
  const head = `vars:
  size: 1024
  names: { bucket: "\${env('BUCKET')}" }
  env: { A: one, B: "\${vars.names.bucket}-x" }
`;
  test.each([
    [`memorySize: \${vars.size}`, { memoryMB: 1024 }],
    [`description: "in \${vars.names.bucket}, \${vars.size} MB"`, { description: 'in from-env, 1024 MB' }],
    [`environmentVariables: \${vars.env}`, { environmentVariables: { A: 'one', B: 'from-env-x' } }],
    [`description: \${env('NOWHERE', 'a default')}`, { description: 'a default' }],
    [`description: \${env('NOWHERE', '')}`, { description: '' }],
    [`timeout: \${env('TIMEOUT')}`, { timeoutSeconds: 30 }],
    [`role: acs:ram::\${config('AccountID')}:role/r`, { role: 'acs:ram::1234:role/r' }],
    [`environmentVariables: { HERE: "\${path('./data')}" }`, { environmentVariables: { HERE: '/work/data' } }],
    [`description: \${this.name} with \${this.props.handler}`, { description: 'thumbs with index.handler' }],
    [`description: \${resources.thumbs.props.code}`, { description: './code' }],
    ['description: costs $5 and {braces}', { description: 'costs $5 and {braces}' }],
  ])('%s', (props, wanted) => {
    expect(functionOf(withProps(props, { head })).first).toMatchObject(wanted);
  });

  test.each([
    [`description: \${env('NOWHERE')}`, 'The environment variable NOWHERE is not set.'],
    [`description: \${vars.nothing}`, 'the template has no vars.nothing'],
    [`description: \${vars.constructor}`, 'the template has no vars.constructor'],
    [`description: \${resources.thumbs.output.url}`, 'is not served'],
    [`description: \${file('./secret')}`, `\${file(…)} is not served`],
    [`description: \${json('{}')}`, 'is not served'],
    [`description: \${whatever}`, `\${whatever} is not served`],
    [`description: all of \${vars.env}`, "can't stand amid text"],
    [`description: \${this.props.description}`, 'refers to itself'],
    [`description: \${config('SecretID')}`, 'is not known here'],
  ])('%s is refused, once and by name', (props, wanted) => {
    const problems = problemsOf(withProps(props, { head }));
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(wanted);
  });

  test('that doubles at every step is cut, soon', () => {
    const doubling = Array.from({ length: 40 }, (_, step) => `  v${step + 1}: "\${vars.v${step}}\${vars.v${step}}"`);
    const problems = problemsOf(
      withProps(`description: \${vars.v40}`, { head: `vars:\n  v0: x\n${doubling.join('\n')}\n` }),
    );
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain('expand to more than');
  });
});

describe('a mistake', () => {
  test('is told with file, line, path and the nearest known key', () => {
    expect(problemsOf(withProps('timeot: 5'))).toEqual([
      '/work/s.yaml:12:7 resources.thumbs.props.timeot: Unknown key "timeot". Did you mean "timeout"?',
    ]);
  });

  test.each([
    ['memorySize: 100', 'at least 128'],
    ['memorySize: 130', 'a multiple of 64'],
    ['memorySize: 32832', 'at most 32768'],
    ['memorySize: big', 'memorySize can\'t be "big"'],
    ['cpu: 0.36', 'a multiple of 0.05'],
    ['cpu: 4', "don't go together"],
    ['timeout: 0', 'at least 1'],
    ['timeout: 86401', 'at most 86400'],
    ['diskSize: 600', "diskSize can't be 600"],
    ['environmentVariables: { FC_REGION: x }', 'begin with FC_'],
    ['environmentVariables: { "1A": x }', 'no name for a variable'],
    [`environmentVariables: { A: "${'x'.repeat(4096)}" }`, '4096'],
    ['instanceLifecycleConfig: { initializer: { handler: a.b, timeout: 301 } }', 'at most 300'],
    ['instanceLifecycleConfig: { preStop: { handlr: a.b } }', 'Did you mean "handler"?'],
    ['asyncInvokeConfig: { maxAsyncRetryAttempts: 9 }', 'at most 8'],
    ['triggers: [{ triggerName: t, triggerType: osss }]', 'Did you mean "oss"?'],
    ['triggers: [{ triggerName: t, triggerType: oss, triggerConfg: {} }]', 'Did you mean "triggerConfig"?'],
    ['triggers: [{ triggerName: t, triggerType: timer, qualifier: "1" }]', 'Versions and aliases are not served yet'],
    [
      'triggers: [{ triggerName: t, triggerType: timer }, { triggerName: t, triggerType: timer }]',
      'Two triggers are called t',
    ],
    [
      'triggers: [{ triggerName: t, triggerType: oss, triggerConfig: { events: ["oss:ObjectCreated:*"] } }]',
      'sourceArn is missing',
    ],
    [
      'triggers: [{ triggerName: t, triggerType: oss, sourceArn: "acs:oss:::b1x", triggerConfig: { events: ["oss:ObjectCreate:*"] } }]',
      'Did you mean "oss:ObjectCreated:*"?',
    ],
    [
      'triggers: [{ triggerName: t, triggerType: eventbridge, triggerConfig: { eventRuleFilterPattern: "{" } }]',
      'JSON text of an object',
    ],
    [
      'triggers: [{ triggerName: t, triggerType: eventbridge, triggerConfig: { triggerEnabled: true } }]',
      'Did you mean "triggerEnable"?',
    ],
  ])('%s', (props, wanted) => {
    const problems = problemsOf(withProps(props));
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(wanted);
  });

  test.each([
    ['functionName: thumbs', 'functionName: 1abc', 'functionName can\'t be "1abc"'],
    ['functionName: thumbs', `functionName: ${'a'.repeat(129)}`, 'at most 128'],
    ['runtime: nodejs20', 'runtime: nodejs22', 'Did you mean "nodejs20"?'],
    ['code: ./code', 'code: https://example.com/code.zip', 'Code from a URL is not served yet.'],
    ['code: ./code', 'code: ./code.zip', 'A packed archive is not served yet.'],
    ['      code: ./code\n', '', 'code is missing'],
    ['      region: cn-beijing\n', '', 'region is missing'],
    ['component: fc3', 'componet: fc3', 'Did you mean "component"?'],
    ['edition: 3.0.0', 'edition: 1.0.0', 'Edition 1.0.0 is not served.'],
    ['edition: 3.0.0', '', 'edition is missing.'],
    ['component: fc3', 'component: fc3\n    extend: { name: base }', 'template and extend are not served.'],
  ])('%j turned into %j', (before, after, wanted) => {
    expect(problemsOf(withProps('').replace(before, after)).join('\n')).toContain(wanted);
  });

  test.each([
    ['', 'A template is a map'],
    ['- a\n- b', 'A template is a map'],
    ['a: [1, 2', 'This is not YAML'],
    ['a: 1\na: 2', 'This is not YAML'],
    ['edition: 3.0.0\nname: x', 'resources is missing'],
    ['edition: 3.0.0\nresources: [1]', 'resources is missing'],
    ['edition: 3.0.0\nresources: { a: }', 'component is missing'],
    ['edition: 3.0.0\nresources: { a: { component: fc3 } }', 'functionName is missing'],
    [`#${'x'.repeat(1024 * 1024)}`, 'longer than'],
    [
      `a: &a [x, x]\nb: &b [*a, *a, *a, *a, *a, *a]\nc: &c [*b, *b, *b, *b, *b, *b]\nd: &d [*c, *c, *c, *c, *c, *c]\ne: [*d, *d, *d]`,
      "can't be read",
    ],
  ])('of the whole text: %#', (text, wanted) => {
    expect(problemsOf(text).join('\n')).toContain(wanted);
  });

  test('hides no other: all are told at once', () => {
    expect(problemsOf(withProps('timeout: 0\nmemorySize: 1\nnope: 1'))).toHaveLength(3);
  });
});

describe('what is not served', () => {
  test.each([
    ['layers: [acs:fc:cn-beijing:1:layers/l/versions/1]', 'layers is not served yet'],
    ['vpcConfig: { vpcId: vpc-1, vSwitchIds: [v], securityGroupId: s }', 'vpcConfig is not served yet'],
    ['nasConfig: auto', 'nasConfig is not served yet'],
    ['logConfig: { project: p, logstore: l }', 'logConfig is not served yet'],
    ['internetAccess: false', 'internetAccess is not served yet'],
    ['provisionConfig: { defaultTarget: 1 }', 'provisionConfig is not served yet'],
    ['customDomain: { domainName: auto }', 'customDomain is not served yet'],
    ['gpuConfig: { gpuMemorySize: 1024, gpuType: fc.gpu.tesla.1 }', 'gpuConfig is not served yet'],
    [
      'asyncInvokeConfig: { destinationConfig: { onFailure: { destination: "acs:mns:::/queues/q/messages" } } }',
      'destinationConfig is not served yet',
    ],
    ['role: auto', 'makes no role here'],
  ])('%s is warned of by name', (props, wanted) => {
    const warnings = warningsOf(withProps(props));
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain(wanted);
  });

  test.each([
    'vpcConfig: { vpcId: "", vSwitchIds: [], securityGroupId: "" }',
    'nasConfig: { userId: 0, groupId: 0, mountPoints: [] }',
    'layers: []',
    'internetAccess: true',
    'instanceIsolationMode: SHARE',
    'logConfig: { project: "", logstore: "", enableRequestMetrics: false, logBeginRule: None }',
  ])('%s asks for nothing and is not warned of', (props) => {
    expect(warningsOf(withProps(props)).filter((warning) => !warning.includes('logConfig'))).toEqual([]);
  });

  test('a runtime that does not run here is accepted with a warning', () => {
    const { first, warnings } = functionOf(withProps('').replace('nodejs20', 'python3.10'));
    expect(first.runtime).toBe('python3.10');
    expect(warnings.map(describeProblem).join()).toContain('python3.10 is not served yet');
  });
});
