/** EventBridge's data plane as its official Node SDK (@alicloud/eventbridge) calls it. */
import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Stack, startStack } from '../../../src/index.ts';

const require = createRequire(import.meta.url);
const sdk = require('@alicloud/eventbridge') as typeof import('@alicloud/eventbridge');

const BUS = 'shop';
let stack: Stack;
let client: InstanceType<typeof sdk.default>;

beforeAll(async () => {
  stack = await startStack({ logLevel: 'silent' });
  client = clientOf(stack.credentials);
  await client.createEventBus(new sdk.CreateEventBusRequest({ eventBusName: BUS, description: 'of the shop' }));
});
afterAll(() => stack.close());

function clientOf(credentials: { accessKeyId: string; accessKeySecret: string; securityToken?: string }) {
  return new sdk.default(
    new sdk.Config({
      ...credentials,
      endpoint: stack.endpoint.replace('http://', ''),
      type: credentials.securityToken ? 'sts' : 'access_key',
    }),
  );
}

function event(id: string, changes: Record<string, unknown> = {}) {
  return new sdk.CloudEvent({
    id,
    source: 'crm.orders',
    type: 'order:created',
    subject: `acs:shop:${id}`,
    data: Buffer.from(JSON.stringify({ amount: 5, tags: ['new'] })),
    extensions: { aliyuneventbusname: BUS },
    ...changes,
  });
}

describe('putEvents', () => {
  test('events are taken in their order, and can be read back with what the bus added', async () => {
    const answer = await client.putEvents([event('one'), event('two')]);
    expect(answer.failedEntryCount).toBe(0);
    expect(answer.resourceOwnerAccountId).toBe(stack.accountId);
    expect(answer.entryList?.map(({ eventId }) => eventId)).toEqual(['one', 'two']);
    for (const { traceId } of answer.entryList ?? []) expect(traceId).toMatch(/^[0-9A-F]{32}$/);
    const [summary] = stack.events.list({ bus: BUS });
    expect(stack.events.show(summary?.id ?? '')?.event).toMatchObject({
      id: 'two',
      source: 'crm.orders',
      type: 'order:created',
      subject: 'acs:shop:two',
      specversion: '1.0',
      datacontenttype: 'application/json; charset=utf-8',
      aliyuneventbusname: BUS,
      aliyunaccountid: stack.accountId,
      aliyunregionid: stack.region,
      aliyunpublishaddr: '127.0.0.1',
      data: { amount: 5, tags: ['new'] },
    });
  });

  test('one bad event of a batch is told in its entry, and the others are taken', async () => {
    const answer = await client.putEvents([event('good'), event('bad', { subject: 's'.repeat(513) }), event('fine')]);
    expect(answer.failedEntryCount).toBe(1);
    expect(answer.entryList?.map(({ errorCode }) => errorCode)).toEqual([undefined, 'EventSubjectInvalid', undefined]);
    expect(answer.entryList?.[1]).toMatchObject({ eventId: 'bad', errorMessage: expect.stringContaining('512') });
  });

  test.each([
    ['a missing bus', [event('1', { extensions: { aliyuneventbusname: 'none' } })], 'EventBusNotExist'],
    ['no bus', [event('1', { extensions: {} })], 'EventBusEmpty'],
    [
      'two buses',
      [event('1'), event('2', { extensions: { aliyuneventbusname: 'default' } })],
      'PutEventsRequestMoreThanOneEventBus',
    ],
    ['seventeen events', Array.from({ length: 17 }, (_, index) => event(`e${index}`)), 'EventCountExceedLimit'],
  ])('%s refuses the whole request', async (_what, events, code) => {
    const before = stack.events.list({}).length;
    await expect(client.putEvents(events)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(/EventBridgeError-/),
    });
    expect(stack.events.list({})).toHaveLength(before);
  });

  test('a wrong secret and an unknown key are refused', async () => {
    const wrong = clientOf({ ...stack.credentials, accessKeySecret: 'wrong' });
    await expect(wrong.putEvents([event('x')])).rejects.toMatchObject({ code: 'SignatureDoesNotMatch' });
    const unknown = clientOf({ accessKeyId: 'nobody', accessKeySecret: 'x' });
    await expect(unknown.putEvents([event('x')])).rejects.toMatchObject({ code: 'InvalidAccessKeyId' });
  });
});

