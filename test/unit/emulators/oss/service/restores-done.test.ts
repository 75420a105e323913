/** The ends of restores: told at their moment of the kernel's clock, once, also of those that an earlier run began. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { putBucket } from '../../../../../emulators/oss/service/buckets.ts';
import { deleteObject } from '../../../../../emulators/oss/service/delete-objects.ts';
import { cleanRestoredObject, restoreObject } from '../../../../../emulators/oss/service/restore.ts';
import { type RestoresDone, startRestoresDone } from '../../../../../emulators/oss/service/restores-done.ts';
import type { OssServices } from '../../../../../emulators/oss/service/services.ts';
import type { StorageClass } from '../../../../../emulators/oss/store/object-store.ts';
import { type ControlledClock, createClock } from '../../../../../src/kernel/clock.ts';
import { createLogger } from '../../../../../src/kernel/logger.ts';
import { createSettled, type Settled } from '../../../../../src/kernel/settled.ts';
import { lineStream } from '../../../../support/line-stream.ts';
import { DRAFT, ORIGIN, put, startTestServices, type TestServices } from '../../../../support/oss-services.ts';

const HOUR = 3_600_000;
const BUCKET = 'my-bucket';

let room: TestServices;
let clock: ControlledClock;
let settled: Settled;
let done: RestoresDone;
let services: OssServices;
let errors: string[];

beforeEach(async () => {
  room = await startTestServices();
  clock = createClock('virtual');
  clock.setNow(ORIGIN.atMs);
  settled = createSettled(clock);
  errors = [];
  begin();
  const bucket = { bucket: BUCKET, acl: undefined, storageClass: undefined, redundancy: undefined };
  await putBucket(services, bucket, ORIGIN);
  room.told.length = 0;
});
afterEach(async () => {
  await done.end();
  await room.close();
});

function begin(store = room.services.store): void {
  const out = lineStream((line) => errors.push(line));
  const logger = createLogger({ clock, out, level: 'error', format: 'json' });
  done = startRestoresDone({ clock, logger, settled, services: { ...room.services, store } });
  services = { ...room.services, restoreKept: (readyAtMs) => done.expect(readyAtMs) };
}

async function archive(key: string, storageClass: StorageClass = 'ColdArchive') {
  await put(services, key, 'hello', { draft: { ...DRAFT, storageClass } });
  room.told.length = 0;
}

const origin = (requestId: string) => ({ ...ORIGIN, requestId, atMs: clock.nowMs() });
const restore = (key: string, tier?: 'Expedited') =>
  restoreObject(services, { bucket: BUCKET, key, days: 3, tier }, origin(`for-${key}`));
const advance = (hours: number) =>
  clock.advanceTo(clock.nowMs() + hours * HOUR, async () => void (await settled.wait(5000)));
const told = () => room.told.map(({ eventName, key, requestId }) => [eventName, key, requestId]);

test('the end of a restore is told when it is done, with the call that asked for it', async () => {
  await archive('a');
  await restore('a');
  expect(told()).toEqual([]);
  await advance(5 - 1 / HOUR);
  expect(told()).toEqual([]);
  await advance(1 / HOUR);
  expect(room.told).toEqual([
    {
      eventName: 'ObjectRestore:FinishRestore',
      bucket: BUCKET,
      key: 'a',
      sizeBytes: 5,
      deltaSizeBytes: 0,
      etag: '5D41402ABC4B2A76B9719D911017C592',
      contentType: 'text/plain',
      requestId: 'for-a',
    },
  ]);
  await advance(100);
  expect(room.told).toHaveLength(1);
});

test('several end each at its own moment, the later begun one first', async () => {
  for (const key of ['a', 'b', 'c']) await archive(key);
  await restore('a');
  await restore('b', 'Expedited');
  await restore('c');
  await advance(1);
  expect(told()).toEqual([['ObjectRestore:FinishRestore', 'b', 'for-b']]);
  await advance(4);
  expect(told().map(([, key]) => key)).toEqual(['b', 'a', 'c']);
});

test('an Archive object is back without a word, and a longer restore has no second end', async () => {
  await archive('a', 'Archive');
  await restore('a');
  await advance(10);
  expect(told()).toEqual([]);
  await archive('b');
  await restore('b');
  await advance(6);
  await restore('b');
  await advance(100);
  expect(told()).toHaveLength(1);
});

test('an object that is deleted meanwhile has no end to tell of', async () => {
  await archive('a');
  await restore('a');
  await deleteObject(services, { bucket: BUCKET, key: 'a' }, ORIGIN);
  room.told.length = 0;
  await advance(10);
  expect(told()).toEqual([]);
});

test('one that was let go of and asked back anew ends once more', async () => {
  await archive('a');
  await restore('a');
  await advance(6);
  await cleanRestoredObject(services, { bucket: BUCKET, key: 'a' }, origin('clean'));
  await restore('a');
  await advance(6);
  expect(told()).toHaveLength(2);
});

test('a restore that an earlier run began ends in this one, at once where its moment has passed', async () => {
  for (const key of ['a', 'b']) await archive(key);
  await restore('a', 'Expedited');
  await restore('b');
  await done.end();
  await advance(2);
  expect(told()).toEqual([]);
  begin();
  await advance(0);
  expect(told().map(([, key]) => key)).toEqual(['a']);
  await advance(3);
  expect(told().map(([, key]) => key)).toEqual(['a', 'b']);
});

test('what could not be told is tried again a minute later', async () => {
  await archive('a');
  await done.end();
  let fails = 2;
  const { store } = room.services;
  const failing = {
    ...store,
    endRestore: (...call: Parameters<typeof store.endRestore>) =>
      fails-- > 0 ? Promise.reject(new Error('full')) : store.endRestore(...call),
  };
  begin(failing);
  await restore('a', 'Expedited');
  await advance(1);
  expect([told(), errors.length]).toEqual([[], 1]);
  await advance(1 / 60);
  expect([told(), errors.length]).toEqual([[], 2]);
  await advance(1 / 60);
  expect(told()).toHaveLength(1);
});
