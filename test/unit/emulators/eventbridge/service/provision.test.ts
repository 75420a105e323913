/** Event buses of the settings: made, changed, taken away, and refused with the place of what is wrong. */
import { expect, test } from 'vitest';
import type { ConfiguredBus } from '../../../../../emulators/eventbridge/service/provision.ts';
import { ask, call } from '../api.ts';
import { ACCOUNT, openRoom, REGION, triggerConfig } from '../room.ts';

const TARGET = {
  id: 't1',
  type: 'acs.fc.function',
  endpoint: 'acs:fc:cn-hangzhou:1:functions/resize',
  paramList: [{ resourceKey: 'Body', form: 'JSONPATH', value: '$.data' }],
};

function bus(changes: Partial<ConfiguredBus> = {}): ConfiguredBus {
  return { name: 'shop', rules: [{ name: 'paid', filterPattern: { type: ['paid'] }, targets: [TARGET] }], ...changes };
}

function put(room: ReturnType<typeof openRoom>, Type: string) {
  const EventList = JSON.stringify([{ Id: Type, Source: 's', Type, Data: '{"a":1}' }]);
  return call(room, 'PutEvents', { EventBusName: 'shop', EventList });
}

test('a bus is there with its rules, and they deliver', async () => {
  const room = openRoom();
  expect(await room.bridge.provision([bus({ description: 'mine' })])).toEqual([]);
  expect((await ask(room, 'GetEventBus', { EventBusName: 'shop' })).Description).toBe('mine');
  await put(room, 'paid');
  await put(room, 'other');
  await room.settle();
  expect(room.functions.calls.map(({ payload }) => Buffer.from(payload).toString())).toEqual(['{"a":1}']);
});

test('a function of another account or region is warned of once, when its target is put, and the local one is called', async () => {
  const room = openRoom();
  const endpoint = 'acs:fc:cn-beijing:1:functions/resize';
  const rules = [{ name: 'paid', filterPattern: {}, targets: [{ ...TARGET, endpoint }] }];
  expect(await room.bridge.provision([bus({ rules })])).toEqual([]);
  expect(room.logs()).toContain(endpoint);
  expect(room.logs()).toContain(`account ${ACCOUNT}, region ${REGION}`);
  const told = room.logs();
  await room.bridge.provision([bus({ rules })]);
  await put(room, 'paid');
  await room.settle();
  expect(room.functions.calls).toMatchObject([{ functionName: 'resize' }]);
  expect(room.logs()).toBe(told);
});

test('the same settings change nothing; others do, and what is named no longer goes', async () => {
  const room = openRoom();
  await room.bridge.provision([bus()]);
  const before = room.bridge.rules();
  await room.advance(1000);
  await room.bridge.provision([bus()]);
  expect(room.bridge.rules()).toEqual(before);
  await room.bridge.provision([bus({ rules: [{ name: 'all', filterPattern: '{}', targets: [], status: 'DISABLE' }] })]);
  expect(room.bridge.rules()).toMatchObject([{ name: 'all', status: 'DISABLE', createdBy: { kind: 'config' } }]);
  await room.bridge.provision([]);
  expect(room.bridge.rules()).toEqual([]);
  expect((await ask(room, 'ListEventBuses')).Total).toBe(1);
});

test('what the API made stays, beside what the settings name', async () => {
  const room = openRoom();
  await room.bridge.provision([bus()]);
  await call(room, 'CreateRule', { EventBusName: 'shop', RuleName: 'mine', FilterPattern: '{}' });
  await room.bridge.provision([]);
  expect(room.bridge.rules()).toMatchObject([{ name: 'mine' }]);
  expect((await ask(room, 'ListEventBuses')).Total).toBe(2);
});

test('rules may be added to the system bus, but not in place of a trigger’s', async () => {
  const room = openRoom();
  await room.trigger(triggerConfig());
  expect(await room.bridge.provision([bus({ name: 'default' })])).toEqual([]);
  const taken = bus({ name: 'default', rules: [{ name: 'resize-on-upload', filterPattern: '{}', targets: [] }] });
  expect(await room.bridge.provision([taken])).toEqual([
    'eventBuses.0 (default), rule resize-on-upload: the trigger on-upload of resize has a rule of this name.',
  ]);
  expect(room.bridge.rules().map(({ name }) => name)).toEqual(['paid', 'resize-on-upload']);
});

const rule = (changes: object) => bus({ rules: [{ name: 'r', filterPattern: '{}', targets: [], ...changes }] });

test('as many buses and rules as the limits allow are made, beside the rules of the system bus', async () => {
  const room = openRoom();
  const rules = Array.from({ length: 50 }, (_, index) => ({ name: `r${index}`, filterPattern: {}, targets: [] }));
  const custom = Array.from({ length: 50 }, (_, index) => bus({ name: `b${index}`, rules: [] }));
  expect(await room.bridge.provision([bus({ name: 'default', rules }), ...custom])).toEqual([]);
});

test.each<[what: string, buses: ConfiguredBus[], problem: string]>([
  ['a bad name', [bus({ name: 'a/b' })], 'eventBuses.0 (a/b): this is no name of an event bus.'],
  ['a name twice', [bus(), bus()], 'eventBuses.1 (shop): it is named twice.'],
  ['a bad rule name', [rule({ name: '' })], 'rule : this is no name of a rule.'],
  ['a bad pattern', [rule({ filterPattern: { type: 'x' } })], 'the pattern has invalid pattern value'],
  ['no JSON', [rule({ filterPattern: '{' })], "the pattern isn't a valid json format string"],
  ['a bad target', [rule({ targets: [{ ...TARGET, type: 'coffee' }] })], 'target t1: Type: is no type of target.'],
  ['a target twice', [rule({ targets: [TARGET, TARGET] })], 'target t1: it is named twice.'],
  [
    'six targets',
    [rule({ targets: Array.from({ length: 6 }, () => TARGET) })],
    'it has 6 targets; a rule has at most 5.',
  ],
  [
    '51 rules',
    [bus({ rules: Array.from({ length: 51 }, (_, index) => ({ name: `r${index}`, filterPattern: {}, targets: [] })) })],
    'eventBuses.0 (shop): it has 51 rules; limits.eventRulesPerBus is 50.',
  ],
  [
    '51 buses',
    Array.from({ length: 51 }, (_, index) => bus({ name: `b${index}`, rules: [] })),
    'eventBuses: there are 51 buses; limits.eventBuses is 50.',
  ],
])('%s is told with its place, and nothing is made', async (_what, buses, problem) => {
  const room = openRoom();
  const problems = await room.bridge.provision(buses);
  expect(problems.join()).toContain(problem);
  expect(room.bridge.rules()).toEqual([]);
});
