/** The control plane as its clients meet it: buses, rules and targets, with the envelope Terraform and the CLI depend on. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TARGET_TYPES } from '../../../../../emulators/eventbridge/service/target-input.ts';
import type { Data } from '../../../../support/eventbridge-answers.ts';
import { ask, call, send } from '../api.ts';
import { ACCOUNT, KEY, openRoom, REGION, type Room, triggerConfig } from '../room.ts';

const BUS = 'orders';
const SERVED = ['acs.fc.function', 'acs.eventbridge', 'http', 'https', 'acs.api.destination'];
const ARN = `acs:eventbridge:${REGION}:${ACCOUNT}:eventbus/${BUS}`;
const RULE = { EventBusName: BUS, RuleName: 'big' };
const TARGET = {
  Id: 't1',
  Type: 'acs.fc.function',
  Endpoint: `acs:fc:${REGION}:${ACCOUNT}:functions/resize`,
  ParamList: [{ ResourceKey: 'Body', Form: 'ORIGINAL' }],
};

async function withBus(): Promise<Room> {
  const room = openRoom();
  await call(room, 'CreateEventBus', { EventBusName: BUS });
  return room;
}

async function withRule(targets: unknown[] = [TARGET]): Promise<Room> {
  const room = await withBus();
  const EventTargets = JSON.stringify(targets);
  const { body } = await call(room, 'CreateRule', { ...RULE, FilterPattern: '{}', EventTargets });
  expect(body).toMatchObject({ Success: true });
  return room;
}

test('who deletes the rule of a trigger is told that the trigger fires no more', async () => {
  const room = openRoom();
  await room.trigger(triggerConfig());
  const rule = { EventBusName: 'default', RuleName: 'resize-on-upload' };
  expect(await call(room, 'DeleteRule', rule)).toMatchObject({ body: { Success: true } });
  expect(room.logs()).toContain('the trigger on-upload of resize, which fires no more until it is changed');
});

describe('event buses', () => {
  test('a custom bus is created, read, changed, listed and deleted', async () => {
    const room = openRoom();
    const created = await call(room, 'CreateEventBus', { EventBusName: BUS, Description: 'of the shop' });
    expect(created).toEqual({
      status: 200,
      body: {
        RequestId: expect.stringMatching(/^[0-9A-F-]{36}$/),
        Code: 'Success',
        Message: 'success',
        Success: true,
        Data: { EventBusARN: ARN },
      },
    });
    await call(room, 'UpdateEventBus', { EventBusName: BUS, Description: 'changed' });
    const bus = { EventBusName: BUS, EventBusARN: ARN, Description: 'changed', CreateTimestamp: room.clock.nowMs() };
    expect(await ask(room, 'GetEventBus', { EventBusName: BUS })).toEqual(bus);
    const buses = await ask(room, 'ListEventBuses');
    expect(buses.Total).toBe(2);
    expect(buses.EventBuses).toMatchObject([{ EventBusName: 'default' }, bus]);
    const ofType = async (EventBusType: string) => (await ask(room, 'ListEventBuses', { EventBusType })).EventBuses;
    expect(await ofType('All')).toMatchObject([{ EventBusName: 'default' }, bus]);
    expect(await ofType('Custom')).toEqual([bus]);
    expect(await ofType('CloudService')).toMatchObject([{ EventBusName: 'default' }]);
    expect((await call(room, 'DeleteEventBus', { EventBusName: BUS })).body).toMatchObject({
      Success: true,
      Data: true,
    });
    expect((await call(room, 'GetEventBus', { EventBusName: BUS })).body).toMatchObject({
      Success: false,
      Code: 'EventBusNotExist',
      Message: 'The event bus [orders] not existed!',
    });
  });

  test.each([
    ['GetEventBus', { EventBusName: 'none' }, 'EventBusNotExist'],
    ['DeleteEventBus', { EventBusName: 'none' }, 'EventBusNotExist'],
    ['UpdateEventBus', { EventBusName: 'none', Description: 'x' }, 'EventBusNotExist'],
    ['CreateEventBus', { EventBusName: BUS }, 'EventBusAlreadyExist'],
    ['CreateEventBus', { EventBusName: 'default' }, 'EventBusNameInvalid'],
    ['CreateEventBus', { EventBusName: 'eventbridge-reserved-x' }, 'EventBusNameInvalid'],
    ['CreateEventBus', { EventBusName: '-x' }, 'EventBusNameInvalid'],
    ['CreateEventBus', { EventBusName: 'a b' }, 'EventBusNameInvalid'],
    ['CreateEventBus', { EventBusName: 'x'.repeat(128) }, 'EventBusNameInvalid'],
    ['CreateEventBus', {}, 'MissingParameter'],
    ['DeleteEventBus', { EventBusName: 'default' }, 'EventBusOperationNotAllowed'],
    ['UpdateEventBus', { EventBusName: 'default' }, 'EventBusOperationNotAllowed'],
    ['ListEventBuses', { Limit: '0' }, 'LimitSizeInvalid'],
    ['ListEventBuses', { Limit: '101' }, 'LimitSizeInvalid'],
    ['ListEventBuses', { NextToken: 'garbage!' }, 'NextTokenInvalid'],
  ])('%s with %j is refused with HTTP 200 and %s', async (action, parameters, code) => {
    const { status, body } = await call(await withBus(), action, parameters as Record<string, string>);
    expect(status).toBe(200);
    expect(body).toMatchObject({ Success: false, Code: code });
    // terraform-provider-alicloud takes an empty message for success.
    expect(body.Message).not.toBe('');
  });

  test('names of 127 characters pass, and the 51st bus does not', async () => {
    const room = openRoom();
    const create = (EventBusName: string) => call(room, 'CreateEventBus', { EventBusName });
    expect((await create('x'.repeat(127))).body.Success).toBe(true);
    for (let number = 2; number <= 50; number++) await create(`bus-${number}`);
    expect((await create('one-more')).body).toMatchObject({
      Code: 'EventBusCountExceedLimit',
      Message: 'The current count of event bus is [50], which will exceed the limit quota [50]',
    });
  });

  test('lists come in pages, in the order of the names, each name once', async () => {
    const room = openRoom();
    for (const name of ['c', 'a', 'd', 'b']) await call(room, 'CreateEventBus', { EventBusName: name });
    const names: string[] = [];
    for (let NextToken: string | undefined = ''; NextToken !== undefined; ) {
      const page = { Limit: '2', ...(NextToken ? { NextToken } : {}) };
      const { EventBuses = [], ...rest }: Data = await ask(room, 'ListEventBuses', page);
      expect(EventBuses.length).toBeLessThanOrEqual(2);
      names.push(...EventBuses.map(({ EventBusName }) => EventBusName));
      NextToken = rest.NextToken;
    }
    expect(names).toEqual(['a', 'b', 'c', 'd', 'default']);
  });

  test('a bus with rules is not deleted', async () => {
    const room = await withRule();
    expect((await call(room, 'DeleteEventBus', { EventBusName: BUS })).body.Code).toBe('EventBusRuleNotEmptyForDelete');
    await call(room, 'DeleteRule', RULE);
    expect((await call(room, 'DeleteEventBus', { EventBusName: BUS })).body.Success).toBe(true);
  });
});

describe('rules', () => {
  test('a rule comes back with its pattern letter by letter and its targets whole', async () => {
    const room = await withBus();
    const FilterPattern = '{ "source":["acs.oss", "my.app"] }';
    const { body } = await call(room, 'CreateRule', { ...RULE, FilterPattern, EventTargets: JSON.stringify([TARGET]) });
    expect(body.Data).toEqual({ RuleARN: `${ARN}/rule/big` });
    expect(await ask(room, 'GetRule', RULE)).toEqual({
      ...RULE,
      RuleARN: `${ARN}/rule/big`,
      Description: '',
      Status: 'ENABLE',
      FilterPattern,
      CreatedTimestamp: room.clock.nowMs(),
      Targets: [
        {
          ...TARGET,
          ParamList: [{ ResourceKey: 'Body', Form: 'ORIGINAL', Value: '', Template: '' }],
          ErrorsTolerance: 'ALL',
          PushRetryStrategy: 'BACKOFF_RETRY',
          PushSelector: 'PARAM_TRANSFORMER',
        },
      ],
    });
  });

  test('an update leaves the targets alone; enable and disable change the status', async () => {
    const room = await withRule();
    const FilterPattern = '{"source":["x"]}';
    await call(room, 'UpdateRule', { ...RULE, FilterPattern, Description: 'new' });
    await call(room, 'DisableRule', RULE);
    const disabled = await ask(room, 'GetRule', RULE);
    expect(disabled).toMatchObject({ FilterPattern, Description: 'new', Status: 'DISABLE', Targets: [{ Id: 't1' }] });
    await call(room, 'EnableRule', RULE);
    expect((await ask(room, 'GetRule', RULE)).Status).toBe('ENABLE');
  });

  test("rules of FC's triggers are listed on the default bus, beside those made here", async () => {
    const room = openRoom();
    await room.trigger(triggerConfig());
    await call(room, 'CreateRule', { EventBusName: 'default', RuleName: 'mine', FilterPattern: '{}' });
    const { Total, Rules } = await ask(room, 'ListRules', { EventBusName: 'default' });
    expect(Total).toBe(2);
    expect(Rules).toMatchObject([
      { RuleName: 'mine', Targets: [] },
      { RuleName: 'resize-on-upload', Targets: [{ Type: 'acs.fc.function', PushSelector: 'PARAM_TRANSFORMER' }] },
    ]);
    expect((await ask(room, 'ListRules', { EventBusName: 'default', RuleNamePrefix: 'res' })).Total).toBe(1);
  });

  test('a rule made by API delivers, transformed, and no longer once it is disabled', async () => {
    const room = openRoom();
    const Value = '{"key":"$.data.oss.object.key"}';
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a template of the service.
    const Body = { ResourceKey: 'Body', Form: 'TEMPLATE', Value, Template: '{"uploaded":"${key}"}' };
    const rule = { EventBusName: 'default', RuleName: 'uploads' };
    const EventTargets = JSON.stringify([{ ...TARGET, ParamList: [Body] }]);
    await call(room, 'CreateRule', { ...rule, FilterPattern: '{"source":["acs.oss"]}', EventTargets });
    await room.change({ key: 'a.jpg', requestId: 'A' });
    await call(room, 'DisableRule', rule);
    await room.change({ key: 'b.jpg', requestId: 'B' });
    expect(room.functions.calls.map(({ payload }) => Buffer.from(payload).toString())).toEqual([
      '{"uploaded":"a.jpg"}',
    ]);
  });

  test.each<[what: string, action: string, parameters: Record<string, string>, code: string]>([
    ['a missing bus', 'CreateRule', { EventBusName: 'none', RuleName: 'r', FilterPattern: '{}' }, 'EventBusNotExist'],
    ['a taken name', 'CreateRule', { ...RULE, FilterPattern: '{}' }, 'EventRuleAlreadyExist'],
    ['a bad name', 'CreateRule', { ...RULE, RuleName: 'a/b', FilterPattern: '{}' }, 'EventRuleNameInvalid'],
    ['no pattern', 'CreateRule', { ...RULE, RuleName: 'r' }, 'MissingParameter'],
    ['an empty pattern', 'UpdateRule', { ...RULE, FilterPattern: '' }, 'EventRuleFilterPatternEmpty'],
    ['a bad pattern', 'UpdateRule', { ...RULE, FilterPattern: '{"source":"x"}' }, 'EventRuleFilterPatternSchemaError'],
    ['a bad status', 'UpdateRule', { ...RULE, FilterPattern: '{}', Status: 'MAYBE' }, 'InvalidArgument'],
    ['no JSON', 'PutTargets', { ...RULE, Targets: '[{' }, 'InvalidArgument'],
    ['no list', 'PutTargets', { ...RULE, Targets: '{}' }, 'InvalidArgument'],
    ['a missing rule', 'GetRule', { ...RULE, RuleName: 'none' }, 'EventRuleNotExisted'],
    ['a missing rule', 'DeleteRule', { ...RULE, RuleName: 'none' }, 'EventRuleNotExisted'],
    ['a missing rule', 'PutTargets', { ...RULE, RuleName: 'none', Targets: '[{}]' }, 'EventRuleNotExisted'],
    ['a bad page', 'ListRules', { EventBusName: BUS, Limit: 'many' }, 'InvalidArgument'],
  ])('%s: %s is refused with its code', async (_what, action, parameters, code) => {
    const { status, body } = await call(await withRule(), action, parameters);
    expect(status).toBe(200);
    expect(body).toMatchObject({ Success: false, Code: code });
    expect(body.Message).not.toBe('');
  });

  test('the 51st rule of a bus is refused, and deleting one makes room', async () => {
    const room = await withBus();
    const create = (RuleName: string) => call(room, 'CreateRule', { EventBusName: BUS, RuleName, FilterPattern: '{}' });
    for (let number = 1; number <= 50; number++) expect((await create(`r${number}`)).body.Success).toBe(true);
    expect((await create('r51')).body.Code).toBe('EventRuleCountExceedLimit');
    await call(room, 'DeleteRule', { EventBusName: BUS, RuleName: 'r7' });
    expect((await create('r51')).body.Success).toBe(true);
  });
});

describe('targets', () => {
  test('targets are added, replaced by their Id, listed and taken off', async () => {
    const room = await withRule();
    const second = { ...TARGET, Id: 't2', Type: 'http', Endpoint: 'http://127.0.0.1:1/hook' };
    const put = await call(room, 'PutTargets', {
      ...RULE,
      Targets: JSON.stringify([{ ...TARGET, PushRetryStrategy: 'EXPONENTIAL_DECAY_RETRY' }, second]),
    });
    expect(put.body.Data).toEqual({ ErrorEntriesCount: 0, ErrorEntries: [] });
    const { Total, Targets } = await ask(room, 'ListTargets', RULE);
    expect(Total).toBe(2);
    expect(Targets).toMatchObject([
      { Id: 't1', ...RULE, PushRetryStrategy: 'EXPONENTIAL_DECAY_RETRY' },
      { Id: 't2', ...RULE },
    ]);
    expect((await ask(room, 'ListTargets', { Arn: second.Endpoint })).Targets).toMatchObject([{ Id: 't2' }]);
    await call(room, 'DeleteTargets', { ...RULE, TargetIds: '["t1"]' });
    expect((await ask(room, 'GetRule', RULE)).Targets).toMatchObject([{ Id: 't2' }]);
  });

  test('targets of all buses come page by page, those of one name from each bus that has it, and none twice', async () => {
    const room = openRoom();
    const buses = ['a', 'a-b', 'b'];
    for (const EventBusName of buses) {
      await call(room, 'CreateEventBus', { EventBusName });
      for (const RuleName of ['r', 'r-2', 'x']) {
        const EventTargets = JSON.stringify(['10', '9', 'é'].map((Id) => ({ ...TARGET, Id })));
        await call(room, 'CreateRule', { EventBusName, RuleName, FilterPattern: '{}', EventTargets });
      }
    }
    const seen: string[] = [];
    for (let NextToken: unknown = ''; NextToken !== undefined; ) {
      const page = await ask(room, 'ListTargets', {
        Limit: '4',
        ...(NextToken ? { NextToken: String(NextToken) } : {}),
      });
      expect(page.Total).toBe(27);
      const targets = page.Targets as { EventBusName: string; RuleName: string; Id: string }[];
      seen.push(...targets.map(({ EventBusName, RuleName, Id }) => `${EventBusName} ${RuleName} ${Id}`));
      NextToken = page.NextToken;
    }
    expect(new Set(seen).size).toBe(27);
    expect(seen.slice(0, 4)).toEqual(['a r 10', 'a r 9', 'a r é', 'a r-2 10']);
    const named = await ask(room, 'ListTargets', { RuleName: 'r-2' });
    expect([named.Total, (named.Targets as object[]).length]).toEqual([9, 9]);
    expect((await ask(room, 'ListTargets', { RuleName: 'nowhere' })).Targets).toEqual([]);
    expect((await call(room, 'ListTargets', { EventBusName: 'b', RuleName: 'nowhere' })).body.Code).toBe(
      'EventRuleNotExisted',
    );
  });

  const NOT_SERVED = TARGET_TYPES.filter((type) => !SERVED.includes(type));

  test.each(NOT_SERVED)(
    '%s is kept and given back, and its delivery ends with the reason in the trace',
    async (Type) => {
      const room = openRoom();
      const rule = { EventBusName: 'default', RuleName: 'mail' };
      const kept = { ...TARGET, Type, Endpoint: 'acs:mail:cn-hangzhou:1', DeadLetterQueue: { Arn: 'acs:mns:x' } };
      await call(room, 'CreateRule', { ...rule, FilterPattern: '{}', EventTargets: JSON.stringify([kept]) });
      expect((await ask(room, 'GetRule', rule)).Targets).toMatchObject([kept]);
      await room.change({});
      expect(room.onlyTrace().deliveries).toMatchObject([
        {
          state: 'dropped',
          reason: expect.stringContaining(`Dropped: Targets of type ${Type} are kept, but not served by LocalYun.`),
          attempts: [{}],
        },
      ]);
    },
  );

  test.each([
    ['an unknown type', { Type: 'acs.coffee' }, 'Type: is no type of target'],
    ['no Id', { Id: undefined }, 'Id:'],
    ['an unknown form', { ParamList: [{ ResourceKey: 'Body', Form: 'MAGIC' }] }, 'ParamList.0.Form'],
    ['a path that finds many', { ParamList: [{ ResourceKey: 'Body', Form: 'JSONPATH', Value: '$..x' }] }, 'definite'],
    ['nested variables', { ParamList: [{ ResourceKey: 'B', Form: 'TEMPLATE', Value: '{"a":{}}' }] }, 'JSON object'],
    ['a bad tolerance', { ErrorsTolerance: 'SOME' }, 'ErrorsTolerance'],
  ])('%s is told in its entry, and none of the targets is put', async (_what, changes, message) => {
    const room = await withRule([]);
    const Targets = JSON.stringify([
      { ...TARGET, Id: 'good' },
      { ...TARGET, ...changes },
    ]);
    const { ErrorEntriesCount, ErrorEntries } = await ask(room, 'PutTargets', { ...RULE, Targets });
    expect(ErrorEntriesCount).toBe(1);
    expect(ErrorEntries).toMatchObject([{ ErrorMessage: expect.stringContaining(message) }]);
    expect((await ask(room, 'GetRule', RULE)).Targets).toEqual([]);
    const created = await call(room, 'CreateRule', {
      ...RULE,
      RuleName: 'r',
      FilterPattern: '{}',
      EventTargets: Targets,
    });
    expect(created.body).toMatchObject({ Success: false, Code: 'EventRuleTargetsInvalid' });
  });

  test.each([
    ['another account', 'acs:fc:cn-hangzhou:1:functions/f', true],
    ['another region', `acs:fc:cn-beijing:${ACCOUNT}:services/s.LATEST/functions/f`, true],
    ['this account and region', `acs:fc:cn-hangzhou:${ACCOUNT}:functions/f/prod`, false],
    ['neither', 'acs:fc:::functions/f', false],
  ])('a function whose ARN names %s (%s) is put; the log warns of it: %s', async (_what, Endpoint, isWarned) => {
    const room = await withRule([]);
    const Targets = JSON.stringify([{ ...TARGET, Type: 'acs.fc.function', Endpoint }]);
    expect(await ask(room, 'PutTargets', { ...RULE, Targets })).toMatchObject({ ErrorEntriesCount: 0 });
    expect((await ask(room, 'GetRule', RULE)).Targets).toMatchObject([{ Endpoint }]);
    expect(room.logs().includes(`names ${Endpoint}, which is not of this account`)).toBe(isWarned);
    await call(room, 'CreateRule', { ...RULE, RuleName: 'r', FilterPattern: '{}', EventTargets: Targets });
    expect(room.logs().split(Endpoint)).toHaveLength(isWarned ? 3 : 1);
  });

  test('one Id twice is a duplicate, and a sixth target is too many', async () => {
    const room = await withRule([]);
    const twice = await ask(room, 'PutTargets', { ...RULE, Targets: JSON.stringify([TARGET, TARGET]) });
    expect(twice.ErrorEntries).toEqual([
      { EntryId: 't1', ErrorCode: 'EventRuleTargetIdDuplicate', ErrorMessage: 'The id of event target is duplicate!' },
    ]);
    const five = [1, 2, 3, 4, 5].map((number) => ({ ...TARGET, Id: `t${number}` }));
    expect((await call(room, 'PutTargets', { ...RULE, Targets: JSON.stringify(five) })).body.Success).toBe(true);
    const sixth = await call(room, 'PutTargets', { ...RULE, Targets: JSON.stringify([{ ...TARGET, Id: 't6' }]) });
    expect(sixth.body.Code).toBe('EventRuleTargetCountExceedLimit');
  });

  test('values sent as objects or numbers, and keys in lower case, are read and given back as texts', async () => {
    const room = await withRule([
      {
        id: 't1',
        type: 'http',
        endpoint: 'http://x',
        paramList: [{ resourceKey: 'Body', form: 'template', value: { a: 1 } }],
      },
    ]);
    expect((await ask(room, 'GetRule', RULE)).Targets?.[0]?.ParamList).toEqual([
      { ResourceKey: 'Body', Form: 'TEMPLATE', Value: '{"a":1}', Template: '' },
    ]);
  });
});

describe('TestEventPattern', () => {
  test.each([
    ['{"source":["a"]}', '{"source":"a"}', true],
    ['{"source":["a"]}', '{"source":"b"}', false],
    ['{}', '{}', true],
  ])('%s on %s is %s', async (EventPattern, Event, Result) => {
    expect(await ask(openRoom(), 'TestEventPattern', { EventPattern, Event })).toEqual({ Result });
  });

  test('a bad pattern and a bad event are errors, each by its name', async () => {
    const room = openRoom();
    const bad = await call(room, 'TestEventPattern', { EventPattern: '{"key1":"value1"}', Event: '{}' });
    expect(bad.body.Code).toBe('EventRuleFilterPatternSchemaError');
    const event = await call(room, 'TestEventPattern', { EventPattern: '{}', Event: 'no json' });
    expect(event.body).toMatchObject({ Code: 'InvalidArgument', Message: 'The parameter Event is not valid.' });
  });
});

test.each(['CheckRoleForProduct', 'CheckServiceLinkedRoleForProduct', 'CreateServiceLinkedRoleForProduct'])(
  '%s finds the role there, as Terraform waits for',
  async (action) => {
    const StsRoleName = 'AliyunServiceRoleForEventBridgeSendToFC';
    for (const ProductName of [StsRoleName, 'SendToFC'])
      expect(await ask(openRoom(), action, { ProductName })).toEqual({ CheckPass: true, StsRoleName });
    expect((await call(openRoom(), action, { ProductName: '../x' })).body.Code).toBe('InvalidArgument');
  },
);

describe('who may call', () => {
  test('a wrong secret, an unknown key and no signature are refused with a 4xx, and nothing is made', async () => {
    const room = openRoom();
    const wrong = await call(room, 'CreateEventBus', { EventBusName: BUS }, { ...KEY, accessKeySecret: 'wrong' });
    expect(wrong).toMatchObject({ status: 400, body: { Code: 'SignatureDoesNotMatch', Success: false } });
    const unknown = await call(room, 'CreateEventBus', { EventBusName: BUS }, { ...KEY, accessKeyId: 'nobody' });
    expect(unknown).toMatchObject({ status: 404, body: { Code: 'InvalidAccessKeyId.NotFound' } });
    const unsigned = await send(room, {
      rawQuery: `Action=CreateEventBus&Version=2020-04-01&Format=JSON&EventBusName=${BUS}`,
    });
    expect(unsigned).toMatchObject({ status: 400, body: { Code: 'MissingAccessKeyId' } });
    expect((await ask(room, 'ListEventBuses')).Total).toBe(1);
  });
});

test('what was made is there after a crash, and rules made by API go with a reset of the room', async () => {
  const room = await withRule();
  const { rules, reset } = room.bridge;
  expect(rules().map(({ name }) => name)).toEqual(['big']);
  await room.trigger(triggerConfig());
  await reset();
  expect(rules().map(({ name }) => name)).toEqual(['resize-on-upload']);
  expect((await ask(room, 'ListEventBuses')).Total).toBe(1);
});

test('whatever the parameters are, the answer is JSON with a code and never a 5xx', async () => {
  const room = await withRule();
  const action = fc.constantFrom(
    ...['CreateRule', 'UpdateRule', 'PutTargets', 'DeleteTargets', 'ListTargets', 'ListRules', 'CreateEventBus'],
    ...['TestEventPattern', 'ListEventBuses', 'GetRule'],
  );
  const name = fc.constantFrom(
    ...['EventBusName', 'RuleName', 'FilterPattern', 'EventTargets', 'Targets', 'Targets.1.Id', 'TargetIds', 'Limit'],
    ...['NextToken', 'Event', 'EventPattern', 'Status', '__proto__', 'Description'],
  );
  const value = fc.oneof(
    fc.string(),
    fc.json(),
    fc.constantFrom(BUS, 'big', '{}', '[]', '[null]', '[[]]', '[{"Id":1}]', '-1', '1e9'),
  );
  await fc.assert(
    fc.asyncProperty(action, fc.dictionary(name, value, { maxKeys: 6 }), async (operation, parameters) => {
      const { status, body } = await call(room, operation, parameters);
      expect(status).toBeLessThan(500);
      expect(typeof body.Code).toBe('string');
    }),
    { numRuns: 400 },
  );
});
