/** What waits until the stack is ready: done in its turn, told when it fails, and not begun after the end. */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { workAfterStart } from '../../../../src/kernel/after-start.ts';
import { createClock } from '../../../../src/kernel/clock.ts';
import { createEmulator } from '../../../../src/kernel/emulator.ts';
import { createLogger } from '../../../../src/kernel/logger.ts';
import { lineStream } from '../../../support/line-stream.ts';

function workOf(load: (name: string) => Promise<void>, temporaryPrefix: string, onPrepared?: () => void) {
  const due: { delayMs: number; work: () => void }[] = [];
  const logged: string[] = [];
  const out = lineStream((line) => logged.push(line));
  const clock = {
    afterHostMs(delayMs: number, work: () => void) {
      const timer = { delayMs, work };
      due.push(timer);
      return () => void due.splice(due.indexOf(timer), 1);
    },
  };
  const rooms = ['ram', 'oss'].map((name) =>
    createEmulator(name, async () => {
      await load(name);
      return { rows: [], handle: async () => ({ status: 200 }) };
    }),
  );
  const logger = createLogger({ clock: createClock(), out, level: 'info', format: 'json' });
  const end = workAfterStart({ clock, logger, rooms, onPrepared, temporaryPrefix });
  return { due, logged, end };
}

test("loads every room's operations at once, and removes what killed runs left later", async () => {
  const left = mkdtempSync(join(tmpdir(), 'after-start-test-'));
  mkdirSync(join(left, 'objects'));
  writeFileSync(join(left, 'lock'), '0 1\n');
  const loaded: string[] = [];
  const { due, logged } = workOf(
    async (name) => void loaded.push(name),
    basename(left),
    () => void loaded.push('done'),
  );
  expect(loaded).toEqual([]);
  expect(due.map(({ delayMs }) => delayMs)).toEqual([0, 2_000]);
  try {
    for (const { work } of due) work();
    await expect.poll(() => loaded).toEqual(['ram', 'oss', 'done']);
    expect(existsSync(left)).toBe(false);
    expect(logged).toEqual([]);
  } finally {
    rmSync(left, { recursive: true, force: true });
  }
});

test('says when operations can not be loaded, and is done then too', async () => {
  let isDone = false;
  const { due, logged } = workOf(
    async (name) => {
      throw new Error(`no operations of ${name}`);
    },
    'nobody-has-this-name-',
    () => {
      isDone = true;
    },
  );
  due[0]?.work();
  await expect.poll(() => isDone).toBe(true);
  expect(logged).toHaveLength(1);
  expect(JSON.parse(logged[0] ?? '')).toMatchObject({ level: 'error', error: { message: 'no operations of ram' } });
});

test('does nothing after its end', async () => {
  const { due, end } = workOf(async () => {}, 'nobody-has-this-name-');
  await end();
  expect(due).toEqual([]);
});
