/** Rules made by FC's eventbridge triggers: created, changed, deleted, and those that can't be served. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseTriggerConfig } from '../../../../../emulators/eventbridge/service/trigger-config.ts';
import { FACTS } from '../../../../../src/ports/facts.ts';
import { call } from '../api.ts';
import {
  fakeFunctions,
  heldFunctions,
  objectChanged,
  openRoom,
  refused,
  triggerChanged,
  triggerConfig,
} from '../room.ts';

const JPG = { eventRuleFilterPattern: '{"data":{"oss":{"object":{"key":[{"suffix":".jpg"}]}}}}' };

test('a trigger makes a rule on the default bus, with the pattern kept letter by letter', async () => {
  const room = openRoom();
  const eventRuleFilterPattern = '{ "source":[ "acs.oss" ] }';
  await room.trigger(triggerConfig({ eventRuleFilterPattern }));
  expect(room.bridge.rules()).toMatchObject([
    {
      bus: 'default',
      name: 'resize-on-upload',
      patternText: eventRuleFilterPattern,
      status: 'ENABLE',
      notServed: undefined,
      createdBy: { kind: 'trigger', functionName: 'resize', triggerName: 'on-upload' },
      targets: [
        {
          type: 'acs.fc.function',
          endpoint: 'acs:fc:cn-hangzhou:1234567890123456:functions/resize/LATEST',
          retry: { strategy: 'BACKOFF_RETRY' },
          errorsTolerance: 'ALL',
        },
      ],
    },
  ]);
});

test('a pattern may come as JSON that is parsed already; without one every event matches', async () => {
  const room = openRoom();
  await room.trigger(triggerConfig({ eventRuleFilterPattern: { type: ['oss:BucketCreated:PutBucket'] } }), {
    functionName: 'parsed',
  });
  await room.trigger(triggerConfig({ eventRuleFilterPattern: undefined }), { functionName: 'all' });
  await room.change({ eventName: 'BucketCreated:PutBucket', key: undefined });
  await room.change({ requestId: 'OTHER' });
  expect(room.functions.calls.map(({ functionName }) => functionName)).toEqual(['parsed', 'all', 'all']);
});

test('a changed trigger replaces its rule under the same name', async () => {
  const room = openRoom();
  await room.trigger(triggerConfig());
  await room.trigger(triggerConfig(JPG));
  expect(room.bridge.rules()).toHaveLength(1);
  await room.change({ key: 'a.txt', requestId: 'TXT' }, { key: 'a.jpg', requestId: 'JPG' });
  expect(room.functions.calls.map(({ cause }) => cause.kind === 'event' && cause.eventId)).toEqual(['JPG']);
});

test('a deleted trigger takes its rule away', async () => {
  const room = openRoom();
  await room.trigger(triggerConfig());
  await room.trigger(undefined);
  await room.change({});
  expect(room.bridge.rules()).toEqual([]);
  expect(room.functions.calls).toEqual([]);
  await room.trigger(undefined);
});

test('what a deleted trigger still owed is dropped with that reason, at once', async () => {
  const room = openRoom({ functions: fakeFunctions(refused) });
  await room.trigger(triggerConfig());
  await room.change({});
  await room.trigger(undefined);
  expect(room.onlyTrace().deliveries).toMatchObject([
    { state: 'dropped', reason: expect.stringContaining('was deleted'), nextAttemptAt: undefined },
  ]);
  await room.advance(60_000);
  expect(room.functions.calls).toHaveLength(1);
});

test('a delivery that succeeds after its trigger was deleted is told as delivered', async () => {
  const { functions, release } = heldFunctions();
  const room = openRoom({ functions });
  await room.trigger(triggerConfig());
  await room.tell(FACTS.objectChanged, objectChanged());
  await expect.poll(() => functions.calls.length).toBe(1);
  await room.tell(FACTS.triggerChanged, triggerChanged(undefined));
  await expect.poll(() => room.bridge.rules()).toEqual([]);
  release();
  await room.settle();
  expect(room.onlyTrace().deliveries).toMatchObject([{ state: 'delivered', reason: undefined }]);
});

test('rules and uploads are seen in the order they happened, even when all are told at once', async () => {
  const room = openRoom();
  await Promise.all([
    room.change({ requestId: 'EARLY' }),
    room.trigger(triggerConfig()),
    room.change({ requestId: 'BETWEEN' }),
    room.trigger(undefined),
    room.change({ requestId: 'LATE' }),
  ]);
  const matched = room.bridge.history.list({}).map(({ id, matchedRules }) => [id, ...matchedRules]);
  expect(matched).toEqual([['LATE'], ['BETWEEN', 'resize-on-upload'], ['EARLY']]);
});

test('a disabled trigger keeps its rule, which no event matches', async () => {
  const room = openRoom();
  await room.trigger(triggerConfig({ triggerEnable: false }));
  await room.change({});
  expect(room.bridge.rules()).toMatchObject([{ status: 'DISABLE' }]);
  expect(room.functions.calls).toEqual([]);
  expect(room.onlyTrace().unmatched).toEqual([
    { rule: 'resize-on-upload', reason: 'The rule is disabled.', failures: [] },
  ]);
});

test('triggers whose names would run together get rules of their own', async () => {
  const room = openRoom();
  await room.trigger(triggerConfig(), { functionName: 'a-b', triggerName: 'c' });
  await room.trigger(triggerConfig(), { functionName: 'a', triggerName: 'b-c' });
  const long = { functionName: 'f'.repeat(64), triggerName: 't'.repeat(128) };
  await room.trigger(triggerConfig(), long);
  await room.trigger(triggerConfig(), { ...long, triggerName: `${'t'.repeat(127)}u` });
  const names = room.bridge.rules().map(({ name }) => name);
  expect(names.slice(0, 2)).toEqual(['a-b-c', 'a-b-c-2']);
  expect(new Set(names).size).toBe(4);
  expect(Math.max(...names.map((name) => name.length))).toBe(127);

  await room.trigger(undefined, { functionName: 'a-b', triggerName: 'c' });
  await room.change({});
  expect(room.functions.calls.map(({ functionName }) => functionName)).toEqual([
    'a',
    long.functionName,
    long.functionName,
  ]);
});

test('a trigger of another type is none of this room', async () => {
  const room = openRoom();
  await room.trigger({ events: ['oss:ObjectCreated:*'] }, { triggerType: 'oss' });
  expect(room.bridge.rules()).toEqual([]);
});

function windowed(batchWindow: unknown): Record<string, unknown> {
  return triggerConfig({ runOptions: { mode: 'event-streaming', batchWindow } });
}

describe('what is not served is said by name', () => {
  const cases: [what: string, config: unknown, says: string][] = [
    ['an event source', triggerConfig({ eventSourceConfig: { eventSourceType: 'MNS' } }), '"MNS" is not served yet'],
    ['an unknown event source', triggerConfig({ eventSourceConfig: { eventSourceType: 'Pigeon' } }), 'eventSourceType'],
    [
      'an event source of streams',
      triggerConfig({
        eventSourceConfig: { eventSourceType: 'Kafka' },
        runOptions: { mode: 'event-streaming' },
      }),
      '"Kafka" is not served yet',
    ],
    ['a mode', triggerConfig({ runOptions: { mode: 'event-batching' } }), 'runOptions.mode'],
    [
      'a mode in its other place',
      triggerConfig({ eventSinkConfig: { deliveryOption: { mode: 'event-batching' } } }),
      'eventSinkConfig.deliveryOption.mode',
    ],
    ['a window of too many events', windowed({ CountBasedWindow: 10_001 }), 'batchWindow.CountBasedWindow'],
    ['a window of fewer than none', windowed({ CountBasedWindow: -1 }), 'batchWindow.CountBasedWindow'],
    ['a window of half an event', windowed({ CountBasedWindow: 1.5 }), 'batchWindow.CountBasedWindow'],
    ['a window that is a text', windowed({ CountBasedWindow: '5' }), 'batchWindow.CountBasedWindow'],
    ['a window of too many seconds', windowed({ TimeBasedWindow: 16 }), 'batchWindow.TimeBasedWindow'],
    ['a window that ends before it begins', windowed({ TimeBasedWindow: -1 }), 'batchWindow.TimeBasedWindow'],
    ['a window that is a list', windowed([5, 10]), 'batchWindow'],
    ['a broken pattern', triggerConfig({ eventRuleFilterPattern: '{"source":' }), "isn't a valid json format"],
    ['an AWS pattern', triggerConfig({ eventRuleFilterPattern: '{"source":[{"wildcard":"a*"}]}' }), 'wildcard'],
    [
      'a retry strategy',
      triggerConfig({ runOptions: { retryStrategy: { PushRetryStrategy: 'NEVER' } } }),
      'PushRetryStrategy',
    ],
    ['a config that is no object', 'garbage', 'triggerConfig'],
    ['a wrong type', triggerConfig({ asyncInvocationType: 'yes' }), 'asyncInvocationType'],
  ];

  test.each(cases)('%s, before and after it is deployed', async (_what, config, says) => {
    const room = openRoom();
    expect(parseTriggerConfig(config)).toMatchObject({ ok: false, message: expect.stringContaining(says) });
    await room.trigger(config);
    await room.change({});
    expect(room.functions.calls).toEqual([]);
    expect(room.logs()).toContain('no event will reach its function');
    const [unmatched] = room.onlyTrace().unmatched;
    expect(unmatched?.reason).toContain('The rule is not served: ');
    expect(unmatched?.reason).toContain(says);
  });

  test('a good one is not refused', () => {
    expect(parseTriggerConfig(triggerConfig())).toMatchObject({ ok: true });
  });

  test('a trigger that turned bad drops what it still owed', async () => {
    const room = openRoom({ functions: fakeFunctions(refused) });
    await room.trigger(triggerConfig());
    await room.change({});
    await room.trigger(triggerConfig({ eventSourceConfig: { eventSourceType: 'MNS' } }));
    expect(room.onlyTrace().deliveries).toMatchObject([{ state: 'dropped' }]);
  });
});

test('a pattern can be judged without being deployed', () => {
  const { validateFilterPattern } = openRoom().bridge;
  expect(validateFilterPattern('{"source":["acs.oss"]}')).toEqual({ ok: true, warnings: [] });
  expect(validateFilterPattern('{"source":"acs.oss"}')).toMatchObject({
    ok: false,
    code: 'EventRuleFilterPatternSchemaError',
    message: 'Event pattern is not valid, reason: the pattern has invalid pattern value: acs.oss',
  });
  const affixes = validateFilterPattern('{"subject":[{"prefix":"a"},{"suffix":"b"}]}');
  expect(affixes).toMatchObject({ ok: true, warnings: [expect.stringContaining('alternatives')] });
});

test('a pattern that hardly means what it says is logged with what to write instead', async () => {
  const room = openRoom();
  await room.trigger(
    triggerConfig({ eventRuleFilterPattern: '{"source":["acs.oss"],"data":{"object":{"key":["a"]}}}' }),
  );
  expect(room.logs()).toContain('data.oss.object.key');
  expect(room.logs()).toContain('"name":"eventbridge"');
});

test('a parameter that a target is given twice is logged, for the last one counts', async () => {
  const room = openRoom();
  const body = (key: string, Value: string) => ({ ResourceKey: key, Form: 'CONSTANT', Value });
  const target = {
    ...{ Id: 't', Type: 'acs.fc.function', Endpoint: 'acs:fc:cn-hangzhou:1234567890123456:functions/f' },
    ParamList: [body('Body', 'first'), body('body', 'last')],
  };
  await call(room, 'CreateRule', {
    ...{ EventBusName: 'default', RuleName: 'r', FilterPattern: '{}' },
    EventTargets: JSON.stringify([target]),
  });
  expect(room.logs()).toContain('Body is given twice: the last one counts');
  await room.change({});
  expect(room.functions.calls.map(({ payload }) => Buffer.from(payload).toString())).toEqual(['last']);
});

test('no fact, however odd, keeps the ones after it from being heard', async () => {
  const room = openRoom();
  await room.trigger(triggerConfig({ eventRuleFilterPattern: '{"subject":[{"suffix":"/last"}]}' }));
  const strange = fc.oneof(fc.jsonValue(), fc.nat(2 ** 60), fc.double(), fc.string({ maxLength: 3000 }));
  const broken = <Fact extends object>(fact: Fact) =>
    fc.tuple(fc.constantFrom(...Object.keys(fact)), strange).map(([field, value]) => ({ ...fact, [field]: value }));
  const told = fc.oneof(
    fc.tuple(fc.constant(FACTS.objectChanged), fc.oneof(strange, broken(objectChanged()))),
    fc.tuple(
      fc.constant(FACTS.triggerChanged),
      fc.oneof(strange, broken(triggerChanged(triggerConfig(), { functionName: 'other' }))),
    ),
  );
  for (const [type, body] of fc.sample(told, { numRuns: 400, seed: 1 })) await room.tell(type, body);
  await room.settle();
  room.functions.calls.splice(0);
  await room.change({ key: 'last', requestId: 'LAST' });
  expect(room.functions.calls.map(({ functionName }) => functionName)).toContain('resize');
});

test.each([FACTS.objectChanged, FACTS.triggerChanged])(
  'an unreadable fact %s is logged and stops nobody',
  async (type) => {
    const room = openRoom();
    await room.trigger(triggerConfig());
    await room.tell(type, 'garbage', null, { functionName: '' }, { bucket: 1 });
    await room.change({});
    expect(room.functions.calls).toHaveLength(1);
    expect(room.logs()).toContain('is not readable');
  },
);
