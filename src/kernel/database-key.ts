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
  if (!isLong(asked)) return false;
  const atoms = typeof asked === 'object' ? asked : [asked];
  return (
    atoms.reduce((sum: number, atom) => sum + (typeof atom === 'string' ? Buffer.byteLength(atom) : 0), 0) >
    KEY_BYTES_MAX
  );
}
