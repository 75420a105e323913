/** Parts close in the reverse order of adding; one that fails keeps no other open. */
import { expect, test } from 'vitest';
import { createClock } from '../../../../src/kernel/clock.ts';
import { createLifecycle, type LifecyclePart } from '../../../../src/kernel/lifecycle.ts';
import { createLogger } from '../../../../src/kernel/logger.ts';
import { lineStream } from '../../../support/line-stream.ts';

function lifecycleOf(...names: string[]) {
  const did: string[] = [];
  const logged: string[] = [];
  const out = lineStream((line) => logged.push(line));
  const lifecycle = createLifecycle(createLogger({ clock: createClock(), out, level: 'info', format: 'json' }));
  const part = (name: string, failing: boolean): LifecyclePart => {
    const act = (what: string) => async () => {
      did.push(`${what} ${name}`);
      if (failing) throw new Error(`${name} can't ${what}`);
    };
    return { name, drain: act('drain'), close: act('close'), reset: act('reset') };
  };
  for (const name of names) lifecycle.add(part(name, name.endsWith('!')));
  return { lifecycle, did, logged };
}

test('closes in the reverse order of adding', async () => {
  const { lifecycle, did } = lifecycleOf('database', 'room', 'gateway');
  await lifecycle.close();
  expect(did).toEqual(['close gateway', 'close room', 'close database']);
});

test('one failing close is logged by name and keeps no other open', async () => {
  const { lifecycle, did, logged } = lifecycleOf('database', 'room!', 'gateway');
  await lifecycle.close();
  expect(did).toEqual(['close gateway', 'close room!', 'close database']);
  expect(logged).toHaveLength(1);
  expect(JSON.parse(logged[0] ?? '')).toMatchObject({
    level: 'error',
    part: 'room!',
    error: { message: "room! can't close" },
  });
});

test('a second close waits for the first and closes nothing twice', async () => {
  const { lifecycle, did } = lifecycleOf('a', 'b');
  await Promise.all([lifecycle.close(), lifecycle.close().then(() => expect(did).toHaveLength(2))]);
  await lifecycle.close();
  expect(did).toEqual(['close b', 'close a']);
});

test('drains all parts; one that fails is logged and lets the others finish', async () => {
  const { lifecycle, did, logged } = lifecycleOf('a', 'b!', 'c');
  let isDrained = false;
  lifecycle.add({
    name: 'slow',
    async drain() {
      await new Promise((resolve) => setImmediate(resolve));
      isDrained = true;
    },
  });
  lifecycle.add({
    name: 'hasty',
    drain() {
      throw new Error('at once');
    },
  });
  await lifecycle.drain();
  expect(did).toEqual(['drain a', 'drain b!', 'drain c']);
  expect(isDrained).toBe(true);
  expect(logged.map((line) => JSON.parse(line).part).sort()).toEqual(['b!', 'hasty']);
});

test('resets everything in the order of adding, or only the named', async () => {
  const { lifecycle, did } = lifecycleOf('a', 'b', 'c');
  lifecycle.add({ name: 'none' });
  await lifecycle.reset();
  await lifecycle.reset(['c', 'a']);
  expect(did).toEqual(['reset a', 'reset b', 'reset c', 'reset a', 'reset c']);
});

test('a failing reset is told to who asked for it', async () => {
  const { lifecycle } = lifecycleOf('a!');
  await expect(lifecycle.reset()).rejects.toThrow("a! can't reset");
});
