/** The policy of a form: what is no policy, when it has expired, and what its conditions hold for. */
import { expect, test } from 'vitest';
import { checkPolicy, parsePolicy } from '../../../../../emulators/oss/service/post-policy.ts';

const EXPIRATION = '2030-01-01T00:00:00.000Z';
const base64 = (text: string) => Buffer.from(text).toString('base64');
const policy = (conditions: unknown[], expiration: unknown = EXPIRATION) =>
  base64(JSON.stringify({ expiration, conditions }));
const FIELDS: Record<string, string> = { bucket: 'b', key: 'user/eric/a.png', 'content-type': 'image/png' };
const check = (conditions: unknown[], nowMs = 0) =>
  checkPolicy(parsePolicy(policy(conditions)), (field) => FIELDS[field], nowMs);

test.each([
  [[{ bucket: 'b' }]],
  [[{ Key: 'user/eric/a.png' }]],
  [[['eq', '$key', 'user/eric/a.png']]],
  [[['starts-with', '$key', 'user/eric/']]],
  [[['starts-with', '$x-oss-meta-none', '']]],
  [[['in', '$Content-Type', ['image/jpg', 'image/png']]]],
  [[['not-in', '$cache-control', ['no-cache']]]],
  [[]],
])('%j holds', (conditions) => {
  expect(check(conditions)).toEqual({ min: 0, max: Number.POSITIVE_INFINITY });
});

test.each([
  [{ bucket: 'c' }, '["eq","$bucket","c"]'],
  [['eq', '$key', 'user'], '["eq","$key","user"]'],
  [['starts-with', '$key', 'eric/'], '["starts-with","$key","eric/"]'],
  [['in', '$content-type', ['image/jpg']], '["in","$content-type",["image/jpg"]]'],
  [['not-in', '$content-type', ['image/png']], '["not-in","$content-type",["image/png"]]'],
])('%j fails, and says so', (condition, text) => {
  expect(() => check([{ bucket: 'b' }, condition])).toThrow(
    expect.objectContaining({
      code: 'AccessDenied',
      details: { message: `Invalid according to Policy: Policy Condition failed: ${text}` },
    }),
  );
});

test('gives the size that all ranges together allow', () => {
  expect(check([['content-length-range', 1, 10]])).toEqual({ min: 1, max: 10 });
  expect(
    check([
      ['content-length-range', 1, 10],
      ['content-length-range', '2', '20'],
    ]),
  ).toEqual({ min: 2, max: 10 });
});

test('has expired after its last moment', () => {
  const at = Date.parse(EXPIRATION);
  expect(() => check([], at)).not.toThrow();
  expect(() => check([], at + 1)).toThrow(
    expect.objectContaining({ details: { message: 'Invalid according to Policy: Policy expired.' } }),
  );
});

test('knows the escaped dollar sign', () => {
  const text = `{"expiration":"${EXPIRATION}","conditions":[["eq","$key","a\\$b\\\\c\\u0041\\n"]]}`;
  expect(parsePolicy(base64(text)).conditions).toEqual([{ operator: 'eq', field: 'key', value: 'a$b\\cA\n' }]);
});

test.each([
  '',
  'not base64!',
  base64('not json'),
  base64('[]'),
  base64('{}'),
  base64(`{"expiration":"${EXPIRATION}"}`),
  policy([], '2030-01-01'),
  policy([], '2030-13-41T00:00:00Z'),
  policy([], 5),
  policy([['like', '$key', 'x']]),
  policy([['eq', 'key', 'x']]),
  policy([['eq', '$key']]),
  policy([['content-length-range', -1, 5]]),
  policy([['content-length-range', 'a', 5]]),
  policy([{ key: 5 }]),
  policy([null]),
])('%j is no policy', (text) => {
  expect(() => parsePolicy(text)).toThrow(expect.objectContaining({ code: 'InvalidPolicyDocument' }));
});
