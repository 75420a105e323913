/** The contract of the Node.js runtimes: results and errors. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FunctionTarget } from '../../../../../../emulators/fc/instances/function-target.ts';
import { PAYLOAD_BYTES_MAX } from '../../../../../../emulators/fc/instances/limits.ts';
import { jsonOf, startTestPool, type TestPool, textOf } from '../../../../../../test/support/fc-pool.ts';

let fc: TestPool;
beforeAll(async () => {
  fc = await startTestPool();
});
afterAll(() => fc.close());

/** A CommonJS function of this source, run once. */
const run = (source: string, overrides: Parameters<TestPool['target']>[1] = {}) =>
  fc.call(fc.target({ 'index.js': source }, overrides));

/** Functions that do what their event says: one process each for many small cases. */
let evaluating: FunctionTarget;
let evaluatingBefore18: FunctionTarget;
beforeAll(() => {
  const source = 'exports.handler = async (event) => eval(String(event))';
  evaluating = fc.target({ 'index.js': source });
  const before18 = `exports.handler = (event, context, callback) => {
    const expression = String(event);
    if (expression.startsWith('callback(')) eval(expression);
    else callback(null, eval(expression)) }`;
  evaluatingBefore18 = fc.target({ 'index.js': before18 }, { runtime: 'nodejs14' });
});

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
    const event = Buffer.from(expression);
    expect(textOf(await fc.call(evaluating, { event }))).toBe(expected);
    const byCallback = await fc.call(evaluatingBefore18, { event });
    expect([byCallback.outcome, textOf(byCallback)]).toEqual(['returned', expected]);
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
    const event = Buffer.from(`callback(${expression})`);
    const result = await fc.call(evaluatingBefore18, { event });
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
      const result = await fc.call(evaluating, { event: Buffer.from(`throw ${thrown}`) });
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
