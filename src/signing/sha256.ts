/**
 * SHA-256 and its HMAC of short texts, in JavaScript: node's own are quicker over many bytes, but a call into OpenSSL costs ten
 * times its arithmetic when everything else between two calls has driven it out of the processor's caches. Measured on a GET of
 * 4 KiB, a signature's check takes half as long this way. What is long, or not ASCII, goes to node.
 */
import type { Buffer } from 'node:buffer';
import { createHmac, hash } from 'node:crypto';

/** Texts up to here are hashed here; canonical requests are a few hundred characters long. */
const TEXT_LENGTH_MAX = 2048;
const BLOCK_BYTES = 64;
const WORDS = 8;
/** The end mark and the length that follow a text. */
const TAIL_BYTES = 9;
const ASCII_MAX = 0x7f;

/** The first 32 bits of the fractions of the cube roots of the first 64 primes, and of the square roots of the first 8. */
const primes = firstPrimes(BLOCK_BYTES);
const ROUNDS = Int32Array.from(primes, (prime) => fraction(Math.cbrt(prime)));
const START = Int32Array.from(primes.slice(0, WORDS), (prime) => fraction(Math.sqrt(prime)));

/** One of each for all: nothing is kept in them between two calls. */
const bytes = new Uint8Array(TEXT_LENGTH_MAX + 2 * BLOCK_BYTES);
const view = new DataView(bytes.buffer);
const state = new Int32Array(WORDS);
const schedule = new Int32Array(BLOCK_BYTES);
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

export function sha256OfText(text: string): string {
  if (!takeText(text)) return hash('sha256', text, 'hex');
  state.set(START);
  finish(text.length, 0);
  return toHex();
}

/** Signs texts with one key; lower-case hex. */
export type TextSigner = (text: string) => string;

/** The key's two blocks are hashed once, for all texts to come. */
export function hmacSha256(key: Buffer): TextSigner {
  if (key.length > BLOCK_BYTES) return (text) => createHmac('sha256', key).update(text, 'utf8').digest('hex');
  const inner = stateAfter(key, 0x36);
  const outer = stateAfter(key, 0x5c);
  return (text) => {
    if (!takeText(text)) return createHmac('sha256', key).update(text, 'utf8').digest('hex');
    state.set(inner);
    finish(text.length, BLOCK_BYTES);
    for (let word = 0; word < WORDS; word++) view.setInt32(word * 4, state[word] ?? 0);
    state.set(outer);
    finish(WORDS * 4, BLOCK_BYTES);
    return toHex();
  };
}

function stateAfter(key: Uint8Array, pad: number): Int32Array {
  for (let at = 0; at < BLOCK_BYTES; at++) bytes[at] = (key[at] ?? 0) ^ pad;
  state.set(START);
  digestBlock(0);
  return state.slice();
}

/** Lays a text out as bytes; false when it is too long, or more than ASCII. */
function takeText(text: string): boolean {
  const { length } = text;
  if (length > TEXT_LENGTH_MAX) return false;
  for (let at = 0; at < length; at++) {
    const code = text.charCodeAt(at);
    if (code > ASCII_MAX) return false;
    bytes[at] = code;
  }
  return true;
}

/** Digests the bytes laid out, which `beforeBytes` others came before, and what SHA-256 puts behind them. */
function finish(sizeBytes: number, beforeBytes: number): void {
  const end = Math.ceil((sizeBytes + TAIL_BYTES) / BLOCK_BYTES) * BLOCK_BYTES;
  bytes[sizeBytes] = 0x80;
  bytes.fill(0, sizeBytes + 1, end - 4);
  view.setInt32(end - 4, (beforeBytes + sizeBytes) * 8);
  for (let at = 0; at < end; at += BLOCK_BYTES) digestBlock(at);
}

/** FIPS 180-4, 6.2.2. Typed arrays never lack an element within their length: the zeroes are for the compiler alone. */
function digestBlock(at: number): void {
  const w = schedule;
  for (let i = 0; i < 16; i++) w[i] = view.getInt32(at + i * 4);
  for (let i = 16; i < BLOCK_BYTES; i++) {
    const x = w[i - 15] ?? 0;
    const y = w[i - 2] ?? 0;
    const low = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const high = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    w[i] = ((w[i - 16] ?? 0) + low + (w[i - 7] ?? 0) + high) | 0;
  }
  let [a = 0, b = 0, c = 0, d = 0] = [state[0], state[1], state[2], state[3]];
  let [e = 0, f = 0, g = 0, h = 0] = [state[4], state[5], state[6], state[7]];
  for (let i = 0; i < BLOCK_BYTES; i++) {
    const high = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const first = (h + high + ((e & f) ^ (~e & g)) + (ROUNDS[i] ?? 0) + (w[i] ?? 0)) | 0;
    const low = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const second = (low + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + first) | 0;
    d = c;
    c = b;
    b = a;
    a = (first + second) | 0;
  }
  add(a, b, c, d);
  addRest(e, f, g, h);
}

function add(a: number, b: number, c: number, d: number): void {
  state[0] = (state[0] ?? 0) + a;
  state[1] = (state[1] ?? 0) + b;
  state[2] = (state[2] ?? 0) + c;
  state[3] = (state[3] ?? 0) + d;
}

function addRest(e: number, f: number, g: number, h: number): void {
  state[4] = (state[4] ?? 0) + e;
  state[5] = (state[5] ?? 0) + f;
  state[6] = (state[6] ?? 0) + g;
  state[7] = (state[7] ?? 0) + h;
}

function toHex(): string {
  let text = '';
  for (let word = 0; word < WORDS; word++) {
    const value = state[word] ?? 0;
    text += `${HEX[value >>> 24]}${HEX[(value >>> 16) & 0xff]}${HEX[(value >>> 8) & 0xff]}${HEX[value & 0xff]}`;
  }
  return text;
}

function firstPrimes(count: number): number[] {
  const found: number[] = [];
  for (let candidate = 2; found.length < count; candidate++)
    if (found.every((prime) => candidate % prime !== 0)) found.push(candidate);
  return found;
}

function fraction(root: number): number {
  return ((root - Math.floor(root)) * 2 ** 32) | 0;
}
