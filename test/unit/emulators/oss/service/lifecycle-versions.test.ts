/** Lifecycle rules over versions and delete markers, on the real store and a clock that is moved. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { putBucket, putBucketVersioning } from '../../../../../emulators/oss/service/buckets.ts';
import { checkLifecycle } from '../../../../../emulators/oss/service/check-lifecycle.ts';
import { deleteObject } from '../../../../../emulators/oss/service/delete-objects.ts';
import { putDocument } from '../../../../../emulators/oss/service/documents.ts';
import { LIFECYCLE, type LifecycleRuleDraft } from '../../../../../emulators/oss/service/lifecycle.ts';
import { dueFor, isMarkerDue } from '../../../../../emulators/oss/service/lifecycle-due.ts';
import { runLifecycle } from '../../../../../emulators/oss/service/run-lifecycle.ts';
import { isMarker, type Version } from '../../../../../emulators/oss/store/object-store.ts';
import { DRAFT, ORIGIN, put, startTestServices, type TestServices } from '../../../../support/oss-services.ts';

const BUCKET = 'my-bucket';
const DAY_MS = 86_400_000;

let room: TestServices;
beforeEach(async () => {
  room = await startTestServices();
  const bucket = { bucket: BUCKET, acl: undefined, storageClass: undefined, redundancy: undefined };
  await putBucket(room.services, bucket, ORIGIN);
  await putBucketVersioning(room.services, { bucket: BUCKET, versioning: 'Enabled' });
});
afterEach(() => room.close());

const check = (...drafts: LifecycleRuleDraft[]) => checkLifecycle(drafts, { allowOverlap: false });

function rules(...drafts: LifecycleRuleDraft[]) {
  return putDocument(room.services.store, LIFECYCLE, { bucket: BUCKET, document: check(...drafts) });
}

function run(daysLater: number, pause = async () => {}) {
  const { store, tell } = room.services;
  const nowMs = ORIGIN.atMs + daysLater * DAY_MS;
  const { signal } = new AbortController();
  return runLifecycle({ store, nowMs, tell: (change) => tell(ORIGIN, change), signal, pause });
}

const write = (key: string, bytes: string, day = 0) =>
  put(room.services, key, bytes, { draft: { ...DRAFT, modifiedAtMs: ORIGIN.atMs + day * DAY_MS } });
const remove = (key: string, day = 0, versionId?: string) =>
  deleteObject(room.services, { bucket: BUCKET, key, versionId }, { ...ORIGIN, atMs: ORIGIN.atMs + day * DAY_MS });

function versions(): { version: Version; isLatest: boolean }[] {
  const query = { bucket: BUCKET, prefix: '', delimiter: '', after: '', afterVersionId: '', limit: 5000 };
  return room.services.store.listVersions(query).versions;
}

const shown = () =>
  versions().map(({ version }) =>
    isMarker(version) ? `${version.key} marked` : `${version.key} ${version.sizeBytes}`,
  );

test('a version goes by the days since another took its place, and not by its own age', async () => {
  await rules({ prefix: '', isEnabled: true, noncurrentExpiration: { noncurrentDays: 10 } });
  await write('a', '1');
  await write('a', '22', 100);
  await write('b', '1');
  room.told.length = 0;
  expect(await run(110)).toMatchObject({ expired: 0 });
  expect(await run(111)).toEqual({ expired: 1, transitioned: 0, aborted: 0 });
  expect(shown()).toEqual(['a 2', 'b 1']);
  expect(room.told).toEqual([]);
});

test('an object that expires becomes a version under a marker, then goes, and the marker last', async () => {
  await rules({
    prefix: '',
    isEnabled: true,
    expiration: { days: 1 },
    noncurrentExpiration: { noncurrentDays: 3 },
  });
  await write('a', '1');
  expect(await run(2)).toMatchObject({ expired: 1 });
  expect(shown()).toEqual(['a marked', 'a 1']);
  expect(await run(3)).toMatchObject({ expired: 0 });
  expect(await run(6)).toMatchObject({ expired: 1 });
  expect(shown()).toEqual(['a marked']);
  await rules({ prefix: '', isEnabled: true, expiration: { expiredMarkers: true } });
  expect(await run(6)).toEqual({ expired: 1, transitioned: 0, aborted: 0 });
  expect(shown()).toEqual([]);
});

test('a marker goes only when nothing lies under it, also where both happen in one run', async () => {
  await rules({
    prefix: '',
    isEnabled: true,
    expiration: { expiredMarkers: true },
    noncurrentExpiration: { noncurrentDays: 5 },
  });
  await write('a', '1');
  await remove('a');
  await remove('lonely');
  expect(await run(1)).toMatchObject({ expired: 1 });
  expect(shown()).toEqual(['a marked', 'a 1']);
  expect(await run(6)).toMatchObject({ expired: 2 });
  expect(shown()).toEqual([]);
});

test('a marker that an object took the place of goes as a version does', async () => {
  await rules({ prefix: '', isEnabled: true, noncurrentExpiration: { noncurrentDays: 5 } });
  await remove('a');
  await write('a', '1', 1);
  expect(shown()).toEqual(['a 1', 'a marked']);
  expect(await run(5)).toMatchObject({ expired: 0 });
  expect(await run(7)).toMatchObject({ expired: 1 });
  expect(shown()).toEqual(['a 1']);
});

test('a version moves to a colder class, and what is current does not', async () => {
  await rules({ prefix: '', isEnabled: true, noncurrentTransitions: [{ noncurrentDays: 5, storageClass: 'IA' }] });
  await write('a', '1');
  await write('a', '22');
  room.told.length = 0;
  expect(await run(6)).toEqual({ expired: 0, transitioned: 1, aborted: 0 });
  expect(versions().map(({ version }) => !isMarker(version) && version.storageClass)).toEqual(['Standard', 'IA']);
  expect(room.told).toEqual([
    expect.objectContaining({
      eventName: 'ObjectModified:ChangeStorageClass',
      key: 'a',
      sizeBytes: 1,
      deltaSizeBytes: 0,
    }),
  ]);
  expect(await run(7)).toMatchObject({ transitioned: 0 });
});

test('the version called null goes by the same days', async () => {
  await putBucketVersioning(room.services, { bucket: BUCKET, versioning: 'Suspended' });
  await write('a', '1');
  await putBucketVersioning(room.services, { bucket: BUCKET, versioning: 'Enabled' });
  await write('a', '22');
  await rules({ prefix: '', isEnabled: true, noncurrentExpiration: { noncurrentDays: 5 } });
  expect(await run(6)).toMatchObject({ expired: 1 });
  expect(shown()).toEqual(['a 2']);
});

test('more versions than a page go in one run, with a turn for others after each page', async () => {
  await rules({ prefix: '', isEnabled: true, noncurrentExpiration: { noncurrentDays: 1 } });
  for (let i = 0; i < 502; i++) await write('a', '');
  let pauses = 0;
  expect((await run(3, async () => void pauses++)).expired).toBe(501);
  expect(shown()).toEqual(['a 0']);
  expect(pauses).toBe(3);
});

test('what became current again while the run was under way stays', async () => {
  await write('a', '1');
  await write('a', '22');
  const { store } = room.services;
  const versionId = versions()[0]?.version.versionId;
  // Between the look at the page and the removal the current version goes, and the one below it takes its place.
  const racing = {
    ...store,
    async remove(...call: Parameters<typeof store.remove>) {
      if (call[0].some((ref) => ref.versionId !== undefined))
        await store.remove([{ bucket: BUCKET, key: 'a', versionId }]);
      return store.remove(...call);
    },
  };
  await rules({ prefix: '', isEnabled: true, noncurrentExpiration: { noncurrentDays: 1 } });
  const { signal } = new AbortController();
  const nowMs = ORIGIN.atMs + 9 * DAY_MS;
  const report = await runLifecycle({ store: racing, nowMs, tell() {}, signal, pause: async () => {} });
  expect(report.expired).toBe(0);
  expect(shown()).toEqual(['a 1']);
});

test('moving a restored object ends its restore', async () => {
  await rules({ prefix: '', isEnabled: true, transitions: [{ days: 5, storageClass: 'ColdArchive' }] });
  const restore = { readyAtMs: 0, expiresAtMs: ORIGIN.atMs + 99 * DAY_MS };
  const draft = { ...DRAFT, storageClass: 'Archive' as const, restore };
  await put(room.services, 'a', '1', { draft });
  expect(await run(6)).toMatchObject({ transitioned: 1 });
  const record = room.services.store.head({ bucket: BUCKET, key: 'a' });
  expect(record).toMatchObject({ storageClass: 'ColdArchive' });
  expect(record?.restore).toBeUndefined();
});

test('what grows by appends gets no colder than Archive', () => {
  const document = check({
    prefix: '',
    isEnabled: true,
    transitions: [
      { days: 1, storageClass: 'Archive' },
      { days: 2, storageClass: 'ColdArchive' },
    ],
  });
  const object = { key: 'a', storageClass: 'Standard' as const, modifiedAtMs: 0 };
  expect(dueFor(document, { ...object, type: 'Appendable' }, 9 * DAY_MS)).toBe('Archive');
  expect(dueFor(document, { ...object, type: 'Normal' }, 9 * DAY_MS)).toBe('ColdArchive');
});

test('a rule with tags takes no marker, for none has any', () => {
  const rule = { prefix: '', isEnabled: true, expiration: { expiredMarkers: true } };
  const marker = { bucket: BUCKET, key: 'a', isMarker: true as const, versionId: 'null', modifiedAtMs: 0 };
  expect(isMarkerDue(check(rule), marker, 9 * DAY_MS)).toBe(true);
  expect(isMarkerDue(check({ ...rule, tags: [{ key: 'a', value: 'b' }] }), marker, 9 * DAY_MS)).toBe(false);
  expect(isMarkerDue(check({ ...rule, isEnabled: false }), marker, 9 * DAY_MS)).toBe(false);
});

test.each<[string, Partial<LifecycleRuleDraft>]>([
  ['markers and days at once', { expiration: { expiredMarkers: true, days: 1 } }],
  ['no markers and no days', { expiration: { expiredMarkers: false } }],
  ['zero days of a version', { noncurrentExpiration: { noncurrentDays: 0 } }],
  ['half a day of a version', { noncurrentExpiration: { noncurrentDays: 1.5 } }],
  ['zero days before a version moves', { noncurrentTransitions: [{ noncurrentDays: 0, storageClass: 'IA' }] }],
  ['a version that moves to Standard', { noncurrentTransitions: [{ noncurrentDays: 1, storageClass: 'Standard' }] }],
  [
    'Archive before IA',
    {
      noncurrentTransitions: [
        { noncurrentDays: 20, storageClass: 'IA' },
        { noncurrentDays: 12, storageClass: 'Archive' },
      ],
    },
  ],
  [
    'a version that goes before it moves',
    {
      noncurrentExpiration: { noncurrentDays: 3 },
      noncurrentTransitions: [{ noncurrentDays: 3, storageClass: 'IA' }],
    },
  ],
])('refuses %s', (_what, actions) => {
  expect(() => check({ prefix: '', isEnabled: true, ...actions })).toThrow(
    expect.objectContaining({ code: 'InvalidArgument' }),
  );
});

test.each<[string, Partial<LifecycleRuleDraft>]>([
  ['NoncurrentVersionExpiration', { noncurrentExpiration: { noncurrentDays: 1 } }],
  [
    'NoncurrentVersionTransition for StorageClass IA',
    { noncurrentTransitions: [{ noncurrentDays: 1, storageClass: 'IA' }] },
  ],
  ['Expiration', { expiration: { expiredMarkers: true } }],
  ['AbortMultipartUpload', { abortMultipartUpload: { days: 1 } }],
])('refuses two rules, one below the other, for %s', (action, actions) => {
  const rule = { isEnabled: true, ...actions };
  expect(() => check({ ...rule, prefix: 'a/' }, { ...rule, prefix: 'a/b/' })).toThrow(
    expect.objectContaining({ details: { message: `Overlap for same action type ${action}` } }),
  );
  expect(check({ ...rule, prefix: 'a/' }, { ...rule, prefix: 'b/' }).rules).toHaveLength(2);
});
