/** The embedded store after a stop, clean or not: everything acknowledged is there, nothing else is. */
import { existsSync, mkdirSync, readdirSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { StoreDamage } from '../../../../../emulators/oss/store/damage.ts';
import { bodyOf, bytesOf, draft, print, putObject, putPart, readObject, ref, startUpload } from './contract-tools.ts';
import { bodyFiles, killed, openTestStore, type TestStore } from './embedded-tools.ts';

const LARGE = 200_000;

async function stop({ store, database }: TestStore): Promise<void> {
  await store.close();
  await database.close();
}

test('comes back whole after a clean stop', async () => {
  const first = await openTestStore({ sync: true });
  await first.store.putBucket({
    name: 'b',
    createdAtMs: 1,
    acl: 'private',
    storageClass: 'Standard',
    redundancy: 'LRS',
  });
  const records = [await putObject(first.store, 'small', 'x'), await putObject(first.store, 'large', bytesOf(LARGE))];
  const upload = await startUpload(first.store, 'big', 'U');
  const part = await putPart(first.store, upload, 1, bytesOf(LARGE, 2));
  await stop(first);

  const second = await openTestStore({ folder: first.folder, sync: true });
  expect(second.store.getBucket('b')).toBeDefined();
  expect(records.map(({ key }) => second.store.head(ref(key)))).toEqual(records);
  expect(await readObject(second.store, 'large')).toBe(print(bytesOf(LARGE)));
  expect(second.store.listParts(upload, { afterPartNumber: 0, limit: 9 }).parts).toEqual([part]);
  await second.store.completeUpload(upload, [1], draft());
  expect(await readObject(second.store, 'big')).toBe(print(bytesOf(LARGE, 2)));
  await stop(second);
});

test('deletes after a kill what no object names, and nothing else', async () => {
  const first = await openTestStore({ sync: true });
  await putObject(first.store, 'kept', bytesOf(LARGE, 1));
  const upload = await startUpload(first.store, 'upload', 'U');
  await putPart(first.store, upload, 1, bytesOf(LARGE, 2));
  await first.store.stage(bodyOf(bytesOf(LARGE, 3)));
  expect(bodyFiles(first.bodies)).toHaveLength(3);
  const [shard = ''] = readdirSync(first.bodies).filter((name) => name !== 'open');
  writeFileSync(join(first.bodies, shard, `${'0'.repeat(22)}${shard}`), 'x');
  const folder = killed(first);
  await stop(first);

  const second = await openTestStore({ folder, sync: true });
  const staged = await second.store.stage(bodyOf(bytesOf(LARGE, 4)));
  await second.store.idle();
  expect(bodyFiles(second.bodies)).toHaveLength(3);
  expect(second.log.join()).toContain('"files":2');
  await second.store.put(ref('new'), staged, draft());
  await second.store.completeUpload(upload, [1], draft());
  const prints = await Promise.all(['kept', 'upload', 'new'].map((key) => readObject(second.store, key)));
  expect(prints).toEqual([1, 2, 4].map((seed) => print(bytesOf(LARGE, seed))));
  await stop(second);
});

test('takes bodies in while it still looks for left-over files', async () => {
  const seeds = [1, 2, 3, 4, 5, 6, 7, 8];
  const first = await openTestStore({});
  for (const seed of seeds) await first.store.stage(bodyOf(bytesOf(LARGE, seed)));
  const folder = killed(first);
  await stop(first);
  // In every subfolder, so that the search is still busy when new files arrive in those it comes to last.
  for (const shard of readdirSync(join(folder, 'objects')).filter((name) => name !== 'open'))
    for (let index = 0; index < 250; index++)
      writeFileSync(join(folder, 'objects', shard, `${'0'.repeat(10)}${String(index).padStart(12, '0')}${shard}`), '');

  const second = await openTestStore({ folder });
  const staged = await Promise.all(seeds.map((seed) => second.store.stage(bodyOf(bytesOf(LARGE, seed)))));
  await second.store.idle();
  for (const [index, body] of staged.entries()) await second.store.put(ref(`key-${index}`), body, draft());
  const prints = await Promise.all(seeds.map((_, index) => readObject(second.store, `key-${index}`)));
  expect(prints).toEqual(seeds.map((seed) => print(bytesOf(LARGE, seed))));
  expect(bodyFiles(second.bodies)).toHaveLength(seeds.length);
  await stop(second);
});

test('never deletes what it can’t have written itself', async () => {
  const first = await openTestStore({ sync: true });
  await first.store.stage(bodyOf(bytesOf(LARGE)));
  const [shard = ''] = readdirSync(first.bodies).filter((name) => name !== 'open');
  writeFileSync(join(first.bodies, shard, 'thesis.doc'), 'x');
  const folder = killed(first);
  await stop(first);
  const second = await openTestStore({ folder, sync: true });
  await second.store.idle();
  expect(bodyFiles(second.bodies)).toEqual(['thesis.doc']);
  await stop(second);
});

test('leaves the object as it was when killed between an overwrite’s bytes and its commit', async () => {
  const first = await openTestStore({ sync: true });
  const before = await putObject(first.store, 'k', bytesOf(LARGE, 1));
  await first.store.stage(bodyOf(bytesOf(LARGE, 2)));
  const folder = killed(first);
  await stop(first);
  const second = await openTestStore({ folder, sync: true });
  await second.store.idle();
  expect(second.store.head(ref('k'))).toEqual(before);
  expect(await readObject(second.store, 'k')).toBe(print(bytesOf(LARGE, 1)));
  expect(bodyFiles(second.bodies)).toHaveLength(1);
  await stop(second);
});

test('does not look for left-over files after a clean stop', async () => {
  const first = await openTestStore({});
  await putObject(first.store, 'k', bytesOf(LARGE));
  await stop(first);
  expect(existsSync(join(first.bodies, 'open'))).toBe(false);
  mkdirSync(join(first.bodies, 'ff'), { recursive: true });
  writeFileSync(join(first.bodies, 'ff', 'stranger'), 'x');
  const second = await openTestStore({ folder: first.folder });
  await second.store.idle();
  expect(bodyFiles(second.bodies)).toContain('stranger');
  await stop(second);
});

test('looks for left-over files after a stop with staged bytes that became nothing', async () => {
  const first = await openTestStore({});
  await first.store.stage(bodyOf(bytesOf(LARGE)));
  await stop(first);
  const second = await openTestStore({ folder: first.folder });
  await second.store.idle();
  expect(bodyFiles(second.bodies)).toEqual([]);
  await stop(second);
});

test('keeps exactly one file for each large body somebody owns', async () => {
  const opened = await openTestStore({});
  const { store, bodies } = opened;
  const files = async () => {
    await store.idle();
    return bodyFiles(bodies).length;
  };
  await putObject(store, 'a', bytesOf(LARGE));
  await putObject(store, 'small', bytesOf(100));
  expect(await files()).toBe(1);
  await store.copy(ref('a'), ref('b'), (source) => source);
  await store.copy(ref('a'), ref('a'), (source) => source);
  await store.remove([ref('a')]);
  expect(await files()).toBe(1);
  await putObject(store, 'b', bytesOf(LARGE, 2));
  await putObject(store, 'b', 'small');
  expect(await files()).toBe(0);

  const upload = await startUpload(store, 'c', 'U');
  for (const number of [1, 1, 2, 3]) await putPart(store, upload, number, bytesOf(LARGE, number));
  expect(await files()).toBe(3);
  await store.completeUpload(upload, [1, 3], draft());
  expect(await files()).toBe(2);
  await store.copy(ref('c'), ref('d'), (source) => source);
  await store.remove([ref('c'), ref('d')]);
  const aborted = await startUpload(store, 'c', 'V');
  await putPart(store, aborted, 1, bytesOf(LARGE));
  await store.abortUpload(aborted);
  expect(await files()).toBe(0);

  const refuse = () => {
    throw new Error('no');
  };
  await expect(putObject(store, 'e', bytesOf(LARGE), { tell: refuse })).rejects.toThrow('no');
  await putPart(store, aborted, 1, bytesOf(LARGE));
  await (await store.stage(bodyOf(bytesOf(LARGE)))).discard();
  await putObject(store, 'f', bytesOf(LARGE));
  await store.clear();
  expect(await files()).toBe(0);
  expect(readdirSync(bodies)).toContain('open');
  await stop(opened);
});

test('removes the file of an object somebody still reads only after the reader is done', async () => {
  const opened = await openTestStore({});
  await putObject(opened.store, 'k', bytesOf(LARGE));
  const bodies = await Promise.all([opened.store.read(ref('k')), opened.store.read(ref('k'))]);
  await opened.store.remove([ref('k')]);
  await opened.store.idle();
  expect(bodyFiles(opened.bodies)).toHaveLength(1);
  for (const body of bodies) {
    if (!body || body.bytes instanceof Uint8Array) throw new Error('A large body is a stream.');
    const stream = body.bytes;
    await new Promise((resolve) => stream.once('close', resolve).destroy());
  }
  await opened.store.idle();
  expect(bodyFiles(opened.bodies)).toEqual([]);
  await stop(opened);
});

test.each(['lost', 'cut short'])(
  'says so when the file of an object is %s, instead of sending less',
  async (damage) => {
    const opened = await openTestStore({});
    await putObject(opened.store, 'k', bytesOf(LARGE));
    const [name = ''] = bodyFiles(opened.bodies);
    const path = join(opened.bodies, name.slice(-2), name);
    if (damage === 'lost') unlinkSync(path);
    else truncateSync(path, 1000);
    await expect(readObject(opened.store, 'k')).rejects.toThrow(
      damage === 'lost' ? path : 'ends before its recorded size',
    );
    await stop(opened);
  },
);

test('says so when a row can’t be read, and keeps the others', async () => {
  const first = await openTestStore({});
  await putObject(first.store, 'k', 'x');
  await putObject(first.store, 'other', 'y');
  const rows = first.database.table<unknown>('oss.objects');
  await first.database.transact(() => rows.put([ref('k').bucket, 'k'], { sizeBytes: 'many' }));
  await stop(first);
  const second = await openTestStore({ folder: first.folder });
  expect(() => second.store.head(ref('k'))).toThrow(StoreDamage);
  await expect(readObject(second.store, 'k')).rejects.toThrow("The row of an object can't be read.");
  expect(await readObject(second.store, 'other')).toBe(print(Buffer.from('y')));
  await stop(second);
});
