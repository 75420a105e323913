/** Calls whose process does not survive, and instances that do not come to life. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isRunning, jsonOf, startTestPool, type TestPool, textOf, until } from '../../../../../test/support/fc-pool.ts';

let fc: TestPool;
beforeAll(async () => {
  fc = await startTestPool();
});
afterAll(() => fc.close());

/** A CommonJS function of this source, run once. */
const run = (source: string, overrides: Parameters<TestPool['target']>[1] = {}) =>
  fc.call(fc.target({ 'index.js': source }, overrides));

describe('a process that does not survive its call', () => {
  test.each([
    ['exits', 'process.exit(0)'],
    ['kills itself', 'process.kill(process.pid, "SIGKILL")'],
    ['closes its channel', 'process.disconnect(); await new Promise(() => {})'],
    ['aborts', 'process.abort()'],
  ])('answers by the platform when it %s, and the next call works', async (_name, statement) => {
    const source = `exports.handler = async (event) => { if (String(event) === 'die') { console.log('last words'); ${statement} } return 'alive' }`;
    const target = fc.target({ 'index.js': source });
    const died = await fc.call(target, { event: Buffer.from('die') });
    expect(died.outcome).toBe('exited');
    expect(jsonOf(died)).toEqual({
      errorMessage: expect.stringMatching(
        /^Process exited unexpectedly before completing request \(duration: \d+ms, maxMemoryUsage: [\d.]+MB\)$/,
      ),
    });
    expect(died.log.lines.some((line) => line.endsWith('[verbose] last words'))).toBe(true);
    const next = await fc.call(target);
    expect([textOf(next), next.instanceId === died.instanceId]).toEqual(['alive', false]);
  });

  test('is killed at its timeout, even in an endless loop', async () => {
    const target = fc.target(
      { 'index.js': 'exports.handler = async () => { console.log("in"); for (;;); }' },
      { timeoutMs: 300 },
    );
    const call = fc.call(target);
    const result = await call;
    expect(result.outcome).toBe('timeout');
    expect(jsonOf(result)).toEqual({
      errorMessage: expect.stringMatching(/^Function timed out after 0\.3 seconds \(maxMemoryUsage: \d+\.\d\dMB\)$/),
    });
    expect(result.durationMs).toBeGreaterThan(298);
    expect(result.log.lines.some((line) => line.endsWith('[verbose] in'))).toBe(true);
    expect(fc.pool.snapshot().instances.some(({ instanceId }) => instanceId === result.instanceId)).toBe(false);
  });

  test('is killed when its memory exceeds the limit', async () => {
    const source =
      'exports.handler = async () => { const all = []; for (;;) { all.push(Buffer.alloc(4 << 20, 1)); await new Promise(setImmediate); } }';
    const result = await run(source, { memoryMB: 128 });
    expect(result.outcome).toBe('outOfMemory');
    expect(result.maxMemoryMB).toBeGreaterThan(128);
    expect(textOf(result)).toMatch(/Process exited unexpectedly/);
  });

  test('is killed when its caller goes away', async () => {
    const target = fc.target({ 'index.js': 'exports.handler = (e, c, callback) => { console.log("in") }' });
    const away = new AbortController();
    const call = fc.call(target, { requestId: '1-away', signal: away.signal });
    await until(() => fc.lines.some(({ requestId, line }) => requestId === '1-away' && line.endsWith('in')));
    away.abort();
    const result = await call;
    expect([result.outcome, textOf(result)]).toEqual(['canceled', '']);
    expect(result.log.lines.at(-1)).toMatch(
      /^FC Invoke End RequestId: 1-away, Error: Invocation canceled by client \(duration: \d+ms, maxMemoryUsage: \d+\.\d\dMB\)$/,
    );
  });

  test('takes what it started with it', async () => {
    const source = `exports.handler = async () => { const { pid } = require('child_process').spawn('sleep', ['60']); console.log('child ' + pid); process.exit(0) }`;
    const result = await run(source);
    const pid = Number(/child (\d+)/.exec(result.log.lines.join('\n'))?.[1]);
    expect(pid).toBeGreaterThan(0);
    await until(() => !isRunning(pid));
  });
});

describe('the initializer', () => {
  test('runs once an instance, before its first call, and is logged with it', async () => {
    const source = `let n = 0; exports.init = (context, callback) => { n++; console.log('init', context.function.name); callback(null) }; exports.handler = async () => n`;
    const target = fc.target({ 'index.js': source }, { initializer: { handler: 'index.init', timeoutMs: 1_000 } });
    const first = await fc.call(target);
    expect([textOf(first), textOf(await fc.call(target))]).toEqual(['1', '1']);
    expect(first.coldStart?.initializerMs).toBeGreaterThan(0);
    const id = first.requestId;
    expect(first.log.lines.map((line) => line.replace(/^\S+Z /, ''))).toEqual([
      `FC Initialize Start RequestId: ${id}`,
      'load code for handler:index.init',
      `${id} [verbose] init ${target.functionName}`,
      `FC Initialize End RequestId: ${id}`,
      `FC Invoke Start RequestId: ${id}`,
      'load code for handler:index.handler',
      `FC Invoke End RequestId: ${id}`,
    ]);
  });

  test.each([
    ['throws', 'throw new Error("no database")', { errorMessage: 'no database', errorType: 'Error' }],
    [
      'calls back with an error',
      'callback("no database")',
      { errorMessage: 'no database', errorType: 'FunctionHandledError' },
    ],
    [
      'runs out of time',
      'for (;;);',
      { errorMessage: expect.stringMatching(/^Function initialization timed out after 0\.2 seconds/) },
    ],
    ['exits', 'process.exit(1)', { errorMessage: expect.stringMatching(/^Process exited unexpectedly/) }],
  ])('that %s discards its instance', async (_name, statement, error) => {
    const source = `exports.init = (context, callback) => { ${statement} }; exports.handler = async () => 1`;
    const target = fc.target({ 'index.js': source }, { initializer: { handler: 'index.init', timeoutMs: 200 } });
    const first = await fc.call(target);
    expect(first.outcome).toBe('initializationError');
    expect(jsonOf(first)).toMatchObject(error);
    const second = await fc.call(target);
    expect(second.instanceId).not.toBe(first.instanceId);
    await until(() => fc.pool.snapshot().instances.every(({ key }) => key !== target.key));
  });
});
