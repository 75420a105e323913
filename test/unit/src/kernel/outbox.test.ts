/** Facts exist exactly when their change does, reach every listener in order, and survive a restart. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createClock } from '../../../../src/kernel/clock.ts';
import { type Database, openDatabase } from '../../../../src/kernel/database.ts';
import { createLogger } from '../../../../src/kernel/logger.ts';
import { createOutbox, type Fact, type Outbox } from '../../../../src/kernel/outbox.ts';
import { createSettled, type Settled } from '../../../../src/kernel/settled.ts';
import { lineStream } from '../../../support/line-stream.ts';

let folder: string;
let database: Database;
let outbox: Outbox;
let settled: Settled;
let logged: string;
/** What the outbox wants to do later. */
let retry: (() => void) | undefined;

function open(): void {
  const clock = createClock('real');
  const out = lineStream((line) => {
    logged += line;
  });
  logged = '';
  retry = undefined;
  settled = createSettled(clock);
  database = openDatabase(folder, { sync: false });
  outbox = createOutbox({
    database,
    logger: createLogger({ clock, out, level: 'info', format: 'json' }),
    settled,
    clock: {
      nowMs: clock.nowMs,
      afterHostMs(_ms, work) {
        retry = work;
        return () => undefined;
      },
    },
  });
}

async function close(): Promise<void> {
  await outbox.close();
  await database.close();
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'localyun-outbox-'));
  open();
});

afterEach(async () => {
  await close();
  rmSync(folder, { recursive: true, force: true });
});

function collect(name: string, types: readonly string[]): Fact[] {
  const facts: Fact[] = [];
  outbox.listen({ name, types, handle: (fact) => void facts.push(fact) });
  return facts;
}

test('hands every fact of its types to a listener, once and in order', async () => {
  const seen = collect('a', ['x', 'y']);
  for (let i = 0; i < 600; i++)
    await database.transact(() => outbox.append(i % 3 === 2 ? 'z' : 'x', i), { durable: false });
  expect(await settled.wait(5000)).toMatchObject({ settled: true });
  expect(seen.map(({ body }) => body)).toEqual(Array.from({ length: 600 }, (_, i) => i).filter((i) => i % 3 !== 2));
  expect(outbox.lag()).toEqual([{ listener: 'a', facts: 0 }]);
});

test('tells nothing of a change that was taken back', async () => {
  const seen = collect('a', ['x']);
  await expect(
    database.transact(() => {
      outbox.append('x', 'lost');
      throw new Error('taken back');
    }),
  ).rejects.toThrow('taken back');
  await database.transact(() => outbox.append('x', 'kept'));
  await settled.wait(5000);
  expect(seen.map(({ body }) => body)).toEqual(['kept']);
});

test('a listener goes on where its cursor stood before the restart', async () => {
  const before = collect('a', ['x']);
  await database.transact(() => outbox.append('x', 1));
  await settled.wait(5000);
  expect(before).toHaveLength(1);
  await close();

  open();
  await database.transact(() => outbox.append('x', 2));
  await close();

  open();
  const after = collect('a', ['x']);
  await settled.wait(5000);
  expect(after.map(({ body }) => body)).toEqual([2]);
  expect(after[0]?.id).toBeGreaterThan(before[0]?.id ?? 0);
});

test('a batch whose handler throws moves no cursor, writes nothing, and is tried again with the next fact', async () => {
  const notes = database.table<number>('notes');
  const seen: unknown[] = [];
  let failures = 1;
  outbox.listen({
    name: 'a',
    types: ['x'],
    handle(fact) {
      notes.put(fact.id, fact.id);
      if (failures-- > 0) throw new Error('a bug');
      seen.push(fact.body);
    },
  });
  await database.transact(() => outbox.append('x', 1));
  expect(await settled.wait(50)).toMatchObject({ settled: false, busy: ['1 facts for a'] });
  expect(notes.count()).toBe(0);
  expect(logged).toContain('A listener failed on a fact');
  await database.transact(() => outbox.append('x', 2));
  expect(await settled.wait(5000)).toMatchObject({ settled: true });
  expect(seen).toEqual([1, 2]);
});

test('trims what every listener has passed, and never gives a number twice', async () => {
  collect('a', ['x']);
  for (let round = 0; round < 3; round++) {
    await database.transact(() => {
      for (let i = 0; i < 1000; i++) outbox.append('x', i);
    });
    await settled.wait(5000);
  }
  const rows = database.table('outbox.facts');
  expect(rows.count()).toBeLessThan(3000);
  const [highest] = [...rows.range({ start: Number.MAX_SAFE_INTEGER, reverse: true, limit: 1 })];
  await close();
  open();
  const seen = collect('a', ['x']);
  await database.transact(() => outbox.append('x', 'new'));
  await settled.wait(5000);
  expect(seen[0]?.id).toBeGreaterThan(Number(highest?.key ?? 0));
});

