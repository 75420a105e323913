/** Object keys as LMDB keys: same order (UTF-8 bytes), no character LMDB's encoding gives a meaning of its own. */

/**
 * LMDB's key encoding ends a text at a byte of 0 to 4 and escapes these in a way that loses their order in short texts
 * and the text itself in long ones. So 0 to 4 and the escape itself are written as two characters.
 */
const ESCAPE = '\u0005';
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are the subject.
const SPECIAL = /[\u0000-\u0005]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the escape.
const ESCAPED = /\u0005(.)/g;
const ESCAPE_BASE = 0x30;

/** Longest object key in UTF-8. */
const KEY_BYTES_MAX = 1023;

export function toOrderedText(key: string): string {
  return key.replace(SPECIAL, (character) => ESCAPE + String.fromCharCode(ESCAPE_BASE + character.charCodeAt(0)));
}

export function fromOrderedText(text: unknown): string {
  return String(text).replace(ESCAPED, (_, digit: string) => String.fromCharCode(digit.charCodeAt(0) - ESCAPE_BASE));
}

/** Negative, zero or positive as `a` comes before, with or after `b` in UTF-8 byte order; JavaScript's own is that of UTF-16. */
export function compareKeys(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    const [x, y] = [a.charCodeAt(at), b.charCodeAt(at)];
    if (x !== y) return byCodePoint(x) - byCodePoint(y);
  }
  return a.length - b.length;
}

/** Halves of astral characters (U+D800 to U+DFFF) stand for code points above all others. */
function byCodePoint(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

/** The first text after all that begin with `prefix`; undefined when there is none. */
export function afterPrefix(prefix: string): string | undefined {
  const characters = [...prefix];
  for (let last = characters.pop(); last !== undefined; last = characters.pop()) {
    const code = last.codePointAt(0) ?? 0;
    // Surrogates are no characters: what follows U+D7FF is U+E000.
    if (code < 0x10ffff) return characters.join('') + String.fromCodePoint(code === 0xd7ff ? 0xe000 : code + 1);
  }
  return undefined;
}

/** `text`, or so much of it that no key can be longer: it stands at the same place among keys, and LMDB can take it. */
export function clampKey(text: string): string {
  if (Buffer.byteLength(text) <= KEY_BYTES_MAX + 1) return text;
  let [clamped, sizeBytes] = ['', 0];
  for (const character of text) {
    if (sizeBytes > KEY_BYTES_MAX) break;
    clamped += character;
    sizeBytes += Buffer.byteLength(character);
  }
  return clamped;
}
