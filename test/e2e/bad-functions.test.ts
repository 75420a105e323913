/** Functions that misbehave, called through the vendor's SDK: the documented answer, then the next call works, and nothing is left. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type InvokeAnswer, invokeFunction } from '../support/clients.ts';
import { descendantsOf, hasProc, isRunning, processesIn, residentBytes } from '../support/processes.ts';
import { type RunningCli, startCli } from '../support/start-cli.ts';
import { type FunctionPlan, writeProject } from '../support/template.ts';

/** Misbehaves unless the event is `fine`. */
const bad = (statement: string, props: Record<string, unknown> = {}): FunctionPlan => ({
  code: {
    'index.js': `exports.handler = (event, context, callback) => { if (event.toString() === 'fine') return callback(null, 'fine'); ${statement} };`,
  },
  props,
});
const badAsync = (statement: string, props: Record<string, unknown> = {}): FunctionPlan => ({
  code: {
    'index.js': `exports.handler = async (event) => { if (event.toString() === 'fine') return 'fine'; ${statement} };`,
  },
  props,
});

const FUNCTIONS: Record<string, FunctionPlan> = {
  throws: bad(`throw new TypeError('thrown')`),
  rejects: badAsync(`await null; throw Object.assign(new Error('rejected'), { name: 'OwnError' })`),
  'hands-an-error': bad(`callback(new RangeError('handed'))`),
  'hands-a-text': bad(`callback('just text')`),
  'throws-nothing': bad('throw null'),
  'throws-later': bad(`setTimeout(() => { throw new Error('later') }, 5)`),
  circular: badAsync('const ring = {}; ring.ring = ring; return ring'),
  bigint: badAsync('return 2n ** 70n'),
  'bigint-inside': badAsync('return { big: 1n }'),
  'returns-a-function': badAsync('return function f() {}'),
  'returns-nothing': badAsync(''),
  exits: bad('process.exit(3)'),
  'exits-quietly': badAsync('process.exit(0)'),
  'kills-itself': bad(`process.kill(process.pid, 'SIGKILL')`),
  loops: bad('for (;;);', { timeout: 1 }),
  'never-answers': badAsync('await new Promise(() => {})', { timeout: 1 }),
  'eats-memory': bad('const held = []; for (;;) held.push(Buffer.alloc(4 * 1024 * 1024, 1));', { memorySize: 128 }),
  'eats-heap': bad('const held = []; for (;;) held.push(new Array(1000).fill({ held }));', { memorySize: 128 }),
  floods: badAsync(`for (let i = 0; i < 20_000; i++) console.log('flood ' + i + 'x'.repeat(1000)); return 'flooded'`),
  'leaves-a-timer': badAsync(`setInterval(() => console.log('tick'), 1); return 'left'`),
  'leaves-a-child': badAsync(
    `require('child_process').spawn('sleep', ['600'], { detached: false, stdio: 'ignore' }).unref(); return 'left'`,
  ),
  'no-handler': { code: { 'index.js': 'exports.other = 1' } },
  'broken-module': { code: { 'index.js': `throw new Error('while loading')` } },
  'bad-initializer': {
    code: {
      'index.js': `exports.init = async () => { throw new Error('no start') }; exports.handler = async () => 'never'`,
    },
    props: { instanceLifecycleConfig: { initializer: { handler: 'index.init', timeout: 3 } } },
  },
};

let stack: RunningCli;
let folder: string;
beforeAll(async () => {
  folder = writeProject({ functions: FUNCTIONS });
  stack = await startCli(['--template', 's.yaml', '--cold-start', 'off'], { cwd: folder });
});
afterAll(async () => void (await stack?.stop()));

const call = (name: string, event = 'bad') => invokeFunction(stack.ready, name, event);
const json = ({ body }: InvokeAnswer) =>
  JSON.parse(body) as { errorMessage: string; errorType?: string; stackTrace?: string[] };

async function expectNextCallWorks(name: string): Promise<void> {
  expect(await call(name, 'fine')).toMatchObject({ status: 200, errorType: undefined, body: 'fine' });
}

