/** Who goes with whom, and in which order. */
import { expect, test } from 'vitest';
import { createCommitGroups } from '../../../../src/kernel/commit-groups.ts';

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

function enterMany(count: number) {
  const groups = createCommitGroups();
  const entered: number[] = [];
  const runs: (() => void)[] = [];
  const come = async (name: number) => {
    if (groups.isFull()) await groups.place();
    runs.push(groups.enter());
    entered.push(name);
  };
  for (let name = 0; name < count; name++) void come(name);
  return { groups, come, entered, runs };
}

test('twenty go together, and the next twenty once the last of them has run, in their order', async () => {
  const { entered, runs } = enterMany(50);
  await nextTurn();
  expect(entered).toHaveLength(20);
  for (const run of runs.slice(1)) run();
  await nextTurn();
  expect(entered).toHaveLength(20);
  runs[0]?.();
  await nextTurn();
  expect(entered).toHaveLength(40);
  for (const run of runs.slice(20)) run();
  await nextTurn();
  expect(entered).toEqual(Array.from({ length: 50 }, (_, name) => name));
});

test('who comes late goes after those that wait, though there are places', async () => {
  const { come, entered, runs } = enterMany(21);
  await nextTurn();
  for (const run of runs) run();
  void come(21);
  await nextTurn();
  expect(entered.slice(19)).toEqual([19, 20, 21]);
});

test('to have run twice is to have run once', async () => {
  const { groups, runs } = enterMany(20);
  await nextTurn();
  for (let again = 0; again < 20; again++) runs[0]?.();
  expect(groups.isFull()).toBe(false);
  groups.enter();
  expect(groups.isFull()).toBe(true);
});
