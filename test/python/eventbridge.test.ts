/** EventBridge's two unmodified Python clients against a stack: the control plane's, and the data plane's. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Stack, startStack } from '../../src/index.ts';

let stack: Stack;

beforeAll(async () => {
  stack = await startStack({ logLevel: 'silent' });
});
afterAll(() => stack.close());

async function run(script: string, ...more: string[]): Promise<unknown> {
  const { accessKeyId, accessKeySecret } = stack.credentials;
  const args = [join(import.meta.dirname, script), new URL(stack.endpoint).host, accessKeyId, accessKeySecret, ...more];
  const { stdout } = await promisify(execFile)('python3', args, {
    timeout: 50_000,
    env: { PATH: process.env.PATH, PYTHONIOENCODING: 'utf-8' },
  });
  return JSON.parse(stdout);
}

const BUS_ARN = 'acs:eventbridge:cn-beijing:1234567890123456:eventbus';

test('the control plane gives back what it was given, and tells what is wrong by a code in an answer of HTTP 200', async () => {
  expect(await run('eventbridge20200401_client.py', 'py-control')).toEqual({
    busArn: `${BUS_ARN}/py-control`,
    busAgain: [200, false, 'EventBusAlreadyExist'],
    bus: ['py-control', 'changed', true],
    buses: ['default', 'py-control'],
    busesTotal: 2,
    noBus: [false, 'EventBusNotExist'],
    system: [false, 'EventBusOperationNotAllowed'],
    ruleArn: `${BUS_ARN}/py-control/rule/paid`,
    ruleAgain: [false, 'EventRuleAlreadyExist'],
    badPattern: [false, 'EventRuleFilterPatternSchemaError'],
    samePattern: true,
    rule: ['paid', 'py-control', 'ENABLE', 'of orders'],
    target: {
      Id: 'one',
      Type: 'http',
      Endpoint: 'http://127.0.0.1:1/one',
      ErrorsTolerance: 'ALL',
      PushRetryStrategy: 'EXPONENTIAL_DECAY_RETRY',
      PushSelector: 'PARAM_TRANSFORMER',
      DeadLetterQueue: { Arn: 'acs:mns:cn-beijing:1:/queues/dead' },
      ParamList: [
        { ResourceKey: 'url', Form: 'CONSTANT', Value: 'http://127.0.0.1:1/one', Template: '' },
        { ResourceKey: 'Body', Form: 'ORIGINAL', Value: '', Template: '' },
      ],
    },
    noRule: [200, false, 'EventRuleNotExisted'],
    disabled: 'DISABLE',
    updated: ['{}', 'all', 'ENABLE', 1],
    pages: [['page-0', 'page-1'], ['page-2', 'page-3'], ['page-4']],
    rulesTotal: 5,
    badToken: [false, 'NextTokenInvalid'],
    badLimit: [false, 'LimitSizeInvalid'],
    put: [true, 'Success', []],
    putBad: [true, 'Success', ['four']],
    putTooMany: [false, 'EventRuleTargetCountExceedLimit', []],
    targets: ['one', 'three', 'two'],
    deleted: [true, 'Success'],
    targetsLeft: ['three'],
    tests: [true, false, 'EventRuleFilterPatternSchemaError', 'InvalidArgument'],
    streamingArn: 'acs:eventbridge:cn-beijing:1234567890123456:eventstreaming/py-stream',
    streamingAgain: [200, false, 'EventStreamingAlreadyExist'],
    streaming: ['READY', 'from a queue', true],
    streamingParts: [
      { SourceMNSParameters: { QueueName: 'in', RegionId: 'cn-beijing' } },
      {
        SinkFcParameters: {
          FunctionName: { Form: 'CONSTANT', Value: 'f' },
          // biome-ignore lint/suspicious/noTemplateCurlyInString: this is a template of the service.
          Body: { Form: 'TEMPLATE', Value: '{"id":"$.id"}', Template: '{"id":"${id}"}' },
        },
      },
      {
        BatchWindow: { CountBasedWindow: 10, TimeBasedWindow: 15 },
        ErrorsTolerance: 'ALL',
        MaximumTasks: 1,
      },
    ],
    streamingStarted: [200, false, 'EventStreamingStartFailed', true],
    streamingPaused: [true, 'Success'],
    streamings: [['py-stream', 'PAUSED']],
    streamingGone: [true, 'Success'],
    noStreaming: [false, 'EventStreamingNotExisted'],
    busNotEmpty: [false, 'EventBusRuleNotEmptyForDelete'],
    ruleGone: [false, 'EventRuleNotExisted'],
    busGone: [true, 'Success'],
    wrongSecret: 'SignatureDoesNotMatch',
  });
});

test('the data plane takes good events, names bad ones, and traces what became of them', async () => {
  expect(await run('eventbridge_client.py', stack.region, 'py-data')).toEqual({
    rule: `${BUS_ARN}/py-data/rule/paid`,
    pattern: '{"type": ["order:paid"]}',
    taken: [0, ['json', 'chinese', 'text', 'bytes', 'bare']],
    mixed: [
      2,
      [
        ['good', null],
        ['bad', 'EventSubjectInvalid'],
        ['late', 'EventTimeInvalid'],
      ],
    ],
    noBus: 'EventBusEmpty',
    missingBus: 'EventBusNotExist',
    seventeen: 'EventCountExceedLimit',
    empty: 'EventInvalid',
    wrongSecret: 'SignatureDoesNotMatch',
    found: [['json', 'order:paid']],
    stages: ['PutEvent', 'FilterEvent', 'PushEvent'],
    period: ['good', 'bare', 'bytes', 'text', 'chinese', 'json'],
    noEvent: 'EventNotExist',
  });
  const kept = (bus: string) =>
    Object.fromEntries(
      stack.events.list({ bus }).map(({ id }) => {
        const { data, data_base64 } = stack.events.show(id)?.event ?? {};
        return [id, data ?? data_base64];
      }),
    );
  await stack.settled();
  const events = {
    json: { amount: 5 },
    chinese: { 名: '值' },
    text: Buffer.from('no JSON').toString('base64'),
    bytes: Buffer.from(Uint8Array.from({ length: 256 }, (_, byte) => byte)).toString('base64'),
    bare: undefined,
    good: { amount: 5 },
  };
  expect(kept('py-data')).toEqual(events);
  expect(kept('default')).toEqual(events);
});
