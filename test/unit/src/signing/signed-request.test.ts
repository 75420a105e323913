/** How a request target becomes what the verifiers read. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  decodePercent,
  firstValue,
  parsePairs,
  signedQuery,
  signedRequest,
} from '../../../../src/signing/signed-request.ts';

test.each([
  ['', []],
  ['acl', [['acl', '']]],
  ['acl=', [['acl', '']]],
  [
    'a=b=c&&d',
    [
      ['a', 'b=c'],
      ['d', ''],
    ],
  ],
  ['a%20b=c+d%2B', [['a b', 'c d+']]],
  ['%E4%B8%AD=%e4%b8%ad', [['中', '中']]],
  [
    '%zz=%4&%=%ff',
    [
      ['%zz', '%4'],
      ['%', '\ufffd'],
    ],
  ],
  ['=v', [['', 'v']]],
  [
    'b=1&a=2&b=3',
    [
      ['b', '1'],
      ['a', '2'],
      ['b', '3'],
    ],
  ],
])('reads the query %j', (raw, pairs) => {
  expect(parsePairs(raw)).toEqual(pairs);
});

test('splits the target at the first question mark and lower-cases header names', () => {
  const request = signedRequest('GET', '/a%20b?c?d=e?', { 'X-OSS-Date': 'x' });
  expect(request).toMatchObject({ rawPath: '/a%20b', rawQuery: 'c?d=e?', headers: { 'x-oss-date': 'x' } });
  expect(firstValue(request.query, 'c?d')).toBe('e?');
  expect(firstValue(request.query, 'none')).toBeUndefined();
});

test('decodes what was encoded, and leaves a plus in a path alone', () => {
  expect(decodePercent('/a+b%2Bc')).toBe('/a+b+c');
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      expect(decodePercent(encodeURIComponent(text))).toBe(text);
    }),
  );
});

test('reads a bare plus in the query as a space, whatever the server made of it', () => {
  const request = signedRequest('GET', '/?prefix=a+b%2B');
  expect(signedQuery(request)).toEqual([['prefix', 'a b+']]);
  expect(signedQuery({ ...request, query: [['prefix', 'a+b+']] })).toEqual([['prefix', 'a b+']]);
});

test('keeps the decoded query that it was given when there is no bare plus', () => {
  const request = signedRequest('GET', '/?prefix=a%20b');
  expect(signedQuery(request)).toBe(request.query);
});
