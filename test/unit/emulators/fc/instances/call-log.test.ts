/** Lines of a call's log, their limits and their tail. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createCallLog } from '../../../../../emulators/fc/instances/call-log.ts';
import {
  LOG_BYTES_PER_CALL_MAX,
  LOG_LINE_BYTES_MAX,
  LOG_TAIL_BYTES,
} from '../../../../../emulators/fc/instances/limits.ts';

function logOf(...writes: string[]) {
  const heard: string[] = [];
  const log = createCallLog((line) => heard.push(line));
  for (const text of writes) log.append(text);
  return { heard, ...log.finish() };
}
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString();

test('makes lines of writes that end anywhere', () => {
  const { lines, heard, tail } = logOf('a', 'b\nc\n', '\n', 'd');
  expect(lines).toEqual(['ab', 'c', '', 'd']);
  expect(heard).toEqual(lines);
  expect(text(tail)).toBe('ab\nc\n\nd\n');
});

test('gives the same lines however the text is split', () => {
  fc.assert(
    fc.property(fc.array(fc.stringMatching(/^[a\n]{0,6}$/)), (writes) => {
      const whole = writes.join('');
      expect(logOf(...writes).lines).toEqual(logOf(whole).lines);
    }),
  );
});

test('puts a line of the platform after what was left unfinished', () => {
  const log = createCallLog(() => undefined);
  log.append('unfinished');
  log.line('FC Invoke End');
  expect(log.finish().lines).toEqual(['unfinished', 'FC Invoke End']);
});

test.each([
  ['a', LOG_LINE_BYTES_MAX, LOG_LINE_BYTES_MAX],
  ['a', LOG_LINE_BYTES_MAX + 1, LOG_LINE_BYTES_MAX],
  ['€', LOG_LINE_BYTES_MAX, 10922 * 3],
])('cuts a line of %s times %i at the limit, between characters', (character, count, bytes) => {
  const [line = ''] = logOf(character.repeat(count)).lines;
  expect(Buffer.byteLength(line)).toBe(bytes);
  expect(line).not.toContain('\ufffd');
});

test('keeps exactly its limit and counts the rest', () => {
  const line = `${'x'.repeat(1023)}\n`;
  const fits = LOG_BYTES_PER_CALL_MAX / 1024;
  expect(logOf(line.repeat(fits))).toMatchObject({ droppedBytes: 0 });
  const over = logOf(line.repeat(fits), 'one\n', 'two\n');
  expect(over.droppedBytes).toBe(8);
  expect(over.lines).toHaveLength(fits + 1);
  expect(over.lines.at(-1)).toContain('8 bytes');
  expect(text(over.tail)).toMatch(/one\ntwo\n$/);
});

test('has a tail of 4 KB that begins with a whole character', () => {
  const { tail } = logOf('€'.repeat(LOG_TAIL_BYTES));
  expect(tail.byteLength).toBeLessThanOrEqual(LOG_TAIL_BYTES);
  expect(tail.byteLength).toBeGreaterThan(LOG_TAIL_BYTES - 3);
  expect(text(tail)).not.toContain('\ufffd');
});
