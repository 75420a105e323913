/** The judgement over a suite's run: no failure without a reason, no reason without a failure. */
import { expect, test } from 'vitest';

interface Judgement {
  unexplained: { name: string }[];
  stale: { case: string; reason: string }[];
}

// Plain Node runs that file, so it is JavaScript; its types are told here.
const path = new URL('../../suites/support/judge.mjs', import.meta.url).href;
const { judge }: { judge(cases: object[], misses: object[], run: object): Judgement } = await import(path);

const CASES = [
  { file: 'a.py', name: 'T::one', result: 'passed' },
  { file: 'a.py', name: 'T::two', result: 'failed', message: 'not served' },
  { file: 'b.py', name: 'T::three', result: 'failed', message: 'no internet' },
  { file: 'b.py', name: 'T::four', result: 'skipped' },
];
const WHOLE = { variant: 'v4', whole: true };

test('a failure that no miss names is unexplained', () => {
  expect(judge(CASES, [], WHOLE)).toMatchObject({
    total: 3,
    passed: 1,
    skipped: 1,
    applicable: 3,
    unexplained: [{ name: 'T::two' }, { name: 'T::three' }],
    stale: [],
    files: { 'a.py': { passed: 1, failed: 1, skipped: 0 }, 'b.py': { passed: 0, failed: 1, skipped: 1 } },
  });
});

test('what needs something off this machine is not applicable, what is refused stays so', () => {
  const misses = [
    { kind: 'off-machine', reason: 'internet', cases: ['b.py::T::three'] },
    { kind: 'not-served', reason: 'planned', cases: [/^a\.py::/] },
  ];
  expect(judge(CASES, misses, WHOLE)).toMatchObject({
    applicable: 2,
    unexplained: [],
    stale: [],
    misses: [{ kind: 'not-served' }, { kind: 'off-machine' }],
  });
});

test('a miss that nothing failed for is stale, unless it is unsteady or only some files ran', () => {
  const miss = { kind: 'suite', reason: 'r', cases: ['a.py::T::one'] };
  expect(judge(CASES, [miss], WHOLE).stale).toEqual([{ case: 'a.py::T::one', reason: 'r' }]);
  expect(judge(CASES, [{ ...miss, unsteady: true }], WHOLE).stale).toEqual([]);
  expect(judge(CASES, [miss], { variant: 'v4', whole: false }).stale).toEqual([]);
});

test('a miss counts only for its variants and its message', () => {
  const miss = { kind: 'suite', reason: 'r', cases: [/./] };
  const left = (more: object) => judge(CASES, [{ ...miss, ...more }], WHOLE).unexplained.map(({ name }) => name);
  expect(left({ variants: ['v1'] })).toEqual(['T::two', 'T::three']);
  expect(left({ message: /internet/ })).toEqual(['T::two']);
});

test('a miss without a kind that is known is a mistake in the list', () => {
  expect(() => judge(CASES, [{ kind: 'lazy', reason: 'r', cases: [/./] }], WHOLE)).toThrow(/kind/);
});
