/** MD5 of a body that comes in pieces: the same here and on a thread, however the pieces are cut. */
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { createMd5, type Md5, THREAD_BYTES_MIN } from '../../../../../emulators/oss/store/md5.ts';
import { THREADS_MAX } from '../../../../../emulators/oss/store/md5-thread.ts';

const SLOT_BYTES = 256 * 1024;

function bytesOf(sizeBytes: number): Buffer {
  const bytes = Buffer.alloc(sizeBytes);
  for (let at = 0; at < sizeBytes; at += 4093) bytes[at] = at % 251;
  return bytes;
}

async function hashed(md5: Md5, bytes: Uint8Array, pieceBytes: number): Promise<string> {
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    const piece = Uint8Array.from(bytes.subarray(at, at + pieceBytes));
    await md5.update(piece);
    // Whoever gave it may use its memory again.
    piece.fill(0);
  }
  return Buffer.from(await md5.digest()).toString('hex');
}

const expected = (bytes: Uint8Array) => createHash('md5').update(bytes).digest('hex');

describe.each([
  ['here', undefined],
  ['on a thread', THREAD_BYTES_MIN],
])('%s', (_where, announced) => {
  test.each([0, 1, SLOT_BYTES - 1, SLOT_BYTES, SLOT_BYTES + 1, 5 * SLOT_BYTES + 7])('%i bytes', async (sizeBytes) => {
    const bytes = bytesOf(sizeBytes);
    expect(await hashed(await createMd5(announced), bytes, 65_536)).toBe(expected(bytes));
  });

  test.each([1000, SLOT_BYTES, SLOT_BYTES * 6 + 1])('pieces of %i bytes', async (pieceBytes) => {
    const bytes = bytesOf(7 * SLOT_BYTES + 5);
    expect(await hashed(await createMd5(announced), bytes, pieceBytes)).toBe(expected(bytes));
  });
});

test('more at once than there are threads come out right, and so do those after bodies that broke off', async () => {
  const bytes = bytesOf(3 * SLOT_BYTES);
  for (let round = 0; round < 2; round++) {
    const broken = await Promise.all(Array.from({ length: THREADS_MAX }, () => createMd5(THREAD_BYTES_MIN)));
    for (const md5 of broken) {
      md5.update(bytes.subarray(0, 10));
      md5.abort();
      md5.abort();
    }
    const whole = await Promise.all(Array.from({ length: THREADS_MAX + 2 }, () => createMd5(THREAD_BYTES_MIN)));
    const all = whole.map((md5) => hashed(md5, bytes, 65_536));
    expect(new Set(await Promise.all(all))).toEqual(new Set([expected(bytes)]));
  }
});
