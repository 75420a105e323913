/** What became of events: the list, one event's whole path, replays, and how much is kept. */
import { describe, expect, test } from 'vitest';
import { FACTS } from '../../../../../src/ports/facts.ts';
import { temporaryFolder } from '../../../../support/temporary-folder.ts';
import { call } from '../api.ts';
import {
  eventOf,
  fakeFunctions,
  heldFunctions,
  objectChanged,
  openRoom,
  type Room,
  refused,
  START_MS,
  triggerConfig,
  turns,
} from '../room.ts';

const DAY = 24 * 3_600_000;

describe('why ten rules did not match', () => {
  const EVENT = {
    ...{ Id: 'E1', Source: 'crm.orders', Type: 'order:created', Subject: 'acs:shop:abc.png' },
    Data: JSON.stringify({
      amount: 5,
      text: '5',
      ip: '10.0.1.7',
      items: [{ sku: 'A1' }],
      tags: ['new'],
      who: { name: 'Ann' },
    }),
  };

  async function shop() {
    const room = openRoom();
    for (const EventBusName of ['shop', 'other']) await call(room, 'CreateEventBus', { EventBusName });
    return room;
  }
  const rule = (room: Room, bus: string, name: string, pattern: object) =>
    call(room, 'CreateRule', { EventBusName: bus, RuleName: name, FilterPattern: JSON.stringify(pattern) });
  const put = (room: Room, event: object = EVENT) =>
    call(room, 'PutEvents', { EventBusName: 'shop', EventList: JSON.stringify([event]) });

  test.each<[name: string, pattern: object, reason: string]>([
    ['a missing path', { data: { who: { city: ['Beijing'] } } }, 'data.who.city is absent; wanted "Beijing"'],
    [
      'other capitals',
      { data: { Amount: [5] } },
      'data.Amount is absent (there is data.amount: capitals count); wanted 5',
    ],
    [
      'the wrong type',
      { data: { text: [{ numeric: ['>', 3] }] } },
      'data.text is "5" (a text, where numeric compares numbers alone); wanted a number > 3',
    ],
    ['a prefix', { subject: [{ prefix: 'acs:x' }] }, 'subject is "acs:shop:abc.png"; wanted prefix "acs:x"'],
    [
      'a wildcard',
      { subject: ['acs:shop:*'] },
      'subject is "acs:shop:abc.png"; wanted "acs:shop:*" ("*" is an ordinary character here, not a wildcard; use {"prefix":"acs:shop:"})',
    ],
    [
      'anything-but',
      { type: [{ 'anything-but': ['order:created', 'order:paid'] }] },
      'type is "order:created"; wanted anything but "order:created", "order:paid"',
    ],
    [
      'a range',
      { data: { amount: [{ numeric: ['>', 10, '<=', 20] }] } },
      'data.amount is 5; wanted a number > 10 and <= 20',
    ],
    ['a field that must be', { data: { coupon: [{ exists: true }] } }, 'data.coupon is absent; wanted any value'],
    ['a field that must not be', { data: { amount: [{ exists: false }] } }, 'data.amount is 5; wanted no such field'],
    ['a network', { data: { ip: [{ cidr: '10.0.0.0/24' }] } }, 'data.ip is "10.0.1.7"; wanted cidr "10.0.0.0/24"'],
    [
      'objects in an array',
      { data: { items: { sku: ['A1'] } } },
      'data.items.sku is absent: data.items is [{"sku":"A1"}] (an array: objects in arrays are not searched); wanted "A1"',
    ],
    ['an array', { data: { tags: ['old'] } }, 'data.tags is ["new"]; wanted "old"'],
    [
      'an object',
      { data: { who: ['Ann'] } },
      'data.who is {"name":"Ann"} (an object, which nothing matches); wanted "Ann"',
    ],
    ['a source', { source: ['crm'] }, 'source is "crm.orders"; wanted "crm"'],
    [
      'a path of the article',
      { source: [{ 'anything-but': 'x' }], data: { object: { key: ['a'] } } },
      'data.object.key is absent; wanted "a" (events of acs.oss have this field at data.oss.object.key)',
    ],
  ])('%s', async (_name, pattern, reason) => {
    const room = await shop();
    await rule(room, 'shop', 'r', pattern);
    await put(room);
    const { unmatched } = room.onlyTrace();
    expect(unmatched.map((each) => each.reason)).toEqual([reason]);
    // The question before there is a rule is answered in the same words.
    const tested = room.bridge.history.testPattern(room.onlyTrace().event, pattern);
    expect(reason.startsWith(tested.failures[0]?.reason ?? '?')).toBe(true);
    expect(tested.failures).toEqual(unmatched[0]?.failures);
  });

  test('a rule of another bus is named, as long as none of its own matched', async () => {
    const room = await shop();
    await rule(room, 'other', 'waits', { source: ['crm.orders'] });
    await rule(room, 'default', 'waits-too', {});
    await rule(room, 'other', 'not', { source: ['x'] });
    await put(room);
    expect(room.onlyTrace()).toMatchObject({
      ...{ bus: 'shop', unmatched: [] },
      elsewhere: [
        { bus: 'default', rule: 'waits-too' },
        { bus: 'other', rule: 'waits' },
      ],
    });
    await rule(room, 'shop', 'here', { source: ['crm.orders'] });
    await put(room, { ...EVENT, Id: 'E2' });
    expect(room.bridge.history.show('E2')?.elsewhere).toEqual([]);
  });

  test('ten of other buses at most', async () => {
    const room = await shop();
    for (let at = 0; at < 12; at++) await rule(room, 'other', `r${at}`, {});
    await put(room);
    expect(room.onlyTrace().elsewhere).toHaveLength(10);
  });
});

