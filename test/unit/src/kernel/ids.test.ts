/** Every id has its service's form and comes once. */
import { describe, expect, test } from 'vitest';
import { createClock } from '../../../../src/kernel/clock.ts';
import { createIds, type Ids } from '../../../../src/kernel/ids.ts';

const FORMS: [string, (ids: Ids) => string, RegExp][] = [
  ['ossRequestId', (ids) => ids.ossRequestId(), /^[0-9A-F]{24}$/],
  ['fcRequestId', (ids) => ids.fcRequestId(), /^1-[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{12}$/],
  ['instanceId', (ids) => ids.instanceId(), /^c-[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{12}$/],
  ['popRequestId', (ids) => ids.popRequestId(), /^[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}$/],
  ['uuid', (ids) => ids.uuid(), /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/],
  ['hex', (ids) => ids.hex(16), /^[0-9a-f]{32}$/],
  ['alphanumeric', (ids) => ids.alphanumeric(24), /^[A-Za-z0-9]{24}$/],
];

describe.each(FORMS)('%s', (_name, make, form) => {
  test('has its form, and no two are the same', () => {
    const ids = createIds(createClock());
    const made = Array.from({ length: 2000 }, () => make(ids));
    expect(made.filter((id) => !form.test(id))).toEqual([]);
    expect(new Set(made).size).toBe(made.length);
  });

  test.each(['1970-01-01T00:00:00Z', '2106-02-07T06:28:17Z', '9999-12-31T23:59:59Z'])(
    'keeps its form at %s',
    (time) => {
      const clock = createClock('virtual');
      clock.setNow(Date.parse(time));
      expect(make(createIds(clock))).toMatch(form);
    },
  );
});

test('hexadecimal digits come in any number', () => {
  const ids = createIds(createClock());
  for (const bytes of [0, 1, 4095, 4096, 4097, 10_000])
    expect(ids.hex(bytes)).toMatch(new RegExp(`^[0-9a-f]{${2 * bytes}}$`));
});

test('request ids begin with the seconds of the kernel clock', () => {
  const clock = createClock('virtual');
  clock.setNow(Date.UTC(2024, 0, 2, 3, 4, 5));
  const seconds = (clock.nowMs() / 1000).toString(16);
  expect(createIds(clock).ossRequestId().slice(0, 8)).toBe(seconds.toUpperCase());
  expect(createIds(clock).fcRequestId().slice(2, 10)).toBe(seconds);
});

test('alphanumeric draws every character about as often, and any length', () => {
  const ids = createIds(createClock());
  expect([ids.alphanumeric(0), ids.alphanumeric(1).length, ids.alphanumeric(1000).length]).toEqual(['', 1, 1000]);
  const counts = new Map<string, number>();
  for (const character of ids.alphanumeric(62_000)) counts.set(character, (counts.get(character) ?? 0) + 1);
  expect(counts.size).toBe(62);
  expect(Math.min(...counts.values())).toBeGreaterThan(800);
  expect(Math.max(...counts.values())).toBeLessThan(1200);
});
