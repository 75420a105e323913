/** Rules that go by the last read: what is noted, what is moved, and what comes back. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  assertTracked,
  isTracked,
  lastAccessOf,
  noteRead,
  putAccessMonitor,
} from '../../../../../emulators/oss/service/access-time.ts';
import { putBucket } from '../../../../../emulators/oss/service/buckets.ts';
import { checkLifecycle } from '../../../../../emulators/oss/service/check-lifecycle.ts';
import { putDocument } from '../../../../../emulators/oss/service/documents.ts';
import { type ByAccess, LIFECYCLE } from '../../../../../emulators/oss/service/lifecycle.ts';
import { runLifecycle } from '../../../../../emulators/oss/service/run-lifecycle.ts';
import { DRAFT, ORIGIN, put, startTestServices, type TestServices } from '../../../../support/oss-services.ts';

const BUCKET = 'my-bucket';
const DAY_MS = 86_400_000;
const SMALL = 'x';
const LARGE = 'x'.repeat(64 * 1024);

let room: TestServices;
beforeEach(async () => {
  room = await startTestServices();
  const bucket = { bucket: BUCKET, acl: undefined, storageClass: undefined, redundancy: undefined };
  await putBucket(room.services, bucket, ORIGIN);
});
afterEach(() => room.close());

const at = (day: number) => ORIGIN.atMs + day * DAY_MS;
const monitor = (status: 'Enabled' | 'Disabled', day = 0) =>
  putAccessMonitor(room.services.store, { bucket: BUCKET, status, nowMs: at(day) });
const rules = (byAccess: ByAccess = {}) => {
  const transition = { days: 10, storageClass: 'IA', isAccessTime: true, ...byAccess };
  return checkLifecycle([{ prefix: '', isEnabled: true, transitions: [transition] }], { allowOverlap: false });
};
const putRules = (byAccess?: ByAccess) =>
  putDocument(room.services.store, LIFECYCLE, { bucket: BUCKET, document: rules(byAccess) });
const head = (key = 'a') => {
  const record = room.services.store.head({ bucket: BUCKET, key });
  if (!record) throw new Error('It was put.');
  return record;
};
const lastDay = (key?: string) => {
  const last = lastAccessOf(room.services.store, head(key));
  return last === undefined ? undefined : (last - ORIGIN.atMs) / DAY_MS;
};
const read = (day: number, key = 'a') =>
  noteRead(room.services, { ref: { bucket: BUCKET, key }, record: head(key) }, { ...ORIGIN, atMs: at(day) });
const run = (day: number) => {
  const { store, tell } = room.services;
  const { signal } = new AbortController();
  const told = (change: Parameters<typeof tell>[1]) => tell(ORIGIN, change);
  return runLifecycle({ store, nowMs: at(day), tell: told, signal, pause: async () => {} });
};

test('track is kept from the moment it is switched on, and lost when it is switched off', async () => {
  await put(room.services, 'a', SMALL);
  expect([isTracked(room.services.store, BUCKET), lastDay()]).toEqual([false, undefined]);
  await monitor('Enabled', 3);
  expect([isTracked(room.services.store, BUCKET), lastDay()]).toEqual([true, 3]);
  await monitor('Enabled', 4);
  expect(lastDay()).toBe(3);
  await read(5);
  expect(lastDay()).toBe(5);
  await monitor('Disabled', 6);
  await read(7);
  expect(lastDay()).toBeUndefined();
  await monitor('Enabled', 8);
  expect(lastDay()).toBe(8);
});

test('of several reads within a day the first is noted, and a write is the newest read there is', async () => {
  await monitor('Enabled');
  await put(room.services, 'a', SMALL);
  await read(0.9);
  expect(lastDay()).toBe(0);
  await read(1);
  await read(1.9);
  expect(lastDay()).toBe(1);
  await put(room.services, 'a', SMALL, { draft: { ...DRAFT, modifiedAtMs: at(2) } });
  expect([lastDay(), head().accessedAtMs]).toEqual([2, undefined]);
});

test('a read through a link is one of its target, too', async () => {
  await monitor('Enabled');
  await put(room.services, 'a', SMALL);
  await put(room.services, 'link', SMALL, { draft: { ...DRAFT, type: 'Symlink', symlinkTarget: 'a' } });
  await read(4, 'link');
  expect([lastDay('link'), lastDay('a')]).toEqual([4, 4]);
});

test('an object moves by its last read, not by its age', async () => {
  await monitor('Enabled');
  await putRules();
  await put(room.services, 'a', SMALL);
  await put(room.services, 'b', SMALL);
  await read(9, 'a');
  expect(await run(12)).toMatchObject({ transitioned: 1 });
  expect([head('a').storageClass, head('b').storageClass]).toEqual(['Standard', 'IA']);
  expect(await run(20)).toMatchObject({ transitioned: 1 });
});

test('where no track is kept, no such rule moves anything', async () => {
  await putRules();
  await put(room.services, 'a', SMALL);
  expect(await run(400)).toMatchObject({ transitioned: 0 });
});

test('small objects stay where the rule says so', async () => {
  await monitor('Enabled');
  await putRules({ allowSmallFile: false });
  await put(room.services, 'a', SMALL);
  await put(room.services, 'b', LARGE);
  await run(12);
  expect([head('a').storageClass, head('b').storageClass]).toEqual(['Standard', 'IA']);
});

test('a read brings an object back where the rule says so, and tells of it', async () => {
  await monitor('Enabled');
  await putRules({ returnToStdWhenVisit: true });
  await put(room.services, 'a', SMALL);
  await run(12);
  room.told.length = 0;
  await read(12);
  expect(head()).toMatchObject({ storageClass: 'Standard', accessedAtMs: at(12) });
  expect(room.told).toMatchObject([{ eventName: 'ObjectModified:ChangeStorageClass', key: 'a' }]);
  expect(await run(13)).toMatchObject({ transitioned: 0 });
});

test('a read brings nothing back where the rule does not say so', async () => {
  await monitor('Enabled');
  await putRules({ returnToStdWhenVisit: false });
  await put(room.services, 'a', SMALL);
  await run(12);
  await read(13);
  expect(head().storageClass).toBe('IA');
});

test('such rules need the track, and the track stays while there are any', async () => {
  const { store } = room.services;
  expect(() => assertTracked(store, BUCKET, rules())).toThrow(expect.objectContaining({ code: 'InvalidArgument' }));
  expect(() => assertTracked(store, BUCKET, rules({ isAccessTime: false }))).not.toThrow();
  await monitor('Enabled');
  expect(() => assertTracked(store, BUCKET, rules())).not.toThrow();
  await putRules();
  await expect(monitor('Disabled')).rejects.toMatchObject({ code: 'InvalidRequest' });
  expect(isTracked(store, BUCKET)).toBe(true);
});

test('a read that can not be noted is none the worse for it', async () => {
  await monitor('Enabled');
  await put(room.services, 'a', SMALL);
  const { services } = room;
  const full = { ...services, store: { ...services.store, amend: () => Promise.reject(new Error('full')) } };
  const seen = { ref: { bucket: BUCKET, key: 'a' }, record: head() };
  await expect(noteRead(full, seen, { ...ORIGIN, atMs: at(5) })).resolves.toBeUndefined();
  expect(lastDay()).toBe(0);
});