describe('list', () => {
  async function filled() {
    const room = openRoom();
    await room.trigger(triggerConfig());
    await room.change({ requestId: 'PUT' });
    await room.advance(1000);
    await room.change({ requestId: 'GONE', eventName: 'ObjectRemoved:DeleteObject', key: 'b' });
    const { history } = room.bridge;
    return { history, ids: (query: Parameters<typeof history.list>[0]) => history.list(query).map(({ id }) => id) };
  }

  test('tells the newest first, each with who matched', async () => {
    const { history } = await filled();
    expect(history.list({})).toEqual([
      {
        id: 'GONE',
        source: 'acs.oss',
        type: 'oss:ObjectRemoved:DeleteObject',
        subject: 'acs:oss:cn-hangzhou:1234567890123456:my-bucket/b',
        bus: 'default',
        time: new Date(START_MS + 1000).toISOString(),
        matchedRules: [],
        deliveries: 0,
        callerAccessKeyId: undefined,
      },
      expect.objectContaining({ id: 'PUT', matchedRules: ['resize-on-upload'], deliveries: 1 }),
    ]);
  });

  test('takes every filter', async () => {
    const { ids } = await filled();
    expect(ids({ type: 'oss:ObjectCreated:PutObject' })).toEqual(['PUT']);
    expect(ids({ subject: 'acs:oss:cn-hangzhou:1234567890123456:my-bucket/b' })).toEqual(['GONE']);
    expect(ids({ source: 'acs.ecs' })).toEqual([]);
    expect(ids({ bus: 'mine' })).toEqual([]);
    expect(ids({ since: new Date(START_MS + 1000).toISOString() })).toEqual(['GONE']);
    expect(ids({ limit: 1 })).toEqual(['GONE']);
    expect(ids({ limit: 0 })).toEqual([]);
  });

  test('a time or a limit that is none is refused, not ignored', async () => {
    const { history } = await filled();
    expect(() => history.list({ limit: Number.NaN })).toThrow('"NaN" is not a number of events.');
    expect(() => history.list({ since: 'yesterday' })).toThrow('"yesterday" is not an ISO time.');
  });
});

