/** What callers get from real worker processes, however the function behaves. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  LOG_BYTES_PER_CALL_MAX,
  LOG_LINE_BYTES_MAX,
  PAYLOAD_BYTES_MAX,
} from '../../../../../emulators/fc/instances/limits.ts';
import {
  CREDENTIALS,
  isRunning,
  jsonOf,
  startTestPool,
  type TestPool,
  textOf,
  until,
} from '../../../../support/fc-pool.ts';

let fc: TestPool;
beforeAll(async () => {
  fc = await startTestPool();
});
afterAll(() => fc.close());

/** A CommonJS function of this source, run once. */
const run = (source: string, overrides: Parameters<TestPool['target']>[1] = {}, event = '') =>
  fc.call(fc.target({ 'index.js': source }, overrides), { event: Buffer.from(event) });

describe('results', () => {
  const cases: [string, string, string][] = [
    ['a Buffer as it is', 'Buffer.from([0x68, 0x69])', 'hi'],
    ['an object as JSON', '({ a: [1, "x"] })', '{"a":[1,"x"]}'],
    ['a string as text', '"grüße"', 'grüße'],
    ['a number as text', '42', '42'],
    ['false as text', 'false', 'false'],
    ['null as nothing', 'null', ''],
    ['undefined as nothing', 'undefined', ''],
    ['a function as its constructor', '() => 1', 'function Function() { [native code] }'],
    ['an array of bytes that is no Buffer as JSON', 'new Uint8Array([1])', '{"0":1}'],
  ];
  test.each(cases)('hands back %s', async (_name, expression, expected) => {
    const source = `exports.handler = async () => (${expression}); exports.old = (e, c, callback) => callback(null, ${expression});`;
    const target = fc.target({ 'index.js': source });
    expect(textOf(await fc.call(target))).toBe(expected);
    const byCallback = fc.target({ 'index.js': source }, { handler: 'index.old', runtime: 'nodejs14' });
    const result = await fc.call(byCallback);
    expect([result.outcome, textOf(result)]).toEqual(['returned', expected]);
  });

  test('carries 32 MB in and out', async () => {
    const event = Buffer.alloc(PAYLOAD_BYTES_MAX, 7);
    const target = fc.target({ 'index.js': 'exports.handler = async (event) => event' });
    const { payload, outcome } = await fc.call(target, { event });
    expect(outcome).toBe('returned');
    expect(Buffer.compare(payload, event)).toBe(0);
  });

  test('refuses an event and fails a result of one byte more', async () => {
    const target = fc.target({ 'index.js': `exports.handler = async () => Buffer.alloc(${PAYLOAD_BYTES_MAX + 1})` });
    await expect(fc.call(target, { event: Buffer.alloc(PAYLOAD_BYTES_MAX + 1) })).rejects.toThrow(RangeError);
    const result = await fc.call(target);
    expect(result.outcome).toBe('unhandledError');
    expect(jsonOf(result)).toMatchObject({ errorType: 'ResponsePayloadTooLarge' });
  });

  test('fails a result that has no JSON', async () => {
    const result = await run('exports.handler = async () => { const a = {}; a.a = a; return a; }');
    expect(result.outcome).toBe('unhandledError');
    expect(jsonOf(result)).toMatchObject({ errorType: 'TypeError' });
  });

  test('takes the first of several answers', async () => {
    const source =
      'exports.handler = (e, c, callback) => { callback(null, "one"); callback(null, "two"); callback(new Error("three")); }';
    expect(textOf(await run(source))).toBe('one');
  });

  test('ignores what an async handler resolves to before nodejs18', async () => {
    const result = await run('exports.handler = async () => "ignored"', { runtime: 'nodejs16', timeoutMs: 300 });
    expect(result.outcome).toBe('timeout');
  });
});

