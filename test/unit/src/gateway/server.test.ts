/** The one port over real sockets: whole answers, hostile bytes, clients that leave, and a close that lets calls end. */
import { once } from 'node:events';
import { Agent, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type GatewayServer, startServer } from '../../../../src/gateway/server.ts';
import { type Cancel, type Clock, createClock } from '../../../../src/kernel/clock.ts';
import { createLogger } from '../../../../src/kernel/logger.ts';
import type { Handler } from '../../../../src/kernel/pipeline.ts';
import type { WireReply, WireRequest } from '../../../../src/kernel/wire.ts';
import { lineStream } from '../../../support/line-stream.ts';

let edge: Handler;
let server: GatewayServer;
let logged: string[];
let hostTimers: Map<number, () => void>;

const onConsole = (request: IncomingMessage, response: ServerResponse) => void response.end(`console ${request.url}`);

beforeEach(async () => {
  edge = () => Promise.resolve({ status: 200, body: 'ok' });
  logged = [];
  hostTimers = new Map();
  server = await start();
});

afterEach(() => server.close(0));

function start(): Promise<GatewayServer> {
  const clock = watchedClock();
  const out = lineStream((line) => logged.push(line));
  const logger = createLogger({ clock, out, level: 'debug', format: 'json' });
  return startServer({
    host: '127.0.0.1',
    port: 0,
    edge: (request) => edge(request),
    console: onConsole,
    clock,
    logger,
  });
}

/** The real clock, which also tells what host timers are under way. */
function watchedClock(): Clock {
  const clock = createClock();
  const afterHostMs = (delayMs: number, work: () => void): Cancel => {
    hostTimers.set(delayMs, work);
    const cancel = clock.afterHostMs(delayMs, work);
    return () => {
      hostTimers.delete(delayMs);
      cancel();
    };
  };
  return { ...clock, afterHostMs };
}

function answering(reply: WireReply): void {
  edge = () => Promise.resolve(reply);
}

/** The client's side of the connection ends here. */
const END = Symbol('end');

/** Sends raw bytes and reads until the server ends the connection. */
async function raw(...parts: (string | Buffer | typeof END)[]): Promise<string> {
  const socket = connect(server.port, '127.0.0.1');
  for (const part of parts)
    if (part === END) socket.end();
    else socket.write(part);
  return (await read(socket)).toString('latin1');
}

async function read(socket: Socket): Promise<Buffer> {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  socket.on('error', () => undefined);
  await once(socket, 'close');
  return Buffer.concat(chunks);
}

const GET = 'GET /b/k HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n';

function request(method: string, path: string, options: { agent?: Agent; headers?: Record<string, string> } = {}) {
  return httpRequest({ host: '127.0.0.1', port: server.port, method, path, ...options });
}

async function fetched(
  method: string,
  path: string,
  options: Parameters<typeof request>[2] = {},
): Promise<IncomingMessage & { text: string }> {
  const sent = request(method, path, options);
  sent.end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  return Object.assign(response, { text: await text(response) });
}

