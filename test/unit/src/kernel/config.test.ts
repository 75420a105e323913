/** Settings: defaults, typos, and keys of the contract that are not served yet. */
import { expect, test } from 'vitest';
import { parseConfig } from '../../../../src/kernel/config.ts';

function problems(input: unknown): string[] {
  const answer = parseConfig(input, 'localyun.yaml');
  return answer.ok ? [] : answer.problems;
}

test('has a default for every setting', () => {
  expect(parseConfig({}, 'options')).toMatchObject({
    ok: true,
    config: {
      port: 9580,
      auth: 'enforce',
      region: 'cn-beijing',
      coldStart: { mode: 'cloud' },
      limits: { instancesPerFunction: 10 },
    },
  });
});

test.each([
  [{ regoin: 'cn-beijing' }, 'localyun.yaml: unknown setting regoin; did you mean region?'],
  [{ coldStart: { mod: 'off' } }, 'localyun.yaml: unknown setting coldStart.mod; did you mean mode?'],
  [{ buckets: [{ nam: 'b' }] }, 'localyun.yaml: unknown setting buckets.0.nam; did you mean name?'],
  [{ queues: [] }, 'localyun.yaml: queues is not served by this version of LocalYun.'],
  [{ xyzzyplugh: 1 }, 'localyun.yaml: unknown setting xyzzyplugh.'],
  [
    { store: { kind: 'minio', endpiont: 'x' } },
    'localyun.yaml: unknown setting store.endpiont; did you mean endpoint?',
  ],
])('names what is wrong with %j', (input, sentence) => {
  expect(problems(input)).toContain(sentence);
});

test.each([
  [{ port: 65536 }],
  [{ port: -1 }],
  [{ retryTimeScale: 0 }],
  [{ accountId: 'me' }],
  [{ store: { kind: 's3' } }],
  [{ store: { kind: 'minio', endpoint: '127.0.0.1:9000' } }],
  [{ store: { kind: 'minio', endpoint: 'ftp://127.0.0.1' } }],
  [{ store: { kind: 'minio', endpoint: 'http://127.0.0.1:9000/path' } }],
  [{ store: { kind: 'minio', endpoint: 'http://key:secret@127.0.0.1:9000' } }],
  [{ store: { kind: 'minio', endpoint: 'http://127.0.0.1:90000' } }],
  [{ store: { kind: 'minio', accessKey: '' } }],
  [{ accessKeys: [] }],
  ['text'],
  [[1]],
])('refuses %j and says where', (input) => {
  expect(problems(input).length).toBeGreaterThan(0);
});

test('takes lifecycle rules for versions and delete markers, by the names of the API', () => {
  const lifecycle = [
    {
      prefix: 'logs/',
      expiration: { expiredObjectDeleteMarker: true },
      noncurrentVersionExpiration: { noncurrentDays: 30 },
      noncurrentVersionTransitions: [{ noncurrentDays: 10, storageClass: 'IA' }],
    },
    { expiration: { days: 3 } },
  ];
  expect(parseConfig({ buckets: [{ name: 'b1x', lifecycle }] }, 'options')).toMatchObject({
    ok: true,
    config: {
      buckets: [
        {
          lifecycle: [
            {
              prefix: 'logs/',
              isEnabled: true,
              expiration: { expiredMarkers: true },
              noncurrentExpiration: { noncurrentDays: 30 },
              noncurrentTransitions: [{ noncurrentDays: 10, storageClass: 'IA' }],
            },
            { prefix: '', isEnabled: true, expiration: { days: 3 } },
          ],
        },
      ],
    },
  });
  const rule = (more: object) => ({ buckets: [{ name: 'b1x', lifecycle: [more] }] });
  expect(problems(rule({ noncurrentVersionExpiration: { noncurrentDays: 0 } }))).toHaveLength(1);
  expect(problems(rule({ noncurrentVersionExpiration: { noncurentDays: 1 } }))).not.toEqual([]);
});
