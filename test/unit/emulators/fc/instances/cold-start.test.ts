/** The distribution of simulated cold starts. */
import { expect, test } from 'vitest';
import { COLD_START_DISTRIBUTIONS, createColdStartModel } from '../../../../../emulators/fc/instances/cold-start.ts';
import { createRandom } from '../../../../../src/kernel/random.ts';

const draws = (runtime: string, count: number, distributions = {}) => {
  const model = createColdStartModel({ mode: 'cloud', random: createRandom('seed'), distributions });
  return Array.from({ length: count }, () => model.drawMs(runtime)).sort((a, b) => a - b);
};

test.each([
  ['nodejs20', 180, 400],
  ['python3.10', 250, 600],
  ['go1', 60, 150],
  ['dotnetcore3.1', 400, 900],
  ['java11', 1200, 3000],
  ['custom-container', 2000, 8000],
])('%s passes through its median and its 99th percentile', (runtime, p50Ms, p99Ms) => {
  const sorted = draws(runtime, 20_000);
  expect((sorted[10_000] ?? 0) / p50Ms).toBeCloseTo(1, 1);
  expect((sorted[19_800] ?? 0) / p99Ms).toBeCloseTo(1, 1);
});

test('the same seed draws the same delays again', () => {
  expect(draws('nodejs18', 50)).toEqual(draws('nodejs18', 50));
});

test('is nothing when switched off', () => {
  expect(createColdStartModel({ mode: 'off', random: createRandom(1) }).drawMs('nodejs20')).toBe(0);
});

test("a runtime's own row wins over its family's", () => {
  const [only = 0] = draws('nodejs20', 1, { nodejs20: { p50Ms: 5, p99Ms: 5 } });
  expect(only).toBeCloseTo(5, 9);
  expect(draws('nodejs18', 1)[0]).toBeGreaterThan(20);
});

test.each([
  { p50Ms: 0, p99Ms: 1 },
  { p50Ms: 2, p99Ms: 1 },
  { p50Ms: Number.NaN, p99Ms: 1 },
  { p50Ms: 1, p99Ms: Number.POSITIVE_INFINITY },
])('refuses %j', (row) => {
  expect(() => draws('nodejs20', 1, { nodejs: row })).toThrow('Cold-start distribution of nodejs');
});

test('refuses a runtime nobody knows', () => {
  expect(() => draws('cobol', 1)).toThrow("No cold-start distribution for runtime 'cobol'");
  expect(Object.keys(COLD_START_DISTRIBUTIONS)).toContain('nodejs');
});