describe('the handler is called', () => {
  test('with a Buffer and a context that has every key', async () => {
    const source = `exports.handler = async (event, context) => ({
      isBuffer: Buffer.isBuffer(event), text: event.toString(), context,
      keys: Object.keys(context), waits: context.waitsForEmptyEventLoopBeforeCallback, logger: Object.keys(context.logger) })`;
    const target = fc.target({ 'index.js': source }, { memoryMB: 256, timeoutMs: 3_000 });
    const seen = jsonOf(await fc.call(target, { event: Buffer.from('né'), requestId: '1-a', retryCount: 2 }));
    expect(seen).toMatchObject({
      isBuffer: true,
      text: 'né',
      waits: false,
      keys: [
        'requestId',
        'credentials',
        'function',
        'service',
        'region',
        'accountId',
        'logger',
        'retryCount',
        'tracing',
        'waitsForEmptyEventLoopBeforeCallback',
      ],
      context: {
        requestId: '1-a',
        region: 'cn-beijing',
        accountId: '1234567890123456',
        retryCount: 2,
        credentials: CREDENTIALS,
        function: { name: target.functionName, handler: 'index.handler', memory: 256, timeout: 3 },
        service: { name: '', logProject: 'project', logStore: 'store', qualifier: 'LATEST', versionId: 'LATEST' },
        tracing: { openTracingSpanBaggages: {} },
      },
    });
  });

  test('in an environment that has nothing of ours', async () => {
    process.env.LOCALYUN_LEAK = 'seen';
    const source = `exports.handler = async () => ({ env: process.env, cwd: process.cwd(), send: typeof process.send,
      started: require('fs').existsSync('/proc/self/environ') ? require('fs').readFileSync('/proc/self/environ', 'utf8') : '' })`;
    const target = fc.target({ 'index.js': source }, { environmentVariables: { MINE: 'yes', FC_REGION: 'not mine' } });
    const seen = jsonOf(await fc.call(target));
    const { env, cwd, send, started } = seen as Record<'cwd' | 'send' | 'started', string> & { env: object };
    delete process.env.LOCALYUN_LEAK;
    expect(Object.keys(env).sort()).toEqual(
      [
        ...['PATH', 'HOME', 'TMPDIR', 'MINE', 'FC_ACCOUNT_ID', 'FC_REGION', 'FC_INSTANCE_ID', 'FC_FUNCTION_NAME'],
        ...['FC_FUNCTION_HANDLER', 'FC_FUNCTION_MEMORY_SIZE', 'FC_FUNC_CODE_PATH', 'FC_QUALIFIER', 'FC_VER_ID'],
        ...['ALIBABA_CLOUD_ACCESS_KEY_ID', 'ALIBABA_CLOUD_ACCESS_KEY_SECRET', 'ALIBABA_CLOUD_SECURITY_TOKEN'],
        ...['accessKeyID', 'accessKeySecret', 'securityToken'],
      ].sort(),
    );
    expect(env).toMatchObject({ MINE: 'yes', FC_REGION: 'cn-beijing', FC_FUNC_CODE_PATH: `${target.codeDir}/` });
    expect(cwd).toBe(target.codeDir);
    expect(send).toBe('undefined');
    expect(started).not.toContain('seen');
  });

  test('finds modules of layers', async () => {
    const layer = fc.target({ 'nodejs/node_modules/layered/index.js': 'module.exports = "from the layer"' }).codeDir;
    expect(textOf(await run('exports.handler = async () => require("layered")', { layersDir: layer }))).toBe(
      'from the layer',
    );
  });
});

