/** CRC-64/XZ, the checksum OSS clients compare (`x-oss-hash-crc64ecma`): as bytes stream by, and of two texts joined. */
import { type Crc64Machine, createCrc64Machine, INPUT_BYTES } from './crc64-wasm.ts';

export interface Crc64 {
  update(bytes: Uint8Array): void;
  /** Of all bytes so far, unsigned decimal. */
  digest(): string;
}

/** Of no bytes. */
export const CRC64_EMPTY = '0';

/** One machine serves all checksums: it keeps no state between calls. Built at first use, for start-up need not pay for it. */
let shared: Crc64Machine | undefined;
function machine(): Crc64Machine {
  shared ??= createCrc64Machine();
  return shared;
}

export function createCrc64(): Crc64 {
  const { update, input } = machine();
  let state = -1n;
  return {
    update(bytes) {
      for (let start = 0; start < bytes.length; start += INPUT_BYTES) {
        const piece = bytes.length > INPUT_BYTES ? bytes.subarray(start, start + INPUT_BYTES) : bytes;
        input.set(piece);
        state = update(state, piece.length);
      }
    },
    digest: () => decimal(~state),
  };
}

/** The checksum of A followed by B, from the checksums of both and B's length. */
export function combineCrc64(a: string, b: string, bSizeBytes: number): string {
  return decimal(machine().multiply(BigInt(a), shiftBy(bSizeBytes)) ^ BigInt.asIntN(64, BigInt(b)));
}

/** x^0, bit-reflected. */
const ONE = 1n << 63n;
/** x^(8 · 2^n) at n. */
const powers: bigint[] = [1n << 55n];
/** Parts of one upload mostly have one length. */
let lastShift = { sizeBytes: 0, factor: ONE };

/** x^(8 · sizeBytes): what the checksum of bytes is multiplied by when so many bytes follow them. */
function shiftBy(sizeBytes: number): bigint {
  if (lastShift.sizeBytes === sizeBytes) return lastShift.factor;
  const { multiply } = machine();
  let factor = ONE;
  // Sizes pass 2^32, where JavaScript's bit operators end.
  for (let bit = 0, left = sizeBytes; left > 0; bit++, left = Math.floor(left / 2)) {
    if (left % 2 === 1) factor = multiply(factor, powerOf(bit));
  }
  lastShift = { sizeBytes, factor };
  return factor;
}

function powerOf(bit: number): bigint {
  for (let at = powers.length; at <= bit; at++) {
    const before = powers[at - 1] ?? ONE;
    powers.push(machine().multiply(before, before));
  }
  return powers[bit] ?? ONE;
}

function decimal(crc: bigint): string {
  return BigInt.asUintN(64, crc).toString();
}
