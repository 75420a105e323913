/** Timers as event sources: each due moment is one event, whatever happens to the process meanwhile. */
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../../../support/temporary-folder.ts';
import { call } from '../api.ts';
import { openRoom, type Room, START_MS } from '../room.ts';

const MINUTE_MS = 60_000;

async function timer(room: Room, SourceScheduledEventParameters: object, EventSourceName = 'tick.source') {
  const { body } = await call(room, 'CreateEventSource', {
    EventSourceName,
    EventBusName: 'shop',
    SourceScheduledEventParameters: JSON.stringify(SourceScheduledEventParameters),
  });
  return body;
}

async function withTimer(parameters: object, folder = temporaryFolder()): Promise<Room> {
  const room = openRoom({ folder });
  await call(room, 'CreateEventBus', { EventBusName: 'shop' });
  expect(await timer(room, parameters)).toMatchObject({ Success: true });
  return room;
}

function times(room: Room): string[] {
  return room.bridge.history
    .list({ limit: 1000 })
    .map(({ id }) => String(room.bridge.history.show(id)?.event.time))
    .reverse();
}

test('an event looks as the documentation has it', async () => {
  const room = await withTimer({ Schedule: '0 */10 * * * *', TimeZone: 'GMT+8:00', UserData: '{"a":"b"}' });
  await room.advance(10 * MINUTE_MS);
  expect(room.onlyTrace().event).toEqual({
    datacontenttype: 'application/json;charset=utf-8',
    aliyunaccountid: '1234567890123456',
    aliyunpublishtime: '2026-03-11T05:50:00.000Z',
    data: { TimeZone: 'GMT+8:00', Schedule: '0 */10 * * * *', UserData: '{"a":"b"}' },
    specversion: '1.0',
    aliyuneventbusname: 'shop',
    id: expect.stringMatching(/^[0-9a-f-]{36}-1$/),
    source: 'tick.source',
    time: '2026-03-11T05:50:00Z',
    aliyunregionid: 'cn-hangzhou',
    type: 'eventbridge:Events:ScheduledEvent',
  });
});

test('time that is moved ahead fires each of them', async () => {
  const room = await withTimer({ Schedule: '0 * * * * *' });
  await timer(room, { Schedule: '90' }, 'interval');
  await room.advance(4 * MINUTE_MS);
  expect(times(room)).toEqual([
    '2026-03-11T05:41:00Z',
    '2026-03-11T05:42:00Z',
    '2026-03-11T05:42:15Z',
    '2026-03-11T05:43:00Z',
    '2026-03-11T05:43:45Z',
    '2026-03-11T05:44:00Z',
  ]);
});

test('what fell due while nothing ran is made up for, once', async () => {
  const folder = temporaryFolder();
  const first = await withTimer({ Schedule: '0 * * * * *' }, folder);
  await first.advance(MINUTE_MS);
  await first.crash();
  const second = openRoom({ folder, startMs: START_MS + 4 * MINUTE_MS });
  await second.settle();
  await second.advance(1);
  expect(times(second)).toEqual(['05:41', '05:42', '05:43', '05:44'].map((time) => `2026-03-11T${time}:00Z`));
  await second.advance(MINUTE_MS);
  expect(times(second)).toHaveLength(5);
});

test('of more than a hundred missed events the rest is left out, and said to be', async () => {
  const folder = temporaryFolder();
  await (await withTimer({ Schedule: '* * * * * *' }, folder)).crash();
  const room = openRoom({ folder, startMs: START_MS + 60 * MINUTE_MS });
  await room.settle();
  await room.advance(1);
  expect(times(room)).toHaveLength(100);
  expect(room.logs()).toContain('A timer missed more events than are made up for');
  await room.advance(3000);
  expect(times(room)).toHaveLength(103);
});

test('a timer that is changed is due by its new schedule; one that is described anew keeps its moment', async () => {
  const room = await withTimer({ Schedule: '60' });
  await room.advance(30_000);
  const change = (more: Record<string, string>) =>
    call(room, 'UpdateEventSource', { EventSourceName: 'tick.source', EventBusName: 'shop', ...more });
  await change({ SourceScheduledEventParameters: '{"Schedule":"60"}', Description: 'again' });
  await room.advance(30_000);
  expect(times(room)).toHaveLength(1);
  await change({ SourceScheduledEventParameters: '{"Schedule":"10"}' });
  await room.advance(30_000);
  expect(times(room)).toHaveLength(4);
});

test('a timer that is deleted, or forgotten by a reset, is not due any more', async () => {
  const room = await withTimer({ Schedule: '10' });
  await call(room, 'DeleteEventSource', { EventSourceName: 'tick.source' });
  await room.advance(MINUTE_MS);
  expect(times(room)).toEqual([]);
  await timer(room, { Schedule: '10' });
  await room.bridge.reset();
  await room.advance(MINUTE_MS);
  expect(times(room)).toEqual([]);
  expect(room.clock.pending()).toEqual([]);
});

test.each([
  ['{}', 'MissingParameter', 'SourceScheduledEventParameters.Schedule'],
  ['{"Schedule":"* * * * *"}', 'InvalidArgument', 'six cron fields'],
  ['{"Schedule":"0 0 0 31 2 *"}', 'InvalidArgument', 'it never falls due'],
  [`{"Schedule":"60","UserData":"${'x'.repeat(10_241)}"}`, 'InvalidArgument', 'more than 10240 characters'],
  ['{"Schedule":"* * * * * *","TimeZone":"Mars"}', 'InvalidArgument', 'TimeZone'],
  ['not json', 'InvalidArgument', 'is not JSON'],
])('%s is refused', async (SourceScheduledEventParameters, Code, message) => {
  const room = openRoom();
  await call(room, 'CreateEventBus', { EventBusName: 'shop' });
  const { body } = await call(room, 'CreateEventSource', {
    ...{ EventSourceName: 's', EventBusName: 'shop', SourceScheduledEventParameters },
  });
  expect(body).toMatchObject({ Success: false, Code, Message: expect.stringContaining(message) });
});
