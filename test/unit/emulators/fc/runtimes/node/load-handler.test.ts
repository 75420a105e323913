/** How the Node.js runtimes find a handler, and what it finds around it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CREDENTIALS, jsonOf, startTestPool, type TestPool, textOf } from '../../../../../../test/support/fc-pool.ts';

let fc: TestPool;
beforeAll(async () => {
  fc = await startTestPool();
});
afterAll(() => fc.close());

/** A CommonJS function of this source, run once. */
const run = (source: string, overrides: Parameters<TestPool['target']>[1] = {}) =>
  fc.call(fc.target({ 'index.js': source }, overrides));

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