describe('code is loaded', () => {
  const hello = 'export const handler = async () => "hello"';
  test.each([
    ['from .mjs', { 'index.mjs': hello }],
    ['from .js of a package of type module', { 'index.js': hello, 'package.json': '{"type":"module"}' }],
    [
      'with a top-level await',
      { 'index.mjs': `const word = await Promise.resolve('hello'); export const handler = async () => word` },
    ],
    ['from .cjs', { 'index.cjs': 'exports.handler = async () => "hello"' }],
    [
      'from a folder',
      {
        'src/index.js': 'exports.handler = async () => require("./word.js")',
        'src/word.js': 'module.exports = "hello"',
      },
    ],
  ])('%s', async (name, files) => {
    const handler = name === 'from a folder' ? 'src/index.handler' : 'index.handler';
    expect(textOf(await fc.call(fc.target(files, { handler })))).toBe('hello');
  });

  test('as CommonJS even inside a project of type module', async () => {
    const project = fc.target({
      'package.json': '{"type":"module"}',
      'fn/index.js': 'exports.handler = async () => require("./b.js")',
      'fn/b.js': 'module.exports = "cjs"',
    });
    expect(textOf(await fc.call({ ...project, codeDir: `${project.codeDir}/fn` }))).toBe('cjs');
  });

  test.each([
    ['InvalidHandlerName', { 'index.js': '' }, 'nodot', "Invalid handler 'nodot'"],
    ['ImportModuleError', { 'index.js': '' }, 'other.handler', /^Module '.*\/other\.js' is missing\.$/],
    [
      'HandlerNotFound',
      { 'index.js': 'exports.handler = 1' },
      'index.handler',
      "Handler 'handler' is missing on module 'index'",
    ],
    ['ImportModuleError', { 'index.js': 'require("absent")' }, 'index.handler', /Cannot find module 'absent'/],
    ['ImportModuleError', { 'index.mjs': 'import "absent"' }, 'index.handler', /Cannot find package 'absent'/],
    ['UserCodeSyntaxError', { 'index.js': 'exports.handler = (' }, 'index.handler', /./],
    ['UserCodeSyntaxError', { 'index.mjs': 'export const' }, 'index.handler', /./],
    ['Error', { 'index.js': 'throw new Error("while loading")' }, 'index.handler', 'while loading'],
  ])('or fails as %s', async (errorType, files, handler, message) => {
    const result = await fc.call(fc.target(files as Record<string, string>, { handler }));
    expect(result.outcome).toBe('unhandledError');
    const error = jsonOf(result) as { errorType: string; errorMessage: string; stackTrace: string[] };
    expect(error).toMatchObject({ errorType, errorMessage: expect.stringMatching(message) });
    expect(error.stackTrace.join('\n')).not.toContain('fc-node-bootstrap');
  });

  test('or says so when its folder is missing', async () => {
    const target = { ...fc.target({}), codeDir: '/nonexistent/code' };
    expect(jsonOf(await fc.call(target))).toMatchObject({
      errorMessage: "Module '/nonexistent/code/index.js' is missing.",
    });
  });

  test('again after a failure, in the same instance', async () => {
    const target = fc.target({
      'index.js':
        'if (!globalThis.once) { globalThis.once = 1; throw new Error("first") } exports.handler = async () => "second"',
    });
    expect((await fc.call(target)).outcome).toBe('unhandledError');
    expect(textOf(await fc.call(target))).toBe('second');
  });
});

