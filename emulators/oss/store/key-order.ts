/** The order of object keys, which is that of their UTF-8 bytes, and so the database's. */

/** Longest object key in UTF-8. */
const KEY_BYTES_MAX = 1023;

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

/** `text`, or so much of it that no key can be longer: it stands at the same place among keys, and the database can take it. */
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
