/** The part of the store contract that speaks of readers and writers meeting: never a torn object. */
import { expect, test } from 'vitest';
import type { ObjectStore } from '../../../../../emulators/oss/store/object-store.ts';
import { bytesOf, collect, print, putObject, readObject, ref } from './contract-tools.ts';

export function describeConcurrency(current: () => ObjectStore): void {
  test('never tears an object that is overwritten while it is read', async () => {
    const store = current();
    const sizes = [10, 5000, 40_000, 300_000];
    const write = async (writer: number) => {
      for (let round = 0; round < 12; round++)
        await putObject(store, 'k', bytesOf(sizes[(round + writer) % sizes.length] ?? 0, round * 10 + writer));
    };
    let reads = 0;
    const read = async () => {
      while (reads < 150) {
        const body = await store.read(ref('k'));
        expect(await collect(body)).toBe(`${body?.record.sizeBytes} bytes, MD5 ${body?.record.etag}`);
        reads++;
      }
    };
    await putObject(store, 'k', 'first');
    await Promise.all([write(1), write(2), write(3), read(), read(), read()]);
  });

  test.each(['overwritten', 'deleted', 'cleared away'])('goes on reading an object that is %s', async (fate) => {
    const store = current();
    const bytes = bytesOf(2_000_000);
    await putObject(store, 'k', bytes);
    const early = await store.read(ref('k'));
    const late = await store.read(ref('k'));
    if (fate === 'overwritten') await putObject(store, 'k', 'new');
    else if (fate === 'deleted') await store.remove([ref('k')]);
    else await store.clear();
    expect(await readObject(store, 'k')).toBe(fate === 'overwritten' ? print('new') : undefined);
    expect(await collect(early)).toBe(print(bytes));
    expect(await collect(late)).toBe(print(bytes));
  });

  test('lets a reader go away without reading', async () => {
    await putObject(current(), 'k', bytesOf(500_000));
    const body = await current().read(ref('k'));
    if (!body || body.bytes instanceof Uint8Array) return;
    const closed = new Promise((resolve) => body.bytes instanceof Uint8Array || body.bytes.once('close', resolve));
    body.bytes.destroy();
    await closed;
    await current().remove([ref('k')]);
  });

  test('reads its own writes at once', async () => {
    for (let round = 0; round < 50; round++) {
      const record = await putObject(current(), 'k', `round ${round}`);
      expect(current().head(ref('k'))).toEqual(record);
      expect(await readObject(current(), 'k')).toBe(print(`round ${round}`));
      await current().remove([ref('k')]);
      expect(current().head(ref('k'))).toBeUndefined();
    }
  });

  test('keeps every one of many objects written at once', async () => {
    const store = current();
    const keys = Array.from({ length: 60 }, (_, index) => `key-${index}`);
    await Promise.all(keys.map((key, index) => putObject(store, key, bytesOf(index * 1000, index))));
    for (const [index, key] of keys.entries())
      expect(await readObject(store, key)).toBe(print(bytesOf(index * 1000, index)));
  });
}