describe('an answer', () => {
  test.each<[string, string, WireReply, RegExp, RegExp | undefined, string]>([
    [
      'of text has its length in bytes',
      'GET',
      { status: 200, body: '中' },
      /Content-Length: 3\r\n/,
      undefined,
      '\xe4\xb8\xad',
    ],
    [
      'of bytes has its length',
      'GET',
      { status: 200, body: new Uint8Array([1, 2]) },
      /Content-Length: 2\r\n/,
      undefined,
      '\x01\x02',
    ],
    ['without a body has the length 0', 'PUT', { status: 200 }, /Content-Length: 0\r\n/, /Transfer-Encoding/i, ''],
    [
      '204 has neither body nor length',
      'DELETE',
      { status: 204, body: 'ignored' },
      /^HTTP\/1.1 204 No Content\r\n/,
      /Content-Length|Transfer-Encoding/i,
      '',
    ],
    [
      '304 has neither body nor length',
      'GET',
      { status: 304, headers: { ETag: '"a"' } },
      /ETag: "a"\r\n/,
      /Content-Length|Transfer-Encoding/i,
      '',
    ],
    [
      'to HEAD has the length its body would have',
      'HEAD',
      { status: 200, body: 'four' },
      /Content-Length: 4\r\n/,
      undefined,
      '',
    ],
    [
      'to HEAD keeps the length that was set',
      'HEAD',
      { status: 200, headers: { 'content-length': '12345' } },
      /content-length: 12345\r\n/,
      /Content-Length: 0/,
      '',
    ],
    [
      'to HEAD sends nothing of a stream',
      'HEAD',
      { status: 200, headers: { 'Content-Length': '9' }, body: Readable.from(['nine bytes']) },
      /Content-Length: 9\r\n/,
      undefined,
      '',
    ],
    [
      'may repeat a header',
      'GET',
      { status: 200, headers: { 'Set-Cookie': ['a=1', 'b=2'] } },
      /Set-Cookie: a=1\r\nSet-Cookie: b=2\r\n/,
      undefined,
      '',
    ],
    [
      'writes headers as UTF-8',
      'GET',
      { status: 200, headers: { 'x-oss-meta-n': '中' } },
      /x-oss-meta-n: \xe4\xb8\xad\r\n/,
      undefined,
      '',
    ],
    [
      'names a file in any script, whatever header comes before',
      'GET',
      {
        status: 200,
        headers: { 'Content-Length': '1', 'Content-Disposition': 'attachment; filename="中\ufffd.txt"' },
        body: 'x',
      },
      /Content-Disposition: attachment; filename="\xe4\xb8\xad\xef\xbf\xbd.txt"\r\n/,
      undefined,
      'x',
    ],
    [
      'can not be split by a line end in a header',
      'GET',
      { status: 200, headers: { 'x-a': '1\r\nx-evil: 1\r\n\r\nbody' } },
      /x-a: 1 {2}x-evil: 1 {4}body\r\n/,
      /^x-evil/m,
      '',
    ],
    [
      'can not be split by a line end among UTF-8',
      'GET',
      { status: 200, headers: { 'x-a': '中\r\nx-evil: 1', 'x-b': ['\n', '中\n'] } },
      /x-a: \xe4\xb8\xad {2}x-evil: 1\r\n/,
      /^x-evil/m,
      '',
    ],
    [
      'takes other control characters out of a header',
      'GET',
      { status: 200, headers: { 'content-disposition': 'a\x01\x1f\x7f\tb\0' } },
      /content-disposition: a {3}\tb \r\n/,
      undefined,
      '',
    ],
    [
      'can not be split by characters whose low byte is a line end',
      'GET',
      { status: 200, headers: { 'x-a': '\u010d\u010ax-evil: 1' } },
      /x-a: \xc4\x8d\xc4\x8ax-evil: 1\r\n/,
      /^x-evil/m,
      '',
    ],
  ])('%s', async (_what, method, reply, present, absent, body) => {
    answering(reply);
    const answer = await raw(GET.replace('GET', method));
    const cut = answer.indexOf('\r\n\r\n');
    expect(answer.slice(0, cut + 2)).toMatch(present);
    if (absent) expect(answer.slice(0, cut)).not.toMatch(absent);
    expect(answer.slice(cut + 4)).toBe(body);
    expect(logged.join('')).not.toContain('could not be sent');
  });

  test('streams a body of any length', async () => {
    answering({
      status: 200,
      headers: { 'Content-Length': String(3 * 2 ** 20) },
      body: Readable.from(Array(3).fill(Buffer.alloc(2 ** 20, 'a'))),
    });
    expect((await fetched('GET', '/')).text).toHaveLength(3 * 2 ** 20);
  });

  test('whose stream breaks is cut, never ended as if it were whole', async () => {
    answering({
      status: 200,
      body: Readable.from(
        (function* () {
          yield Buffer.from('half');
          throw new Error('the disk is gone');
        })(),
      ),
    });
    const answer = await raw(GET);
    expect(answer).not.toMatch(/\r\n0\r\n\r\n$/);
    expect(logged.join('')).toContain('the disk is gone');
  });

  test.each([3, 30])(
    'whose stream has another length than was announced (%i for 10) is cut, for the next answer would be read as its rest',
    async (length) => {
      answering({ status: 200, headers: { 'Content-Length': '10' }, body: Readable.from([Buffer.alloc(length, 'a')]) });
      const socket = connect(server.port, '127.0.0.1');
      socket.write('GET /a HTTP/1.1\r\nHost: x\r\n\r\n');
      const answer = (await read(socket)).toString();
      expect(answer.split('\r\n\r\n')[1]?.length ?? 0).toBeLessThanOrEqual(10);
      expect(logged.join('')).toContain('could not be sent');
    },
  );

  test('that can not be written gives its stream back and tells the client that it is our fault', async () => {
    const body = Readable.from(['never read']);
    answering({ status: 200, headers: { 'Content-Length': '1', 'bad name': '1' }, body });
    const [head = '', said = ''] = (await raw(GET)).split('\r\n\r\n');
    expect(head).toMatch(/^HTTP\/1.1 500 Internal Server Error\r\n/);
    expect(said).toContain('LocalYun failed to answer');
    expect(head).toMatch(new RegExp(`^Content-Length: ${said.length}$`, 'm'));
    expect(body.destroyed).toBe(true);
    expect(logged.join('')).toContain('could not be sent');
  });

  test('that never comes, for the room threw, is a 500 and is logged', async () => {
    edge = () => Promise.reject(new Error('the room is broken'));
    expect(await raw(GET)).toMatch(/^HTTP\/1.1 500 /);
    expect(logged.join('')).toContain('the room is broken');
  });
});