describe('errors of a function', () => {
  test('handed to the callback are handled, with the untrimmed stack', async () => {
    const result = await run('exports.handler = (e, c, callback) => callback(new RangeError("oops"))');
    expect(result.outcome).toBe('handledError');
    const error = jsonOf(result) as { stackTrace: string[] };
    expect(error).toMatchObject({ errorMessage: 'oops', errorType: 'RangeError' });
    expect(error.stackTrace[0]).toBe('RangeError: oops');
    expect(error.stackTrace[1]).toMatch(/^ {4}at /);
    expect(result.log.lines.at(-1)).toBe(`FC Invoke End RequestId: ${result.requestId}, Error: Handled function error`);
    expect(result.log.lines.at(-2)).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z \S+ \[error\] \{"errorMessage":"oops"/);
  });

  test.each([
    ['text', '"text"', 'text'],
    ['a Buffer', 'Buffer.from("bytes")', 'bytes'],
    ['an object', '{ code: 1 }', '{"code":1}'],
    ['false', 'false', 'false'],
  ])('handed over as %s have no stack', async (_name, expression, errorMessage) => {
    const result = await run(`exports.handler = (e, c, callback) => callback(${expression})`);
    expect([result.outcome, jsonOf(result)]).toEqual([
      'handledError',
      { errorMessage, errorType: 'FunctionHandledError' },
    ]);
  });

  test.each([
    ['thrown', 'exports.handler = () => { throw new TypeError("bad") }'],
    ['rejected', 'exports.handler = async () => { throw new TypeError("bad") }'],
    ['rejected before nodejs18', 'exports.handler = async () => { throw new TypeError("bad") }', 'nodejs14'],
  ])('%s are unhandled', async (_name, source, runtime = 'nodejs20') => {
    const result = await run(source, { runtime });
    expect(result.outcome).toBe('unhandledError');
    expect(jsonOf(result)).toMatchObject({ errorMessage: 'bad', errorType: 'TypeError' });
    expect(result.log.lines.at(-1)).toMatch(/, Error: Unhandled function error$/);
  });

  test.each(['null', 'undefined', '"text"', '{ toString: 1 }', 'Object.create(null)'])(
    'thrown as %s still answer',
    async (thrown) => {
      const result = await run(`exports.handler = async () => { throw ${thrown} }`);
      expect(result.outcome).toBe('unhandledError');
      expect(jsonOf(result)).toMatchObject({ errorType: 'FunctionHandledError' });
    },
  );

  test('that throw when they are described still answer', async () => {
    const source =
      'exports.handler = async () => { const e = new Error("x"); Object.defineProperty(e, "message", { get() { throw 1 } }); throw e }';
    expect((await run(source)).outcome).toBe('unhandledError');
  });

  test.each([
    ['an exception in a timer', 'setTimeout(() => { throw new Error("late") }, 1)'],
    ['a rejection nobody handles', 'Promise.reject(new Error("late"))'],
    ['an exception in a tick', 'process.nextTick(() => { throw new Error("late") })'],
  ])('nobody could catch end the call: %s', async (_name, statement) => {
    const result = await run(`exports.handler = (e, c, callback) => { ${statement} }`);
    expect(result.outcome).toBe('unhandledError');
    expect(jsonOf(result)).toEqual({
      errorMessage: 'FunctionUnhandledError: uncaughtException',
      errorType: 'FunctionHandledError',
    });
    expect(result.log.lines.join('\n')).toContain('Error: late\r    at');
  });

  test('nobody handled are warnings before Node 15', async () => {
    const source =
      'exports.handler = (e, c, callback) => { Promise.reject(new Error("late")); setTimeout(callback, 5, null, "fine") }';
    expect(textOf(await run(source, { runtime: 'nodejs14' }))).toBe('fine');
  });
});

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

