/** When a timer falls due: cron in its zone, intervals, and what is no schedule. */
import { beforeAll, expect, test } from 'vitest';
import { loadSchedules, type Schedules } from '../../../../../emulators/eventbridge/sources/schedule.ts';

const FROM = '2026-03-11T05:40:45.682Z';
let schedules: Schedules;
beforeAll(async () => {
  schedules = await loadSchedules();
});

function next(schedule: string, timeZone = 'GMT+0:00', from = FROM): string | undefined {
  const read = schedules.read(schedule, timeZone);
  if (!read.ok) throw new Error(`${read.parameter}: ${read.problem}`);
  const ms = read.next(Date.parse(from));
  return ms === undefined ? undefined : new Date(ms).toISOString();
}

test.each([
  ['*/10 * * * * *', 'GMT+0:00', '2026-03-11T05:40:50.000Z'],
  ['0 0 * * * *', 'GMT+0:00', '2026-03-11T06:00:00.000Z'],
  ['0 0 6,19 * * *', 'GMT+8:00', '2026-03-11T11:00:00.000Z'],
  ['0 0 9 * * 1-5', 'GMT-9:30', '2026-03-11T18:30:00.000Z'],
  ['0 0 9 * * MON-FRI', 'Asia/Shanghai', '2026-03-12T01:00:00.000Z'],
  ['0 0 9 ? * 1-5', 'UTC', '2026-03-11T09:00:00.000Z'],
  ['0 0 0 29 2 *', 'GMT', '2028-02-29T00:00:00.000Z'],
  ['60', 'whatever', '2026-03-11T05:41:45.682Z'],
])('%s in %s is due at %s', (schedule, zone, due) => {
  expect(next(schedule, zone)).toBe(due);
});

test('a moment that is due is not due again', () => {
  expect(next('0 0 * * * *', 'GMT+0:00', '2026-03-11T06:00:00.000Z')).toBe('2026-03-11T07:00:00.000Z');
});

test('an hour that summer time leaves out falls due when it begins', () => {
  expect(next('0 30 2 29 3 *', 'Europe/Berlin')).toBe('2026-03-29T01:00:00.000Z');
});

test('a day that never comes is never due', () => {
  expect(next('0 0 0 31 2 *')).toBeUndefined();
});

test.each([
  ['', 'Schedule'],
  ['0', 'Schedule'],
  ['31622401', 'Schedule'],
  ['1.5', 'Schedule'],
  ['-5', 'Schedule'],
  ['* * * * *', 'Schedule'],
  ['* * * * * * *', 'Schedule'],
  ['@hourly', 'Schedule'],
  ['60 * * * * *', 'Schedule'],
  ['*/0 * * * * *', 'Schedule'],
  ['a b c d e f', 'Schedule'],
  ['5-1 * * * * *', 'Schedule'],
  ['__proto__ * * * * *', 'Schedule'],
  [`${'0,'.repeat(123)}0 * * * * *`, 'Schedule'],
])('"%s" is no schedule', (schedule, parameter) => {
  expect(schedules.read(schedule, 'GMT+0:00')).toMatchObject({ ok: false, parameter });
});

test('an interval of a year and a leap day is the longest', () => {
  expect(schedules.read('31622400', 'GMT').ok).toBe(true);
});

test.each(['', 'GMT+15:00', 'GMT+14:01', 'GMT+8:60', 'GMT+8:', 'Nowhere/Land', '+08:00', 'constructor', '../etc'])(
  '"%s" is no time zone',
  (zone) => {
    expect(schedules.read('* * * * * *', zone)).toMatchObject({ ok: false, parameter: 'TimeZone' });
  },
);
