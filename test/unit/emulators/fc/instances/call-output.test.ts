/** What a function prints, and what it leaves behind. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LOG_BYTES_PER_CALL_MAX, LOG_LINE_BYTES_MAX } from '../../../../../emulators/fc/instances/limits.ts';
import { jsonOf, startTestPool, type TestPool, textOf } from '../../../../../test/support/fc-pool.ts';

let fc: TestPool;
beforeAll(async () => {
  fc = await startTestPool();
});
afterAll(() => fc.close());

/** A CommonJS function of this source, run once. */
const run = (source: string, overrides: Parameters<TestPool['target']>[1] = {}) =>
  fc.call(fc.target({ 'index.js': source }, overrides));

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
