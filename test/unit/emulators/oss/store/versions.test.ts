/** Versions in the embedded store: across restarts, and without a trace once they are gone. */
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { orderOf, toVersionId } from '../../../../../emulators/oss/store/version-ids.ts';
import { checkIntegrity } from '../../../../support/store-integrity.ts';
import { IS_THOROUGH } from '../../../../support/thorough.ts';
import { BUCKET, bodyOf, bytesOf, putObject, ref } from './contract-tools.ts';
import { bodyFiles, killed, openTestStore, type TestStore } from './embedded-tools.ts';
import { commands, emptyModel, expectReadable, obey, openBucket } from './versions-model.ts';

const TABLES = ['objects', 'versions', 'nulls', 'inline', 'blobs', 'manifests', 'uploads', 'parts'];

async function reopen({ store, database, folder }: TestStore): Promise<TestStore> {
  await store.close();
  await database.close();
  return openTestStore({ folder });
}

async function removeEverything({ store }: TestStore): Promise<void> {
  const query = { bucket: BUCKET, prefix: '', delimiter: '', after: '', afterVersionId: '', limit: 1000 };
  const { versions } = store.listVersions(query);
  await store.remove(versions.map(({ version }) => ({ ...version, versionId: version.versionId ?? 'null' })));
}

/** Stopped, or killed while a body was on its way: every row has its bytes, and after a stop every file its row. */
async function restart(opened: TestStore, how: 'stopped' | 'killed'): Promise<TestStore> {
  if (how === 'killed') await opened.store.stage(bodyOf(bytesOf(70_000)));
  const folder = how === 'killed' ? killed(opened) : opened.folder;
  await opened.store.close();
  await opened.database.close();
  const { flaws, orphans } = await checkIntegrity({
    database: join(folder, 'database'),
    bodies: join(folder, 'objects'),
  });
  expect(flaws).toEqual([]);
  if (how === 'stopped') expect(orphans).toEqual([]);
  const next = await openTestStore({ folder });
  // Else the next stop would leave the search to a later start.
  await next.store.idle();
  return next;
}

const restarts = fc.uniqueArray(
  fc.record({ at: fc.nat(40), how: fc.constantFrom('stopped' as const, 'killed' as const) }),
  { selector: ({ at }) => at, minLength: 1, maxLength: 6 },
);

test('agrees with the model across stops and kills, and keeps no row and no file of versions that are gone', {
  timeout: IS_THOROUGH ? 600_000 : 60_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(commands, restarts, async (wanted, planned) => {
      let opened = await openTestStore({});
      const model = emptyModel();
      await openBucket(opened.store, model);
      for (const [index, command] of wanted.entries()) {
        const due = planned.find(({ at }) => at === index);
        if (due) opened = await restart(opened, due.how);
        await obey(opened.store, model, command);
      }
      await expectReadable(opened.store, model);
      await removeEverything(opened);
      await opened.store.idle();
      const left = TABLES.filter((name) => opened.database.table(`oss.${name}`).count() > 0);
      expect([left, bodyFiles(opened.bodies)]).toEqual([[], []]);
      await opened.store.close();
      await opened.database.close();
    }),
    { numRuns: IS_THOROUGH ? 150 : 10 },
  );
});

test('reads objects that were written before there were versions, and gives them a history', async () => {
  const first = await openTestStore({});
  await openBucket(first.store, emptyModel());
  await putObject(first.store, 'k', 'old');
  const row = first.database.table('oss.objects').get([BUCKET, 'k']);
  expect(Object.keys(Object(row))).not.toContain('order');
  const second = await reopen(first);
  await openBucket(second.store, { ...emptyModel(), versioning: 'Enabled' });
  const { versionId } = await putObject(second.store, 'k', 'new');
  expect(second.store.head({ ...ref('k'), versionId: 'null' })?.noncurrentSinceMs).toBeDefined();
  await second.store.remove([{ ...ref('k'), versionId }]);
  expect(second.store.head(ref('k'))?.versionId).toBe('null');
  await second.store.close();
  await second.database.close();
});

test('lists objects without looking at their other versions', async () => {
  const { store, database } = await openTestStore({});
  await openBucket(store, { ...emptyModel(), versioning: 'Enabled' });
  for (let count = 0; count < 20; count++) await putObject(store, 'k', String(count));
  await store.remove([ref('hidden')]);
  expect(database.table('oss.objects').count()).toBe(1);
  expect(store.list({ bucket: BUCKET, prefix: '', delimiter: '', after: '', limit: 9 }).objects).toHaveLength(1);
  await store.close();
  await database.close();
});

test.each([0, 1, 2 ** 31, 2 ** 40])('finds the place %d in the id made of it', (order) => {
  const id = toVersionId(order, 'a9fe125bd20b40cb9805ab16b243cb98');
  expect(id).toMatch(/^CAEQHxi[\w-]{57}$/);
  expect(orderOf(id)).toBe(order);
});

test.each(['', 'null', '234', 'IllegalVersion', 'CAEQ'.repeat(16), `${'A'.repeat(63)}=`])(
  'knows that %j is no version id',
  (text) => expect(orderOf(text)).toBeUndefined(),
);

// Help page "GetObject": an id of the real service.
test('takes an id of the real service for one', () => {
  expect(orderOf('CAEQJhiBgIDVmYrr1RYiIGE5ZmUxMjViZDIwYjQwY2I5ODA1YWIxNmIyNDNjYjk4')).toBeDefined();
});
