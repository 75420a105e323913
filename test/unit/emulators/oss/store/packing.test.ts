/** What many appends leave on disk: few pieces and no file too many. */
import { expect, test } from 'vitest';
import { bodyOf, bytesOf, draft, print, readObject, ref } from './contract-tools.ts';
import { bodyFiles, openTestStore } from './embedded-tools.ts';

test('packs the small files of an object that grows, and frees them', async () => {
  const { store, bodies } = await openTestStore({});
  const piece = bytesOf(300_000);
  for (let at = 0; at < 40; at++)
    await store.append(ref('k'), await store.stage(bodyOf(piece)), draft({ type: 'Appendable' }));
  await store.idle();
  // 14 pieces make a pack, and the 15th append packs them: two packs, and 12 pieces loose.
  expect(bodyFiles(bodies)).toHaveLength(14);
  expect(await readObject(store, 'k')).toBe(print(Buffer.concat(Array.from({ length: 40 }, () => piece))));
  await store.remove([ref('k')]);
  await store.idle();
  expect(bodyFiles(bodies)).toEqual([]);
});

test('writes one row for many small appends', async () => {
  const { store, database, bodies } = await openTestStore({});
  for (let at = 0; at < 200; at++)
    await store.append(ref('k'), await store.stage(bodyOf(`line ${at}\n`)), draft({ type: 'Appendable' }));
  expect([...database.table('oss.inline').range()]).toHaveLength(1);
  expect(bodyFiles(bodies)).toEqual([]);
});
