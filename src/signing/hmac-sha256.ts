/** HMAC-SHA256 of texts with a key that is laid out once: two plain hashes cost less than an HMAC's object. */
import { Buffer } from 'node:buffer';
import { createHmac, hash } from 'node:crypto';

const BLOCK_BYTES = 64;
const HASH_BYTES = 32;
/** Longer texts are signed the usual way. */
const TEXT_BYTES_MAX = 2048;

/** Signs texts with one key; lower-case hex. */
export type TextSigner = (text: string) => string;

/** RFC 2104: the hash of the key's outer block and of the hash of its inner block and the text. */
export function hmacSha256(key: Buffer): TextSigner {
  const usual: TextSigner = (text) => createHmac('sha256', key).update(text, 'utf8').digest('hex');
  if (key.length > BLOCK_BYTES) return usual;
  const inner = padded(key, 0x36, TEXT_BYTES_MAX);
  const outer = padded(key, 0x5c, HASH_BYTES);
  /** What the last text took up of it: most have the same length. */
  let used = inner;
  return (text) => {
    // A UTF-16 unit takes at most three bytes.
    if (text.length * 3 > TEXT_BYTES_MAX) return usual(text);
    const end = BLOCK_BYTES + inner.write(text, BLOCK_BYTES, 'utf8');
    if (used.length !== end) used = inner.subarray(0, end);
    // As text, for a buffer of its own would cost more than to write and read the digits.
    outer.write(hash('sha256', used, 'hex'), BLOCK_BYTES, 'hex');
    return hash('sha256', outer, 'hex');
  };
}

/** The key's block, with room behind it. */
function padded(key: Buffer, pad: number, roomBytes: number): Buffer {
  const bytes = Buffer.alloc(BLOCK_BYTES + roomBytes);
  for (let at = 0; at < BLOCK_BYTES; at++) bytes[at] = (key[at] ?? 0) ^ pad;
  return bytes;
}
