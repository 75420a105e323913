/** Version ids in the real service's shape: opaque text of 64 characters that begins with CAEQ, and here tells its place in the order. */
import { Buffer } from 'node:buffer';

/** Four fields as protobuf writes them: two small numbers, one of nine bytes, and 32 hex digits. */
const HEAD = Buffer.from([0x08, 0x01, 0x10, 0x1f, 0x18]);
const DIGITS = Buffer.from([0x22, 0x20]);
const ORDER_BYTES = 9;
/** Fills the nine bytes; the real service's numbers are of this size. */
const ORDER_BASE = 1n << 61n;

/** Random bytes of an id, as hex in it. */
export const VERSION_ID_BYTES = 16;

/** UNVERIFIED OSS-100: what an id is made of, and its alphabet: that of URLs. */
export function toVersionId(order: number, hex: string): string {
  const number = Buffer.alloc(ORDER_BYTES);
  let left = ORDER_BASE + BigInt(order);
  for (let at = 0; at < ORDER_BYTES; at++) {
    number[at] = Number(left & 0x7fn) | (at < ORDER_BYTES - 1 ? 0x80 : 0);
    left >>= 7n;
  }
  return Buffer.concat([HEAD, number, DIGITS, Buffer.from(hex, 'latin1')]).toString('base64url');
}

/** The place of the version an id belongs to; undefined for a text that is no version id. */
export function orderOf(versionId: string): number | undefined {
  if (!/^[\w-]{64}$/.test(versionId)) return undefined;
  const bytes = Buffer.from(versionId, 'base64url');
  const tail = bytes.subarray(HEAD.length + ORDER_BYTES);
  if (bytes[0] !== HEAD[0] || bytes[1] !== HEAD[1] || !tail.subarray(0, DIGITS.length).equals(DIGITS)) return undefined;
  if (!/^[0-9a-f]{32}$/.test(tail.subarray(DIGITS.length).toString('latin1'))) return undefined;
  let order = 0n;
  for (let at = ORDER_BYTES - 1; at >= 0; at--) order = (order << 7n) | BigInt((bytes[HEAD.length + at] ?? 0) & 0x7f);
  return Number(order - ORDER_BASE);
}
