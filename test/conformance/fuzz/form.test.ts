/** Forms that no browser would send: refused or taken, never a crash, a hang or a 5xx. */
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { signPolicy } from '../../../src/signing/post-policy.ts';
import { expectRefusalOrSuccess, FUZZ_MS, type HostileCall, hold } from '../../support/fuzz.ts';
import { mutated } from '../../support/mutations.ts';
import { type OssServer, OWNER, startOssServer } from '../../support/oss-server.ts';

const OPEN = 'open-bucket';
const RUNS = 1500;
const WORK_US_MAX = 3_000_000;

let server: OssServer;
let signature: Record<string, string>;
beforeAll(async () => {
  server = await startOssServer();
  await server.oss.buckets.ensure({ name: OPEN, acl: 'public-read-write' });
  await server.oss.buckets.ensure({ name: 'my-bucket' });
  const expiration = new Date(server.clock.hostNowMs() + 3_600_000).toISOString();
  const policy = Buffer.from(JSON.stringify({ expiration, conditions: [['content-length-range', 0, 1e6]] })).toString(
    'base64',
  );
  const { accessKeyId, accessKeySecret } = OWNER;
  signature = { OSSAccessKeyId: accessKeyId, policy, Signature: signPolicy(policy, accessKeySecret, 'v1') };
});
afterAll(() => server.close());

const NAMES = [
  'key',
  'Key',
  'file',
  'policy',
  'Signature',
  'success_action_status',
  'success_action_redirect',
  'Content-Type',
]
  .concat([
    'x-oss-meta-a',
    'x-oss-object-acl',
    'x-oss-forbid-overwrite',
    'x-oss-storage-class',
    'x-oss-security-token',
    'Content-MD5',
  ])
  .concat([
    'x-oss-signature',
    'x-oss-credential',
    'x-oss-date',
    'x-oss-signature-version',
    'x-oss-tagging',
    '__proto__',
    'constructor',
    '',
  ])
  .concat(['callback', 'Content-Encoding', 'x-oss-content-type', 'a"b', 'n'.repeat(5000)]);
const VALUES = [
  '',
  'k',
  '/',
  '//',
  '..',
  'a\0b',
  '你好',
  '\u0024{filename}',
  '\u0024{filename}'.repeat(300),
  'k'.repeat(1024),
  'v'.repeat(4097),
]
  .concat([
    '200',
    '201',
    '204',
    '999',
    'http://a.b/c?d=e',
    'http://a\r\nb',
    'bm9wZQ==',
    'eyJ9',
    'bnVsbA==',
    'W10=',
    'private',
    'true',
  ])
  .concat([
    'OSS4-HMAC-SHA256',
    'a/b/c/oss/aliyun_v4_request',
    '20260101T000000Z',
    'a=1&a=1',
    '--X',
    '--X--',
    '\r\n--X--\r\n',
  ]);

const field = fc
  .record({
    name: fc.constantFrom(...NAMES),
    value: fc.constantFrom(...VALUES),
    more: fc.constantFrom(
      '',
      '',
      '; filename="a.txt"',
      '; filename=""',
      "; filename*=UTF-8''%zz",
      '; filename="..\\..\\x"',
    ),
    header: fc.constantFrom(
      '',
      '',
      'Content-Type: text/html\r\n',
      'Content-Type: multipart/mixed; boundary=Y\r\n',
      'A\r\n',
      'Content-Transfer-Encoding: base64\r\n',
    ),
  })
  .map(
    ({ name, value, more, header }) =>
      `--X\r\nContent-Disposition: form-data; name="${name}"${more}\r\n${header}\r\n${value}\r\n`,
  );

const plain = (name: string, value: string) =>
  `--X\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
const FILE = '--X\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\nhello\r\n';
const signed = () =>
  Object.entries(signature)
    .map(([name, value]) => plain(name, value))
    .join('');

/** Whole parts in any order, of which some sign. */
const assembled = fc
  .array(fc.oneof(field, fc.constantFrom('SIGNED', plain('key', 'k'), FILE, FILE)), { maxLength: 8 })
  .chain((parts) => fc.constantFrom('--X--\r\n', '--X--', '--X', '', '\r\n\r\n').map((end) => [...parts, end].join('')))
  .map((body) => () => Buffer.from(body.replace('SIGNED', signed())));
/** A valid form, cut and bent. */
const bent = mutated(`SIGNED${plain('key', 'k')}${FILE}--X--\r\n`).map((bytes) => () => {
  const [before, after] = Buffer.from(bytes).toString('latin1').split('SIGNED');
  return Buffer.from(after === undefined ? (before ?? '') : `${before}${signed()}${after}`, 'latin1');
});

const TYPES = [
  'multipart/form-data; boundary=X',
  'multipart/form-data; boundary="X"',
  'multipart/form-data',
  'multipart/form-data; boundary=',
].concat([
  'multipart/form-data; boundary=Y',
  `multipart/form-data; boundary=${'X'.repeat(500)}`,
  'application/x-www-form-urlencoded',
  'text/plain',
]);

const calls = fc.record({
  bucket: fc.constantFrom(OPEN, 'my-bucket', 'no-such-bucket'),
  body: fc.oneof(assembled, bent),
  type: fc.oneof(
    { weight: 5, arbitrary: fc.constant(TYPES[0] ?? '') },
    { weight: 1, arbitrary: fc.constantFrom(...TYPES) },
  ),
});

test('forms drawn by chance', { timeout: FUZZ_MS }, async () => {
  let taken = 0;
  const drawn = calls.map(({ bucket, body, type }): HostileCall => {
    return { method: 'POST', bucket, body: body(), headers: { 'content-type': type }, isSigned: false };
  });
  const property = fc.asyncProperty(drawn, async (call) => {
    const { status } = await expectRefusalOrSuccess(server, call);
    if (status < 400) taken++;
  });
  await hold('forms', RUNS, property);
  // Not all stopped at the door.
  expect(taken).toBeGreaterThan(RUNS / 100);
});

test.each([
  ['a hundred thousand fields', plain('a', '1').repeat(100_000)],
  ['a field of ten megabytes', plain('key', 'k'.repeat(10_000_000))],
  ['a name of a megabyte', plain('n'.repeat(1_000_000), 'v')],
  ['a part whose headers never end', `--X\r\n${'A: b\r\n'.repeat(200_000)}`],
  ['a megabyte of boundaries', '--X\r\n'.repeat(200_000)],
  ['no part at all', ''],
])('%s', async (_what, fields) => {
  const headers = { 'content-type': 'multipart/form-data; boundary=X' };
  const body = Buffer.from(`${fields}--X--\r\n`);
  const begun = process.cpuUsage();
  const reply = await expectRefusalOrSuccess(server, { method: 'POST', bucket: OPEN, headers, body, isSigned: false });
  expect(reply.status).toBe(400);
  // The server is in this process. Its own time counts, not that of others on the machine.
  expect(process.cpuUsage(begun).user).toBeLessThan(WORK_US_MAX);
});
