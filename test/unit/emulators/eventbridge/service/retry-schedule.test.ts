/** When failed deliveries come again: the documented schedules, to the second. */
import { describe, expect, test } from 'vitest';
import { nextRetryDelayMs } from '../../../../../emulators/eventbridge/service/retry-schedule.ts';
import type { RetryRow } from '../../../../../emulators/eventbridge/store/rules.ts';
import { createRandom } from '../../../../../src/kernel/random.ts';

function schedule(retry: Partial<RetryRow>, timeScale = 1): number[] {
  const whole: RetryRow = { strategy: 'BACKOFF_RETRY', retriesMax: undefined, eventAgeMaxMs: undefined, ...retry };
  const random = createRandom(7);
  const delays: number[] = [];
  for (let failures = 1; ; failures++) {
    const delayMs = nextRetryDelayMs({ retry: whole, failures, random, timeScale });
    if (delayMs === undefined) return delays;
    delays.push(delayMs);
  }
}

describe('BACKOFF_RETRY', () => {
  test('tries three times more, each 10 to 20 seconds later', () => {
    const delays = schedule({});
    expect(delays).toHaveLength(3);
    for (const delay of delays) expect(delay).toSatisfy((ms: number) => ms >= 10_000 && ms <= 20_000);
    expect(new Set(delays).size).toBe(3);
  });

  test('draws the same waits again from the same seed', () => {
    expect(schedule({})).toEqual(schedule({}));
  });
});

describe('EXPONENTIAL_DECAY_RETRY', () => {
  const delays = schedule({ strategy: 'EXPONENTIAL_DECAY_RETRY' });

  test('tries 176 times more', () => {
    expect(delays).toHaveLength(176);
  });

  test('doubles from one second to 512, and stays there', () => {
    expect(delays.slice(0, 10)).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512].map((seconds) => seconds * 1000));
    expect(delays.filter((delay) => delay === 512_000)).toHaveLength(167);
  });

  test('spans about a day', () => {
    const hours = delays.reduce((sum, delay) => sum + delay, 0) / 3_600_000;
    expect(hours).toBeCloseTo(23.9, 1);
  });
});

test('a time scale shortens every wait and drops none', () => {
  expect(schedule({ strategy: 'EXPONENTIAL_DECAY_RETRY' }, 0.001).slice(0, 3)).toEqual([1, 2, 4]);
  expect(schedule({}, 0)).toEqual([0, 0, 0]);
});

test('MaximumRetryAttempts lowers the number of retries and never raises it', () => {
  expect(schedule({ retriesMax: 1 })).toHaveLength(1);
  expect(schedule({ retriesMax: 99 })).toHaveLength(3);
});