describe('buses, rules and targets', () => {
  const rule = { eventBusName: BUS, ruleName: 'paid' };

  test('a bus is read and listed', async () => {
    const bus = await client.getEventBus(new sdk.GetEventBusRequest({ eventBusName: BUS }));
    expect(bus).toMatchObject({ eventBusName: BUS, description: 'of the shop', createTimestamp: expect.any(Number) });
    const { eventBuses = [], total } = await client.listEventBuses(new sdk.ListEventBusesRequest({ limit: 10 }));
    expect([eventBuses.map(({ eventBusName }) => eventBusName), total]).toEqual([['default', BUS], 2]);
  });

  test('a rule is made with its targets, changed, and deleted', async () => {
    const target = new sdk.TargetEntry({
      id: 't1',
      type: 'http',
      endpoint: 'http://127.0.0.1:1/hook',
      paramList: [new sdk.EBTargetParam({ resourceKey: 'Body', form: 'ORIGINAL' })],
    });
    const filterPattern = '{"source":["crm.orders"]}';
    const made = await client.createRule(
      new sdk.CreateRuleRequest({ ...rule, filterPattern, status: 'enable', targets: [target] }),
    );
    expect(made.ruleARN).toContain(`/rule/paid`);
    await client.createTargets(
      new sdk.CreateTargetsRequest({ ...rule, targets: [new sdk.TargetEntry({ ...target, id: 't2' })] }),
    );
    const { targets = [] } = await client.listTargets(new sdk.ListTargetsRequest({ ...rule, limit: 10 }));
    expect(targets.map(({ id }) => id)).toEqual(['t1', 't2']);
    await client.disableRule(new sdk.DisableRuleRequest(rule));
    const read = await client.getRule(new sdk.GetRuleRequest(rule));
    expect(read).toMatchObject({ ruleName: 'paid', status: 'DISABLE', filterPattern });
    await client.deleteTargets(new sdk.DeleteTargetsRequest({ ...rule, targetIds: ['t1'] }));
    await client.deleteRule(new sdk.DeleteRuleRequest(rule));
    await expect(client.getRule(new sdk.GetRuleRequest(rule))).rejects.toMatchObject({ code: 'EventRuleNotExisted' });
  });

  test.each([
    ['{"source":["a"]}', true],
    ['{"source":["b"]}', false],
  ])('testEventPattern of %s is %s', async (eventPattern, result) => {
    const given = new sdk.TestEventPatternRequest({ event: '{"source":"a"}', eventPattern });
    expect((await client.testEventPattern(given)).result).toBe(result);
  });
});

test('an event is traced by its id and found by its time', async () => {
  await client.putEvents([event('traced')]);
  const traces = await client.queryEventTraces(
    new sdk.QueryEventTracesRequest({ eventBusName: BUS, eventId: 'traced' }),
  );
  expect(traces.eventTraceList).toMatchObject([{ action: 'PutEvent', eventId: 'traced', eventSource: 'crm.orders' }]);
  const now = Date.now();
  const period = new sdk.QueryEventsByPeriodRequest({
    eventBusName: BUS,
    eventSource: 'crm.orders',
    startTime: now - 60_000,
    endTime: now + 60_000,
    limit: 1,
  });
  expect(await client.queryEventsByPeriod(period)).toMatchObject({
    tracedEvents: [{ eventId: 'traced' }],
    nextToken: expect.any(String),
  });
});

test('events are read back whole by their ids; an id of no event is left out', async () => {
  await client.putEvents([event('whole-1'), event('whole-2', { source: 'crm.returns' })]);
  const query = (eventIds: string[], eventSourceName?: string) =>
    client.queryEvents(new sdk.QueryEventsRequest({ eventBusName: BUS, eventIds, eventSourceName }));
  const { eventMap, eventBusName } = await query(['whole-1', 'whole-2', 'whole-1', 'nothing', '__proto__']);
  expect(eventBusName).toBe(BUS);
  expect(Object.keys(eventMap)).toEqual(['whole-1', 'whole-2']);
  for (const [id, text] of Object.entries(eventMap)) expect(JSON.parse(text)).toEqual(stack.events.show(id)?.event);
  expect(Object.keys((await query(['whole-1', 'whole-2'], 'crm.returns')).eventMap)).toEqual(['whole-2']);
  await expect(query([])).rejects.toThrow(/EventIds/);
  await expect(query(Array.from({ length: 101 }, (_, index) => `e${index}`))).rejects.toThrow(/EventIds/);
});