test('keeps what a listener of the last run has not heard until it listens again, however far the others are', async () => {
  for (const name of ['early', 'late']) collect(name, ['x']);
  await database.transact(() => outbox.append('x', 'before'), { durable: false });
  await settled.wait(5000);
  await close();
  open();
  collect('early', ['x']);
  for (let i = 0; i < 1500; i++) await database.transact(() => outbox.append('x', i), { durable: false });
  expect(await settled.wait(5000)).toMatchObject({ settled: true });
  const late = collect('late', ['x']);
  await settled.wait(5000);
  expect(late.map(({ body }) => body)).toEqual(Array.from({ length: 1500 }, (_, i) => i));
});

test('tries a fact again in a while when the disk refused it, without another fact', async () => {
  let failures = 1;
  const seen: number[] = [];
  outbox.listen({
    name: 'a',
    types: ['x'],
    handle(fact) {
      if (failures-- > 0) throw Object.assign(new Error('full'), { code: 'ENOSPC' });
      seen.push(fact.id);
    },
  });
  await database.transact(() => outbox.append('x', 1));
  await outbox.heard();
  expect(seen).toEqual([]);
  retry?.();
  await expect(settled.wait(5000)).resolves.toMatchObject({ settled: true });
  expect(seen).toEqual([1]);
});

test('tells when all that lies in it was heard, whatever came since or fails', async () => {
  const seen = collect('a', ['x']);
  outbox.listen({
    name: 'broken',
    types: ['x'],
    handle: () => {
      throw new Error('broken');
    },
  });
  await outbox.heard();
  for (let i = 0; i < 600; i++) await database.transact(() => outbox.append('x', i), { durable: false });
  const heard = outbox.heard();
  await heard;
  expect(seen).toHaveLength(600);
});

test('refuses a write outside a transaction', () => {
  expect(() => outbox.append('x', 1)).toThrow('only inside Database.transact');
});

test('forgets what lies in the outbox without handing it over', async () => {
  const seen = collect('a', ['x']);
  await database.transact(() => {
    for (let i = 0; i < 10; i++) outbox.append('x', i);
    // Still before any listener's turn.
  });
  await Promise.all([outbox.forget(), settled.wait(5000)]);
  await database.transact(() => outbox.append('x', 'after'));
  await settled.wait(5000);
  expect(seen.at(-1)?.body).toBe('after');
  expect(outbox.lag()).toEqual([{ listener: 'a', facts: 0 }]);
});

test('starting with a high count and nothing kept, it does not sweep through all the numbers that ever were', async () => {
  await database.transact(() => database.table<number>('outbox.cursors').put('a', 3_000_000));
  await close();
  open();
  const seen = collect('a', ['x']);
  await database.transact(() => outbox.append('x', 'new'));
  await settled.wait(5000);
  const startedMs = performance.now();
  await outbox.close();
  expect(performance.now() - startedMs).toBeLessThan(500);
  expect(seen).toMatchObject([{ id: 3_000_001, body: 'new' }]);
});

test('passes by a listener what came while it wanted nothing, and nobody else', async () => {
  const seen: unknown[] = [];
  let isOpen = false;
  outbox.listen({ name: 'a', types: ['x'], wants: () => isOpen, handle: ({ body }) => void seen.push(body) });
  const others = collect('b', ['x']);
  for (let i = 0; i < 300; i++) await database.transact(() => outbox.append('x', i), { durable: false });
  expect(await settled.wait(5000)).toMatchObject({ settled: true });
  isOpen = true;
  await database.transact(() => outbox.append('x', 'wanted'), { durable: false });
  expect(await settled.wait(5000)).toMatchObject({ settled: true });
  expect(seen).toEqual(['wanted']);
  expect(others).toHaveLength(301);

  await close();
  open();
  const again = collect('a', ['x']);
  expect(await settled.wait(5000)).toMatchObject({ settled: true });
  expect(again).toEqual([]);
});

