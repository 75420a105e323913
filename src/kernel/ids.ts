/** Identifiers in each service's own form. Unpredictable, from the system's generator. */
import { randomBytes, randomUUID } from 'node:crypto';
import type { Clock } from './clock.ts';

export interface Ids {
  /** 24 upper-case hex digits, the first 8 the unix seconds: `x-oss-request-id`. */
  ossRequestId(): string;
  /** `1-<8 hex>-<8 hex>-<12 hex>`: `X-Fc-Request-Id`. */
  fcRequestId(): string;
  /** Upper-case UUID: RequestId of RPC and ROA services. */
  popRequestId(): string;
  /** Lower-case UUID. */
  uuid(): string;
  /** `bytes` random bytes as lower-case hex. */
  hex(bytes: number): string;
  /** `c-<8 hex>-<8 hex>-<12 hex>`: an FC instance. */
  instanceId(): string;
  /** `length` characters of [A-Za-z0-9]. */
  alphanumeric(length: number): string;
}

const ALPHANUMERIC = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
/** Largest multiple of 62 in a byte: higher bytes would favour the first letters. */
const UNBIASED_BYTE_MAX = 248;

/** Random bytes drawn from the system at once: a call for each identifier would cost more than the identifier. */
const POOL_BYTES = 4096;

/** Eight hex digits hold the seconds until 2106; beyond, the form is kept and the count starts again. */
const SECONDS_WRAP = 2 ** 32;

export function createIds(clock: Clock): Ids {
  let last = { seconds: Number.NaN, hex: '' };

  function secondsHex(): string {
    const seconds = Math.floor(clock.nowMs() / 1000) % SECONDS_WRAP;
    if (seconds !== last.seconds) last = { seconds, hex: seconds.toString(16).padStart(8, '0') };
    return last.hex;
  }

  let digits = '';
  let digitsUsed = 0;

  /** Of every call on an object one: as text at once, for to turn a few bytes into text costs as much as all of the pool's. */
  function drawDigits(count: number): string {
    if (digitsUsed + count > digits.length) {
      digits = randomBytes(POOL_BYTES).toString('hex').toUpperCase();
      digitsUsed = 0;
    }
    digitsUsed += count;
    return digits.slice(digitsUsed - count, digitsUsed);
  }

  let pool = randomBytes(0);
  let used = 0;

  function draw(bytes: number): Buffer {
    if (bytes > POOL_BYTES) return randomBytes(bytes);
    if (used + bytes > pool.length) {
      pool = randomBytes(POOL_BYTES);
      used = 0;
    }
    used += bytes;
    return pool.subarray(used - bytes, used);
  }

  const hex = (bytes: number) => draw(bytes).toString('hex');
  return {
    ossRequestId: () => secondsHex().toUpperCase() + drawDigits(16),
    fcRequestId: () => `1-${secondsHex()}-${hex(4)}-${hex(6)}`,
    popRequestId: () => randomUUID().toUpperCase(),
    uuid: () => randomUUID(),
    hex,
    instanceId: () => `c-${secondsHex()}-${hex(4)}-${hex(6)}`,
    alphanumeric(length) {
      let text = '';
      while (text.length < length)
        for (const byte of draw(length)) {
          if (byte < UNBIASED_BYTE_MAX && text.length < length) text += ALPHANUMERIC[byte % ALPHANUMERIC.length];
        }
      return text;
    },
  };
}

/** A text that nobody outside this process can know, of 16 hex digits. */
export function newSecret(): string {
  return randomBytes(8).toString('hex');
}
