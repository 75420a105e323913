/** The unmodified alibabacloud-oss-v2 (Python) against a stack: each part of oss_v2_client.py, by both signatures and both ways to name a bucket. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Stack, startStack } from '../../src/index.ts';

const KEY = 'dir/a b+c%20&=?中文.txt';
const KEYS = ['copied-big', 'copy', KEY, 'from-file', 'log', 'parts', 'renewed', 'uploaded'];
const SCRIPT = join(import.meta.dirname, 'oss_v2_client.py');

/** What the script prints of each of its parts. */
const EXPECTED = {
  buckets: (bucket: string) => ({
    status: 200,
    exists: [true, false],
    location: 'oss-cn-beijing',
    info: [bucket, 'private', 'Standard', 'oss-cn-beijing'],
    listed: [bucket],
    regions: true,
  }),
  objects: () => ({
    etag: '"8542826A2140ED720CED048317133643"',
    crc: '5726928505849980685',
    requestId: 24,
    body: 'hello v2',
    head: [8, 'alice', 2, 'Normal'],
    range: [206, 'bytes 0-4/8', 'hello'],
    metaLength: 8,
    exists: [true, false],
    unchanged: [304, expect.anything(), expect.anything()],
    changed: [412, 'PreconditionFailed', expect.anything()],
    kept: [409, 'FileAlreadyExists', expect.anything()],
  }),
  transfers: () => ({ status: 200, crc: true, written: 307_200, same: true, fromFile: 307_200, window: true }),
  copies: () => ({
    etag: '"8542826A2140ED720CED048317133643"',
    body: 'hello v2',
    renewed: ['bob', 1],
    inParts: [true, true],
  }),
  appends: () => ({ body: 'one,two,three', end: 13, late: [409, 'PositionNotEqualToLength', '0026-00000016'] }),
  multipart: () => ({
    listed: [1, 2, 3],
    uploads: ['parts'],
    etag: expect.stringMatching(/^"[0-9A-F]{32}-3"$/),
    body: true,
    aborted: 204,
    gone: [404, 'NoSuchUpload', '0042-00000002'],
  }),
  listings: () => ({
    v1: KEYS,
    v2: KEYS,
    escaped: KEYS,
    prefixes: ['dir/'],
    after: ['renewed', 'uploaded'],
    first: [1, true, '1234567890123456'],
  }),
  settings: () => ({
    anonymous: [200, 'hello v2', 403],
    acl: 'default',
    bucketAcl: 'private',
    tags: [
      ['a', '1'],
      ['中', 'b c'],
    ],
    noTags: [],
    link: [KEY, 'hello v2'],
  }),
  versions: () => ({
    status: 'Enabled',
    old: 'old',
    marked: true,
    listed: [true, true],
    markers: [true],
    gone: [404, 'NoSuchKey', '0026-00000001'],
    restored: [true, 'new'],
    deleted: 2,
  }),
  signed_urls: () => ({ put: ['PUT', 200], get: 'by url', head: 200, bent: [403, true] }),
  forms: () => ({ status: 201, body: 'by form', tooBig: [400, true] }),
  refusals: () => ({
    secret: [403, 'SignatureDoesNotMatch'],
    key: [404, 'NoSuchKey'],
    bucket: [404, 'NoSuchBucket'],
    full: [409, 'BucketNotEmpty'],
  }),
  cleaning: () => ({ deleted: true, bucket: 204 }),
};
const PARTS = Object.entries(EXPECTED).map(([part, expected]) => ({ part, expected }));

let stack: Stack;
let folder: string;
beforeAll(async () => {
  stack = await startStack();
  folder = await mkdtemp(join(tmpdir(), 'localyun-oss-v2-'));
});
afterAll(async () => {
  await stack.close();
  await rm(folder, { recursive: true, force: true });
});

describe.each([
  { signature: 'v4', addressing: 'ip' },
  { signature: 'v1', addressing: 'ip' },
  { signature: 'v4', addressing: 'path' },
  { signature: 'v1', addressing: 'path' },
])('with signature $signature and $addressing addressing alibabacloud-oss-v2 notices no difference in', (form) => {
  const bucket = `v2-${form.signature}-${form.addressing}`;
  let seen: Record<string, unknown>;
  beforeAll(async () => {
    seen = await run({ ...form, bucket });
  }, 60_000);

  test.each(PARTS)('$part', ({ part, expected }) => {
    expect(seen[part]).toEqual(expected(bucket));
  });
});

interface Form {
  signature: string;
  addressing: string;
  bucket: string;
}

async function run({ signature, addressing, bucket }: Form): Promise<Record<string, unknown>> {
  const { accessKeyId, accessKeySecret } = stack.credentials;
  // The client takes an IP for path style by itself; a name has to be told.
  const endpoint = addressing === 'path' ? stack.endpoint.replace('127.0.0.1', 'localhost') : stack.endpoint;
  const args = [SCRIPT, endpoint, accessKeyId, accessKeySecret, stack.region, signature, addressing, folder, bucket];
  const { stdout } = await promisify(execFile)('python3', args, {
    timeout: 50_000,
    env: { PATH: process.env.PATH, PYTHONIOENCODING: 'utf-8' },
  });
  return JSON.parse(stdout);
}