describe('a request', () => {
  test('arrives with raw path, decoded headers and where it came from', async () => {
    let seen: WireRequest | undefined;
    edge = (wire) => {
      seen = wire;
      return Promise.resolve({ status: 200 });
    };
    await raw(
      'PUT /b/%2e%2E/%zz?a=+%2B HTTP/1.1\r\nHost: x\r\nX-N: ',
      Buffer.from('中'),
      '\r\nx-n: 2\r\nConnection: close\r\n\r\n',
    );
    expect(seen).toMatchObject({
      method: 'PUT',
      rawPath: '/b/%2e%2E/%zz',
      query: [['a', ' +']],
      headers: { 'x-n': '中,2' },
      remoteAddress: '127.0.0.1',
      endpoint: server.endpoint,
    });
  });

  test.each(['/_localyun', '/_localyun/health', '/_localyun?x=1', 'http://127.0.0.1:9580/_localyun/health'])(
    'for %s goes to the console',
    async (path) => {
      expect(await raw(GET.replace('/b/k', path))).toContain(`console ${path}`);
    },
  );

  test.each(['/_localyunx', '/b/_localyun/', '/', '/%5flocalyun/health'])('for %s goes to the rooms', async (path) => {
    expect(await raw(GET.replace('/b/k', path))).toMatch(/ok$/);
  });

  test('with a length and chunks has the chunks for its body, and is the last of its connection', async () => {
    edge = async (wire) => ({ status: 200, body: await text(wire.body) });
    const head = 'PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n';
    const answer = await raw(`${head}5\r\nhello\r\n0\r\n\r\n${GET}`);
    expect(answer).toMatch(/^HTTP\/1.1 200 OK\r\n[\s\S]*Connection: close\r\n[\s\S]*hello$/);
  });

  test.each(['xchunked', 'gzip', 'chunked, gzip', ''])(
    'whose body ends nowhere (Transfer-Encoding: %s) is refused',
    async (encoding) => {
      const head = `PUT / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: ${encoding}\r\n\r\n`;
      expect(await raw(`${head}5\r\nhello\r\n0\r\n\r\n`)).toMatch(/^HTTP\/1.1 400 /);
    },
  );

  test('to read something is answered at once though it announced a body, and is the last of its connection', async () => {
    const answer = await raw('GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1.1 200 OK\r\n[\s\S]*Connection: close\r\n[\s\S]*ok$/);
  });

  test('that waits for 100-continue is told to go on', async () => {
    edge = async (wire) => ({ status: 200, body: await text(wire.body) });
    const sent = request('PUT', '/b/k', { headers: { expect: '100-continue', 'content-length': '5' } });
    sent.flushHeaders();
    await once(sent, 'continue');
    sent.end('hello');
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    expect(await text(response)).toBe('hello');
  });

  test('after another comes on the same connection', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const ports = new Set<number | undefined>();
    for (let i = 0; i < 3; i++) {
      const sent = request('GET', '/', { agent });
      sent.once('socket', (socket: Socket) => socket.connecting || ports.add(socket.localPort));
      sent.once('response', (response: IncomingMessage) => ports.add(response.socket.localPort));
      sent.end();
      const [response] = (await once(sent, 'response')) as [IncomingMessage];
      await text(response);
    }
    agent.destroy();
    expect(ports.size).toBe(1);
  });

  test('pipelined behind another is answered in order', async () => {
    edge = (wire) => Promise.resolve({ status: 200, body: wire.rawPath });
    const answer = await raw('GET /1 HTTP/1.1\r\nHost: x\r\n\r\n', GET.replace('/b/k', '/2'));
    expect(answer.match(/^\/\d/gm)).toEqual(['/1', '/2']);
  });
});

