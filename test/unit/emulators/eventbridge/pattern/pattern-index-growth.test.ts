/** How the index's work grows: counted in steps, not in time. */
import { describe, expect, test } from 'vitest';
import type { CompiledPattern } from '../../../../../emulators/eventbridge/pattern/index.ts';
import { compilePattern, createPatternIndex } from '../../../../../emulators/eventbridge/pattern/index.ts';

function compile(pattern: unknown): CompiledPattern {
  const result = compilePattern(pattern);
  if (!result.ok) throw new Error(result.message);
  return result.pattern;
}

describe('growth', () => {
  const shapes: [name: string, rule: (id: number) => unknown][] = [
    ['exact', (id) => ({ source: ['acs.oss'], data: { k: [`key-${id}`] } })],
    ['several exact', (id) => ({ source: ['acs.oss'], data: { k: [`key-${id}-x-${id}.jpg`, `other-${id}`] } })],
    ['prefix', (id) => ({ source: ['acs.oss'], data: { k: [{ prefix: `key-${id}-` }] } })],
    ['suffix', (id) => ({ source: ['acs.oss'], data: { k: [{ suffix: `-${id}.jpg` }] } })],
    ['prefix and suffix', (id) => ({ source: ['acs.oss'], data: { k: [{ prefix: `key-${id}-`, suffix: 'jpg' }] } })],
    ['numeric', (id) => ({ source: ['acs.oss'], data: { size: [{ numeric: ['>=', id, '<', id + 1] }] } })],
    [
      'operators that need trying, behind an exact type',
      (id) => ({ type: [`t-${id}`], data: { k: [{ contains: `${id}` }] } }),
    ],
    ['a path of its own', (id) => ({ source: ['acs.oss'], data: { [`path-${id}`]: ['x'] } })],
    ['a hundred sources by types', (id) => ({ source: [`s-${id % 100}`], type: [`t-${Math.floor(id / 100)}`] })],
  ];
  const events = [17, 4_999].map((id) => ({
    source: 'acs.oss',
    type: `t-${id}`,
    data: { k: `key-${id}-x-${id}.jpg`, size: id + 0.5, [`path-${id}`]: 'x' },
  }));

  test.each(shapes)('%s: the steps of a match do not grow with the number of rules', (_, rule) => {
    const stepsAt = (count: number) => {
      const index = createPatternIndex<number>();
      for (let id = 0; id < count; id++) index.add(id, compile(rule(id)));
      return Math.max(
        ...events.map((each) => {
          index.match(each);
          return index.lastSteps;
        }),
      );
    };
    const [few, many] = [stepsAt(100), stepsAt(10_000)];
    expect(many).toBeLessThanOrEqual(few + 150);
  });

  test.each<[name: string, rule: (id: number) => unknown]>([
    ['another field', (id) => ({ source: ['acs.oss'], data: { k: [`key-${id}-x-${id}.jpg`, 'common'] } })],
    [
      'a popular value of many',
      (id) => ({ source: ['acs.oss', `s-${id}`], data: { k: [`key-${id}-x-${id}.jpg`, 'c'] } }),
    ],
  ])('rules that wait at a condition that tells nothing move on: %s', (_, rule) => {
    const index = createPatternIndex<number>();
    for (let id = 0; id < 10_000; id++) index.add(id, compile(rule(id)));
    for (let round = 0; round < 50; round++) for (const each of events) index.match(each);
    expect(index.match(events[0])).toEqual([17]);
    expect(index.lastSteps).toBeLessThan(100);
    expect(index.match({ source: 'acs.oss', data: { k: ['common', 'c'] } })).toHaveLength(10_000);
    for (let id = 0; id < 10_000; id++) index.remove(id);
    expect(index.match(events[0])).toEqual([]);
    expect(index.lastSteps).toBe(0);
  });

  test('a rule added to ten thousand is the only one touched', () => {
    const index = createPatternIndex<number>();
    for (let id = 0; id < 10_000; id++) index.add(id, compile({ data: { k: [`key-${id}`] } }));
    const pattern = compile({ data: { k: ['new'] } });
    const reads: string[] = [];
    const watched = new Proxy(pattern, {
      get: (target, key, receiver) => {
        reads.push(String(key));
        return Reflect.get(target, key, receiver);
      },
    });
    index.add(-1, watched);
    expect(reads).toEqual(['fields']);
    expect(index.match({ data: { k: 'new' } })).toEqual([-1]);
    index.remove(-1);
    expect(index.match({ data: { k: 'key-9999' } })).toEqual([9_999]);
  });

  test('an event with a million keys costs no more steps than the rules ask', () => {
    const index = createPatternIndex<number>();
    for (let id = 0; id < 1_000; id++) index.add(id, compile({ data: { [`key${id}`]: ['x'] } }));
    const data: Record<string, string> = {};
    for (let key = 0; key < 1_000_000; key++) data[`key${key}`] = key === 5 ? 'x' : 'y';
    expect(index.match({ data })).toEqual([5]);
    expect(index.lastSteps).toBeLessThan(2_000);
  });

  test('a long array against many exact rules is linear', () => {
    const index = createPatternIndex<number>();
    for (let id = 0; id < 1_000; id++) index.add(id, compile({ data: { k: [`v${id}`] } }));
    const k = Array.from({ length: 100_000 }, (_, at) => `v${at % 2_000}`);
    expect(index.match({ data: { k } })).toHaveLength(1_000);
    expect(index.lastSteps).toBeLessThan(200_000);
  });
});
