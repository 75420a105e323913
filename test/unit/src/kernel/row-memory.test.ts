/** A table that remembers its rows answers like one that doesn't, in and out of transactions, whatever becomes of them. */
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Database, openDatabase, type Table } from '../../../../src/kernel/database.ts';
import { createRowMemory, type WriteLog } from '../../../../src/kernel/row-memory.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

interface Row {
  n: number;
}

let database: Database;
let table: Table<Row>;
let parsed: number;

beforeEach(() => {
  database = openDatabase(temporaryFolder(), { sync: false });
  parsed = 0;
  table = database.table<Row>('t', {
    rowsMax: 100,
    parse(stored) {
      parsed++;
      return stored as Row;
    },
  });
});

afterEach(() => database.close());

const put = (key: string | string[], n: number) => database.transact(() => table.put(key, { n }));

describe('a row that was read', () => {
  test('is parsed once, and not at all when it is written here', async () => {
    const folder = temporaryFolder();
    const before = openDatabase(folder, { sync: false });
    await before.transact(() => before.table<Row>('t').put('a', { n: 1 }));
    await before.close();
    const again = openDatabase(folder, { sync: false });
    let count = 0;
    const reread = again.table<Row>('t', {
      rowsMax: 100,
      parse: (stored) => ({ n: (stored as Row).n + 10 * ++count }),
    });
    expect(reread.get('a')).toEqual({ n: 11 });
    expect(reread.get('a')).toBe(reread.get('a'));
    expect(count).toBe(1);
    await again.transact(() => reread.put('a', { n: 2 }));
    expect(reread.get('a')).toEqual({ n: 2 });
    expect(count).toBe(1);
    await again.close();
  });

  test('is gone with its row, and absence is not remembered', async () => {
    expect(table.get('a')).toBeUndefined();
    await put('a', 1);
    expect(table.get('a')).toEqual({ n: 1 });
    await database.transact(() => table.remove('a'));
    expect(table.get('a')).toBeUndefined();
  });

  test('does not stand for the row of another key that reads alike', async () => {
    await put(['a', 'b'], 1);
    await put(['ab', ''], 2);
    await put(['', 'ab'], 3);
    expect([table.get(['a', 'b']), table.get(['ab', '']), table.get(['', 'ab']), table.get('ab')]).toEqual([
      { n: 1 },
      { n: 2 },
      { n: 3 },
      undefined,
    ]);
  });

  test('is what the transaction wrote inside it, and what was there outside, until it is done', async () => {
    await put('a', 1);
    const inside: unknown[] = [];
    const change = database.transact(() => {
      inside.push(table.get('a'));
      table.put('a', { n: 2 });
      inside.push(table.get('a'));
      table.remove('a');
      inside.push(table.get('a'));
      table.put('a', { n: 3 });
    });
    const next = database.transact(() => table.get('a'));
    expect(table.get('a')).toEqual({ n: 1 });
    await change;
    expect(inside).toEqual([{ n: 1 }, { n: 2 }, undefined]);
    expect(table.get('a')).toEqual({ n: 3 });
    expect(await next).toEqual({ n: 3 });
  });

  test('is what was there after a transaction that was taken back', async () => {
    await put('a', 1);
    const refused = database.transact(() => {
      table.put('a', { n: 2 });
      table.put('b', { n: 2 });
      expect([table.get('a'), table.get('b')]).toEqual([{ n: 2 }, { n: 2 }]);
      throw new Error('taken back');
    });
    await expect(refused).rejects.toThrow('taken back');
    expect([table.get('a'), table.get('b')]).toEqual([{ n: 1 }, undefined]);
  });

  test('is parsed in a range as well', async () => {
    await put('a', 1);
    expect([...table.range()].map(({ key, value }) => ({ key, value }))).toEqual([{ key: 'a', value: { n: 1 } }]);
    expect(parsed).toBe(1);
  });

  test('is written by nobody outside a transaction', () => {
    expect(() => table.put('a', { n: 1 })).toThrow('only inside');
    expect(() => table.remove('a')).toThrow('only inside');
  });
});

describe('a row that was written', () => {
  const log: WriteLog = { written: undefined };
  const neverRead = () => expect.fail('It was read from the database.');
  /** One transaction's writes of the row `a`; what comes back ends it. */
  const write = (memory: ReturnType<typeof open>, ...values: unknown[]) => {
    const settles: ((isKept: boolean) => void)[] = [];
    log.written = settles;
    for (const value of values) memory.touch('a', value);
    log.written = undefined;
    return (isKept: boolean) => {
      for (const settle of settles) settle(isKept);
    };
  };
  const open = () => createRowMemory<unknown>({ rowsMax: 100, parse: (stored) => `parsed ${stored}` }, log);

  test('need not be read or parsed once it is kept', () => {
    const memory = open();
    write(memory, 1, 2)(true);
    expect(memory.get('a', neverRead)).toBe(2);
  });

  test('is read when it was removed or taken back', () => {
    const memory = open();
    write(memory, 1, undefined)(true);
    expect(memory.get('a', () => undefined)).toBeUndefined();
    write(memory, 1)(false);
    expect(memory.get('a', () => 0)).toBe('parsed 0');
  });

  test('is the last one written, whichever transaction is heard of first', () => {
    const memory = open();
    const [first, second] = [write(memory, 1), write(memory, 2)];
    second(true);
    expect(memory.get('a', () => 2)).toBe('parsed 2');
    first(true);
    expect(memory.get('a', neverRead)).toBe(2);
  });

  test('is read when the last of several that wrote it was taken back', () => {
    const memory = open();
    const [first, second] = [write(memory, 1), write(memory, 2)];
    second(false);
    first(true);
    expect(memory.get('a', () => 1)).toBe('parsed 1');
  });
});

test('reads are those of a table without memory, under transactions that overlap and fail', async () => {
  const plain = database.table<Row>('plain');
  const write = fc.record({ key: fc.constantFrom('a', 'b', 'c'), n: fc.option(fc.integer({ min: 0, max: 9 })) });
  const step = fc.record({ writes: fc.array(write, { maxLength: 3 }), fails: fc.boolean(), waits: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
      const same = () => {
        for (const key of ['a', 'b', 'c']) expect(table.get(key)).toEqual(plain.get(key));
      };
      const running: Promise<unknown>[] = [];
      for (const { writes, fails, waits } of steps) {
        const change = database.transact(() => {
          for (const { key, n } of writes) {
            for (const one of [table, plain])
              if (n === null) one.remove(key);
              else one.put(key, { n });
            same();
          }
          if (fails) throw new Error('taken back');
        });
        running.push(change.then(same, same));
        same();
        if (waits) await running.at(-1);
      }
      await Promise.all(running);
      same();
    }),
    { numRuns: 100 },
  );
});