describe('calls sent ahead of the answers', () => {
  const call = (path: string, more = '') => `GET ${path} HTTP/1.1\r\nHost: x\r\n${more}\r\n`;

  test('are served one after the other, each seeing what those before it did', async () => {
    const seen: string[] = [];
    edge = async ({ rawPath }) => {
      seen.push(`begin ${rawPath}`);
      await new Promise((resolve) => setImmediate(resolve));
      seen.push(`end ${rawPath}`);
      return { status: 200, body: rawPath };
    };
    const answer = await raw(call('/a') + call('/b') + call('/c', 'Connection: close\r\n'));
    expect(seen).toEqual(['a', 'b', 'c'].flatMap((name) => [`begin /${name}`, `end /${name}`]));
    expect(answer.match(/HTTP\/1\.1 200 OK/g)).toHaveLength(3);
  });

  test('are never served when the client has gone before their turn', async () => {
    const seen: string[] = [];
    let go = () => {};
    edge = ({ rawPath }) => {
      seen.push(rawPath);
      return new Promise((resolve) => {
        go = () => resolve({ status: 200, body: 'ok' });
      });
    };
    const socket = connect(server.port, '127.0.0.1');
    socket.write(call('/a') + call('/b'));
    while (seen.length === 0) await new Promise((resolve) => setImmediate(resolve));
    socket.destroy();
    await once(socket, 'close');
    go();
    // Nothing is left that a stop would have to wait for.
    await server.drain();
    expect(seen).toEqual(['/a']);
  });

  test('may be a thousand; a connection with more is cut', async () => {
    let go = () => {};
    edge = () =>
      new Promise((resolve) => {
        go = () => resolve({ status: 200, body: 'ok' });
      });
    const socket = connect(server.port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write(call('/a').repeat(1002));
    await once(socket, 'close');
    go();
    edge = () => Promise.resolve({ status: 200, body: 'ok' });
    const answer = await raw(call('/a').repeat(1000) + call('/z', 'Connection: close\r\n'));
    expect(answer.match(/HTTP\/1\.1 200 OK/g)).toHaveLength(1001);
  });
});

describe('an early answer', () => {
  const SIZE = 8 * 2 ** 20;
  const head = (connection: string) =>
    `PUT /b/k HTTP/1.1\r\nHost: x\r\nContent-Length: ${SIZE}\r\nConnection: ${connection}\r\n\r\n`;

  test.each(['close', 'keep-alive'])(
    'to a large upload that nobody reads reaches a client that sends all before it reads (%s)',
    async (connection) => {
      answering({ status: 403, body: 'refused' });
      const socket = connect({ port: server.port, host: '127.0.0.1' });
      socket.pause();
      socket.write(head(connection));
      await new Promise<void>((resolve, reject) => {
        socket.once('error', reject);
        socket.write(Buffer.alloc(SIZE), () => resolve());
      });
      if (connection === 'keep-alive') socket.write(GET);
      socket.resume();
      const answer = (await read(socket)).toString();
      expect(answer).toMatch(/^HTTP\/1.1 403 .*refused/s);
      expect(answer.match(/HTTP\/1.1 403/g)).toHaveLength(connection === 'close' ? 1 : 2);
      expect([...hostTimers.keys()]).toEqual([]);
    },
  );

  test('is there at once, while the upload is still under way', async () => {
    answering({ status: 403, body: 'refused' });
    const socket = connect({ port: server.port, host: '127.0.0.1' });
    socket.write(head('close'));
    const [chunk] = (await once(socket, 'data')) as [Buffer];
    expect(chunk.toString()).toMatch(/^HTTP\/1.1 403 /);
    socket.destroy();
  });

  test('leaves no timer behind when the client goes away without sending the rest', async () => {
    answering({ status: 403 });
    const socket = connect({ port: server.port, host: '127.0.0.1' });
    socket.write(head('keep-alive'));
    await once(socket, 'data');
    socket.destroy();
    await expect.poll(() => [...hostTimers.keys()]).toEqual([]);
  });
});

describe('a client that goes away', () => {
  test('in the middle of a download gives its stream back, also while that has nothing to send', async () => {
    for (const headers of [{}, { 'Content-Length': '1000' }]) {
      const body = new Readable({ read() {} });
      answering({ status: 200, headers, body });
      const socket = connect(server.port, '127.0.0.1');
      socket.write(GET);
      body.push('first');
      await once(socket, 'data');
      const closed = once(body, 'close');
      socket.destroy();
      await closed;
    }
    expect(logged.join('')).not.toContain('could not be sent');
  });

  test('aborts the signal of its call, and the late answer harms nobody', async () => {
    let answer: (reply: WireReply) => void = () => undefined;
    const arrived = new Promise<WireRequest>((resolve) => {
      edge = (wire) => {
        resolve(wire);
        return new Promise((done) => {
          answer = done;
        });
      };
    });
    const socket = connect(server.port, '127.0.0.1');
    socket.write(GET);
    const { signal } = await arrived;
    const aborted = once(signal(), 'abort');
    socket.destroy();
    await aborted;
    const body = Readable.from(['late']);
    answer({ status: 200, body });
    await once(body, 'close').catch(() => undefined);
    edge = () => Promise.resolve({ status: 200, body: 'ok' });
    expect((await fetched('GET', '/')).text).toBe('ok');
    expect(logged.join('')).not.toContain('could not be sent');
  });

  test('in the middle of its upload breaks the body off', async () => {
    const failed = new Promise<unknown>((resolve) => {
      edge = async (wire) => {
        await text(wire.body).catch(resolve);
        return { status: 200 };
      };
    });
    const socket = connect(server.port, '127.0.0.1');
    socket.write('PUT /b/k HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf');
    await once(socket, 'connect');
    socket.end();
    socket.on('error', () => undefined);
    expect(await failed).toMatchObject({ code: 'ECONNRESET' });
  });

  test.each([
    ['before the call was answered', (wire: WireRequest) => text(wire.body)],
    ['after it was refused unread', () => Promise.reject(new Error('refused'))],
  ])('or only ends its side too early reads the answer all the same, %s', async (_when, readBody) => {
    const seen: unknown[] = [];
    edge = async (wire) => {
      const body = await readBody(wire).catch((error: unknown) => {
        seen.push(error);
        return String(error);
      });
      return { status: 400, body: `refused: ${body}` };
    };
    for (const length of ['Content-Length: 10', 'Transfer-Encoding: chunked']) {
      const socket = connect(server.port, '127.0.0.1');
      socket.end(`PUT /b/k HTTP/1.1\r\nHost: x\r\n${length}\r\n\r\n4\r\n`);
      expect((await read(socket)).toString()).toMatch(/^HTTP\/1.1 400 .*refused: Error/s);
    }
    expect(seen).toHaveLength(2);
    expect([...hostTimers.keys()]).toEqual([]);
    expect(logged.join('')).not.toContain('could not be sent');
  });

  test('ends the body early of the last of its calls only', async () => {
    edge = async (wire) => ({ status: 200, body: `${wire.rawPath}: ${await text(wire.body).catch(() => 'broken')}\n` });
    const whole = 'PUT /1 HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nok';
    const answer = await raw(whole, 'PUT /2 HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\no', END);
    expect(answer.match(/^\/\d: .*/gm)).toEqual(['/1: ok', '/2: broken']);
  });

  test('does not abort the signal of a call that was answered', async () => {
    let signal: AbortSignal | undefined;
    edge = (wire) => {
      signal = wire.signal();
      return Promise.resolve({ status: 200, body: 'ok' });
    };
    await raw(GET);
    expect(signal?.aborted).toBe(false);
  });
});

describe('bytes that are no HTTP', () => {
  const BIG = 'a'.repeat(40 * 1024);
  test.each<[string, string | Buffer, number]>([
    ['garbage', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc', 400],
    ['a broken request line', 'GET\r\n\r\n', 400],
    ['a header without a colon', 'GET / HTTP/1.1\r\nHost x\r\n\r\n', 400],
    ['a null in a header', 'GET / HTTP/1.1\r\nHost: x\r\nX-A: \0\r\n\r\n', 400],
    ['a negative length', 'PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n', 400],
    ['a control character in a header', 'GET / HTTP/1.1\r\nHost: x\r\nX-A: a\x01b\r\n\r\n', 400],
    ['a length that is no number', 'PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 1x\r\n\r\n', 400],
    ['chunks without a length', 'PUT / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n', 400],
    ['no host', 'GET / HTTP/1.1\r\n\r\n', 400],
    ['headers beyond the limit', `GET / HTTP/1.1\r\nHost: x\r\nX-A: ${BIG}\r\n\r\n`, 431],
    ['a target beyond the limit', `GET /${BIG} HTTP/1.1\r\nHost: x\r\n\r\n`, 431],
  ])('such as %s are answered with %i on a connection that ends', async (_what, bytes, status) => {
    expect(await raw(bytes)).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(logged.join('')).not.toContain('"error"');
  });

  test('and are https are told in the log, for clients try that again and again without a word', async () => {
    await raw(Buffer.from([0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc]));
    expect(logged.join('')).toMatch(/"warn".*A client speaks https, and this port speaks http/);
    logged.length = 0;
    await raw(Buffer.from([0x16]));
    await raw('garbage');
    expect(logged.join('')).not.toContain('https');
  });

  test.each<[string, string]>([
    ['headers that fit', `GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-A: ${'a'.repeat(31 * 1024)}\r\n\r\n`],
    ['many headers', `GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${'a:b\r\n'.repeat(900)}\r\n`],
  ])('are not %s', async (_what, bytes) => {
    expect(await raw(bytes)).toMatch(/ok$/);
  });

  test('behind a request whose answer is under way never get into that answer', async () => {
    const body = new Readable({ read() {} });
    answering({ status: 200, body });
    const socket = connect(server.port, '127.0.0.1');
    socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    body.push('first');
    await once(socket, 'data');
    const rest = read(socket);
    socket.write('\0garbage\r\n\r\n');
    expect((await rest).toString()).not.toContain('400 Bad Request');
    expect(body.destroyed).toBe(true);
  });

  test('from a client that never ends its side hold no connection', async () => {
    const socket = connect({ port: server.port, host: '127.0.0.1', allowHalfOpen: true });
    socket.write('garbage\r\n\r\n');
    const [chunk] = (await once(socket, 'data')) as [Buffer];
    expect(chunk.toString()).toMatch(/^HTTP\/1.1 400 /);
    const [[, runOut] = []] = [...hostTimers];
    runOut?.();
    await expect.poll(() => [...hostTimers.keys()]).toEqual([]);
    socket.destroy();
  });
});

describe('closing', () => {
  function held() {
    let answer: (reply: WireReply) => void = () => undefined;
    const arrived = new Promise<void>((resolve) => {
      edge = () => {
        resolve();
        return new Promise((done) => {
          answer = done;
        });
      };
    });
    return { arrived, answer: (reply: WireReply) => answer(reply) };
  }

  test('lets a running call end, then is done without waiting for its kept connection or for the rest of the grace', async () => {
    const call = held();
    const agent = new Agent({ keepAlive: true });
    const running = fetched('GET', '/', { agent });
    await call.arrived;
    const closing = server.close(60_000);
    call.answer({ status: 200, body: 'in time' });
    expect((await running).text).toBe('in time');
    await closing;
    agent.destroy();
    expect([...hostTimers.keys()]).toEqual([]);
  });

  test('cuts what still runs when the grace is over', async () => {
    const call = held();
    const running = raw(GET);
    await call.arrived;
    await server.close(10);
    expect(await running).toBe('');
  });

  test('takes no new connection and closes idle ones at once', async () => {
    const idle = connect(server.port, '127.0.0.1');
    idle.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await once(idle, 'data');
    const ended = once(idle, 'close');
    await server.close(60_000);
    await ended;
    const late = connect(server.port, '127.0.0.1');
    const [error] = (await once(late, 'error')) as [NodeJS.ErrnoException];
    expect(error.code).toBe('ECONNREFUSED');
  });

  test('refuses while it drains whoever comes new, but lets running functions ask what they need to end', async () => {
    const call = held();
    const agent = new Agent({ keepAlive: true });
    const running = fetched('GET', '/running', { agent });
    await call.arrived;
    edge = (wire) => Promise.resolve({ status: 200, body: wire.rawPath });
    let isDrained = false;
    const drained = server.drain().then(() => {
      isDrained = true;
    });
    const late = await fetched('GET', '/late', { agent });
    expect([late.statusCode, late.headers.connection, late.headers['retry-after']]).toEqual([503, 'close', '5']);
    expect(late.text).toContain('LocalYun is stopping');
    for (const authorization of [
      'OSS STS.abc:sig',
      'OSS4-HMAC-SHA256 Credential=STS.abc/20260101/r/oss/v4,Signature=1',
    ])
      expect((await fetched('PUT', '/result', { headers: { authorization } })).text).toBe('/result');
    expect((await fetched('GET', '/k?OSSAccessKeyId=STS.abc&Signature=1')).text).toBe('/k');
    expect(isDrained).toBe(false);
    call.answer({ status: 200, body: 'in time' });
    expect((await running).text).toBe('in time');
    await drained;
    await server.close(60_000);
    agent.destroy();
  });

  test('drains at once when nothing runs', async () => {
    await server.drain();
    await server.drain();
    expect((await fetched('GET', '/')).statusCode).toBe(503);
  });

  test('twice is no error', async () => {
    await Promise.all([server.close(10), server.close(10)]);
  });
});

test('a taken port is refused with the reason of the system', async () => {
  const clock = createClock();
  const logger = createLogger({ clock, out: lineStream(), level: 'silent', format: 'json' });
  const taken = startServer({ host: '127.0.0.1', port: server.port, edge, console: onConsole, clock, logger });
  await expect(taken).rejects.toMatchObject({ code: 'EADDRINUSE' });
});

test('writes its endpoint as a client has to, also on IPv6', async () => {
  expect(server.endpoint).toBe(`127.0.0.1:${server.port}`);
  const clock = createClock();
  const logger = createLogger({ clock, out: lineStream(), level: 'silent', format: 'json' });
  const six = await startServer({ host: '::1', port: 0, edge, console: onConsole, clock, logger });
  expect(six.endpoint).toBe(`[::1]:${six.port}`);
  await six.close(0);
});