describe('once all listeners are there', () => {
  const kept = () => database.table('outbox.facts').count();

  test('a fact is handled in the transaction of its change, and kept nowhere else', async () => {
    const notes = database.table<unknown>('notes');
    const handle = (fact: Fact) => notes.put(fact.id, fact.body);
    outbox.listen({ name: 'a', types: ['x'], handle });
    const others = collect('b', ['y']);
    outbox.complete();
    const seen = await database.transact(() => {
      outbox.append('x', 'one');
      outbox.append('x', 'two');
      return [...notes.range()].map(({ value }) => value);
    });
    expect(seen).toEqual(['one', 'two']);
    expect([kept(), others.length]).toEqual([0, 0]);
    expect(outbox.lag().map(({ facts }) => facts)).toEqual([0, 0]);
  });

  test('what a listener wrote goes with a change that is taken back, and its number is not used again', async () => {
    const notes = database.table<unknown>('notes');
    outbox.listen({ name: 'a', types: ['x'], handle: (fact) => notes.put(fact.id, fact.body) });
    outbox.complete();
    const takenBack = database.transact(() => {
      outbox.append('x', 'lost');
      throw new Error('taken back');
    });
    await database.transact(() => outbox.append('x', 'kept'));
    await expect(takenBack).rejects.toThrow('taken back');
    expect([...notes.range()]).toEqual([{ key: 2, value: 'kept' }]);
  });

  test('a type that can only be heard later is kept, and those after it follow in their order', async () => {
    const seen: unknown[] = [];
    const handle = ({ body }: Fact) => void seen.push(body);
    outbox.listen({ name: 'a', types: ['x', 'rule'], later: ['rule'], handle });
    outbox.complete();
    const heardAtOnce = await database.transact(() => {
      outbox.append('x', 1);
      outbox.append('rule', 2);
      outbox.append('x', 3);
      return [...seen];
    });
    expect(heardAtOnce).toEqual([1]);
    await outbox.heard();
    expect(seen).toEqual([1, 2, 3]);
    await database.transact(() => outbox.append('x', 4));
    expect(seen).toEqual([1, 2, 3, 4]);
    expect(outbox.lag()).toEqual([{ listener: 'a', facts: 0 }]);
  });

  test('a listener that throws takes the change back, and hears the next fact apart from its change', async () => {
    const notes = database.table<unknown>('notes');
    const seen: unknown[] = [];
    let failures = 2;
    outbox.listen({
      name: 'a',
      types: ['x'],
      handle({ body }) {
        if (failures-- > 0) throw new Error('a bug');
        seen.push(body);
      },
    });
    outbox.complete();
    const change = (body: string) =>
      database.transact(() => {
        notes.put(body, true);
        outbox.append('x', body);
      });
    await expect(change('first')).rejects.toThrow('a bug');
    expect(logged).toContain('and with it the change that the fact tells of');
    await change('second');
    expect(await settled.wait(50)).toMatchObject({ settled: false, busy: ['1 facts for a'] });
    expect([notes.count(), seen, kept()]).toEqual([1, [], 1]);
    await change('third');
    await settled.wait(5000);
    expect(seen).toEqual(['second', 'third']);
    await change('fourth');
    expect(seen).toEqual(['second', 'third', 'fourth']);
  });

  test('a listener that wants nothing is passed by', async () => {
    let isOpen = false;
    const seen: unknown[] = [];
    outbox.listen({ name: 'a', types: ['x'], wants: () => isOpen, handle: ({ body }) => void seen.push(body) });
    outbox.complete();
    await database.transact(() => outbox.append('x', 'unwanted'));
    isOpen = true;
    await database.transact(() => outbox.append('x', 'wanted'));
    expect(seen).toEqual(['wanted']);
  });

  test('numbers rise across restarts, and a restart hands nothing over again', async () => {
    const first = collect('a', ['x']);
    outbox.complete();
    for (let i = 0; i < 3; i++) await database.transact(() => outbox.append('x', i));
    await close();
    open();
    const second = collect('a', ['x']);
    await outbox.heard();
    outbox.complete();
    await database.transact(() => outbox.append('x', 'new'));
    expect(first.map(({ id }) => id)).toEqual([1, 2, 3]);
    expect(second.map(({ body }) => body)).toEqual(['new']);
    expect(second[0]?.id).toBeGreaterThan(3);
  });

  test('a number that a transaction set aside and took back is set aside again', async () => {
    outbox.complete();
    const takenBack = database.transact(() => {
      outbox.append('x', 1);
      throw new Error('taken back');
    });
    await expect(takenBack).rejects.toThrow('taken back');
    for (let i = 0; i < 3; i++) await database.transact(() => outbox.append('x', i));
    await close();
    open();
    const seen = collect('a', ['x']);
    await database.transact(() => outbox.append('x', 'new'));
    await outbox.heard();
    expect(seen[0]?.id).toBeGreaterThan(4);
  });
});
