/** Patterns that are valid and warned about, and neighbours of theirs that are not. */
import { describe, expect, test } from 'vitest';
import { compilePattern, lintAgainstEvent } from '../../../../../emulators/eventbridge/pattern/index.ts';

function warningsOf(pattern: unknown) {
  const result = compilePattern(pattern);
  if (!result.ok) throw new Error(result.message);
  return result.warnings;
}

describe('warnings', () => {
  test.each<[pattern: unknown, code: string, path: string, message: string]>([
    [
      { data: { oss: { object: { key: [{ prefix: 'uploads/' }, { suffix: '.jpg' }] } } } },
      'affixes-are-alternatives',
      'data.oss.object.key',
      'these are alternatives; to require both write [{"prefix":"uploads/","suffix":".jpg"}]',
    ],
    [
      { subject: ['acs:oss:cn-beijing:*:my-upload-bucket'] },
      'no-wildcards',
      'subject',
      '"*" is an ordinary character here, not a wildcard; use {"prefix":"acs:oss:cn-beijing:"}',
    ],
    [
      { subject: ['*.jpg'] },
      'no-wildcards',
      'subject',
      '"*" is an ordinary character here, not a wildcard; use "prefix", "suffix" or "contains"',
    ],
    [
      { subject: [{ suffix: '*.jpg' }] },
      'no-wildcards',
      'subject',
      '"*" in "suffix" is an ordinary character, not a wildcard',
    ],
    [
      { source: ['acs.oss'], data: { object: { key: ['a'] } } },
      'oss-path',
      'data.object.key',
      'events of acs.oss have this field at data.oss.object.key',
    ],
    [
      { type: [{ prefix: 'x' }, 'oss:ObjectCreated:PutObject'], data: { bucket: { name: ['b'] } } },
      'oss-path',
      'data.bucket.name',
      'events of acs.oss have this field at data.oss.bucket.name',
    ],
    [
      { source: ['acs.oss'], type: ['oss:BucketCreated'] },
      'oss-type',
      'type',
      'no OSS event has the type "oss:BucketCreated"; types look like "oss:ObjectCreated:PutObject"',
    ],
    [
      { source: [{ prefix: 'acs.' }], type: ['ObjectCreated:PutObject'] },
      'oss-type',
      'type',
      'no OSS event has the type "ObjectCreated:PutObject"; types look like "oss:ObjectCreated:PutObject"',
    ],
    [
      { mytenant: ['a'] },
      'unknown-attribute',
      'mytenant',
      '"mytenant" is not an attribute EventBridge adds; only your own events can have it',
    ],
    [
      { data: { k: [{ 'anything-but': { suffix: 'x' } }] } },
      'undocumented-operator',
      'data.k',
      '"anything-but" with "suffix" works here, but the documentation does not list it',
    ],
    [
      { data: { k: [{ numeric: ['>', 1, '!=', 5] }] } },
      'undocumented-operator',
      'data.k',
      '"numeric" with "!=" works here, but the documentation does not list it',
    ],
    [
      { data: { k: [{ numeric: ['>', 1.1234567] }] } },
      'numeric-precision',
      'data.k',
      '1.1234567 is finer than the documented 15 digits, 6 of them decimals',
    ],
    [
      { data: { k: [{ numeric: ['<', 1e-9] }] } },
      'numeric-precision',
      'data.k',
      '1e-9 is finer than the documented 15 digits, 6 of them decimals',
    ],
    [
      { data: { k: [{ exists: false, prefix: 'a' }] } },
      'never-matches',
      'data.k',
      '"exists": false beside another operator in one object can never hold',
    ],
  ])('%j: %s', (pattern, code, path, message) => {
    expect(warningsOf(pattern)).toEqual([{ code, path, message }]);
  });

  test.each<[pattern: unknown]>([
    [{}],
    [{ source: ['acs.oss'], type: ['oss:ObjectCreated:PutObject', 'oss:ActionTrail:ApiCall'] }],
    [{ subject: [{ prefix: 'acs:oss:cn-hangzhou:1:b/', suffix: '.txt' }] }],
    [{ subject: [{ prefix: 'a' }, { prefix: 'b' }] }],
    [{ source: ['acs.oss'], data: { oss: { object: { key: ['a'] } } } }],
    [{ source: ['acs.ecs'], data: { object: { key: ['a'] } } }],
    [{ data: { object: { key: ['a'] } } }],
    [{ source: ['my.app'], type: ['oss:BucketCreated'] }],
    [{ aliyunregionid: ['cn-beijing'], time: [{ prefix: '2026' }] }],
    [{ data: { k: [{ numeric: ['>', 0.000001, '<=', 1e9] }] } }],
    [{ data: { k: [{ exists: false }, { prefix: 'a' }] } }],
  ])('%j is not warned about', (pattern) => {
    expect(warningsOf(pattern)).toEqual([]);
  });
});

describe('warnings beside an event', () => {
  const lint = (pattern: unknown, event: unknown) => {
    const result = compilePattern(pattern);
    return result.ok ? lintAgainstEvent(result.pattern, event) : result.message;
  };

  test('a number that equals a string only as text is told', () => {
    expect(lint({ data: { port: [80] } }, { data: { port: '80' } })).toEqual([
      {
        code: 'literal-type',
        path: 'data.port',
        message: "the pattern's number equals the event's string only because both are compared as text",
      },
    ]);
  });

  test.each<[pattern: unknown, event: unknown]>([
    [{ data: { port: [80] } }, { data: { port: 80 } }],
    [{ data: { port: [80, '80'] } }, { data: { port: '80' } }],
    [{ data: { port: [80] } }, { data: { port: '81' } }],
    [{ data: { port: [80] } }, {}],
    [{ data: { port: [{ prefix: '8' }] } }, { data: { port: '80' } }],
  ])('%j on %j is not', (pattern, event) => {
    expect(lint(pattern, event)).toEqual([]);
  });
});
