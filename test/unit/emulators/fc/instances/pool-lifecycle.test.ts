/** How instances come, are used again, and go. */
import { existsSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { createColdStartModel } from '../../../../../emulators/fc/instances/cold-start.ts';
import { createRandom } from '../../../../../src/kernel/random.ts';
import { isRunning, startTestPool, type TestPool, textOf, until, writeCode } from '../../../../support/fc-pool.ts';

let fc: TestPool;
afterEach(() => fc.close());

/** Answers with how often its instance was called; `wait` keeps it busy until it is told to `go`. */
const COUNTER = {
  'index.js': `let calls = 0;
    exports.handler = async (event) => {
      calls++;
      if (String(event) === 'wait') { console.log('waiting'); await new Promise((done) => { const poll = setInterval(() => { if (require('fs').existsSync(__dirname + '/go')) { clearInterval(poll); done(); } }, 2) }) }
      return { calls, tmp: require('os').tmpdir() };
    };
    exports.stop = (context, callback) => { require('fs').writeFileSync(__dirname + '/stopped', 'x'); console.log('bye'); callback() }`,
};
const WAIT = { event: Buffer.from('wait') };
const isWaiting = () => fc.lines.some(({ line }) => line.endsWith('waiting'));
const states = () => fc.pool.snapshot().instances.map(({ state }) => state);

describe('reuse', () => {
  test('gives the next call the same instance', async () => {
    fc = await startTestPool();
    const target = fc.target(COUNTER);
    const [first, second] = [await fc.call(target), await fc.call(target)];
    expect(second.instanceId).toBe(first.instanceId);
    expect([JSON.parse(textOf(second)).calls, first.coldStart !== undefined, second.coldStart]).toEqual([
      2,
      true,
      undefined,
    ]);
    expect(fc.pool.snapshot().instances).toMatchObject([
      { instanceId: first.instanceId, state: 'idle', invocations: 2 },
    ]);
  });

  test('gives calls at the same time instances of their own, and later calls the one used last', async () => {
    fc = await startTestPool();
    const target = fc.target(COUNTER);
    const waiting = fc.call(target, WAIT);
    await until(isWaiting);
    const other = await fc.call(target);
    writeCode(target.codeDir, { go: '' });
    const first = await waiting;
    expect(other.instanceId).not.toBe(first.instanceId);
    expect((await fc.call(target)).instanceId).toBe(first.instanceId);
  });

  test('never shares an instance between two functions', async () => {
    fc = await startTestPool();
    const [a, b] = [await fc.call(fc.target(COUNTER)), await fc.call(fc.target(COUNTER))];
    expect(a.instanceId).not.toBe(b.instanceId);
  });

  test('does not take an instance whose process ended while it idled', async () => {
    fc = await startTestPool();
    const target = fc.target({
      'index.js': 'exports.handler = async () => { setImmediate(() => process.exit(0)); return "ok" }',
    });
    const first = await fc.call(target);
    await until(() => states().length === 0);
    const second = await fc.call(target);
    expect([textOf(second), second.instanceId === first.instanceId]).toEqual(['ok', false]);
  });
});

describe('maxima', () => {
  test('refuse one call more than the function may run, at once', async () => {
    fc = await startTestPool();
    const target = fc.target(COUNTER, { instancesMax: 1 });
    const waiting = fc.call(target, WAIT);
    await until(isWaiting);
    expect(await fc.pool.invoke(target, { requestId: '1-b', event: new Uint8Array() })).toEqual({
      ...{ outcome: 'refused', code: 'ResourceExhausted', instancesMax: 1, scope: 'function' },
    });
    writeCode(target.codeDir, { go: '' });
    await waiting;
    expect((await fc.call(target)).outcome).toBe('returned');
  });

  test('refuse every call of a function that may run none, and count over all functions', async () => {
    fc = await startTestPool({ instancesMax: 1 });
    const call = { requestId: '1-b', event: new Uint8Array() };
    expect(await fc.pool.invoke(fc.target(COUNTER, { instancesMax: 0 }), call)).toMatchObject({ scope: 'function' });
    const target = fc.target(COUNTER);
    const waiting = fc.call(target, WAIT);
    expect(await fc.pool.invoke(fc.target(COUNTER), call)).toMatchObject({ scope: 'region', instancesMax: 1 });
    writeCode(target.codeDir, { go: '' });
    await waiting;
  });
});

describe('going', () => {
  test('an instance that idles for too long runs preStop and ends', async () => {
    fc = await startTestPool({ idleTimeoutMs: 60_000 });
    fc.clock.setMode('virtual');
    const target = fc.target(COUNTER, { preStop: { handler: 'index.stop', timeoutMs: 1_000 } });
    const first = await fc.call(target);
    const [pid] = fc.pool.snapshot().instances.map((each) => each.pid);
    const folder = JSON.parse(textOf(first)).tmp;
    expect(existsSync(folder)).toBe(true);
    await fc.clock.advanceTo(fc.clock.nowMs() + 59_999, () => fc.pool.settled());
    expect(states()).toEqual(['idle']);
    await fc.clock.advanceTo(fc.clock.nowMs() + 1, () => fc.pool.settled());
    expect(states()).toEqual([]);
    expect(isRunning(pid ?? -1)).toBe(false);
    expect(existsSync(`${target.codeDir}/stopped`)).toBe(true);
    const lines = fc.lines.map(({ line }) => line);
    expect(lines.some((line) => line.startsWith('FC PreStop Start RequestId: 1-'))).toBe(true);
    expect(lines.some((line) => line.endsWith('[verbose] bye'))).toBe(true);
    await until(() => !existsSync(folder));
  });

  test('a preStop hook that never ends is killed at its timeout', async () => {
    fc = await startTestPool();
    const files = { 'index.js': 'exports.handler = async () => 1; exports.stop = () => { for (;;); }' };
    const target = fc.target(files, { preStop: { handler: 'index.stop', timeoutMs: 100 } });
    await fc.call(target);
    fc.pool.remove(target.key);
    await fc.pool.settled();
    expect(states()).toEqual([]);
  });

  test('newer code replaces an idle instance at once and a busy one after its call', async () => {
    fc = await startTestPool();
    const target = fc.target(COUNTER);
    const busy = fc.call(target, WAIT);
    await until(isWaiting);
    const idle = await fc.call(target);
    const next = { ...target, generation: '2' };
    fc.pool.replace(target.key, '2');
    await until(() => !fc.pool.snapshot().instances.some(({ instanceId }) => instanceId === idle.instanceId));
    const fresh = await fc.call(next);
    expect(fresh.coldStart).toBeDefined();
    writeCode(target.codeDir, { go: '' });
    expect((await busy).outcome).toBe('returned');
    await fc.pool.settled();
    expect(fc.pool.snapshot().instances).toMatchObject([{ instanceId: fresh.instanceId, generation: '2' }]);
    expect((await fc.call(next)).instanceId).toBe(fresh.instanceId);
  });

  test('a call of newer code replaces the instances of the older one by itself', async () => {
    fc = await startTestPool();
    const target = fc.target(COUNTER);
    const first = await fc.call(target);
    const next = { ...target, generation: '2' };
    const second = await fc.call(next);
    expect((await fc.call(next)).instanceId).toBe(second.instanceId);
    await fc.pool.settled();
    expect(fc.pool.snapshot().instances.map(({ instanceId }) => instanceId)).not.toContain(first.instanceId);
  });

  test('drain lets a running call end with the calls it makes, keeps no instance of theirs, and takes none after', async () => {
    fc = await startTestPool();
    const target = fc.target(COUNTER);
    const other = fc.target(COUNTER);
    const running = fc.call(target, WAIT);
    await until(isWaiting);
    const drained = fc.pool.drain(10_000);
    expect((await fc.call(other)).outcome).toBe('returned');
    expect((await fc.call(target)).outcome).toBe('returned');
    await until(() => states().length === 1);
    writeCode(target.codeDir, { go: '' });
    expect((await running).outcome).toBe('returned');
    await drained;
    expect(states()).toEqual([]);
    await expect(fc.call(target)).rejects.toThrow('closed');
  });

  test('drain kills what its grace was too short for', async () => {
    fc = await startTestPool();
    const target = fc.target(
      { 'index.js': 'exports.handler = async () => { console.log("waiting"); for (;;); }' },
      { timeoutMs: 60_000 },
    );
    const running = fc.call(target);
    await until(isWaiting);
    await fc.pool.drain(20);
    expect((await running).outcome).toBe('exited');
  });

  test('close ends every process, one that is still starting included', async () => {
    fc = await startTestPool({ reservePerClass: 2 });
    const warm = fc.target(COUNTER);
    await fc.call(warm);
    fc.pool.prepare(256);
    const starting = fc.call(fc.target(COUNTER)).catch((error: unknown) => error);
    const { instances, reserve } = fc.pool.snapshot();
    const pids = [...instances, ...reserve].map(({ pid }) => pid);
    expect(pids.length).toBeGreaterThanOrEqual(3);
    await fc.pool.close();
    await starting;
    expect(pids.filter(isRunning)).toEqual([]);
    expect(fc.pool.snapshot()).toEqual({ instances: [], reserve: [] });
  });
});

describe('the reserve', () => {
  test('gives its booted process to the next cold start, and is filled again afterwards', async () => {
    fc = await startTestPool({ reservePerClass: 1 });
    fc.pool.prepare(512);
    const [ready] = fc.pool.snapshot().reserve;
    await fc.call(fc.target(COUNTER));
    expect(fc.pool.snapshot().instances).toMatchObject([{ pid: ready?.pid }]);
    await until(() => fc.pool.snapshot().reserve.length === 1);
    expect(fc.pool.snapshot().reserve).not.toContainEqual(ready);
  });

  test('keeps processes for the memory sizes used last only', async () => {
    fc = await startTestPool({ reservePerClass: 1 });
    for (const memoryMB of [128, 256, 512, 1024, 256, 2048]) fc.pool.prepare(memoryMB);
    expect(fc.pool.snapshot().reserve.map(({ memoryMB }) => memoryMB)).toEqual([512, 1024, 256, 2048]);
  });

  test('replaces a process that died in it', async () => {
    fc = await startTestPool({ reservePerClass: 1 });
    fc.pool.prepare(512);
    const [ready] = fc.pool.snapshot().reserve;
    process.kill(ready?.pid ?? -1, 'SIGKILL');
    await until(() => fc.pool.snapshot().reserve.length === 0);
    expect((await fc.call(fc.target(COUNTER))).outcome).toBe('returned');
  });
});

test('a cold start adds the drawn delay on the kernel clock and reports its phases', async () => {
  const model = () => createColdStartModel({ mode: 'cloud', random: createRandom(7) });
  const expected = model().drawMs('nodejs20');
  fc = await startTestPool({ coldStart: model() });
  fc.clock.setMode('virtual');
  const target = fc.target(COUNTER, { prepareCode: async () => undefined });
  const call = fc.call(target);
  await until(() => fc.clock.pending().length > 0);
  await fc.clock.advanceTo(fc.clock.nowMs() + Math.ceil(expected), async () => undefined);
  const { coldStart } = await call;
  expect(coldStart?.simulatedMs).toBe(expected);
  expect(coldStart?.runtimeInitMs).toBeGreaterThan(0);
  const { prepareCodeMs = 0, runtimeInitMs = 0, initializerMs = 0, simulatedMs = 0 } = coldStart ?? {};
  expect(coldStart?.totalMs).toBeCloseTo(prepareCodeMs + runtimeInitMs + initializerMs + simulatedMs, 6);
});

test('a full heap counts as out of memory, without anyone watching the process', async () => {
  fc = await startTestPool({
    memoryReader: { everyMs: 60_000, open: () => ({ read: () => undefined, close: () => undefined }) },
  });
  const source = 'exports.handler = async () => { const all = []; for (;;) all.push(new Array(1000).fill({})) }';
  const result = await fc.call(fc.target({ 'index.js': source }, { memoryMB: 128, timeoutMs: 20_000 }));
  expect(result.outcome).toBe('outOfMemory');
});

test('a runtime without a bootstrap is our fault, by name', async () => {
  fc = await startTestPool();
  await expect(fc.call(fc.target(COUNTER, { runtime: 'python3.12' }))).rejects.toThrow(
    "no bootstrap for runtime 'python3.12'",
  );
});

test('credentials that can not be had fail the call and leave no instance behind', async () => {
  fc = await startTestPool();
  const target = fc.target(COUNTER, { credentials: () => Promise.reject(new Error('no such role')) });
  await expect(fc.call(target)).rejects.toThrow('no such role');
  expect([states(), fc.pool.isSettled()]).toEqual([[], true]);
});