describe('the log', () => {
  test('has one line a console call, in the form of the service', async () => {
    const source = `exports.handler = async (e, context) => {
      console.log('a %s', 'b', { c: 1 }); console.info('i'); console.warn('w'); console.error('e'); console.debug('d');
      context.logger.info('two\\nlines'); context.logger.setLogLevel('DEBUG'); context.logger.log('x');
      process.stdout.write('raw out\\n'); process.stderr.write('raw err\\n'); process.stdout.write('no end') }`;
    const result = await run(source);
    const form = new RegExp(`^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z ${result.requestId} `);
    expect(result.log.lines.slice(2, -1).map((line) => line.replace(form, '> '))).toEqual([
      '> [verbose] a b { c: 1 }',
      '> [info] i',
      '> [warn] w',
      '> [error] e',
      '> [debug] d',
      '> [info] two\rlines',
      '> [debug] x',
      'raw out',
      'raw err',
      'no end',
    ]);
    expect(Buffer.from(result.log.tail).toString()).toBe(`${result.log.lines.join('\n')}\n`);
  });

  test('takes in what child processes and native code write', async () => {
    const result = await run(
      `exports.handler = async () => { require('child_process').execSync('echo from a child; echo and >&2', { stdio: 'inherit' }) }`,
    );
    expect(result.log.lines).toEqual(expect.arrayContaining(['from a child', 'and']));
  });

  test('of a flood is bounded, its tail right, and the next call unharmed', async () => {
    const source = `exports.handler = async (event) => { if (String(event) !== 'flood') return 'calm';
      const line = 'x'.repeat(1000); for (let i = 0; i < 20000; i++) console.log(i + line); console.log('the end') }`;
    const target = fc.target({ 'index.js': source });
    const result = await fc.call(target, { event: Buffer.from('flood') });
    const kept = result.log.lines.reduce((sum, line) => sum + line.length + 1, 0);
    expect(kept).toBeLessThan(LOG_BYTES_PER_CALL_MAX + 200);
    expect(result.log.droppedBytes).toBeGreaterThan(18_000_000);
    expect(result.log.lines.at(-1)).toMatch(/^\[log cut: \d+ bytes/);
    expect(result.log.tail.byteLength).toBe(4096);
    expect(Buffer.from(result.log.tail).toString()).toMatch(/\[verbose\] the end\nFC Invoke End RequestId: \S+\n$/);
    expect(textOf(await fc.call(target))).toBe('calm');
  });

  test('of an endless line is cut at 32 KB', async () => {
    const result = await run(
      `exports.handler = async () => { for (let i = 0; i < 64; i++) process.stdout.write('é'.repeat(65536)) }`,
    );
    const line = result.log.lines.find((each) => each.startsWith('é'));
    expect(Buffer.byteLength(line ?? '')).toBe(LOG_LINE_BYTES_MAX);
  });

  test('of a flood in an endless loop does not hold up the timeout', async () => {
    const result = await run('exports.handler = async () => { for (;;) console.log("x".repeat(10000)) }', {
      timeoutMs: 300,
    });
    expect(result.outcome).toBe('timeout');
    expect(result.durationMs).toBeLessThan(3_000);
  });
});

describe('what a call leaves behind', () => {
  test('is logged under its own request and does not touch the next answer', async () => {
    const source = `exports.handler = (event, context, callback) => {
      const name = String(event);
      if (name === 'first') {
        setTimeout(() => { console.log('from a timer'); callback(null, 'stale'); callback(new Error('stale')); }, 20);
        setTimeout(() => { throw new Error('from a throwing timer') }, 25);
        (async () => { await new Promise((r) => setTimeout(r, 30)); console.log('after an await'); Promise.reject(new Error('unheard')) })();
        return callback(null, 'first');
      }
      setTimeout(() => { console.log('from the second'); callback(null, 'second') }, 80);
    }`;
    const target = fc.target({ 'index.js': source });
    const first = await fc.call(target, { requestId: '1-first', event: Buffer.from('first') });
    const second = await fc.call(target, { requestId: '1-second', event: Buffer.from('second') });
    expect([textOf(first), textOf(second), second.outcome]).toEqual(['first', 'second', 'returned']);
    expect(second.instanceId).toBe(first.instanceId);
    expect(second.log.lines.map((line) => line.replace(/^\S+Z /, ''))).toEqual([
      'FC Invoke Start RequestId: 1-second',
      '1-second [verbose] from the second',
      'FC Invoke End RequestId: 1-second',
    ]);
    const late = fc.lines.filter(({ requestId }) => requestId === '1-first').map(({ line }) => line);
    for (const text of ['from a timer', 'from a throwing timer', 'after an await', 'unheard'])
      expect(late.some((line) => line.includes('1-first') && line.includes(text))).toBe(true);
  });

  test('on a shared connection counts for the call that uses it', async () => {
    const source = `const net = require('net'); let socket, answer;
      const server = net.createServer((peer) => peer.pipe(peer)).listen(0, '127.0.0.1');
      exports.handler = (event, context, callback) => {
        answer = (data) => { console.log('echo ' + data); callback(null, data) };
        if (socket) return socket.write(event);
        socket = net.connect(server.address().port, '127.0.0.1', () => socket.write(event)).on('data', (data) => answer(data)); }`;
    const target = fc.target({ 'index.js': source });
    await fc.call(target, { event: Buffer.from('one') });
    const second = await fc.call(target, { event: Buffer.from('two') });
    expect(textOf(second)).toBe('two');
    expect(second.log.lines.some((line) => line.endsWith(`${second.requestId} [verbose] echo two`))).toBe(true);
  });

  test('is waited for when the context asks for it', async () => {
    const source = `let done = []; exports.handler = (event, context, callback) => {
      context.waitsForEmptyEventLoopBeforeCallback = true;
      if (done.length === 0) setTimeout(() => done.push('timer'), 50);
      done.push(String(event)); callback(null, done) }`;
    const target = fc.target({ 'index.js': source });
    await fc.call(target, { event: Buffer.from('a') });
    expect(jsonOf(await fc.call(target, { event: Buffer.from('b') }))).toEqual(['a', 'timer', 'b']);
  });
});
