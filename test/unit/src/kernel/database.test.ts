/** The database keeps all of a transaction or none of it, in key order, also through a kill. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { type Database, type Key, openDatabase, type Range, type Table } from '../../../../src/kernel/database.ts';
import { isDiskError } from '../../../../src/kernel/disk-error.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

const ROOT = resolve(import.meta.dirname, '../../../..');

const CONTROLS = ['\0', '\u0001', '\u0002', '\u0003', '\u0004', '\u0005', '\u0006', '\u001f', ' ', 'a', 'b'];
const SCRIPTS = ['a', 'é', '中', '\ud7ff', '\ue000', '\uffff', '😀', '\u{10ffff}'];

let folder: string;
let database: Database;
let tableNumber = 0;

beforeEach(() => {
  folder = temporaryFolder();
  database = openDatabase(folder, { sync: false });
});

afterEach(() => database.close());

function keys(table: Table<unknown>, range?: Range): Key[] {
  return [...table.range(range)].map(({ key }) => key);
}

async function tableOf(name: string, rows: readonly Key[]): Promise<Table<number>> {
  const table = database.table<number>(name);
  await database.transact(() => {
    for (const [index, key] of rows.entries()) table.put(key, index);
  });
  return table;
}

describe('a transaction', () => {
  test('is visible when its promise resolves, and answers what its work returned', async () => {
    const table = database.table<{ n: number }>('t');
    const work = () => {
      table.put('a', { n: 1 });
      return 'done';
    };
    expect(await database.transact(work)).toBe('done');
    expect(table.get('a')).toEqual({ n: 1 });
    expect(table.has('b')).toBe(false);
    expect(table.get('b')).toBeUndefined();
  });

  test('sees its own writes while it runs', async () => {
    const table = database.table<number>('t');
    const seen = await database.transact(() => {
      table.put('a', 1);
      table.put('b', 2);
      table.remove('a');
      return keys(table);
    });
    expect(seen).toEqual(['b']);
  });

  test('that throws keeps nothing, in any of its tables', async () => {
    const [one, two] = [database.table<number>('one'), await tableOf('two', ['kept'])];
    const failing = database.transact(() => {
      one.put('a', 1);
      two.remove('kept');
      two.put('b', 1);
      throw new Error('enough');
    });
    await expect(failing).rejects.toThrow('enough');
    expect([one.count(), keys(two)]).toEqual([0, ['kept']]);
  });

  test('that throws takes none of its neighbours with it, though lmdb commits them together', async () => {
    const table = database.table<number>('t');
    const all = await Promise.allSettled(
      Array.from({ length: 20 }, (_, i) =>
        database.transact(() => {
          table.put(i, i);
          if (i % 3 === 0) throw new Error('enough');
        }),
      ),
    );
    expect(all.filter(({ status }) => status === 'rejected')).toHaveLength(7);
    expect(keys(table)).toEqual(Array.from({ length: 20 }, (_, i) => i).filter((i) => i % 3 !== 0));
  });

  test('is one of many at once: all are done in the order of the calls, and a close waits for them', async () => {
    const table = database.table<number>('t');
    const done: number[] = [];
    const ends = Array.from({ length: 100 }, (_, index) =>
      database.transact(() => {
        done.push(index);
        table.put(index, index);
        if (index % 7 === 3) throw new Error(`no ${index}`);
      }),
    );
    const closed = database.close();
    const settled = await Promise.allSettled(ends);
    await closed;
    expect(done).toEqual(Array.from({ length: 100 }, (_, index) => index));
    expect(settled.filter(({ status }) => status === 'rejected')).toHaveLength(14);
    const again = openDatabase(folder, { sync: false });
    expect(keys(again.table('t'))).toEqual(done.filter((index) => index % 7 !== 3));
    await again.close();
  });

  test('whose work is asynchronous is refused and keeps nothing', async () => {
    const table = database.table<number>('t');
    const asynchronous = database.transact(async () => table.put('a', 1));
    await expect(asynchronous).rejects.toThrow('synchronous');
    expect(table.count()).toBe(0);
  });

  test('leaves the tables closed for writing, whether it ended well or threw', async () => {
    const table = database.table<number>('t');
    await database.transact(() => table.put('a', 1));
    await database.transact(() => JSON.parse('{')).catch(() => undefined);
    expect(() => table.put('b', 1)).toThrow('only inside Database.transact');
    expect(() => table.remove('a')).toThrow('only inside Database.transact');
    expect(keys(table)).toEqual(['a']);
  });
});

describe('what follows a transaction', () => {
  test('is done in order once readers see what was written, before the caller goes on', async () => {
    const table = database.table<number>('t');
    const seen: unknown[] = [];
    await database.transact(() => {
      table.put('a', 1);
      for (const name of ['first', 'second']) database.afterCommit(() => seen.push(name, table.get('a')));
      expect(seen).toEqual([]);
    });
    expect(seen).toEqual(['first', 1, 'second', 1]);
  });

  test('is not done for one that throws, and its neighbours keep their own', async () => {
    const done: number[] = [];
    await Promise.allSettled(
      Array.from({ length: 9 }, (_, i) =>
        database.transact(() => {
          database.afterCommit(() => done.push(i));
          if (i % 3 === 0) throw new Error('enough');
        }),
      ),
    );
    expect(done).toEqual([1, 2, 4, 5, 7, 8]);
  });

  test('is said inside one, and nowhere else', () => {
    expect(() => database.afterCommit(() => undefined)).toThrow('inside Database.transact');
  });
});

describe('a range', () => {
  test.each<[Range | undefined, number[]]>([
    [undefined, [0, 1, 2, 3, 4]],
    [{ start: 2 }, [2, 3, 4]],
    [{ end: 2 }, [0, 1]],
    [{ start: 1, end: 3 }, [1, 2]],
    [{ start: 1, exclusiveStart: true }, [2, 3, 4]],
    [{ start: 1.5, exclusiveStart: true }, [2, 3, 4]],
    [{ reverse: true }, [4, 3, 2, 1, 0]],
    [{ reverse: true, start: 3 }, [3, 2, 1, 0]],
    [{ reverse: true, start: 3, end: 1 }, [3, 2]],
    [{ reverse: true, start: 3, exclusiveStart: true }, [2, 1, 0]],
    [{ reverse: true, start: Number.MAX_SAFE_INTEGER, limit: 1 }, [4]],
    [{ limit: 2 }, [0, 1]],
    [{ limit: 0 }, []],
    [{ start: 9 }, []],
    [{ start: 3, end: 1 }, []],
  ])('%j has the rows %j, and counts them', async (range, expected) => {
    const table = await tableOf('t', [0, 1, 2, 3, 4]);
    expect(keys(table, range)).toEqual(expected);
    expect(table.count(range)).toBe(expected.length);
  });

  test('has keys without their values as well, of the same rows', async () => {
    const table = await tableOf('t', [['b', 1], 'a', ['b', 2], 7]);
    const ranges: Range[] = [
      {},
      { start: ['b'] },
      { start: 'a', exclusiveStart: true },
      { reverse: true },
      { limit: 2 },
    ];
    for (const range of ranges) expect([...table.keys(range)]).toEqual(keys(table, range));
  });

  test('is read from one snapshot, whatever is written meanwhile', async () => {
    const table = await tableOf('t', [0, 1, 2]);
    const rows = table.range()[Symbol.iterator]();
    expect(rows.next().value).toEqual({ key: 0, value: 0 });
    await database.transact(() => {
      table.remove(1);
      table.put(3, 3);
    });
    expect([rows.next().value, rows.next().value, rows.next().done]).toEqual([
      { key: 1, value: 1 },
      { key: 2, value: 2 },
      true,
    ]);
  });

  test('of a table that nobody wrote to is empty', () => {
    expect(keys(database.table('never'))).toEqual([]);
  });
});

describe('keys', () => {
  test('stand in order: tuples element by element, numbers before texts, numbers by value', async () => {
    const ordered: Key[] = [
      -5,
      0,
      1.5,
      2,
      10,
      ['a', -1],
      ['a', 2],
      ['a', 10],
      ['a', 'a'],
      ['a', 'b', 1],
      ['ab', 'a'],
      'b',
    ];
    expect(keys(await tableOf('t', [...ordered].reverse()))).toEqual(ordered);
  });

  test.each<[string, () => fc.Arbitrary<string>]>([
    ['any character', () => fc.string({ unit: 'binary', maxLength: 120, size: 'max' })],
    ['control characters', () => fc.string({ unit: fc.constantFrom(...CONTROLS), maxLength: 120, size: 'max' })],
    ['many scripts', () => fc.string({ unit: fc.constantFrom(...SCRIPTS), maxLength: 120, size: 'max' })],
  ])('that are texts of %s stand in the order of their UTF-8 bytes and come back as they were', async (name, texts) => {
    const [table, bare] = [database.table<string>('t'), database.table<string>('bare')];
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(texts(), { maxLength: 30 }), async (given) => {
        await database.transact(() => {
          for (const text of given) table.put([name, text], text);
          for (const text of given) bare.put(text, text);
        });
        const rows = [...table.range()].map(({ key, value }) => ({ key, value }));
        const expected = [...given].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
        const bareKeys = keys(bare);
        await database.transact(() => {
          for (const { key } of rows) table.remove(key);
          for (const key of bareKeys) bare.remove(key);
        });
        expect(bareKeys).toEqual(expected);
        expect(rows).toEqual(expected.map((text) => ({ key: [name, text], value: text })));
        expect(table.count()).toBe(0);
      }),
      { numRuns: 60 },
    );
  });

  test('that are longer than any row may have are asked for, and taken away, without an error', async () => {
    const longest = 'k'.repeat(1_977);
    const table = await tableOf('long', [longest, ['a', 'b']]);
    expect(table.get(longest)).toBe(0);
    const tooLong: Key[] = [
      `${longest}kk`,
      'k'.repeat(100_000),
      '猫'.repeat(660),
      '\0'.repeat(990),
      ['a', 'k'.repeat(5_000)],
      ['猫'.repeat(400), '猫'.repeat(400), 1],
    ];
    for (const key of tooLong) {
      expect(table.get(key)).toBeUndefined();
      expect(table.has(key)).toBe(false);
      await database.transact(() => table.remove(key));
      await expect(database.transact(() => table.put(key, 1))).rejects.toThrow();
    }
    expect(keys(table)).toEqual([['a', 'b'], longest]);
  });

  test('that are longer than any row may have begin and end a range where they would stand', async () => {
    const table = await tableOf('bounds', ['a', 'k', 'kk', 'l', '猫', '猫犬', ['a', 1], ['k', 'x'], ['l', 2]]);
    for (const [letter, rest] of [
      ['k', ['l', '猫', '猫犬']],
      ['猫', []],
      ['犬', ['猫', '猫犬']],
    ] as const) {
      for (const length of [600, 1_900, 1_978, 2_000, 100_000]) {
        const long = letter.repeat(length);
        const texts = keys(table, { start: long }).filter((key) => typeof key === 'string');
        expect(texts, `${letter} ${length}`).toEqual(rest);
        expect(keys(table, { end: long }).length + keys(table, { start: long }).length).toBe(9);
        expect(table.count({ start: long })).toBe(keys(table, { start: long }).length);
        expect(keys(table, { start: long, reverse: true, limit: 1 })).toEqual([keys(table, { end: long }).at(-1)]);
      }
    }
    const long = 'k'.repeat(5_000);
    expect(keys(table, { start: ['k', long], end: ['m'] })).toEqual(
      keys(table, { start: ['k', 'k'.repeat(1_000)], end: ['m'] }),
    );
    expect(keys(table, { start: [long, 'x', 5], end: [long, 'y'], exclusiveStart: true })).toEqual([]);
  });

  test('of every length around the limit are kept, or asked for in vain', async () => {
    const table = database.table<number>('lengths');
    for (let length = 480; length < 2_100; length += 7) {
      for (const key of ['k'.repeat(length), 'é'.repeat(length / 2), ['ab', 'k'.repeat(length), 7]] as Key[]) {
        const isKept = await database
          .transact(() => table.put(key, length))
          .then(
            () => true,
            () => false,
          );
        expect(table.get(key)).toBe(isKept ? length : undefined);
      }
    }
  });

  test('that differ only in control characters or in where a tuple is cut stay apart', async () => {
    const apart: Key[] = [['a', 'b'], ['a\0b', ''], ['a\0', 'b'], ['a', '\0b'], 'a\0b', 'ab', ['a\u0001', 'b']];
    const table = await tableOf('t', apart);
    expect(apart.map((key) => table.get(key))).toEqual(apart.map((_, index) => index));
  });
});

describe('reopening', () => {
  test('finds what was there, in the tables it was in', async () => {
    await tableOf('one', ['a', 'b']);
    await tableOf('two', [1]);
    await database.close();
    database = openDatabase(folder, { sync: false });
    expect([keys(database.table('one')), keys(database.table('two'))]).toEqual([['a', 'b'], [1]]);
  });

  test('a closed database takes no transaction, and closing twice is no error', async () => {
    await database.close();
    await expect(database.transact(() => 1)).rejects.toThrow('closed');
    await database.close();
  });

  test('keeps what transact has acknowledged when the process is killed the moment after', async () => {
    for (let round = 0; round < 3; round++) {
      const acknowledged = await writeAndBeKilled(folder, 20 + round * 30);
      await database.close();
      database = openDatabase(folder, { sync: false });
      const table = database.table<number>('rows');
      for (let i = 0; i < acknowledged; i++) expect(table.get([round, i])).toBe(i);
      // Each row is written with its twin: whatever lies there beyond the acknowledged is whole as well.
      expect(table.count({ start: [round], end: [round + 1] })).toBe(
        database.table('twins').count({ start: [round], end: [round + 1] }),
      );
      await database.transact(() => database.table<number>('round').put('next', round + 1));
    }
  });
});

/** Real kernel code in a process of its own, killed with -9 as soon as it has told of `rows` acknowledged rows. */
async function writeAndBeKilled(path: string, rows: number): Promise<number> {
  const { outputFiles } = await build({
    stdin: { contents: WRITER, resolveDir: ROOT, loader: 'ts' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    external: ['lmdb'],
    write: false,
  });
  await database.close();
  const child = spawn(process.execPath, ['--input-type=module', '-', path], {
    cwd: ROOT,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin.end(outputFiles[0]?.text);
  let told = '';
  for await (const chunk of child.stdout) {
    told += String(chunk);
    if (told.split('\n').length > rows) child.kill('SIGKILL');
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  expect(child.signalCode).toBe('SIGKILL');
  const acknowledged = told.split('\n').slice(0, -1).map(Number);
  expect(acknowledged.length).toBeGreaterThanOrEqual(rows);
  return (acknowledged.at(-1) ?? -1) + 1;
}

const WRITER = `
  import { writeSync } from 'node:fs';
  import { openDatabase } from './src/kernel/database.ts';
  const database = openDatabase(process.argv[2] ?? '', { sync: true });
  const [rows, twins] = [database.table('rows'), database.table('twins')];
  const round = database.table('round').get('next') ?? 0;
  for (let i = 0; ; i++) {
    await database.transact(() => {
      rows.put([round, i], i);
      twins.put([round, i], i);
    });
    writeSync(1, i + '\\n');
  }
`;

describe('a disk that takes no more', () => {
  const limitFiles = (sizeBytes: number | 'unlimited') =>
    void execFileSync('prlimit', [`--fsize=${sizeBytes}:`, '--pid', String(process.pid)]);

  test.runIf(process.platform === 'linux')(
    'refuses what does not fit, all that came with it, and nothing later; no commit hangs, none ends the process',
    async () => {
      const synced = openDatabase(temporaryFolder(), { sync: true });
      const table = synced.table<Uint8Array>('t');
      await synced.transact(() => table.put('kept', new Uint8Array(60_000)));
      onTestFinished(() => limitFiles('unlimited'));
      limitFiles(300_000);
      const refused: unknown[] = [];
      const put = (name: string) =>
        synced.transact(() => table.put(name, new Uint8Array(60_000))).catch((error: unknown) => refused.push(error));
      for (let round = 0; round < 20; round++) await Promise.all(['a', 'b', 'c'].map((name) => put(name + round)));
      // More than go together.
      await Promise.all(Array.from({ length: 50 }, (_, index) => put(`many${index}`)));
      limitFiles('unlimited');
      expect(refused.length).toBeGreaterThan(90);
      for (const error of refused) expect(isDiskError(error), String(error)).toBe(true);
      const there = keys(table);
      expect(there).toHaveLength(111 - refused.length);
      await put('later');
      await synced.close();
      const again = openDatabase(synced.path, { sync: true });
      expect(keys(again.table('t'))).toEqual([...there, 'later']);
      await again.close();
    },
  );
});

describe('shapes of rows', () => {
  const WIDE = {
    firstFieldOfThisRow: 1,
    secondFieldOfThisRow: 'two',
    third: { nestedFieldOfThisRow: [{ deep: true }] },
  };
  const OTHER = { anotherShape: true, of: { the: 'same table' } };

  test('are kept once a table, and rows are read by them after reopening', async () => {
    const table = database.table('t');
    await database.transact(() => {
      for (let n = 0; n < 100; n++) table.put(n, { ...WIDE, firstFieldOfThisRow: n });
    });
    await database.close();
    database = openDatabase(folder, { sync: false });
    expect(database.table('t').get(99)).toEqual({ ...WIDE, firstFieldOfThisRow: 99 });
    await database.close();
    const bytes = readFileSync(join(folder, 'data.mdb')).toString('latin1');
    expect(bytes.split('firstFieldOfThisRow').length - 1).toBeLessThan(5);
    database = openDatabase(folder, { sync: false });
  });

  test('that only a transaction which was taken back has used are kept by the next one', async () => {
    const table = database.table('t');
    const takenBack = database.transact(() => {
      table.put('a', WIDE);
      throw new Error('not this one');
    });
    const next = database.transact(() => table.put('b', WIDE));
    await expect(takenBack).rejects.toThrow('not this one');
    await next;
    await database.close();
    database = openDatabase(folder, { sync: false });
    expect(database.table('t').get('a')).toBeUndefined();
    expect(database.table('t').get('b')).toEqual(WIDE);
  });

  test('of more kinds than the encoder numbers are read all the same', async () => {
    const table = database.table('t');
    const rows = Array.from({ length: 200 }, (_, n) => ({ [`field${n}`]: n, [`other${n}`]: { [`inner${n}`]: 'x' } }));
    for (const [n, row] of rows.entries()) await database.transact(() => table.put(n, row));
    await database.close();
    database = openDatabase(folder, { sync: false });
    const found = [...database.table('t').range()].map(({ value }) => value);
    expect(found).toEqual(rows);
    await database.transact(() => database.table('t').put('more', OTHER));
    expect(database.table('t').get('more')).toEqual(OTHER);
  });

  test('that a transaction adds to after reopening join those that were kept', async () => {
    await database.transact(() => database.table('t').put('a', WIDE));
    await database.close();
    database = openDatabase(folder, { sync: false });
    await database.transact(() => database.table('t').put('b', OTHER));
    await database.close();
    database = openDatabase(folder, { sync: false });
    const found = [...database.table('t').range()].map(({ value }) => value);
    expect(found).toEqual([WIDE, OTHER]);
  });

  test('never leave a kept row unreadable, whatever is taken back', async () => {
    const shape = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), fc.integer(), { minKeys: 1 });
    const step = fc.record({ row: shape, isKept: fc.boolean(), reopens: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 20 }), async (steps) => {
        const name = `t${tableNumber++}`;
        const kept = new Map<number, unknown>();
        const running: Promise<unknown>[] = [];
        for (const [n, { row, isKept, reopens }] of steps.entries()) {
          const table = database.table(name);
          const work = () => {
            table.put(n, row);
            if (!isKept) throw new Error('taken back');
          };
          running.push(database.transact(work).catch(() => undefined));
          if (isKept) kept.set(n, row);
          if (!reopens) continue;
          await Promise.all(running);
          await database.close();
          database = openDatabase(folder, { sync: false });
        }
        await Promise.all(running);
        await database.close();
        database = openDatabase(folder, { sync: false });
        const found = new Map([...database.table(name).range()].map(({ key, value }) => [key, value]));
        expect(found).toEqual(kept);
      }),
      { numRuns: 60 },
    );
  });
});
