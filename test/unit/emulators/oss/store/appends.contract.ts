/** The part of the store contract that speaks of objects that grow. */
import { expect, test } from 'vitest';
import { createCrc64 } from '../../../../../emulators/oss/store/crc64.ts';
import type { Commit, ObjectStore } from '../../../../../emulators/oss/store/object-store.ts';
import { bodyOf, bytesOf, collect, draft, print, putObject, readObject, ref } from './contract-tools.ts';

const APPENDABLE = draft({ type: 'Appendable' });

async function append(store: ObjectStore, bytes: Uint8Array | string, { key = 'k', commit = {} as Commit } = {}) {
  return store.append(ref(key), await store.stage(bodyOf(bytes)), APPENDABLE, commit);
}

function crcOf(bytes: Uint8Array): string {
  const crc = createCrc64();
  crc.update(bytes);
  return crc.digest();
}

export function describeAppends(current: () => ObjectStore): void {
  test('adds pieces of every size to one object, whose checksum goes on', async () => {
    const pieces = [5, 0, 70_000, 1, 4096, 1_500_000, 3, 65_536, 65_535, 2].map((size, seed) =>
      bytesOf(size, seed + 1),
    );
    let whole = Buffer.alloc(0);
    const etags = new Set<string>();
    for (const piece of pieces) {
      const record = await append(current(), piece);
      whole = Buffer.concat([whole, piece]);
      expect(record).toMatchObject({ sizeBytes: whole.length, crc64: crcOf(whole), type: 'Appendable' });
      expect(record.contentMd5).toBeUndefined();
      expect(current().head(ref('k'))).toEqual(record);
      etags.add(record.etag);
    }
    expect(etags.size).toBe(pieces.length - 1);
    expect(await readObject(current(), 'k')).toBe(print(whole));
    const middle = await current().read(ref('k'), () => ({ start: 3, end: 80_000 }));
    expect(await collect(middle)).toBe(print(whole.subarray(3, 80_001)));
  });

  test('keeps the metadata of the first append, and the time of the last', async () => {
    await append(current(), 'one');
    const later = draft({ type: 'Appendable', contentType: 'image/png', userMeta: {}, modifiedAtMs: 9 });
    const record = await current().append(ref('k'), await current().stage(bodyOf('two')), later);
    expect(record).toMatchObject({ ...APPENDABLE, modifiedAtMs: 9, sizeBytes: 6 });
  });

  test('changes and tells nothing where no bytes are added to an object', async () => {
    const told: unknown[] = [];
    const commit: Commit = { tell: (before, after) => told.push([before?.sizeBytes, after.sizeBytes]) };
    const empty = await append(current(), '', { commit });
    expect(await append(current(), '', { commit })).toEqual(empty);
    await append(current(), 'x', { commit });
    expect(told).toEqual([
      [undefined, 0],
      [0, 1],
    ]);
  });

  test.each(['guard', 'tell'] as const)('takes an append back when %s throws', async (hook) => {
    const before = await append(current(), 'old');
    const refusal = new Error('no');
    const refuse = () => {
      throw refusal;
    };
    await expect(append(current(), bytesOf(100_000), { commit: { [hook]: refuse } })).rejects.toBe(refusal);
    expect(current().head(ref('k'))).toEqual(before);
    expect(await readObject(current(), 'k')).toBe(print('old'));
  });

  test('lets exactly one of several appends at one place win', async () => {
    await append(current(), 'one');
    const guard: Commit['guard'] = (now) => {
      if (now?.sizeBytes !== 3) throw new Error('too late');
    };
    const attempts = await Promise.allSettled(
      ['a', 'b', 'c'].map((text) => append(current(), text, { commit: { guard } })),
    );
    expect(attempts.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(current().head(ref('k'))?.sizeBytes).toBe(4);
  });

  test('keeps a copy, and a reader, of what was there before an append', async () => {
    const bytes = bytesOf(200_000);
    await append(current(), bytes);
    await append(current(), 'tail');
    const reader = await current().read(ref('k'));
    await current().copy(ref('k'), ref('copy'), (source) => source);
    await append(current(), 'more');
    const then = print(Buffer.concat([bytes, Buffer.from('tail')]));
    expect(await readObject(current(), 'copy')).toBe(then);
    expect(await collect(reader)).toBe(then);
    await append(current(), 'other', { key: 'copy' });
    await current().remove([ref('k')]);
    expect(await readObject(current(), 'copy')).toBe(print(Buffer.concat([bytes, Buffer.from('tailother')])));
  });

  test('keeps an object of many appended pieces whole, also while it is read', async () => {
    const piece = bytesOf(300_000);
    const pieces = 40;
    for (let at = 0; at < pieces; at++) {
      const [read] = await Promise.all([readObject(current(), 'k'), append(current(), piece)]);
      if (at % 10 === 9)
        expect(read?.startsWith(`${at * piece.length} `) || read?.startsWith(`${(at + 1) * piece.length} `)).toBe(true);
    }
    const whole = Buffer.concat(Array.from({ length: pieces }, () => piece));
    expect(await readObject(current(), 'k')).toBe(print(whole));
    expect(current().head(ref('k'))?.crc64).toBe(crcOf(whole));
    await putObject(current(), 'k', 'new');
    expect(await readObject(current(), 'k')).toBe(print('new'));
  });
}
