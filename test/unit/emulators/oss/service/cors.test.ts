/** The limits of CORS rules, and which of them lets a page through. */
import { expect, test } from 'vitest';
import { type CorsRuleDraft, checkCors, matchCors } from '../../../../../emulators/oss/service/cors.ts';

const RULE: CorsRuleDraft = { allowedOrigins: ['https://example.com'], allowedMethods: ['PUT'] };
const check = (...rules: CorsRuleDraft[]) => checkCors(rules, false);

test('takes one to ten rules', () => {
  expect(check(RULE).rules).toEqual([
    { allowedOrigins: ['https://example.com'], allowedMethods: ['PUT'], allowedHeaders: [], exposeHeaders: [] },
  ]);
  expect(check(...Array<CorsRuleDraft>(10).fill(RULE)).rules).toHaveLength(10);
  expect(() => check()).toThrow(expect.objectContaining({ code: 'InvalidCORSRule' }));
  expect(() => check(...Array<CorsRuleDraft>(11).fill(RULE))).toThrow(
    expect.objectContaining({ code: 'InvalidCORSRule' }),
  );
});

test.each([
  ['no origin', { allowedOrigins: [] }],
  ['no method', { allowedMethods: [] }],
  ['an empty origin', { allowedOrigins: [''] }],
  ['two stars in an origin', { allowedOrigins: ['https://*.*.com'] }],
  ['two stars in a header', { allowedHeaders: ['x-*-*'] }],
  ['a method of no object', { allowedMethods: ['PATCH'] }],
  ['a method in lower case', { allowedMethods: ['put'] }],
  ['a star among the exposed', { exposeHeaders: ['*'] }],
])('refuses %s', (_what, change) => {
  expect(() => check({ ...RULE, ...change })).toThrow(expect.objectContaining({ code: 'InvalidCORSRule' }));
});

test('the first rule that has method, origin and every header counts', () => {
  const document = check(
    { ...RULE, allowedHeaders: ['x-oss-*'], maxAgeSeconds: 1 },
    {
      allowedOrigins: ['https://*.example.com', 'https://example.com'],
      allowedMethods: ['PUT', 'GET'],
      allowedHeaders: ['*'],
      maxAgeSeconds: 2,
    },
  );
  const ask = (origin: string, method = 'PUT', headers: string[] = []) =>
    matchCors(document, { origin, method, headers })?.maxAgeSeconds;
  expect(ask('https://example.com')).toBe(1);
  expect(ask('https://example.com', 'PUT', ['X-OSS-Meta-A'])).toBe(1);
  expect(ask('https://example.com', 'PUT', ['x-oss-date', 'authorization'])).toBe(2);
  expect(ask('https://example.com', 'GET')).toBe(2);
  expect(ask('https://www.example.com')).toBe(2);
  expect(ask('https://www.example.com.evil.org')).toBeUndefined();
  expect(ask('http://example.com')).toBeUndefined();
  expect(ask('https://example.com', 'DELETE')).toBeUndefined();
});

test.each([-1, 1_000_000_000, 0.5])('refuses the age %d as an argument', (maxAgeSeconds) => {
  expect(() => check({ ...RULE, maxAgeSeconds })).toThrow(
    expect.objectContaining({
      code: 'InvalidArgument',
      details: expect.objectContaining({ argumentName: 'MaxAgeSeconds', argumentValue: String(maxAgeSeconds) }),
    }),
  );
});
