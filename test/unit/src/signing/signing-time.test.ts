/** Dates of signatures: read strictly, written as the services write them, held against a window. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  checkWindow,
  formatBasicIso,
  formatExtendedIso,
  formatHttpDate,
  parseBasicIso,
  parseExtendedIso,
  parseHttpDate,
} from '../../../../src/signing/signing-time.ts';

const FORMS = [
  ['RFC 1123', parseHttpDate, formatHttpDate],
  ['basic ISO', parseBasicIso, formatBasicIso],
  ['extended ISO', parseExtendedIso, formatExtendedIso],
] as const;

test.each(FORMS)('reads in %s what it writes', (_name, parse, format) => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 253_402_300_799 }), (seconds) => {
      expect(parse(format(seconds * 1000))).toBe(seconds * 1000);
    }),
  );
});

test.each(FORMS)('never throws at text that is no date in %s', (_name, parse) => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(parse(text)).toBeUndefined();
    }),
  );
});

test.each([
  [parseHttpDate, 'Thu, 17 Nov 2005 18:49:58 GMT', Date.UTC(2005, 10, 17, 18, 49, 58)],
  [parseHttpDate, 'Thu, 3 Nov 2005 18:49:58 GMT', Date.UTC(2005, 10, 3, 18, 49, 58)],
  [parseHttpDate, 'Thu, 31 Feb 2005 18:49:58 GMT', undefined],
  [parseHttpDate, 'Thu, 17 Foo 2005 18:49:58 GMT', undefined],
  [parseHttpDate, 'Thu, 17 Nov 2005 24:00:00 GMT', undefined],
  [parseHttpDate, 'Thu, 17 Nov 2005 18:49:58 +0800', undefined],
  [parseHttpDate, '20260101T000000Z', undefined],
  [parseBasicIso, '20231216T162057Z', Date.UTC(2023, 11, 16, 16, 20, 57)],
  [parseBasicIso, '20231316T162057Z', undefined],
  [parseBasicIso, '20230229T000000Z', undefined],
  [parseBasicIso, '20231216T162060Z', undefined],
  [parseExtendedIso, '2024-01-02T03:04:05Z', Date.UTC(2024, 0, 2, 3, 4, 5)],
  [parseExtendedIso, '2024-01-02T03:04:05.070Z', Date.UTC(2024, 0, 2, 3, 4, 5, 70)],
  [parseExtendedIso, '2024-01-02T03:04:05.5Z', Date.UTC(2024, 0, 2, 3, 4, 5, 500)],
  [parseExtendedIso, '2024-01-02 03:04:05', undefined],
])('%o reads %j as %s', (parse, text, ms) => {
  expect(parse(text)).toBe(ms);
});

test('tells how far a request is off, and by whose clock', () => {
  expect(checkWindow('d', 1000, 1900, 900)).toEqual({ state: 'ok' });
  expect(checkWindow('d', 1000, 1901, 900)).toEqual({
    state: 'skewed',
    requestTimeMs: 1000,
    serverTimeMs: 1901,
    maxSkewMs: 900,
  });
  expect(checkWindow('d', undefined, 5, 900)).toEqual({ state: 'malformed', value: 'd', serverTimeMs: 5 });
});
