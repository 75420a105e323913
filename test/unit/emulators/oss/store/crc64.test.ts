/** CRC-64/XZ against its published answers, and against itself cut in two. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CRC64_EMPTY, combineCrc64, createCrc64 } from '../../../../../emulators/oss/store/crc64.ts';

const crc64 = (...pieces: Uint8Array[]) => {
  const crc = createCrc64();
  for (const piece of pieces) crc.update(piece);
  return crc.digest();
};

/** Bit by bit, as the definition has it. */
function naiveCrc64(bytes: Uint8Array): string {
  let crc = 0xffffffffffffffffn;
  for (const byte of bytes) {
    crc ^= BigInt(byte);
    for (let bit = 0; bit < 8; bit++) crc = crc & 1n ? (crc >> 1n) ^ 0xc96c5795d7870f42n : crc >> 1n;
  }
  return (crc ^ 0xffffffffffffffffn).toString();
}

test.each([
  ['', '0'],
  ['123456789', '11051210869376104954'],
  ['hello', '11177612005948864433'],
  ['This is a test of the emergency broadcast system.', '2871916124362751090'],
])('gives the published checksum of "%s"', (text, expected) => {
  expect(crc64(Buffer.from(text))).toBe(expected);
});

test('agrees with the definition bit by bit, whatever the length', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      expect(crc64(bytes)).toBe(naiveCrc64(bytes));
    }),
  );
});

test.each([16_511, 16_512, 16_513, 16_527, 16_528, 24_581, 65_535, 65_536])(
  'agrees with the definition where long input is folded: %i bytes',
  (length) => {
    let noise = length;
    const bytes = Uint8Array.from({ length }, () => {
      noise = (Math.imul(noise, 1_664_525) + 1_013_904_223) >>> 0;
      return noise >>> 24;
    });
    expect(crc64(bytes)).toBe(naiveCrc64(bytes));
    // With a state to carry on from, and leaving one.
    expect(crc64(bytes.subarray(0, 7), bytes.subarray(7))).toBe(naiveCrc64(bytes));
    expect(crc64(bytes, bytes.subarray(0, 9))).toBe(naiveCrc64(Buffer.concat([bytes, bytes.subarray(0, 9)])));
  },
);

test('does not depend on where the bytes are cut, nor on other checksums running beside it', () => {
  const bytes = Uint8Array.from({ length: 200_001 }, (_, index) => (index * 31) & 0xff);
  const other = createCrc64();
  const cut = createCrc64();
  for (let start = 0; start < bytes.length; start += 70_001) {
    cut.update(bytes.subarray(start, start + 70_001));
    other.update(Buffer.from('between'));
  }
  expect(cut.digest()).toBe(crc64(bytes));
  expect(crc64(bytes.subarray(0, 65_537), bytes.subarray(65_537))).toBe(crc64(bytes));
});

test('combines the checksums of two pieces into that of the whole', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.uint8Array({ maxLength: 300 }), (a, b) => {
      expect(combineCrc64(crc64(a), crc64(b), b.length)).toBe(crc64(a, b));
    }),
  );
});

test('combines pieces longer than 4 GiB', () => {
  // Zeros double: the checksum of 2^33 of them comes from 33 steps, or from one piece of 2^33 - 1 and a last byte.
  const doubled = (times: number) => {
    let crc = crc64(new Uint8Array(1));
    for (let power = 0; power < times; power++) crc = combineCrc64(crc, crc, 2 ** power);
    return crc;
  };
  let allButOne = CRC64_EMPTY;
  for (let power = 32; power >= 0; power--) allButOne = combineCrc64(allButOne, doubled(power), 2 ** power);
  expect(combineCrc64(crc64(new Uint8Array(1)), allButOne, 2 ** 33 - 1)).toBe(doubled(33));
});
