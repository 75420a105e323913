/** What node:http hands over becomes a request whose raw target is kept and whose query and headers are decoded once. */
import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { decodeQuery, toWireRequest } from '../../../../src/gateway/wire-request.ts';

interface Arrived {
  url?: string;
  rawHeaders?: string[];
  remoteAddress?: string | undefined;
}

/** Reading a request must not make the signal that few calls listen to. */
const notAsked = () => {
  throw new Error('Nobody asked for the signal.');
};

function arrive(arrived: Arrived) {
  return read(arrived) ?? expect.fail('It could not be read.');
}

function read({ url = '/', rawHeaders = [], remoteAddress = '127.0.0.1' }: Arrived) {
  const message = Object.assign(new Readable(), { method: 'GET', url, rawHeaders, socket: { remoteAddress } });
  return toWireRequest(message as unknown as IncomingMessage, { endpoint: '127.0.0.1:9580', signal: notAsked });
}

describe('the target', () => {
  test.each([
    ['/', '/', ''],
    ['/b/k?acl', '/b/k', 'acl'],
    ['/b/%E4%B8%AD%2f/../x%zz?a=%zz', '/b/%E4%B8%AD%2f/../x%zz', 'a=%zz'],
    ['/b/k?a=1?b=2', '/b/k', 'a=1?b=2'],
    ['/b/k?', '/b/k', ''],
    ['//b//k', '//b//k', ''],
    ['http://localhost:9580/b/k?acl', '/b/k', 'acl'],
    ['HTTPS://b.oss.example.com/k', '/k', ''],
    ['http://localhost:9580', '/', ''],
    ['http://localhost:9580?acl', '/', 'acl'],
    ['/http://x/y', '/http://x/y', ''],
    ['*', '*', ''],
  ])('%s has the raw path %s and the raw query %j', (url, rawPath, rawQuery) => {
    expect(arrive({ url })).toMatchObject({ rawPath, rawQuery });
  });
});

describe('the query', () => {
  test.each<[string, [string, string][]]>([
    ['', []],
    ['acl', [['acl', '']]],
    ['acl=', [['acl', '']]],
    [
      'a=1&b=2&a=3',
      [
        ['a', '1'],
        ['b', '2'],
        ['a', '3'],
      ],
    ],
    ['&&a=1&', [['a', '1']]],
    ['=1', [['', '1']]],
    ['a=b=c', [['a', 'b=c']]],
    ['a+b=c+d', [['a b', 'c d']]],
    ['a%2Bb=c%2bd', [['a+b', 'c+d']]],
    ['k=%E4%B8%AD%2F', [['k', '中/']]],
    ['k=%2541', [['k', '%41']]],
    [
      'k=%zz&l=%&m=%E4%B8',
      [
        ['k', '%zz'],
        ['l', '%'],
        ['m', '%E4%B8'],
      ],
    ],
    ['k=%00', [['k', '\0']]],
    [
      '__proto__=1&constructor=2',
      [
        ['__proto__', '1'],
        ['constructor', '2'],
      ],
    ],
  ])('%j is %j', (raw, pairs) => {
    expect(decodeQuery(raw)).toEqual(pairs);
  });
});

describe('headers', () => {
  test.each<[string, string[], Record<string, string>]>([
    [
      'have names in lower case',
      ['Content-TYPE', 'a/b', 'X-Oss-Meta-A', 'V'],
      { 'content-type': 'a/b', 'x-oss-meta-a': 'V' },
    ],
    ['that repeat are joined in order', ['x-a', '1', 'X-A', '2', 'x-a', ''], { 'x-a': '1,2,' }],
    [
      'are read as UTF-8',
      ['x-oss-meta-name', Buffer.from('中文 é').toString('latin1')],
      { 'x-oss-meta-name': '中文 é' },
    ],
    ['of plain latin1 are still texts', ['x-a', '\xe9'], { 'x-a': '\ufffd' }],
    [
      'may be named like parts of every object',
      ['constructor', 'c', 'toString', 't', 'hasOwnProperty', 'h'],
      { constructor: 'c', tostring: 't', hasownproperty: 'h' },
    ],
    ['without a value are dropped, not invented', ['x-a', '1', 'odd'], { 'x-a': '1' }],
  ])('%s', (_what, rawHeaders, expected) => {
    const { headers } = arrive({ rawHeaders });
    expect(Object.entries(headers)).toEqual(Object.entries(expected));
  });

  test('may have more different names than are remembered, and longer ones', () => {
    for (let round = 0; round < 2; round++)
      for (let index = 0; index < 1200; index++) {
        const name = `X-Name-${index}${index % 400 === 0 ? '-'.repeat(200) : ''}`;
        expect(Object.entries(arrive({ rawHeaders: [name, 'v'] }).headers)).toEqual([[name.toLowerCase(), 'v']]);
      }
  });

  test('reach no prototype, and absent ones are absent', () => {
    const { headers } = arrive({ rawHeaders: ['__proto__', 'polluted'] });
    expect(Object.entries(headers)).toEqual([['__proto__', 'polluted']]);
    expect(headers.toString).toBeUndefined();
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});

test.each<[string | undefined, string]>([
  ['::ffff:10.0.0.7', '10.0.0.7'],
  ['127.0.0.1', '127.0.0.1'],
  ['::1', '::1'],
  ['fe80::ffff:1', 'fe80::ffff:1'],
])('shows the address %s as %s', (remoteAddress, shown) => {
  expect(arrive({ remoteAddress }).remoteAddress).toBe(shown);
});

test('a socket that is gone already has no address', () => {
  const message = Object.assign(new Readable(), { method: 'GET', url: '/', rawHeaders: [], socket: {} });
  const request = toWireRequest(message as unknown as IncomingMessage, { endpoint: '', signal: notAsked });
  expect(request?.remoteAddress).toBe('');
});

test.each<[string, Arrived]>([
  ['a target', { url: '/b/k\u007f' }],
  ['the name of a header', { rawHeaders: ['x-a\u0001', 'b'] }],
  ['the value of a header', { rawHeaders: ['x-a', 'b\rc'] }],
  ['a value after one that is no ASCII', { rawHeaders: ['x-a', '\u00e4', 'x-b', '\u00e4\u0000'] }],
])('reads nothing where %s holds a control character, the first time and the next', (_where, arrived) => {
  expect([read(arrived), read(arrived)]).toEqual([undefined, undefined]);
});

test('reads a tab in a value like a space', () => {
  expect(arrive({ rawHeaders: ['x-a', 'b\tc'] }).headers).toMatchObject({ 'x-a': 'b\tc' });
});

test.each([
  [['Transfer-Encoding', 'gzip, Chunked'], true],
  [['Transfer-Encoding', 'gzip', 'transfer-encoding', 'chunked'], true],
  [['Transfer-Encoding', 'chunked, gzip'], false],
  [['Transfer-Encoding', 'xchunked'], false],
])('of the headers %j it says whether the end of the body is known: %s', (rawHeaders, isKnown) => {
  expect(read({ rawHeaders }) !== undefined).toBe(isKnown);
});
