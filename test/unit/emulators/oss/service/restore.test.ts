/** Asking archived objects back: how long it takes, how long it lasts, and what is refused meanwhile. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { OssError } from '../../../../../emulators/oss/errors.ts';
import { putBucket } from '../../../../../emulators/oss/service/buckets.ts';
import { getObject } from '../../../../../emulators/oss/service/read-object.ts';
import {
  cleanRestoredObject,
  type RestoreObject,
  restoreObject,
} from '../../../../../emulators/oss/service/restore.ts';
import type { StorageClass } from '../../../../../emulators/oss/store/object-store.ts';
import { restoreText } from '../../../../../emulators/oss/wire/restore.ts';
import { DRAFT, ORIGIN, put, startTestServices, type TestServices } from '../../../../support/oss-services.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const ref = { bucket: 'my-bucket', key: 'k' };

let room: TestServices;
beforeEach(async () => {
  room = await startTestServices();
  const bucket = { bucket: 'my-bucket', acl: undefined, storageClass: undefined, redundancy: undefined };
  await putBucket(room.services, bucket, ORIGIN);
});
afterEach(() => room.close());

const keep = (storageClass: StorageClass) => put(room.services, 'k', 'hello', { draft: { ...DRAFT, storageClass } });
const at = (afterMs: number) => ({ ...ORIGIN, atMs: ORIGIN.atMs + afterMs });
const restore = (afterMs = 0, choice: Partial<RestoreObject> = {}) =>
  restoreObject(room.services, { ...ref, days: undefined, tier: undefined, ...choice }, at(afterMs));
const text = (afterMs: number) => {
  const record = room.services.store.head(ref);
  return record && restoreText(record, at(afterMs).atMs);
};
const isReadable = async (afterMs: number) => {
  const question = { ...ref, conditions: {}, range: undefined, isStandardRange: false, authorizeRead: () => {} };
  try {
    await getObject(room.services, { ...question, nowMs: at(afterMs).atMs });
    return true;
  } catch (error) {
    return (error as OssError).code;
  }
};

test.each([
  ['Archive', undefined, MINUTE],
  ['ColdArchive', undefined, 5 * HOUR],
  ['ColdArchive', 'Expedited', HOUR],
  ['ColdArchive', 'Bulk', 12 * HOUR],
  ['DeepColdArchive', 'Expedited', 12 * HOUR],
  ['DeepColdArchive', 'Standard', 48 * HOUR],
] as const)(
  '%s with priority %s is back after a while, for as long as was asked',
  async (storageClass, tier, delay) => {
    const before = await keep(storageClass);
    expect(await isReadable(0)).toBe('InvalidObjectState');
    expect(await restore(0, { tier, days: 2 })).toMatchObject({ isStarted: true });
    expect([await isReadable(delay - 1), text(delay - 1)]).toEqual(['InvalidObjectState', 'ongoing-request="true"']);
    expect(await isReadable(delay)).toBe(true);
    expect(text(delay)).toMatch(/^ongoing-request="false", expiry-date="\w{3}, \d\d \w{3} \d{4} [\d:]{8} GMT"$/);
    expect(await isReadable(delay + 2 * DAY - 1)).toBe(true);
    expect([await isReadable(delay + 2 * DAY), text(delay + 2 * DAY)]).toEqual(['InvalidObjectState', undefined]);
    expect(room.services.store.head(ref)?.modifiedAtMs).toBe(before.modifiedAtMs);
  },
);

test('refuses a second asking meanwhile, and lasts longer when asked again afterwards', async () => {
  await keep('Archive');
  await restore();
  await expect(restore(MINUTE - 1)).rejects.toMatchObject({ code: 'RestoreAlreadyInProgress' });
  expect(await restore(HOUR, { days: 3 })).toEqual({ isStarted: false, tier: undefined });
  expect([await isReadable(2 * DAY), await isReadable(HOUR + 3 * DAY)]).toEqual([true, 'InvalidObjectState']);
  expect(await restore(4 * DAY)).toMatchObject({ isStarted: true });
});

test('is let go of before its time, but not before it is back', async () => {
  await keep('ColdArchive');
  const clean = (afterMs: number) => cleanRestoredObject(room.services, ref, at(afterMs));
  await expect(clean(0)).rejects.toMatchObject({ code: 'ArchiveRestoreFileStale' });
  await restore();
  await expect(clean(HOUR)).rejects.toMatchObject({ code: 'ArchiveRestoreNotFinished' });
  await clean(5 * HOUR);
  expect(await isReadable(5 * HOUR)).toBe('InvalidObjectState');
});

test('an overwrite forgets it', async () => {
  await keep('Archive');
  await restore();
  await keep('Archive');
  expect(await isReadable(HOUR)).toBe('InvalidObjectState');
});

test.each([
  ['Standard', {}, 'OperationNotSupported'],
  ['IA', {}, 'OperationNotSupported'],
  ['Archive', { days: 8 }, 'InvalidArgument'],
  ['Archive', { days: 0 }, 'InvalidArgument'],
  ['Archive', { tier: 'Bulk' }, 'MalformedXML'],
  ['ColdArchive', { days: 366 }, 'InvalidArgument'],
  ['DeepColdArchive', { tier: 'Bulk' }, 'InvalidArgument'],
] as const)('%s refuses %j', async (storageClass, choice, code) => {
  await keep(storageClass);
  await expect(restore(0, choice)).rejects.toMatchObject({ code });
});

test('tells a missing object from a missing bucket', async () => {
  await expect(restore()).rejects.toMatchObject({ code: 'NoSuchKey' });
  await expect(restore(0, { bucket: 'no-bucket' })).rejects.toMatchObject({ code: 'NoSuchBucket' });
  await expect(cleanRestoredObject(room.services, ref, ORIGIN)).rejects.toMatchObject({ code: 'NoSuchKey' });
});
