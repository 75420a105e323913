/** The unmodified oss2 (Python) against a stack: signatures, escaping, CRC, multipart, listing, presigned URLs, errors. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Stack, startStack } from '../../src/index.ts';

const KEY = 'dir/a b+c%20&=?中文.txt';
const SCRIPT = join(import.meta.dirname, 'oss2_client.py');
let stack: Stack;

beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.close());

test.each(['v1', 'v2', 'v4'])('oss2 notices no difference with signature %s', async (version) => {
  const { accessKeyId, accessKeySecret } = stack.credentials;
  const args = [SCRIPT, stack.endpoint, accessKeyId, accessKeySecret, stack.region, version];
  const { stdout } = await promisify(execFile)('python3', args, {
    timeout: 50_000,
    env: { PATH: process.env.PATH, PYTHONIOENCODING: 'utf-8' },
  });
  expect(JSON.parse(stdout)).toEqual({
    location: 'oss-cn-beijing',
    putStatus: 200,
    etag: 'BF6995BB2D8E655E6BB1C9C0DCA90BA9',
    body: 'hello oss2',
    meta: 'alice',
    range: 'hello',
    exists: [true, false],
    multipartEtag: expect.stringMatching(/^[0-9A-F]{32}-3$/),
    bigLength: 307200,
    callback: 'n=5&v=a%20b',
    callbackAnswer: '{}',
    keys: ['big.bin', 'copy.txt', KEY],
    prefixes: ['dir/'],
    signedUrl: 'hello oss2',
    wrongSecret: [403, 'SignatureDoesNotMatch'],
    missing: [404, 'NoSuchKey', 'nope'],
    deleted: ['big.bin', 'copy.txt', KEY],
  });
});
