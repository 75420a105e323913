/** Query strings that no client would send, on every address and with every method: refused or taken, never a crash, a hang or a 5xx. */
import * as fc from 'fast-check';
import { afterAll, beforeAll, test } from 'vitest';
import { operations } from '../../../emulators/oss/operations/index.ts';
import { aliOss } from '../../support/ali-oss.ts';
import { expectRefusalOrSuccess, FUZZ_MS, type HostileCall, hold } from '../../support/fuzz.ts';
import { type OssServer, startOssServer } from '../../support/oss-server.ts';
import { IS_THOROUGH } from '../../support/thorough.ts';

const BUCKET = 'my-bucket';
const RUNS = 3000;
const METHODS = ['GET', 'HEAD', 'PUT', 'POST', 'DELETE', 'OPTIONS', 'PATCH'];
const ADDRESSES = [{}, { bucket: BUCKET }, { bucket: BUCKET, key: 'k' }, { bucket: 'no-such-bucket', key: 'k' }];

/** What selects operations, read off the rows, and what they read besides. */
const SELECTING = [
  ...new Set(operations.flatMap(({ match }) => match.query ?? []).map((one) => one.split('=')[0] ?? '')),
];
const PARAMETERS = `prefix marker max-keys delimiter encoding-type list-type continuation-token start-after fetch-owner
  key-marker version-id-marker upload-id-marker max-uploads max-parts part-number-marker uploadId partNumber position
  versionId regions x-oss-process x-oss-traffic-limit x-oss-request-payer security-token response-content-type
  response-expires response-cache-control response-content-disposition response-content-encoding tagging policyStatus
  symlink restore callback callback-var Expires __proto__ constructor toString`.split(/\s+/);

const VALUES = [
  '',
  '1',
  '0',
  '-1',
  '1000',
  '1001',
  '99999999999999999999',
  '1e3',
  '1.5',
  'NaN',
  'null',
  'url',
  'URL',
  '%zz',
  '%',
]
  .concat([
    '%00',
    '%ff',
    '%C3%28',
    '%ED%A0%80',
    '%F0%9F%98%80',
    '%EF%BF%BF',
    '%2F',
    '/',
    '//',
    '+',
    '=',
    '==',
    'a=b',
    '?',
    '%25',
  ])
  .concat([
    'text%2Fhtml',
    'a%0D%0Ab',
    '%0a',
    ';',
    "'",
    '%22',
    '%3Cxml%3E',
    '..%2F..',
    'a'.repeat(1023),
    'a'.repeat(8000),
  ])
  .concat(['%E4%BD%A0'.repeat(500), 'image/resize,w_100', 'Thu,%2001%20Jan%201970', 'AAAA', '____', '8'.repeat(300)]);

let server: OssServer;
let uploadId: string;
beforeAll(async () => {
  server = await startOssServer();
  await restore();
});
afterAll(() => server.close());

/** What the calls may have taken away. */
async function restore(): Promise<void> {
  await server.oss.buckets.ensure({ name: BUCKET });
  await aliOss(server).put('k', Buffer.from('hello'));
  uploadId = (await aliOss(server).initMultipartUpload('k')).uploadId;
}

const name = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(...SELECTING) },
  { weight: 5, arbitrary: fc.constantFrom(...PARAMETERS) },
  fc.constantFrom(...VALUES),
);
const parameter = fc.tuple(name, fc.option(fc.constantFrom(...VALUES, 'UPLOAD'))).map(([left, right]) => {
  if (right === null) return left;
  return `${left}=${right === 'UPLOAD' ? uploadId : right}`;
});
/** Anything that may stand in a target. */
const junk = fc.string({
  unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
  maxLength: 60,
});
const rawQuery = fc.oneof(
  { weight: 9, arbitrary: fc.array(parameter, { maxLength: 5 }).map((all) => all.join('&')) },
  { weight: 1, arbitrary: junk.map((text) => text.replaceAll('#', '%')) },
  { weight: 1, arbitrary: fc.integer({ min: 100, max: 5000 }).map((times) => 'a&'.repeat(times)) },
);

const calls: fc.Arbitrary<HostileCall> = fc
  .record({
    method: fc.constantFrom(...METHODS),
    address: fc.constantFrom(...ADDRESSES),
    rawQuery,
    body: fc.option(
      fc.constantFrom('', 'hello', '<a/>', '{}').map((text) => Buffer.from(text)),
      { nil: undefined },
    ),
    isSigned: fc.integer({ min: 0, max: 4 }).map((drawn) => drawn > 0),
  })
  .map(({ address, ...rest }) => ({ ...address, ...rest }));

test('drawn by chance from what operations read, and from junk', { timeout: FUZZ_MS }, async () => {
  let sent = 0;
  const property = fc.asyncProperty(calls, async (call) => {
    if (sent++ % 50 === 0) await restore();
    await expectRefusalOrSuccess(server, call);
  });
  await hold('query strings', RUNS, property);
});

test.each(METHODS)(
  'what is longer than any key, as a bucket, an object and every parameter, with %s',
  async (method) => {
    const long = 'a'.repeat(8_000);
    const bodyOf = { body: method === 'PUT' || method === 'POST' ? Buffer.from('') : undefined };
    const call = { method, isSigned: true, ...bodyOf };
    for (const address of [{ bucket: long }, { bucket: long, key: 'k' }, { bucket: BUCKET, key: long }])
      await expectRefusalOrSuccess(server, { ...call, ...address });
    if (method !== 'GET') return;
    for (const address of ADDRESSES)
      for (const parameter of PARAMETERS)
        for (const beside of ['', '&uploads', '&versions', '&list-type=2'])
          await expectRefusalOrSuccess(server, { ...call, ...address, rawQuery: `${parameter}=${long}${beside}` });
  },
);

/** Every sub-resource by itself and, when there is time, every two of them. */
const COMBINATIONS = SELECTING.flatMap((one, index) => [
  one,
  ...(IS_THOROUGH ? SELECTING.slice(index).map((other) => `${one}&${other}=1`) : []),
]);
const KEYS = [undefined, 'k'];

test.each(['GET', 'HEAD', 'PUT', 'POST', 'DELETE'])(
  `${COMBINATIONS.length * KEYS.length} combinations of sub-resources, with %s`,
  { timeout: 120_000 },
  async (method) => {
    for (const rawQuery of COMBINATIONS)
      for (const key of KEYS)
        await expectRefusalOrSuccess(server, { method, bucket: BUCKET, key, rawQuery, isSigned: true });
    await restore();
  },
);
