/** Workers that break the rules, processes that never boot, and the watchers over them. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, expect, test } from 'vitest';
import { createMemoryReader, watchMemory } from '../../../../../emulators/fc/instances/memory-watch.ts';
import { createProcessGuard } from '../../../../../emulators/fc/instances/process-guard.ts';
import { nodeBootstrapPath } from '../../../../../emulators/fc/runtimes/node/bootstrap-path.ts';
import { createNodeLauncher } from '../../../../../emulators/fc/runtimes/node/launch.ts';
import { nodeSemantics } from '../../../../../emulators/fc/runtimes/node/semantics.ts';
import { createClock } from '../../../../../src/kernel/clock.ts';
import type { Logger } from '../../../../../src/kernel/logger.ts';
import { isRunning, startTestPool, type TestPool, textOf, until } from '../../../../support/fc-pool.ts';

let fc: TestPool | undefined;
afterEach(async () => {
  await fc?.close();
  fc = undefined;
});

const said: string[] = [];
const logger: Logger = {
  debug: (message, facts) => void said.push(`${message} ${facts?.reason ?? ''}`),
  info: () => undefined,
  warn: (message) => void said.push(message),
  error: () => undefined,
  child: () => logger,
};

test.each([
  [
    'garbage',
    `require('fs').writeSync(4, Buffer.from([2, 0, 0, 0, 9, 9]))`,
    'bytes from the worker that are no message',
  ],
  ['a huge length', `require('fs').writeSync(4, Buffer.alloc(8, 0xff))`, 'a message of 4294967295 bytes'],
  [
    'a message out of turn',
    `const body = require('v8').serialize({ type: 'returned', requestId: 'x', payload: Buffer.alloc(1), rssBytes: 1 }); const head = Buffer.alloc(4); head.writeUInt32LE(body.length); require('fs').writeSync(4, Buffer.concat([head, body]))`,
    'returned x while busy',
  ],
  [
    'a malformed message',
    `const body = require('v8').serialize({ type: 'nonsense' }); const head = Buffer.alloc(4); head.writeUInt32LE(body.length); require('fs').writeSync(4, Buffer.concat([head, body]))`,
    'a malformed message',
  ],
])('a worker that sends %s is stopped for that reason, and the next call works', async (_name, statement, reason) => {
  fc = await startTestPool({ logger });
  const source = `exports.handler = async (event) => { if (String(event) === 'bad') { ${statement}; await new Promise(() => {}) } return 'fine' }`;
  const target = fc.target({ 'index.js': source });
  expect((await fc.call(target, { event: Buffer.from('bad') })).outcome).toBe('exited');
  await until(() => said.some((line) => line.includes(reason)));
  expect(textOf(await fc.call(target))).toBe('fine');
});

test('a bootstrap that can not start is said so, and leaves nothing', async () => {
  const clock = createClock();
  const guard = createProcessGuard({ logger });
  fc = await startTestPool({ launch: createNodeLauncher({ clock, guard, bootstrapPath: '/nonexistent.js' }) });
  await expect(fc.call(fc.target({}))).rejects.toThrow('the Node bootstrap ended before it was ready (code 1)');
  expect([fc.pool.isSettled(), fc.pool.snapshot().instances]).toEqual([true, []]);
  guard.close();
});

test('the guard ends what it watches when its own process lets go, and nothing it was told to forget', async () => {
  const guard = createProcessGuard({ logger });
  const started = [1, 2, 3].map(() => spawn('sleep', ['60'], { detached: true, stdio: 'ignore' }).pid ?? -1);
  const [first = -1, forgotten = -1, last = -1] = started;
  for (const pid of started) guard.watch(pid);
  guard.forget(forgotten);
  guard.close();
  await until(() => !isRunning(first) && !isRunning(last));
  expect(isRunning(forgotten)).toBe(true);
  process.kill(forgotten, 'SIGKILL');
});

test("a process that ended while its memory was watched, or whose number is another one's by now, reads as gone", async () => {
  const child = spawn('sleep', ['60'], { stdio: 'ignore' });
  const gauge = createMemoryReader().open(child.pid ?? -1);
  expect(await gauge.read()).toBeGreaterThan(0);
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
  expect(await gauge.read()).toBeUndefined();
  gauge.close();
  expect(await gauge.read()).toBeUndefined();
});

test.each([true, false])(
  'memory is read for a living process, and not for another (from /proc: %s)',
  async (hasProc) => {
    const reader = createMemoryReader(hasProc);
    const own = reader.open(process.pid);
    expect(((await own.read()) ?? 0) / process.memoryUsage.rss()).toBeGreaterThan(0.5);
    expect(((await own.read()) ?? 0) / process.memoryUsage.rss()).toBeLessThan(2);
    own.close();
    own.close();
    const none = reader.open(2 ** 22 + 1);
    expect(await none.read()).toBeUndefined();
    none.close();
  },
);

test('watching memory ends when told, and when the process is gone', async () => {
  const clock = createClock();
  let readings = 0;
  let closed = 0;
  const read = () => (++readings <= 3 ? 1000 : undefined);
  const reader = { everyMs: 1, open: () => ({ read, close: () => void closed++ }) };
  const samples: number[] = [];
  const stopRead = watchMemory({ clock, reader, pid: 1 }, (bytes) => samples.push(bytes));
  await until(() => readings === 4);
  expect(samples).toEqual([1000, 1000, 1000]);
  stopRead();
  stopRead();
  expect(closed).toBe(1);
  const stop = watchMemory({ clock, reader, pid: 1 }, () => samples.push(0));
  stop();
  expect(samples).toHaveLength(3);
  expect(closed).toBe(1);
});

test('only names of Node.js runtimes have semantics', () => {
  expect(nodeSemantics('nodejs20')).toEqual({
    usesResolvedValue: true,
    loadsEsModules: true,
    failsOnUnhandledRejection: true,
  });
  expect(nodeSemantics('nodejs16')).toEqual({
    usesResolvedValue: false,
    loadsEsModules: false,
    failsOnUnhandledRejection: true,
  });
  expect(nodeSemantics('nodejs14')).toMatchObject({ failsOnUnhandledRejection: false });
  for (const runtime of ['python3.12', 'nodejs', 'nodejs20x', '']) expect(nodeSemantics(runtime)).toBeUndefined();
});

test('the built bootstrap is found, or missed by name', () => {
  try {
    expect(nodeBootstrapPath()).toMatch(/fc-node-bootstrap\.js$/);
  } catch (error) {
    expect(String(error)).toMatch(/fc-node-bootstrap\.js is missing .* build the project first/);
  }
});