test('the key that a function signed with tells which run an event comes from', async () => {
  const room = openRoom();
  const role = { type: 'role', accountId: '1', roleName: 'r', roleId: '2', sessionName: 's', arn: 'a' } as const;
  await room.change({ principal: { ...role, accessKeyId: 'STS.key' } });
  expect(room.bridge.history.list({})).toMatchObject([{ callerAccessKeyId: 'STS.key' }]);
});

describe('the rules that did not match', () => {
  test('say the first field that failed, what was wanted and what was there', async () => {
    const room = openRoom();
    const eventRuleFilterPattern =
      '{"source":["acs.oss"],"data":{"oss":{"bucket":{"name":["other"]},"object":{"key":[{"suffix":".jpg"}],"gone":[{"exists":true}]}}}}';
    await room.trigger(triggerConfig({ eventRuleFilterPattern }));
    await room.change({ key: 'a.txt' });
    const reasons = [
      'data.oss.bucket.name is "my-bucket"; wanted "other"',
      'data.oss.object.key is "a.txt"; wanted suffix ".jpg"',
      'data.oss.object.gone is absent; wanted any value',
    ];
    expect(room.onlyTrace().unmatched).toEqual([
      {
        rule: 'resize-on-upload',
        reason: reasons[0],
        failures: [
          { path: 'data.oss.bucket.name', wanted: ['other'], found: 'my-bucket', reason: reasons[0] },
          { path: 'data.oss.object.key', wanted: [{ suffix: '.jpg' }], found: 'a.txt', reason: reasons[1] },
          { path: 'data.oss.object.gone', wanted: [{ exists: true }], found: undefined, reason: reasons[2] },
        ],
      },
    ]);
  });

  test('a rule that came later says so', async () => {
    const room = openRoom();
    await room.change({});
    await room.advance(1);
    await room.trigger(triggerConfig());
    expect(room.onlyTrace().unmatched).toEqual([
      {
        rule: 'resize-on-upload',
        reason: 'The rule matches the event now. (the rule was made or changed after this event)',
        failures: [],
      },
    ]);
  });
});

test('an event knows its fact and when it was published', async () => {
  const room = openRoom();
  await room.change({});
  expect(room.onlyTrace()).toMatchObject({
    bus: 'default',
    factId: 1,
    publishedAt: '2026-03-11T05:40:45.682Z',
    matched: [],
  });
  expect(room.bridge.history.show('no such event')).toBeUndefined();
});

test('a delivery tells what its target was to get and the event did not have', async () => {
  const room = openRoom();
  await call(room, 'CreateEventBus', { EventBusName: 'shop' });
  const path = { ResourceKey: 'Body', Form: 'JSONPATH', Value: '$.data.nothing' };
  const to = { Id: '1', Type: 'acs.fc.function', Endpoint: 'acs:fc:cn-beijing:1234567890123456:functions/f' };
  const EventTargets = JSON.stringify([{ ...to, ParamList: [path] }]);
  await call(room, 'CreateRule', { EventBusName: 'shop', RuleName: 'r', FilterPattern: '{}', EventTargets });
  const EventList = JSON.stringify([{ Id: 'E1', Source: 'crm', Type: 't', Data: '{}' }]);
  await call(room, 'PutEvents', { EventBusName: 'shop', EventList });
  await room.settle();
  expect(room.bridge.history.show('E1')?.deliveries).toMatchObject([
    { state: 'delivered', notes: ['$.data.nothing is not in the event: it is empty in Body.'] },
  ]);
});

