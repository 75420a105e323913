/** The part of the store contract about versions and delete markers. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ObjectStore, Version, Versioning } from '../../../../../emulators/oss/store/object-store.ts';
import { BUCKET, bodyOf, bytesOf, collect, draft, print, putObject, readObject, ref } from './contract-tools.ts';
import { commands, emptyModel, expectReadable, obey, openBucket } from './versions-model.ts';

export function describeVersions(current: () => ObjectStore, { modelRuns }: { modelRuns: number }): void {
  const set = (versioning: Versioning | undefined) => openBucket(current(), { versioning, versions: new Map() });
  const list = (limit = 100, after = '', afterVersionId = '', delimiter = '', prefix = '') =>
    current().listVersions({ bucket: BUCKET, prefix, delimiter, after, afterVersionId, limit });
  const putAt = async (key: string, text: string, modifiedAtMs: number) =>
    current().put(ref(key), await current().stage(bodyOf(text)), draft({ modifiedAtMs }));
  const idsOf = (versions: { version: Version }[]) => versions.map(({ version }) => version.versionId);

  test('says nothing of versions in a bucket that never had one, and finds its only one as null', async () => {
    await set(undefined);
    const record = await putObject(current(), 'k', 'v');
    expect(record.versionId).toBeUndefined();
    expect(current().head({ ...ref('k'), versionId: 'null' })).toEqual(record);
    expect(list().versions).toEqual([{ version: record, isLatest: true }]);
    expect(await current().remove([ref('k')])).toEqual([{ did: 'object', versionId: undefined }]);
    expect(await current().remove([ref('k')])).toEqual([{ did: 'nothing', versionId: undefined }]);
  });

  test('calls what was there before versioning null, and keeps it', async () => {
    await set(undefined);
    await putObject(current(), 'k', 'old');
    await set('Enabled');
    expect(current().head(ref('k'))?.versionId).toBe('null');
    const { versionId } = await putObject(current(), 'k', 'new');
    expect(versionId).toMatch(/^CAEQ[\w-]{60}$/);
    expect(await collect(await current().read({ ...ref('k'), versionId: 'null' }))).toBe(print('old'));
    expect(await readObject(current(), 'k')).toBe(print('new'));
    await set('Suspended');
    await putObject(current(), 'k', 'third');
    expect(idsOf(list().versions)).toEqual(['null', versionId]);
  });

  test('orders versions by their making, whatever their times', async () => {
    await set('Enabled');
    const records = [await putAt('k', '1', 300), await putAt('k', '2', 100), await putAt('k', '3', 200)];
    expect(list().versions.map(({ version }) => version.modifiedAtMs)).toEqual([200, 100, 300]);
    expect(new Set(records.map(({ versionId }) => versionId)).size).toBe(3);
    expect(list().versions.map(({ version }) => version.noncurrentSinceMs)).toEqual([undefined, 200, 100]);
  });

  test('hides an object behind a delete marker, and shows it again without', async () => {
    await set('Enabled');
    const record = await putAt('k', 'v', 100);
    const told: unknown[] = [];
    const tell = (before: unknown) => told.push(before);
    const [marked] = await current().remove([ref('k')], { atMs: 500, tell });
    const marker = { ...ref('k'), isMarker: true, versionId: marked?.versionId, modifiedAtMs: 500 };
    expect(marked).toMatchObject({ did: 'marked', versionId: expect.stringMatching(/^CAEQ/) });
    expect([current().head(ref('k')), await current().read(ref('k'))]).toEqual([undefined, undefined]);
    expect(current().findMarker(ref('k'))).toEqual(marker);
    expect(current().findMarker({ ...ref('k'), versionId: record.versionId })).toBeUndefined();
    expect(list().versions).toEqual([
      { version: marker, isLatest: true },
      { version: { ...record, noncurrentSinceMs: 500 }, isLatest: false },
    ]);
    expect(await current().remove([marker], { tell })).toEqual([{ did: 'marker', versionId: marked?.versionId }]);
    expect(current().head(ref('k'))).toEqual(record);
    expect(await current().remove([record], { tell })).toEqual([{ did: 'object', versionId: record.versionId }]);
    expect(told).toEqual([record]);
    expect(list().versions).toEqual([]);
  });

  test('shows a writer no object where a delete marker stands', async () => {
    await set('Enabled');
    await putObject(current(), 'k', 'v');
    await current().remove([ref('k')]);
    const seen: unknown[] = [];
    const told: unknown[] = [];
    const commit = { guard: (before: unknown) => seen.push(before), tell: (before: unknown) => told.push(before) };
    await putObject(current(), 'k', 'w', commit);
    // A guard may be asked before the store begins, too.
    expect(new Set(seen)).toEqual(new Set([undefined]));
    expect(told).toEqual([undefined]);
  });

  test('asks before it removes, and makes no marker then where there is no object', async () => {
    await set('Enabled');
    const record = await putObject(current(), 'k', 'v');
    const no = { onlyIf: () => false };
    const nothing = { did: 'nothing', versionId: undefined };
    expect(await current().remove([ref('k'), ref('gone')], no)).toEqual([nothing, nothing]);
    expect(await current().remove([ref('gone')], { onlyIf: () => true })).toEqual([nothing]);
    expect(await current().remove([record], no)).toEqual([{ ...nothing, versionId: record.versionId }]);
    expect(list().versions).toEqual([{ version: record, isLatest: true }]);
  });

  test('copies and amends a version by its id, in its place', async () => {
    await set('Enabled');
    const old = await putObject(current(), 'k', bytesOf(100_000));
    await putObject(current(), 'k', 'new');
    const tags = [{ key: 'a', value: '1' }];
    const amended = await current().amend(old, () => ({ tags }));
    expect(amended).toMatchObject({ versionId: old.versionId, tags });
    expect(current().head(ref('k'))?.tags).toBeUndefined();
    expect((await current().amend(old, () => ({ tags: [] })))?.tags).toBeUndefined();
    const copied = await current().copy(old, ref('k'), (from) => from);
    expect(idsOf(list().versions)).toHaveLength(3);
    await current().remove([old]);
    expect(await readObject(current(), 'k')).toBe(print(bytesOf(100_000)));
    expect(current().head(ref('k'))?.versionId).toBe(copied?.versionId);
  });

  test('lets grow what is called null, without a version of what was there', async () => {
    await set('Enabled');
    const append = async (text: string) =>
      current().append(ref('k'), await current().stage(bodyOf(text)), draft({ type: 'Appendable' }));
    expect([(await append('one')).versionId, (await append('two')).versionId]).toEqual(['null', 'null']);
    expect(list().versions).toHaveLength(1);
    await putObject(current(), 'k', 'other');
    expect(await collect(await current().read({ ...ref('k'), versionId: 'null' }))).toBe(print('onetwo'));
  });

  test('pages through versions, delete markers and common prefixes alike', async () => {
    await set('Enabled');
    for (const key of ['a', 'dir/x', 'a', 'dir/y', 'z', 'z']) await putObject(current(), key, key);
    await current().remove([ref('dir/x'), ref('a')]);
    const seen: unknown[] = [];
    let next: ReturnType<typeof list>['next'] = { key: '', versionId: '' };
    while (next) {
      const page: ReturnType<typeof list> = list(1, next.key, next.versionId, '/');
      seen.push(page.versions[0]?.version.key ?? page.commonPrefixes[0]);
      next = page.next;
    }
    expect(seen).toEqual(['a', 'a', 'a', 'dir/', 'z', 'z']);
    expect(list(100, '', '', '', 'dir/').versions.map(({ version }) => version.key)).toEqual([
      'dir/x',
      'dir/x',
      'dir/y',
    ]);
    expect(list(100, 'a').versions[0]?.version.key).toBe('dir/x');
  });

  test('goes on after a version that is gone', async () => {
    await set('Enabled');
    for (const text of ['1', '2', '3', '4']) await putObject(current(), 'k', text);
    const [, second] = idsOf(list().versions);
    const rest = idsOf(list().versions).slice(2);
    await current().remove([{ ...ref('k'), versionId: second }]);
    expect(idsOf(list(9, 'k', second).versions)).toEqual(rest);
    expect(list(9, 'k', second).versions.every(({ isLatest }) => !isLatest)).toBe(true);
  });

  test('keeps a bucket full while anything of its history is there, and takes it along', async () => {
    await set('Enabled');
    await putObject(current(), 'k', bytesOf(100_000));
    const [removed] = await current().remove([ref('k')]);
    const seen: unknown[] = [];
    const refuse = (before: unknown) => {
      seen.push(before);
      throw new Error('full');
    };
    await expect(current().deleteBucket(BUCKET, { guard: refuse })).rejects.toThrow('full');
    expect(seen).toEqual([{ hasObjects: true, hasUploads: false }]);
    await current().deleteBucket(BUCKET);
    await set('Enabled');
    expect(list().versions).toEqual([]);
    expect(current().findMarker({ ...ref('k'), versionId: removed?.versionId })).toBeUndefined();
  });

  test.each(['put', 'remove', 'mark'] as const)('takes a %s back whole when its fact cannot be told', async (what) => {
    await set('Suspended');
    const old = await putObject(current(), 'k', bytesOf(100_000));
    await set('Enabled');
    await putObject(current(), 'k', 'new');
    const before = list().versions;
    const refuse = () => {
      throw new Error('no');
    };
    const attempt = {
      put: () => putObject(current(), 'k', 'third', { tell: refuse }),
      remove: () => current().remove([old], { tell: refuse }),
      mark: () => current().remove([ref('k'), old], { tell: refuse }),
    }[what];
    await expect(attempt()).rejects.toThrow('no');
    expect(list().versions).toEqual(before);
    expect(await collect(await current().read(old))).toBe(print(bytesOf(100_000)));
  });

  test('agrees with the model of versioning, whatever is done', async () => {
    await fc.assert(
      fc.asyncProperty(commands, async (wanted) => {
        await current().clear();
        const model = emptyModel();
        await openBucket(current(), model);
        for (const command of wanted) await obey(current(), model, command);
        await expectReadable(current(), model);
      }),
      { numRuns: modelRuns },
    );
  });
}
