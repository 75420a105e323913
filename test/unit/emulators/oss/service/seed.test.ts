/** Filling a new bucket: what is made, what a broken file does, and what a start that was killed leaves to the next. */
import { Readable } from 'node:stream';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SEEDS_AT_ONCE } from '../../../../../emulators/oss/limits.ts';
import { mediaTypeOf } from '../../../../../emulators/oss/service/media-types.ts';
import {
  beginSeed,
  checkSeeds,
  fillBucket,
  SeedFailure,
  wantsSeed,
} from '../../../../../emulators/oss/service/seed.ts';
import { startTestServices, type TestServices } from '../../../../support/oss-services.ts';

let room: TestServices;
beforeEach(async () => {
  room = await startTestServices();
});
afterEach(() => room.close());

const BUCKET = { name: 'my-bucket', storageClass: 'IA' } as const;
const AT = Date.UTC(2026, 0, 2);
const seed = (key: string, content = key, sizeBytes = content.length) => ({
  key,
  sizeBytes,
  open: () => Readable.from(content === '' ? [] : [Buffer.from(content)]),
});

async function* each<Item>(items: Iterable<Item>): AsyncGenerator<Item> {
  yield* items;
}

async function makeBucket(): Promise<void> {
  const { store } = room.services;
  await beginSeed(store, BUCKET.name);
  await store.putBucket({ ...BUCKET, acl: 'private', redundancy: 'LRS', createdAtMs: AT });
}

test('makes an object of each file, of the bucket’s class and its name’s type, and tells nobody', async () => {
  const { store } = room.services;
  expect(wantsSeed(store, BUCKET.name)).toBe(true);
  await makeBucket();
  const seeds = each([seed('a/b.html'), seed('empty', ''), seed('c.bin', 'x'.repeat(500_000))]);
  expect(await fillBucket(store, BUCKET, { seeds, atMs: AT })).toBe(3);
  expect(store.head({ bucket: 'my-bucket', key: 'a/b.html' })).toMatchObject({
    ...{ type: 'Normal', contentType: 'text/html', storageClass: 'IA', acl: 'default', sizeBytes: 8, modifiedAtMs: AT },
  });
  expect(store.head({ bucket: 'my-bucket', key: 'empty' })).toMatchObject({ sizeBytes: 0 });
  expect(room.told).toEqual([]);
  expect(wantsSeed(store, BUCKET.name)).toBe(false);
});

test('streams: of thousands of files few are open at a time', async () => {
  await makeBucket();
  let open = 0;
  let openMost = 0;
  function* many() {
    for (let index = 0; index < 2000; index++)
      yield {
        ...seed(`k${index}`, 'x'),
        open() {
          openMost = Math.max(openMost, ++open);
          return Readable.from([Buffer.from('x')]).once('close', () => open--);
        },
      };
  }
  expect(await fillBucket(room.services.store, BUCKET, { seeds: each(many()), atMs: AT })).toBe(2000);
  expect(openMost).toBeLessThanOrEqual(SEEDS_AT_ONCE);
});

test.each([
  ['grew', seed('f', 'longer', 3), 'The file f of the seed of my-bucket changed while it was read.'],
  ['shrank', seed('f', 'x', 3), 'changed while it was read.'],
  [
    'is gone',
    { ...seed('f'), open: () => Readable.from(broken()) },
    "The file f of the seed of my-bucket can't be read (ENOENT).",
  ],
  ['can’t be one any more', { problem: 'f is no file.' }, 'f is no file.'],
])('a file that %s ends it, and the next start begins anew', async (_what, bad, message) => {
  const { store } = room.services;
  await makeBucket();
  const seeds = each([seed('before'), bad, seed('after')]);
  const failing = fillBucket(store, BUCKET, { seeds, atMs: AT });
  await expect(failing).rejects.toThrow(SeedFailure);
  await expect(failing).rejects.toThrow(message);
  expect(wantsSeed(store, BUCKET.name)).toBe(true);
  expect(await fillBucket(store, BUCKET, { seeds: each([seed('before'), seed('f')]), atMs: AT })).toBe(2);
  expect(wantsSeed(store, BUCKET.name)).toBe(false);
});

// biome-ignore lint/correctness/useYield: it breaks before its first byte.
async function* broken(): AsyncGenerator<Uint8Array> {
  throw Object.assign(new Error('ENOENT: no such file'), { code: 'ENOENT', syscall: 'open' });
}

test('a start that was killed before the bucket, or in the middle, is taken up by the next', async () => {
  const { store } = room.services;
  await beginSeed(store, BUCKET.name);
  expect([store.getBucket(BUCKET.name), wantsSeed(store, BUCKET.name)]).toEqual([undefined, true]);
  await makeBucket();
  expect(wantsSeed(store, BUCKET.name)).toBe(true);
});

test('a bucket that somebody made is left alone, and one that was removed is new again', async () => {
  const { store } = room.services;
  await store.putBucket({ ...BUCKET, acl: 'private', redundancy: 'LRS', createdAtMs: AT });
  expect(wantsSeed(store, BUCKET.name)).toBe(false);
  await store.deleteBucket(BUCKET.name);
  expect(wantsSeed(store, BUCKET.name)).toBe(true);
});

test('tells the first ten problems before anything is made', async () => {
  const problems = Array.from({ length: 12 }, (_, index) => ({ problem: `problem ${index}` }));
  expect(await checkSeeds(each([seed('a'), ...problems]))).toEqual(problems.slice(0, 10).map(({ problem }) => problem));
  expect(await checkSeeds(each([seed('a')]))).toEqual([]);
});

test.each([
  ['a/b.JPG', 'image/jpeg'],
  ['x.tar.gz', 'application/gzip'],
  ['README', 'application/octet-stream'],
  ['a.b/c', 'application/octet-stream'],
  ['x.constructor', 'application/octet-stream'],
  ['x.', 'application/octet-stream'],
])('%s is of type %s', (name, type) => {
  expect(mediaTypeOf(name)).toBe(type);
});