describe('replay', () => {
  test('sends the event through today’s rules under a new id, marked', async () => {
    const room = openRoom();
    await room.change({});
    await room.trigger(triggerConfig());
    const original = room.onlyTrace().event;
    await room.advance(1000);
    const replayed = await room.bridge.history.replay(String(original.id));
    await room.settle();

    expect(replayed?.id).not.toBe(original.id);
    expect(eventOf(room.functions.calls[0])).toEqual({
      ...original,
      id: replayed?.id,
      aliyunpublishtime: new Date(START_MS + 1000).toISOString(),
      localyunreplayof: original.id,
    });
    expect(room.bridge.history.show(replayed?.id ?? '')?.factId).toBeUndefined();
  });

  test('of an event that is not there is no event', async () => {
    expect(await openRoom().bridge.history.replay('nothing')).toBeUndefined();
  });

  test('to one rule leaves the others alone; a rule that is not there is told by name', async () => {
    const room = openRoom();
    await room.change({});
    await room.trigger(triggerConfig(), { functionName: 'one' });
    await room.trigger(triggerConfig(), { functionName: 'two' });
    const { id } = room.onlyTrace().event;
    await room.bridge.history.replay(String(id), { rule: 'two-on-upload' });
    await room.settle();
    expect(room.functions.calls.map(({ functionName }) => functionName)).toEqual(['two']);
    const unknown = room.bridge.history.replay(String(id), { rule: 'none' });
    await expect(unknown).rejects.toThrow('There is no rule none on the bus default.');
  });

  test('to one rule that does not match says so, and of the others that they were not asked', async () => {
    const room = openRoom();
    await room.change({});
    await room.trigger(triggerConfig(), { functionName: 'one' });
    const wanting = { ...triggerConfig(), eventRuleFilterPattern: '{"source":["crm"]}' };
    await room.trigger(wanting, { functionName: 'two' });
    const { id } = room.onlyTrace().event;
    const replayed = await room.bridge.history.replay(String(id), { rule: 'two-on-upload' });
    expect(room.bridge.history.show(replayed?.id ?? '')).toMatchObject({
      onlyRule: 'two-on-upload',
      matched: [],
      unmatched: [
        { rule: 'one-on-upload', reason: 'Not asked: the event was sent again to the rule two-on-upload alone.' },
        { rule: 'two-on-upload', reason: expect.stringContaining('source is "acs.oss"; wanted "crm"') },
      ],
    });
  });

  test('of a time to one rule sends what it matches, and nothing to a rule that is disabled', async () => {
    const room = openRoom();
    for (const key of ['a.png', 'b.txt', 'c.png']) await room.change({ requestId: key, key });
    const pngs = '{"data":{"oss":{"object":{"key":[{"suffix":".png"}]}}}}';
    await room.trigger({ ...triggerConfig(), eventRuleFilterPattern: pngs });
    const { history } = room.bridge;
    const replayed = await history.replayAll({}, { rule: 'resize-on-upload' });
    expect(replayed.map(({ replayOf }) => replayOf)).toEqual(['a.png', 'c.png']);
    await room.trigger({ ...triggerConfig(), triggerEnable: false, eventRuleFilterPattern: pngs });
    expect(await history.replayAll({}, { rule: 'resize-on-upload' })).toEqual([]);
  });

  test('of a time sends what was published in it, the oldest first', async () => {
    const room = openRoom();
    for (const requestId of ['A', 'B', 'C', 'D']) {
      await room.change({ requestId, key: requestId });
      await room.advance(1000);
    }
    await room.trigger(triggerConfig());
    const [since, until] = [START_MS + 1000, START_MS + 3000].map((ms) => new Date(ms).toISOString());
    const replayed = await room.bridge.history.replayAll({ since, until });
    await room.settle();
    expect(replayed.map(({ replayOf }) => replayOf)).toEqual(['B', 'C']);
    expect(room.functions.calls.map((call) => eventOf(call).localyunreplayof)).toEqual(['B', 'C']);
    await expect(room.bridge.history.replayAll({ since: 'yesterday' })).rejects.toThrow('is not an ISO time');
  });
});

