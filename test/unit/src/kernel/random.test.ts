/** Seeded chance repeats itself, its streams don't disturb each other, and its draws are fair. */
import { describe, expect, test } from 'vitest';
import { createRandom, type Random } from '../../../../src/kernel/random.ts';

function draw(random: Random, count: number): number[] {
  return Array.from({ length: count }, () => random.next());
}

test('the same seed draws the same stream, and another seed another', () => {
  expect(draw(createRandom(7), 50)).toEqual(draw(createRandom(7), 50));
  expect(draw(createRandom('7'), 50)).toEqual(draw(createRandom(7), 50));
  const firsts = Array.from({ length: 1000 }, (_, seed) => createRandom(seed).next());
  expect(new Set(firsts).size).toBe(firsts.length);
});

test('draws of one fork shift neither its parent nor its siblings', () => {
  const [quiet, busy] = [createRandom(1), createRandom(1)];
  draw(busy.fork('a'), 100);
  expect(draw(busy, 10)).toEqual(draw(quiet, 10));
  expect(draw(busy.fork('b'), 10)).toEqual(draw(quiet.fork('b'), 10));
  expect(draw(busy.fork('a'), 10)).not.toEqual(draw(busy.fork('b'), 10));
});

test('a fork is the same however much its parent has drawn', () => {
  const random = createRandom(1);
  const before = draw(random.fork('a'), 10);
  draw(random, 17);
  expect(draw(random.fork('a'), 10)).toEqual(before);
});

describe.each([1, 2, 'cold-starts'])('seed %s', (seed) => {
  const COUNT = 50_000;

  test('next is uniform in [0, 1)', () => {
    const drawn = draw(createRandom(seed), COUNT);
    expect(drawn.every((value) => value >= 0 && value < 1)).toBe(true);
    const cells = new Array<number>(20).fill(0);
    for (const value of drawn) cells[Math.floor(value * 20)] = (cells[Math.floor(value * 20)] ?? 0) + 1;
    for (const cell of cells) expect(Math.abs(cell / (COUNT / 20) - 1)).toBeLessThan(0.1);
  });

  test('between reaches both ends and nothing beyond', () => {
    const random = createRandom(seed);
    const drawn = Array.from({ length: 2000 }, () => random.between(-2, 3));
    expect([...new Set(drawn)].sort((a, b) => a - b)).toEqual([-2, -1, 0, 1, 2, 3]);
    expect(random.between(5, 5)).toBe(5);
  });

  test('normal is finite, of mean 0 and deviation 1, so that a lognormal keeps its median and p99', () => {
    const random = createRandom(seed);
    const drawn = Array.from({ length: COUNT }, () => random.normal());
    expect(drawn.every(Number.isFinite)).toBe(true);
    const mean = drawn.reduce((sum, value) => sum + value, 0) / COUNT;
    const deviation = Math.sqrt(drawn.reduce((sum, value) => sum + (value - mean) ** 2, 0) / COUNT);
    expect(Math.abs(mean)).toBeLessThan(0.02);
    expect(Math.abs(deviation - 1)).toBeLessThan(0.02);

    const [p50, p99, z99] = [300, 900, 2.3263];
    const sigma = Math.log(p99 / p50) / z99;
    const latencies = drawn.map((z) => p50 * Math.exp(sigma * z)).sort((a, b) => a - b);
    expect(Math.abs((latencies[COUNT / 2] ?? 0) / p50 - 1)).toBeLessThan(0.03);
    expect(Math.abs((latencies[COUNT * 0.99] ?? 0) / p99 - 1)).toBeLessThan(0.06);
  });
});
