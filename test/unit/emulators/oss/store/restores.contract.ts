/** What every object store must do with restores that are under way. */
import { beforeEach, expect, test } from 'vitest';
import type { ObjectRecord, ObjectStore } from '../../../../../emulators/oss/store/object-store.ts';
import { BUCKET, putObject, ref } from './contract-tools.ts';

export function describeRestores(current: () => ObjectStore): void {
  beforeEach(async () => {
    await current().putBucket({
      name: BUCKET,
      createdAtMs: 1,
      acl: 'private',
      storageClass: 'Standard',
      redundancy: 'LRS',
    });
  });

  /** As the service does: in the very change that begins the restore. */
  function begin(key: string, readyAtMs: number) {
    const restore = { readyAtMs, expiresAtMs: readyAtMs + 1000 };
    return current().amend(ref(key), () => ({ restore }), {
      tell: (_before, { versionId }) =>
        current().keepRestore({ ...ref(key), versionId, readyAtMs, cause: { requestId: key } }),
    });
  }

  async function end(): Promise<string | undefined> {
    const next = current().nextRestore();
    if (!next) return 'none';
    let told: ObjectRecord | undefined;
    await current().endRestore(next, (record) => {
      told = record;
    });
    return told && `${told.key} ${JSON.stringify(next.cause)}`;
  }

  test('the soonest is the next, whatever the order they were kept in, and each is told of once', async () => {
    for (const key of ['b\u0000', 'a', 'c']) await putObject(current(), key, 'x');
    await begin('b\u0000', 20);
    await begin('a', 30);
    await begin('c', 10);
    expect(current().nextRestore()).toMatchObject({ key: 'c', readyAtMs: 10 });
    expect([await end(), await end(), await end(), await end()]).toEqual([
      'c {"requestId":"c"}',
      `b\u0000 ${JSON.stringify({ requestId: 'b\u0000' })}`,
      'a {"requestId":"a"}',
      'none',
    ]);
  });

  test('an object that is gone, was written over, or waits for another restore is not told of', async () => {
    for (const key of ['gone', 'over', 'again']) {
      await putObject(current(), key, 'x');
      await begin(key, 10);
    }
    await current().remove([ref('gone')]);
    await putObject(current(), 'over', 'y');
    await begin('again', 20);
    expect([await end(), await end(), await end()]).toEqual([undefined, undefined, undefined]);
    expect(await end()).toBe('again {"requestId":"again"}');
  });

  test('a change that is taken back keeps none, and an end that is, is not forgotten', async () => {
    await putObject(current(), 'a', 'x');
    const refusal = new Error('no');
    const failing = current().amend(ref('a'), () => ({}), {
      tell() {
        current().keepRestore({ ...ref('a'), readyAtMs: 10, cause: {} });
        throw refusal;
      },
    });
    await expect(failing).rejects.toBe(refusal);
    expect(current().nextRestore()).toBeUndefined();
    await begin('a', 10);
    const next = current().nextRestore();
    if (!next) throw new Error('A restore was kept.');
    await expect(
      current().endRestore(next, () => {
        throw refusal;
      }),
    ).rejects.toBe(refusal);
    expect(current().nextRestore()).toEqual(next);
  });

  test('one of two versions is told of by its id', async () => {
    await current().putBucket({
      ...{ name: BUCKET, createdAtMs: 1, acl: 'private', storageClass: 'Standard', redundancy: 'LRS' },
      versioning: 'Enabled',
    });
    const { versionId } = await putObject(current(), 'a', 'old');
    await begin('a', 10);
    await putObject(current(), 'a', 'newer');
    expect(current().nextRestore()).toMatchObject({ key: 'a', versionId });
    expect(await end()).toBe('a {"requestId":"a"}');
  });

  test('none is left when everything is forgotten', async () => {
    await putObject(current(), 'a', 'x');
    await begin('a', 10);
    await current().clear();
    expect(current().nextRestore()).toBeUndefined();
  });
}
