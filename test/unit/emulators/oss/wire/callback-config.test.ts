/** What may stand in a callback's configuration, and how each thing that may not is refused. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readCallback, readFormCallback } from '../../../../../emulators/oss/wire/callback-config.ts';
import { stringToSign } from '../../../../../emulators/oss/wire/callback-sender.ts';

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64');
const MINIMAL = { callbackUrl: 'http://127.0.0.1:1/cb', callbackBody: 'a' };
const read = (callback: unknown, variables?: unknown) =>
  readCallback({
    headers: {
      'x-oss-callback': encode(callback),
      ...(variables === undefined ? {} : { 'x-oss-callback-var': encode(variables) }),
    },
    query: [],
  });

test('says nothing where none is asked for', () => {
  expect(readCallback({ headers: {}, query: [] })).toBeUndefined();
  expect(readFormCallback(new Map())).toBeUndefined();
});

test('reads header and parameter alike, with the documented defaults', () => {
  const expected = {
    urls: [new URL('http://127.0.0.1:1/cb')],
    host: undefined,
    bodyType: 'application/x-www-form-urlencoded',
    template: [{ text: 'a' }],
    namesServer: false,
    additionalHeaders: {},
    custom: new Map(),
  };
  expect(read(MINIMAL)).toEqual(expected);
  // A plus sign that nobody escaped is a space by now.
  const odd = encode({ ...MINIMAL, callbackBody: '>>>>>>???' });
  const query = [['callback', odd.replaceAll('+', ' ')]] as const;
  expect(odd).toContain('+');
  expect(readCallback({ headers: {}, query })?.template).toEqual([{ text: '>>>>>>???' }]);
});

test('a form has its variables in fields of their own', () => {
  const fields = new Map([
    ['callback', encode(MINIMAL)],
    ['x:uid', '7'],
    ['key', 'k'],
  ]);
  expect(readFormCallback(fields)?.custom).toEqual(new Map([['x:uid', '7']]));
});

test.each([
  ['http://127.0.0.1:1/a;https://b.example/c?d=e;', ['http://127.0.0.1:1/a', 'https://b.example/c?d=e']],
  ['oss-demo.aliyuncs.com:23450', ['http://oss-demo.aliyuncs.com:23450/']],
  ['121.43.113.8:23456/index.html', ['http://121.43.113.8:23456/index.html']],
  ['localhost:3000/cb', ['http://localhost:3000/cb']],
  ['http://app:3000/cb', ['http://app:3000/cb']],
  ['http://[::1]:80/', ['http://[::1]/']],
  ['http://a.example/%E4%B8%AD?x=%20', ['http://a.example/%E4%B8%AD?x=%20']],
])('takes the addresses %s', (callbackUrl, urls) => {
  expect(read({ ...MINIMAL, callbackUrl })?.urls.map(({ href }) => href)).toEqual(urls);
});

const FIVE = Array.from({ length: 5 }, (_, index) => `http://a${index}.example/`).join(';');

test('takes five addresses, and everything else the page names', () => {
  const full = read(
    {
      ...{ callbackUrl: FIVE, callbackBody: 'a', callbackHost: 'app.example:80', callbackBodyType: 'application/json' },
      ...{ callbackSNI: true, additionalHeaders: { key1: 'val1' } },
    },
    { 'x:键值1': '值1' },
  );
  expect(full).toMatchObject({ host: 'app.example:80', bodyType: 'application/json', namesServer: true });
  expect(full?.additionalHeaders).toEqual({ key1: 'val1' });
  expect(full?.custom).toEqual(new Map([['x:键值1', '值1']]));
});

test.each([
  [{ ...MINIMAL, callbackUrl: 'my' }, 'The callback url configuration is invalid.', '0007-00000004'],
  [{ ...MINIMAL, callbackUrl: 'my.com:test' }, 'The callback url configuration is invalid.', '0007-00000004'],
  [{ ...MINIMAL, callbackUrl: 'ftp://a.example/' }, 'The callback url configuration is invalid.', '0007-00000004'],
  [{ ...MINIMAL, callbackUrl: 'file:///etc/passwd' }, 'The callback url configuration is invalid.', '0007-00000004'],
  [{ ...MINIMAL, callbackUrl: 'http://u:p@a.example/' }, 'The callback url configuration is invalid.', '0007-00000004'],
  [{ ...MINIMAL, callbackUrl: '' }, 'The callback url configuration is invalid.', '0007-00000004'],
  [{ callbackBody: 'a' }, 'The callback url configuration is invalid.', '0007-00000004'],
  [
    { ...MINIMAL, callbackUrl: `${FIVE};http://b.example/` },
    'The number of callback url exceed max value.',
    '0007-00000005',
  ],
  [{ ...MINIMAL, callbackBody: '' }, 'The callback body is empty.', '0007-00000011'],
  [{ callbackUrl: MINIMAL.callbackUrl }, 'The callback body is empty.', '0007-00000011'],
  [{ ...MINIMAL, callbackBodyType: 'text/plain' }, 'The body type of callback is not supported.', '0007-00000012'],
  [{ ...MINIMAL, callbackBodyType: 123 }, 'The body type of callback is not supported.', '0007-00000012'],
  [
    { ...MINIMAL, additionalHeaders: { 'x-oss-test': 'v' } },
    'The additional headers of callback are invalid.',
    '0007-00000026',
  ],
  [
    { ...MINIMAL, additionalHeaders: { 'Content-Length': '9' } },
    'The additional headers of callback are invalid.',
    '0007-00000026',
  ],
  [
    { ...MINIMAL, additionalHeaders: { 'Transfer-Encoding': 'x' } },
    'The additional headers of callback are invalid.',
    '0007-00000026',
  ],
  [
    { ...MINIMAL, additionalHeaders: { a: 'b\r\nc: d' } },
    'The additional headers of callback are invalid.',
    '0007-00000026',
  ],
  [{ ...MINIMAL, additionalHeaders: ['a'] }, 'The additional headers of callback are invalid.', '0007-00000026'],
  [{ ...MINIMAL, callbackHost: 'a\r\nb' }, 'The callback host configuration is invalid.', undefined],
  [{ ...MINIMAL, callbackHost: '' }, 'The callback host configuration is invalid.', undefined],
  [{ ...MINIMAL, callbackSNI: 'yes' }, 'The callbackSNI is not a boolean.', undefined],
  [{ ...MINIMAL, callbackBody: 7 }, 'The callback configuration is not json format.', undefined],
  [[], 'The callback configuration is not json format.', undefined],
  ['text', 'The callback configuration is not json format.', undefined],
  [null, 'The callback configuration is not json format.', undefined],
])('refuses %j', (configuration, message, ec) => {
  expect(() => read(configuration)).toThrow(
    expect.objectContaining({ code: 'InvalidArgument', details: expect.objectContaining({ message, ec }) }),
  );
});

const refused = (message: string, ec?: string) =>
  expect.objectContaining({ code: 'InvalidArgument', details: expect.objectContaining({ message, ec }) });

test('refuses what is no base64, no JSON, or too long by one', () => {
  const given = (header: string) => () => readCallback({ headers: { 'x-oss-callback': header }, query: [] });
  expect(given('x123-*&')).toThrow(refused('The callback configuration is not base64 encoded.', '0007-00000002'));
  expect(given('')).toThrow(refused('The callback configuration is not base64 encoded.', '0007-00000002'));
  expect(given('bm9uZQ==')).toThrow(refused('The callback configuration is not json format.'));
  const padded = (length: number) => {
    const text = JSON.stringify({ ...MINIMAL, callbackBody: '' });
    return encode({ ...MINIMAL, callbackBody: 'x'.repeat((length / 4) * 3 - text.length) });
  };
  expect(padded(5120)).toHaveLength(5120);
  expect(given(padded(5120))).not.toThrow();
  expect(given(padded(5124))).toThrow(refused('The callback configuration is too long.', '0007-00000001'));
});

test('refuses header and parameter at once', () => {
  const headers = { 'x-oss-callback': encode(MINIMAL), 'x-oss-callback-var': encode({}) };
  const both = 'query string parameter or the x-oss-callback header should be specified, not both.';
  expect(() => readCallback({ headers, query: [['callback', encode(MINIMAL)]] })).toThrow(
    refused(`Either the callback ${both}`, '0007-00000027'),
  );
  expect(() => readCallback({ headers, query: [['callback-var', encode({})]] })).toThrow(
    expect.objectContaining({ code: 'InvalidArgument' }),
  );
});

test.each([
  [{ uid: '7' }, 'The key of callback-var must begin with x: and be lower case.'],
  [{ 'x:Uid': '7' }, 'The key of callback-var must begin with x: and be lower case.'],
  [{ 'x:uid': 7 }, 'The callback-var configuration is not a map from text to text.'],
  [['x:uid'], 'The callback-var configuration is not a map from text to text.'],
  [null, 'The callback-var configuration is not a map from text to text.'],
])('refuses the variables %j', (variables, message) => {
  expect(() => read(MINIMAL, variables)).toThrow(refused(message));
});

test('refuses variables of more than 5 KB', () => {
  expect(() => read(MINIMAL, { 'x:a': 'A'.repeat(10_240) })).toThrow(
    refused('The callback-var configuration is too long.', '0007-00000101'),
  );
});

test('never throws but to refuse, whatever stands there', () => {
  const value = fc.oneof(fc.string(), fc.integer(), fc.constantFrom(null, true, [], {}, 'http://a.b/', `\${size}`));
  const name = fc.constantFrom(
    ...'callbackUrl callbackHost callbackBody callbackBodyType callbackSNI additionalHeaders __proto__'.split(' '),
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.json(),
        fc.dictionary(name, value).map((made) => JSON.stringify(made)),
      ),
      (text) => {
        const header = Buffer.from(text).toString('base64');
        try {
          readCallback({ headers: { 'x-oss-callback': header, 'x-oss-callback-var': header }, query: [] });
        } catch (error) {
          expect(error).toMatchObject({ code: 'InvalidArgument' });
        }
      },
    ),
    { numRuns: 1000 },
  );
});

/** Help page "Callback": its example, whose signature the real service's public key verifies. */
test('signs path, query and body as the documentation does', () => {
  const url = new URL('http://121.43.113.8/index.php?id=1&index=2');
  expect(stringToSign({ url, body: 'bucket=yonghu-test' })).toBe('/index.php?id=1&index=2\nbucket=yonghu-test');
  expect(stringToSign({ url: new URL('http://a/%E4%B8%AD%20%zz'), body: '' })).toBe('/中 %zz\n');
});
