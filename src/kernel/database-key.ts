/** Keys of rows as LMDB takes them: no text is misread, and what is longer than any key may be is known beforehand. */
import { Buffer } from 'node:buffer';
import type { Key } from './database.ts';

export type LmdbKey = Atom | Atom[];
type Atom = string | number | boolean;

/**
 * LMDB's key encoding ends a text at a byte of 0 to 4 and escapes these in a way that loses their order in short texts
 * and the text itself in long ones, with all rows that follow. So 0 to 4 and the escape are written as two characters.
 */
const ESCAPE = '\u0005';
const ESCAPE_BASE = 0x30;
const SPECIAL = new RegExp(`[\\0-${ESCAPE}]`);
const SPECIALS = new RegExp(SPECIAL, 'g');
const ESCAPED = new RegExp(`${ESCAPE}(.)`, 'g');

export function key(given: Key): LmdbKey {
  return typeof given === 'object' ? given.map(escapeAtom) : escapeAtom(given);
}

export function fromLmdb(found: LmdbKey): Key {
  return typeof found === 'object' ? found.map(unescapeAtom) : unescapeAtom(found);
}

function escapeAtom(atom: Atom): Atom {
  if (typeof atom !== 'string' || !SPECIAL.test(atom)) return atom;
  return atom.replace(SPECIALS, (special) => ESCAPE + String.fromCharCode(ESCAPE_BASE + special.charCodeAt(0)));
}

function unescapeAtom(atom: Atom): Atom {
  if (typeof atom !== 'string' || !atom.includes(ESCAPE)) return atom;
  return atom.replace(ESCAPED, (_, digit: string) => String.fromCharCode(digit.charCodeAt(0) - ESCAPE_BASE));
}

const KEY_BYTES_MAX = 1978;
/** No character takes more than three bytes of UTF-8, and few keys are so long that they have to be counted. */
const SURELY_SHORT_CHARACTERS = 500;

export function isLong(asked: LmdbKey): boolean {
  if (typeof asked === 'string') return asked.length > SURELY_SHORT_CHARACTERS;
  if (typeof asked !== 'object') return false;
  let characters = 0;
  for (const atom of asked) if (typeof atom === 'string') characters += atom.length;
  return characters > SURELY_SHORT_CHARACTERS;
}

/** Names that clients ask for may be of any length; far over its limit LMDB throws for what it could not keep. */
export function isTooLong(asked: LmdbKey): boolean {
  return isLong(asked) && textBytes(asked) > KEY_BYTES_MAX;
}

/**
 * Where a range begins or ends that is asked for by a key longer than any may be: at as much of it as fits. Between the two
 * only keys could lie that are as long as a key may be.
 */
export function asBound(asked: LmdbKey): LmdbKey {
  if (!isLong(asked) || textBytes(asked) <= BOUND_BYTES_MAX) return asked;
  if (typeof asked !== 'object') return cut(String(asked), BOUND_BYTES_MAX);
  const bound: Atom[] = [];
  let left = BOUND_BYTES_MAX;
  for (const atom of asked) {
    const bytes = typeof atom === 'string' ? Buffer.byteLength(atom) : 0;
    if (bytes > left) return [...bound, cut(String(atom), left)];
    bound.push(atom);
    left -= bytes;
  }
  return bound;
}

/** Leaves room for what is written between the elements of a tuple. */
const BOUND_BYTES_MAX = KEY_BYTES_MAX - 100;

/** The longest beginning that takes no more than so many bytes, and ends in no half of a character. */
function cut(text: string, bytesMax: number): string {
  const bytes = Buffer.from(text);
  let end = bytesMax;
  // A byte that continues a character is none to begin with.
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return bytes.toString('utf8', 0, end);
}

function textBytes(asked: LmdbKey): number {
  if (typeof asked === 'string') return Buffer.byteLength(asked);
  if (typeof asked !== 'object') return 0;
  return asked.reduce((sum: number, atom) => sum + (typeof atom === 'string' ? Buffer.byteLength(atom) : 0), 0);
}
