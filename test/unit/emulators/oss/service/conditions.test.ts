/** If-Match and its three siblings. */
import { expect, test } from 'vitest';
import { type Conditions, checkConditions } from '../../../../../emulators/oss/service/conditions.ts';

const subject = { etag: 'ABC', modifiedAtMs: 1_000_500 };

test.each<[Conditions, string]>([
  [{}, 'proceed'],
  [{ ifMatch: '"ABC"' }, 'proceed'],
  [{ ifMatch: 'abc' }, 'proceed'],
  [{ ifMatch: '"x", "ABC"' }, 'proceed'],
  [{ ifMatch: '*' }, 'proceed'],
  [{ ifNoneMatch: '"x"' }, 'proceed'],
  [{ ifNoneMatch: 'W/"abc"' }, 'unchanged'],
  [{ ifModifiedSinceMs: 1_000_000 }, 'unchanged'],
  [{ ifModifiedSinceMs: 9_000_000 }, 'unchanged'],
  [{ ifModifiedSinceMs: 999_000 }, 'proceed'],
  [{ ifUnmodifiedSinceMs: 1_000_000 }, 'proceed'],
])('%j → %s', (conditions, answer) => {
  expect(checkConditions(conditions, subject)).toBe(answer);
});

test.each<[Conditions, string]>([
  [{ ifMatch: 'x' }, 'If-Match'],
  [{ ifMatch: '' }, 'If-Match'],
  [{ ifUnmodifiedSinceMs: 999_000 }, 'If-Unmodified-Since'],
])('%j is refused by its name', (conditions, condition) => {
  expect(() => checkConditions(conditions, subject)).toThrow(
    expect.objectContaining({ code: 'PreconditionFailed', details: { condition } }),
  );
});
