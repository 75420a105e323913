/** Lifecycle rules at work, over the real store and a clock that is moved. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { putBucket } from '../../../../../emulators/oss/service/buckets.ts';
import { checkLifecycle } from '../../../../../emulators/oss/service/check-lifecycle.ts';
import { putDocument } from '../../../../../emulators/oss/service/documents.ts';
import { LIFECYCLE, type LifecycleRuleDraft } from '../../../../../emulators/oss/service/lifecycle.ts';
import { runLifecycle } from '../../../../../emulators/oss/service/run-lifecycle.ts';
import { initiateUpload } from '../../../../../emulators/oss/service/uploads.ts';
import { DRAFT, ORIGIN, put, startTestServices, type TestServices } from '../../../../support/oss-services.ts';

const BUCKET = 'my-bucket';
const DAY_MS = 86_400_000;

let room: TestServices;
beforeEach(async () => {
  room = await startTestServices();
  await putBucket(
    room.services,
    { bucket: BUCKET, acl: undefined, storageClass: undefined, redundancy: undefined },
    ORIGIN,
  );
});
afterEach(() => room.close());

function rules(...drafts: LifecycleRuleDraft[]) {
  const document = checkLifecycle(drafts, { allowOverlap: false });
  return putDocument(room.services.store, LIFECYCLE, { bucket: BUCKET, document });
}

function run(daysLater: number, pause = async () => {}) {
  const { store, tell } = room.services;
  const nowMs = ORIGIN.atMs + daysLater * DAY_MS;
  const { signal } = new AbortController();
  return runLifecycle({ store, nowMs, tell: (change) => tell(ORIGIN, change), signal, pause });
}

const keys = () =>
  room.services.store
    .list({ bucket: BUCKET, prefix: '', delimiter: '', after: '', limit: 5000 })
    .objects.map(({ key }) => key);

test('what is due goes, what is not stays, and no event tells of it', async () => {
  await rules({ prefix: 'uploads/', isEnabled: true, expiration: { days: 30 } });
  await put(room.services, 'uploads/old', 'x');
  await put(room.services, 'uploads/new', 'x', { draft: { ...DRAFT, modifiedAtMs: ORIGIN.atMs + 20 * DAY_MS } });
  await put(room.services, 'other', 'x');
  room.told.length = 0;
  expect(await run(29)).toMatchObject({ expired: 0 });
  expect(await run(31)).toEqual({ expired: 1, transitioned: 0, aborted: 0 });
  expect(keys()).toEqual(['other', 'uploads/new']);
  expect(await run(31)).toMatchObject({ expired: 0 });
  expect(room.told).toEqual([]);
});

test('more than a page goes, with a turn for others after each', async () => {
  await rules({ prefix: '', isEnabled: true, expiration: { days: 1 } });
  for (let i = 0; i < 501; i++) await put(room.services, `k-${i}`, '');
  let pauses = 0;
  const report = await run(5, async () => void pauses++);
  expect(report.expired).toBe(501);
  expect(pauses).toBe(2);
  expect(keys()).toEqual([]);
});

test('an object that moves to a colder class keeps its bytes, its metadata and its age', async () => {
  await rules({ prefix: '', isEnabled: true, transitions: [{ days: 90, storageClass: 'IA' }] });
  const before = await put(room.services, 'k', 'bytes', {
    draft: { ...DRAFT, userMeta: { a: 'b' }, acl: 'public-read' },
  });
  expect(await run(91)).toEqual({ expired: 0, transitioned: 1, aborted: 0 });
  expect(room.services.store.head({ bucket: BUCKET, key: 'k' })).toEqual({ ...before, storageClass: 'IA' });
  expect(await run(92)).toMatchObject({ transitioned: 0 });
});

test('uploads nobody completed are given up', async () => {
  await rules({ prefix: 'u/', isEnabled: true, abortMultipartUpload: { days: 7 } });
  for (const key of ['u/a', 'v/a'])
    await initiateUpload(room.services, { bucket: BUCKET, key, uploadId: `of-${key}`, draft: DRAFT }, ORIGIN);
  expect(await run(8)).toEqual({ expired: 0, transitioned: 0, aborted: 1 });
  expect(room.services.store.getUpload({ bucket: BUCKET, key: 'v/a' }, 'of-v/a')).toBeDefined();
  expect(room.services.store.getUpload({ bucket: BUCKET, key: 'u/a' }, 'of-u/a')).toBeUndefined();
});
