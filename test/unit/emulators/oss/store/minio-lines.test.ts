/** What a MinIO server tells and answers, read: notifications, error documents, failures of connections. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createEchoes } from '../../../../../emulators/oss/store/echoes.ts';
import { createKeyLocks } from '../../../../../emulators/oss/store/key-locks.ts';
import { toFailure, troubleOf } from '../../../../../emulators/oss/store/minio-failures.ts';
import { placesIn } from '../../../../../emulators/oss/store/minio-listening.ts';

const line = (key: string) =>
  JSON.stringify({ Records: [{ eventName: 'x', s3: { bucket: { name: 'b' }, object: { key, versionId: 'v' } } }] });

test('a notification names the place, its key decoded', () => {
  expect(placesIn(line('dir%2Fa+b%C3%BC'))).toEqual([{ bucket: 'b', name: 'dir/a bü', versionId: 'v' }]);
});

test.each(['', '  ', '{"Records":null}', '{}', '[]', '{', 'null', '{"Records":[{}]}', '{"Records":"x"}', line('%zz')])(
  '%j tells of nothing',
  (text) => expect(placesIn(text)).toEqual([]),
);

test('no line at all is more than a line', () => {
  fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => void placesIn(text)));
});

const error = (code: string, message = 'said so') => Object.assign(new Error(message), { code });

test.each<[unknown, string]>([
  [error('NoSuchKey'), 'gone'],
  [error('NoSuchVersion'), 'gone'],
  [error('BucketAlreadyExists'), 'taken'],
  [error('SignatureDoesNotMatch'), 'denied'],
  [error('XMinioStorageFull'), 'full'],
  [error('ECONNREFUSED'), 'unreachable'],
  [error('ENOTFOUND'), 'unreachable'],
  [error('CERT_HAS_EXPIRED'), 'unreachable'],
  [new Error('aborted'), 'unreachable'],
  [error('SlowDown'), 'failing'],
  [error('MalformedXML'), 'refused'],
  [new TypeError('a bug'), 'refused'],
  ['text', 'refused'],
])('%o means %s', (given, trouble) => {
  expect(toFailure(given, 'Trying')).toMatchObject({ trouble });
});

test.each<[number, string, string]>([
  [507, '', 'full'],
  [503, '<Error><Code>SlowDownWrite</Code></Error>', 'failing'],
  [500, '<Error><Code>InternalError</Code><Message>cause(no space left on device)</Message></Error>', 'full'],
  [500, '<Error><Code>InternalError</Code><Message>drive path full</Message></Error>', 'full'],
  [500, '<Error><Code>InternalError</Code><Message>Please try again</Message></Error>', 'failing'],
  [502, '<html>Bad gateway</html>', 'failing'],
  [408, '<Error><Code>RequestTimeout</Code></Error>', 'slow'],
])('an answer of %d with %j means %s', (status, text, trouble) => {
  expect(troubleOf(status, text)).toMatchObject({ trouble });
});

test('echoes are remembered, but not without end', () => {
  const echoes = createEchoes();
  for (let count = 0; count <= 20_000; count++) echoes.add(`v${count}`);
  expect([echoes.has('v0'), echoes.has('v1'), echoes.has('v20000'), echoes.has('other')]).toEqual([
    false,
    true,
    true,
    false,
  ]);
});

test('who needs several keys gets them together, in the order of asking, and a failure frees them', async () => {
  const locks = createKeyLocks();
  const order: string[] = [];
  const work = (name: string, keys: string[], fails = false) =>
    locks.run(keys, async () => {
      order.push(`${name} begins`);
      await new Promise((next) => setImmediate(next));
      order.push(`${name} ends`);
      if (fails) throw new Error(name);
    });
  const all = await Promise.allSettled([
    work('first', ['a', 'b'], true),
    work('second', ['b', 'a', 'a']),
    work('third', ['b']),
    work('alone', ['c']),
  ]);
  expect(all.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled', 'fulfilled']);
  const shared = order.filter((step) => !step.startsWith('alone'));
  expect(shared).toEqual(['first', 'second', 'third'].flatMap((name) => [`${name} begins`, `${name} ends`]));
});
