/** The tree of numeric ranges against trying each of them, and how many nodes a look-up touches. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createIntervalTree } from '../../../../../emulators/eventbridge/pattern/interval-tree.ts';

const end = fc.oneof(fc.integer({ min: -5, max: 5 }), fc.constantFrom(-Infinity, Infinity));
const interval = fc.record({ low: end, high: end, value: fc.nat() });

test('finds exactly the intervals around a point, before and after some are deleted', () => {
  fc.assert(
    fc.property(fc.array(interval, { maxLength: 40 }), fc.nat(40), (all, deletions) => {
      const tree = createIntervalTree<number>();
      for (const each of all) tree.add(each);
      for (const each of all.slice(0, deletions)) tree.delete(each);
      const left = all.slice(deletions);
      expect(tree.size).toBe(left.length);
      for (let point = -6; point <= 6; point += 0.5) {
        const found: number[] = [];
        tree.stab(point, found);
        const expected = left.filter(({ low, high }) => low <= point && point <= high).map(({ value }) => value);
        expect(found.toSorted((one, other) => one - other)).toEqual(expected.toSorted((one, other) => one - other));
      }
    }),
  );
});

test('a look-up among disjoint intervals, added in ascending order, touches few of them', () => {
  const tree = createIntervalTree<number>();
  for (let low = 0; low < 100_000; low++) tree.add({ low, high: low + 0.5, value: low });
  const found: number[] = [];
  expect(tree.stab(54_321.25, found)).toBeLessThan(200);
  expect(found).toEqual([54_321]);
});

test('deleting what is not in it changes nothing', () => {
  const tree = createIntervalTree<number>();
  tree.add({ low: 0, high: 1, value: 1 });
  tree.delete({ low: 0, high: 1, value: 1 });
  expect(tree.size).toBe(1);
});
