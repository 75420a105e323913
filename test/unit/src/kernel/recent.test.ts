/** What was used lately is kept within its bound, and nothing else is promised. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRecent } from '../../../../src/kernel/recent.ts';

describe('what was used lately', () => {
  test('is found until it is deleted', () => {
    const recent = createRecent<number>(10);
    recent.set('a', 1);
    expect(recent.get('a')).toBe(1);
    recent.delete('a');
    expect(recent.get('a')).toBeUndefined();
  });

  test('stays while it is asked for, however much comes and goes beside it', () => {
    const recent = createRecent<number>(10);
    recent.set('asked for', 0);
    recent.set('forgotten', 0);
    for (let other = 0; other < 100; other++) {
      recent.set(`other ${other}`, other);
      expect(recent.get('asked for')).toBe(0);
    }
    expect(recent.get('forgotten')).toBeUndefined();
  });

  test('does not hold what would drive out a good part of the rest', () => {
    const recent = createRecent<string>(100);
    recent.set('light', 'light', 25);
    recent.set('heavy', 'heavy', 26);
    expect(recent.get('light')).toBe('light');
    expect(recent.get('heavy')).toBeUndefined();
  });

  test('never weighs more than its bound, and never answers what was replaced or deleted', () => {
    const step = fc.record({
      name: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
      does: fc.constantFrom('get', 'set', 'delete'),
      weight: fc.integer({ min: 1, max: 30 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const recent = createRecent<number>(100);
        const last = new Map<string, { at: number; weight: number }>();
        for (const [at, { name, does, weight }] of steps.entries()) {
          if (does === 'get') recent.get(name);
          if (does === 'delete') recent.delete(name);
          if (does === 'delete') last.delete(name);
          if (does === 'set') recent.set(name, at, weight);
          if (does === 'set') last.set(name, { at, weight });
        }
        let kept = 0;
        for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) {
          const found = recent.get(name);
          if (found === undefined) continue;
          expect(found).toBe(last.get(name)?.at);
          kept += last.get(name)?.weight ?? 0;
        }
        expect(kept).toBeLessThanOrEqual(100);
      }),
    );
  });
});