describe('a failure is an answer 200 that says whose and which', () => {
  test.each([
    ['throws', 'UnhandledInvocationError', 'thrown', 'TypeError'],
    ['rejects', 'UnhandledInvocationError', 'rejected', 'OwnError'],
    ['hands-an-error', 'HandledInvocationError', 'handed', 'RangeError'],
    ['circular', 'UnhandledInvocationError', /circular/i, 'TypeError'],
    ['bigint-inside', 'UnhandledInvocationError', /BigInt/, 'TypeError'],
  ])('%s', async (name, header, message, type) => {
    const answer = await call(name);
    expect(answer).toMatchObject({ status: 200, errorType: header });
    const { errorMessage, errorType, stackTrace = [] } = json(answer);
    expect(errorMessage).toEqual(typeof message === 'string' ? message : expect.stringMatching(message));
    expect(errorType).toBe(type);
    expect(stackTrace[0]).toContain(errorMessage.split('\n')[0]);
    expect(answer.log).toContain(`FC Invoke End RequestId: ${answer.requestId}, Error: `);
    await expectNextCallWorks(name);
  });

  test('hands-a-text: no stack, for there is none', async () => {
    const answer = await call('hands-a-text');
    expect(answer.errorType).toBe('HandledInvocationError');
    expect(json(answer)).toEqual({ errorMessage: 'just text', errorType: 'FunctionHandledError' });
    await expectNextCallWorks('hands-a-text');
  });

  test.each(['throws-nothing', 'throws-later'])('%s', async (name) => {
    const answer = await call(name);
    expect(answer).toMatchObject({ status: 200, errorType: 'UnhandledInvocationError' });
    expect(typeof json(answer).errorMessage).toBe('string');
    await expectNextCallWorks(name);
  });
});

describe('an odd result is told as the runtime tells it', () => {
  test.each([
    ['bigint', '1180591620717411303424'],
    ['returns-a-function', 'function Function() { [native code] }'],
    ['returns-nothing', ''],
  ])('%s', async (name, body) => {
    expect(await call(name)).toMatchObject({ status: 200, errorType: undefined, body });
    await expectNextCallWorks(name);
  });
});

describe('a process that ends or has to be ended', () => {
  const EXITED =
    /^Process exited unexpectedly before completing request \(duration: \d+ms, maxMemoryUsage: [\d.]+MB\)$/;

  test.each(['exits', 'exits-quietly', 'kills-itself', 'eats-memory', 'eats-heap'])(
    '%s: the platform says so',
    async (name) => {
      const answer = await call(name);
      expect(answer).toMatchObject({ status: 200, errorType: 'UnhandledInvocationError' });
      expect(json(answer)).toEqual({ errorMessage: expect.stringMatching(EXITED) });
      await expectNextCallWorks(name);
    },
  );

  test.each(['loops', 'never-answers'])('%s: it is cut at its timeout', async (name) => {
    await expectNextCallWorks(name);
    const startedMs = performance.now();
    const answer = await call(name);
    expect(performance.now() - startedMs).toBeLessThan(3_000);
    expect(answer).toMatchObject({ status: 200, errorType: 'UnhandledInvocationError' });
    const { errorMessage } = json(answer);
    expect(errorMessage).toMatch(/^Function timed out after 1 seconds \(maxMemoryUsage: [\d.]+MB\)$/);
    expect(answer.log).toContain(`, Error: ${errorMessage}`);
    await expectNextCallWorks(name);
  });
});

describe('a function that can not start', () => {
  test.each([
    ['no-handler', /Invocation|Initialization/, 'HandlerNotFound', /handler/i],
    ['broken-module', /Invocation|Initialization/, 'Error', /while loading/],
    ['bad-initializer', /^InitializationError$/, 'Error', /no start/],
  ])('%s says why, each time', async (name, header, type, message) => {
    for (const _time of [1, 2]) {
      const answer = await call(name);
      expect(answer).toMatchObject({ status: 200, errorType: expect.stringMatching(header) });
      expect(json(answer)).toMatchObject({ errorType: type, errorMessage: expect.stringMatching(message) });
    }
  });
});

describe('what a function leaves behind', () => {
  test('a flood of output is bounded, in the answer and in our memory', async () => {
    const beforeBytes = hasProc ? residentBytes(stack.pid) : 0;
    const answer = await call('floods');
    expect(answer).toMatchObject({ status: 200, body: 'flooded' });
    expect(Buffer.byteLength(answer.log)).toBeLessThanOrEqual(4096);
    expect(answer.log).toContain('flood 19999');
    if (hasProc) expect(residentBytes(stack.pid) - beforeBytes).toBeLessThan(64 * 1024 * 1024);
    await expectNextCallWorks('floods');
  });

  test('a timer does not hold up the answer, nor the next', async () => {
    expect((await call('leaves-a-timer')).body).toBe('left');
    for (const _time of [1, 2, 3]) await expectNextCallWorks('leaves-a-timer');
  });

  test('a child process ends with the stack', async () => {
    expect((await call('leaves-a-child')).body).toBe('left');
  });

  test('no process is left after the stack has stopped', async () => {
    const workers = descendantsOf(stack.pid);
    expect(workers.length).toBeGreaterThan(2);
    expect(await stack.stop()).toMatchObject({ code: 0, signal: null });
    expect(workers.filter(isRunning)).toEqual([]);
    if (hasProc) expect(processesIn(folder)).toEqual([]);
  });
});