describe('how much is kept', () => {
  test('one event over the limit pushes the oldest out, with its deliveries', async () => {
    const room = openRoom({ limits: { eventsKeptMax: 3 } });
    await room.trigger(triggerConfig());
    for (const requestId of ['A', 'B', 'C', 'D']) await room.change({ requestId });
    expect(room.bridge.history.list({}).map(({ id }) => id)).toEqual(['D', 'C', 'B']);
    expect(room.bridge.history.show('A')).toBeUndefined();
    expect(room.database.table('eventbridge.deliveries').count()).toBe(3);
    expect(room.database.table('eventbridge.events').count()).toBe(3);
  });

  test('a long history grows by a 200th of its limit before what is too much leaves at once', async () => {
    const room = openRoom({ limits: { eventsKeptMax: 400 } });
    const counts: number[] = [];
    await room.change(...Array.from({ length: 400 }, (_, index) => ({ requestId: `R${index}` })));
    for (const requestId of ['A', 'B', 'C', 'D']) {
      await room.change({ requestId });
      counts.push(room.database.table('eventbridge.events').count());
    }
    expect(counts).toEqual([401, 402, 400, 401]);
    expect(room.bridge.history.show('R2')).toBeUndefined();
    expect(room.bridge.history.show('R3')).toBeDefined();
  });

  test('an event that grew too old goes with the next one', async () => {
    const room = openRoom();
    await room.change({ requestId: 'OLD' });
    await room.advance(7 * DAY);
    await room.change({ requestId: 'KEPT' });
    expect(room.bridge.history.show('OLD')).toBeDefined();
    await room.advance(1);
    await room.change({ requestId: 'NEW' });
    expect(room.bridge.history.list({}).map(({ id }) => id)).toEqual(['NEW', 'KEPT']);
  });

  test('what is still owed of an event that left is delivered all the same, and then nothing of it stays', async () => {
    const functions = fakeFunctions(refused);
    const room = openRoom({ functions, limits: { eventsKeptMax: 1 } });
    await room.trigger(triggerConfig());
    await room.change({ requestId: 'A' }, { requestId: 'B' });
    expect(room.bridge.history.show('A')).toBeUndefined();
    await room.advance(60_000);
    expect(functions.calls).toHaveLength(8);
    expect(room.database.table('eventbridge.events-set-aside').count()).toBe(0);
    expect(room.database.table('eventbridge.deliveries').count()).toBe(1);
    expect(room.database.table('eventbridge.deliveries-due').count()).toBe(0);
  });

  test('a lower limit after a restart is reached as events come in', async () => {
    const folder = temporaryFolder();
    const room = openRoom({ folder });
    await room.change(...Array.from({ length: 20 }, (_, index) => ({ requestId: `R${index}` })));
    await room.crash();
    const again = openRoom({ folder, limits: { eventsKeptMax: 5 } });
    await again.change({ requestId: 'X' });
    await again.change({ requestId: 'Y' });
    expect(again.bridge.history.list({})).toHaveLength(5);
  });
});

describe('reset', () => {
  test('forgets events and deliveries and keeps the rules of the triggers', async () => {
    const room = openRoom({ functions: fakeFunctions(refused) });
    await room.trigger(triggerConfig());
    await room.change({});
    await room.bridge.reset();
    expect(room.bridge.history.list({})).toEqual([]);
    await room.advance(60_000);
    expect(room.functions.calls).toHaveLength(1);
    await room.change({ requestId: 'AFTER' });
    expect(room.functions.calls).toHaveLength(2);
  });

  test('an answer that comes after it is nobody’s', async () => {
    const { functions, release } = heldFunctions();
    const room = openRoom({ functions });
    await room.trigger(triggerConfig());
    const told = room.change({});
    await expect.poll(() => functions.calls.length).toBe(1);
    await room.bridge.reset();
    release(refused);
    await told;
    await room.advance(60_000);
    expect(functions.calls).toHaveLength(1);
    expect(room.logs()).toBe('');
  });

  test('an old call that ends does not start a new delivery a second time', async () => {
    const { functions, release, releaseFirst } = heldFunctions();
    const room = openRoom({ functions });
    await room.trigger(triggerConfig());
    await room.tell(FACTS.objectChanged, objectChanged({ requestId: 'OLD' }));
    await expect.poll(() => functions.calls.length).toBe(1);
    await room.bridge.reset();
    await room.tell(FACTS.objectChanged, objectChanged({ requestId: 'NEW' }));
    await expect.poll(() => functions.calls.length).toBe(2);
    releaseFirst();
    await turns();
    // A transaction of ours is ordered after the one that looked for the old delivery.
    await room.database.transact(() => {});
    await turns();
    expect(functions.calls).toHaveLength(2);
    release();
    await room.settle();
    expect(room.onlyTrace().deliveries).toMatchObject([{ state: 'delivered', attempts: [{ ok: true }] }]);
  });

  test('lifts the hold of a failure', async () => {
    const room = openRoom({ functions: fakeFunctions(refused), retryTimeScale: 0 });
    await room.trigger(triggerConfig({ runOptions: { errorsTolerance: 'NONE' } }));
    await room.change({});
    await room.bridge.reset();
    await room.change({});
    expect(room.functions.calls).toHaveLength(8);
  });

  test('of everything takes the rules too, until their triggers are told again', async () => {
    const room = openRoom();
    await room.trigger(triggerConfig());
    await room.bridge.forgetRules();
    await room.change({});
    expect(room.bridge.rules()).toEqual([]);
    await room.trigger(triggerConfig());
    await room.change({ requestId: 'AGAIN' });
    expect(room.functions.calls).toHaveLength(1);
  });
});

