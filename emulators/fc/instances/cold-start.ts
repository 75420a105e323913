/** What a cold start costs in the cloud: a delay drawn from a runtime's distribution, reported beside what really passed. */
import type { Random } from '../../../src/kernel/random.ts';

export interface ColdStartPhases {
  /** Getting the code in place, really passed. */
  prepareCodeMs: number;
  /** Getting a process that knows its function, really passed. */
  runtimeInitMs: number;
  /** The function's own initializer, really passed; 0 without one. */
  initializerMs: number;
  /** Added on the kernel's clock, so that a start costs what the cloud's does; 0 when switched off. */
  simulatedMs: number;
  totalMs: number;
}

export interface ColdStartDistribution {
  p50Ms: number;
  p99Ms: number;
}

export interface ColdStartOptions {
  mode: 'cloud' | 'off';
  random: Random;
  /** By runtime (`nodejs20`) or family (`nodejs`); the runtime's own entry wins. Replaces single rows of the default table. */
  distributions?: Readonly<Record<string, ColdStartDistribution>> | undefined;
}

export interface ColdStartModel {
  /** Milliseconds to add to one cold start of this runtime. */
  drawMs(runtime: string): number;
}

/** Seed assumption, configurable: there is no official per-runtime table. */
export const COLD_START_DISTRIBUTIONS: Readonly<Record<string, ColdStartDistribution>> = {
  go: { p50Ms: 60, p99Ms: 150 },
  nodejs: { p50Ms: 180, p99Ms: 400 },
  python: { p50Ms: 250, p99Ms: 600 },
  dotnetcore: { p50Ms: 400, p99Ms: 900 },
  java: { p50Ms: 1200, p99Ms: 3000 },
  'custom-container': { p50Ms: 2000, p99Ms: 8000 },
  // UNVERIFIED FC-006: no figure exists for these; a bare process like Go's, an interpreter like Node's.
  custom: { p50Ms: 60, p99Ms: 150 },
  php: { p50Ms: 180, p99Ms: 400 },
};

/** The standard normal's 99th percentile. */
const Z99 = 2.3263478740408408;

export function createColdStartModel({ mode, random, distributions = {} }: ColdStartOptions): ColdStartModel {
  const table = { ...COLD_START_DISTRIBUTIONS, ...distributions };
  for (const [runtime, row] of Object.entries(table)) assertDistribution(runtime, row);
  return {
    drawMs(runtime) {
      if (mode === 'off') return 0;
      const { p50Ms, p99Ms } = distributionOf(runtime, table);
      // Lognormal through both points: its median is p50, and Z99 deviations above lies p99.
      const sigma = Math.log(p99Ms / p50Ms) / Z99;
      return p50Ms * Math.exp(sigma * random.normal());
    },
  };
}

function distributionOf(
  runtime: string,
  table: Readonly<Record<string, ColdStartDistribution>>,
): ColdStartDistribution {
  // Families are prefixes of runtime names (`python3.10`, `custom.debian12`); the longest one that fits is meant.
  const [name] = Object.keys(table)
    .filter((family) => runtime.startsWith(family))
    .sort((a, b) => b.length - a.length);
  const row = name === undefined ? undefined : table[name];
  if (!row) throw new Error(`No cold-start distribution for runtime '${runtime}'`);
  return row;
}

function assertDistribution(runtime: string, { p50Ms, p99Ms }: ColdStartDistribution): void {
  if (!(p50Ms > 0) || !(p99Ms >= p50Ms) || !Number.isFinite(p99Ms))
    throw new RangeError(`Cold-start distribution of ${runtime}: 0 < p50Ms <= p99Ms expected, got ${p50Ms}, ${p99Ms}`);
}
