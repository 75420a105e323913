/** Commands find their stack, call it, and turn every failure into one sentence. */
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type CommandContext, CommandError, callAdmin, findStack } from '../../../../src/cli/command.ts';
import { showEvent } from '../../../../src/cli/events.ts';
import { writeRunFile } from '../../../../src/cli/run-file.ts';
import { status } from '../../../../src/cli/status.ts';
import { stop } from '../../../../src/cli/stop.ts';
import { wait } from '../../../../src/cli/wait.ts';
import { createClock } from '../../../../src/kernel/clock.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

let cwd: string;
let server: Server;
let endpoint: string;
let listener: RequestListener;
let asked: string[];

beforeEach(async () => {
  cwd = temporaryFolder();
  asked = [];
  server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    listener(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  answer(200, { status: 'running', version: '1', rooms: { oss: { status: 'running' } } });
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

function answer(code: number, body: unknown): void {
  listener = (_request, response) => {
    response.writeHead(code).end(typeof body === 'string' ? body : JSON.stringify(body));
  };
}

function context(
  env: Record<string, string> = { LOCALYUN_ENDPOINT: endpoint },
  signal = new AbortController().signal,
): CommandContext {
  return { cwd, env, out: new PassThrough(), err: new PassThrough(), signal };
}

const printed = ({ out }: CommandContext) => String((out as PassThrough).read());
const runHere = (pid = process.pid, at = endpoint) =>
  writeRunFile(cwd, {
    endpoint: at,
    region: 'cn-beijing',
    accountId: '1',
    accessKeyId: 'id',
    accessKeySecret: 's',
    pid,
  });

describe('finding the stack', () => {
  test('by the environment first, whose trailing slash means nothing', () => {
    runHere(process.pid, 'http://127.0.0.1:1');
    expect(findStack(context({ LOCALYUN_ENDPOINT: `${endpoint}//` }))).toEqual({ endpoint, run: undefined });
    expect(findStack(context({}))).toMatchObject({ endpoint: 'http://127.0.0.1:1', run: { accessKeyId: 'id' } });
    expect(findStack(context({ LOCALYUN_ENDPOINT: 'http://127.0.0.1:1/' }))).toMatchObject({
      run: { accessKeyId: 'id' },
    });
  });

  test('says how to get one when there is none', () => {
    expect(() => findStack(context({}))).toThrow(/localyun start/);
  });
});

describe('a call of the admin API', () => {
  const stack = () => ({ endpoint, run: undefined });

  test('sends JSON and gives back what came', async () => {
    answer(200, { a: 1 });
    expect(await callAdmin(stack(), 'reset', { method: 'POST', body: {} })).toEqual({ status: 200, body: { a: 1 } });
    expect(asked).toEqual(['POST /_localyun/reset']);
  });

  test('takes an answer that the caller expects, though it is no success', async () => {
    answer(408, { busy: ['x'] });
    expect(await callAdmin(stack(), 'settled', { expected: [408] })).toEqual({ status: 408, body: { busy: ['x'] } });
  });

  test.each<[number, unknown, RegExp]>([
    [400, { message: 'There is no room x.' }, /^There is no room x\.$/],
    [500, {}, /^The admin API answered 500\.$/],
    [404, { message: 7 }, /^The admin API answered 404\.$/],
    [200, '<html>another server</html>', /is no LocalYun/],
    [403, '', /is no LocalYun/],
  ])('answered with %i and %j is one sentence', async (code, body, message) => {
    answer(code, body);
    const failing = callAdmin(stack(), 'health');
    await expect(failing).rejects.toThrow(CommandError);
    await expect(failing).rejects.toThrow(message);
  });

  test.each(['http://127.0.0.1:1', 'no url', 'ftp://127.0.0.1'])(
    'to %s, where nothing answers, is one sentence',
    async (nowhere) => {
      await expect(callAdmin({ endpoint: nowhere, run: undefined }, 'health')).rejects.toThrow(/does not answer at/);
    },
  );

  test('that the user interrupts is an interruption, not a stack that does not answer', async () => {
    listener = () => undefined;
    const interrupt = new AbortController();
    const calling = callAdmin(stack(), 'health', { signal: interrupt.signal });
    interrupt.abort(new Error('SIGINT'));
    await expect(calling).rejects.toThrow('SIGINT');
  });
});

test('status prints the rooms', async () => {
  runHere();
  const here = context({});
  await status(here);
  expect(printed(here)).toBe(`LocalYun 1 is running at ${endpoint} (pid ${process.pid})\n  oss          running\n`);
});

describe('wait', () => {
  const clock = createClock();

  test('says when it is ready and when it has settled', async () => {
    const here = context();
    await wait(here, clock, { what: 'ready', timeout: '1s' });
    await wait(here, clock, { what: 'settled', timeout: '1s' });
    expect(printed(here)).toBe('ready\nsettled\n');
  });

  test('keeps looking until the stack is there', async () => {
    let calls = 0;
    listener = (_request, response) => {
      response.writeHead(++calls < 3 ? 503 : 200).end('{}');
    };
    await wait(context(), clock, { what: 'ready', timeout: '10s' });
    expect(calls).toBe(3);
  });

  test('never asks for longer than the admin API lets it', async () => {
    await wait(context(), clock, { what: 'settled', timeout: '2d' });
    const { searchParams } = new URL(asked.at(-1)?.split(' ')[1] ?? '', endpoint);
    expect(Number(searchParams.get('timeoutMs'))).toBeLessThanOrEqual(600_000);
  });

  test('says what is still under way', async () => {
    listener = (request, response) => {
      if (request.url?.endsWith('health')) response.end('{}');
      else response.writeHead(408).end('{"settled":false,"busy":["1 delivery","2 facts"]}');
    };
    await expect(wait(context(), clock, { what: 'settled', timeout: '1ms' })).rejects.toThrow(
      /Not settled after 1ms.*1 delivery; 2 facts/,
    );
  });

  test('gives up with the last reason', async () => {
    await expect(wait(context({}), clock, { what: 'ready', timeout: '0' })).rejects.toThrow(
      /Not ready after 0.*localyun start/,
    );
  });

  test('refuses what is no duration', async () => {
    await expect(wait(context(), clock, { what: 'ready', timeout: 'soon' })).rejects.toThrow(RangeError);
  });
});

describe('stop', () => {
  test('says that nothing was started here', async () => {
    await expect(stop(context({}), createClock())).rejects.toThrow(/No LocalYun was started from this folder/);
  });

  test('sends no signal to a process that got the number of one that is gone', async () => {
    // Were it sent, this very process would get it.
    let signals = 0;
    const count = () => void signals++;
    process.on('SIGTERM', count);
    runHere(process.pid, 'http://127.0.0.1:1');
    await expect(stop(context({}), createClock())).rejects.toThrow(/does not answer at/);
    answer(200, 'another server');
    runHere(process.pid, endpoint);
    await expect(stop(context({}), createClock())).rejects.toThrow(/is no LocalYun/);
    process.off('SIGTERM', count);
    expect(signals).toBe(0);
  });
});

test('events show prints all digits of a number that ECMAScript has none for', async () => {
  answer(200, '{"event":{"data":{"n":1234567890123456789,"m":[1e400]}},"bus":"default"}');
  const here = context();
  await showEvent(here, 'id', { json: true });
  expect(printed(here)).toBe('{"event":{"data":{"n":1234567890123456789,"m":[1e400]}},"bus":"default"}\n');
});