describe('testPattern', () => {
  const { testPattern } = openRoomOnce();
  const event = { source: 'acs.oss', data: { size: '80' } };

  test('says whether, and if not, why', () => {
    expect(testPattern(event, { source: ['acs.oss'] })).toEqual({ matched: true, failures: [], warnings: [] });
    expect(testPattern(JSON.stringify(event), '{"data":{"k":["v"]}}')).toEqual({
      matched: false,
      failures: [{ path: 'data.k', wanted: ['v'], found: undefined, reason: 'data.k is absent; wanted "v"' }],
      warnings: [],
    });
  });

  test('says of a field whose path leads through an array what is there', () => {
    const { failures } = testPattern({ data: { items: [{ name: 'a' }] } }, { data: { items: { name: ['a'] } } });
    const found = 'data.items is [{"name":"a"}] (an array: objects in arrays are not searched)';
    const reason = `data.items.name is absent: ${found}; wanted "a"`;
    expect(failures).toEqual([{ path: 'data.items.name', wanted: ['a'], found, reason }]);
  });

  test('warns of what surely is not meant', () => {
    expect(testPattern(event, { data: { size: [80] } }).warnings).toEqual([
      expect.stringContaining('compared as text'),
    ]);
  });

  test.each([
    ['a bad pattern', event, '{"source":"x"}', 'invalid pattern value'],
    ['an event that is no JSON', '{', '{}', 'not a JSON object'],
    ['an event that is no object', '[1]', '{}', 'not a JSON object'],
    ['no event', undefined, '{}', 'not a JSON object'],
  ])('%s is an answer, not an exception', (_what, given, pattern, says) => {
    expect(testPattern(given, pattern)).toMatchObject({ matched: false, error: expect.stringContaining(says) });
  });
});

function openRoomOnce() {
  // Needs no state: the question is about its two arguments alone.
  return { testPattern: (event: unknown, pattern: unknown) => openRoom().bridge.history.testPattern(event, pattern) };
}

test('a rule is tried on a kept event, both by name, and what failed first is told', async () => {
  const room = openRoom();
  await room.trigger(triggerConfig());
  await room.change({ eventName: 'ObjectRemoved:DeleteObject' });
  const { testRule } = room.bridge.history;
  const event = { id: String(room.onlyTrace().event.id) };
  expect(testRule({ event, rule: { bus: 'default', name: 'resize-on-upload' } })).toMatchObject({
    matched: false,
    failures: [{ path: 'type', found: 'oss:ObjectRemoved:DeleteObject' }],
  });
  expect(testRule({ event, rule: { pattern: '{"source":["acs.oss"]}' } })).toMatchObject({ matched: true });
  expect(testRule({ event: { value: {} }, rule: { bus: 'default', name: 'none' } })).toBeUndefined();
  expect(testRule({ event: { id: 'none' }, rule: { pattern: '{}' } })).toBeUndefined();
});
