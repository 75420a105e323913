/** Help page "GetObject": the table of ranges, for an object of ten bytes. */
import { expect, test } from 'vitest';
import { answerRange } from '../../../../../emulators/oss/service/range.ts';

const whole = 'whole';
const refused = 'unsatisfiable';

test.each([
  ['bytes=0-0', { start: 0, end: 0 }, { start: 0, end: 0 }],
  ['bytes=2-5', { start: 2, end: 5 }, { start: 2, end: 5 }],
  ['bytes=0-9', { start: 0, end: 9 }, { start: 0, end: 9 }],
  ['bytes=4-', { start: 4, end: 9 }, { start: 4, end: 9 }],
  ['bytes=-3', { start: 7, end: 9 }, { start: 7, end: 9 }],
  ['bytes=5-10', whole, { start: 5, end: 9 }],
  ['bytes=5-99999999999999999999', whole, { start: 5, end: 9 }],
  ['bytes=10-', whole, refused],
  ['bytes=10-20', whole, refused],
  ['bytes=5-2', whole, whole],
  ['bytes=-10', whole, whole],
  ['bytes=-11', whole, whole],
  ['bytes=-0', refused, refused],
  ['bytes=--1', whole, whole],
  ['bytes=a-b', whole, whole],
  ['bytes=', whole, whole],
  ['bytes=-', whole, whole],
  ['items=0-1', whole, whole],
  ['garbage', whole, whole],
  ['bytes=0-1,3-4', refused, refused],
])('%s', (header, byDefault, standard) => {
  expect(answerRange({ header, sizeBytes: 10, isStandard: false })).toEqual(byDefault);
  expect(answerRange({ header, sizeBytes: 10, isStandard: true })).toEqual(standard);
});

test('no header means the whole object, and so does any range of an empty one', () => {
  expect(answerRange({ header: undefined, sizeBytes: 10, isStandard: true })).toBe('whole');
  expect(answerRange({ header: 'bytes=0-', sizeBytes: 0, isStandard: false })).toBe('whole');
  expect(answerRange({ header: 'bytes=0-', sizeBytes: 0, isStandard: true })).toBe('unsatisfiable');
});
