/** Whether a text has another in it, in time linear in both: the built-in search is quadratic where a long needle repeats itself. */

/** Up to this length the built-in search, which is many times faster, can lose no more than a small factor. */
const PLAIN_SEARCH_MAX = 64;

/** A text to look for, and for a long one how far to fall back at each of its characters. */
export interface Needle {
  readonly text: string;
  readonly borders: Uint32Array | undefined;
}

/** Knuth, Morris and Pratt: at each character the length of the longest start of the text that also ends there. */
export function makeNeedle(text: string): Needle {
  if (text.length <= PLAIN_SEARCH_MAX) return { text, borders: undefined };
  const borders = new Uint32Array(text.length);
  for (let at = 1, length = 0; at < text.length; at++) {
    length = extend({ text, borders }, length, text.charCodeAt(at));
    borders[at] = length;
  }
  return { text, borders };
}

export function hasNeedle(hay: string, needle: Needle): boolean {
  const { text, borders } = needle;
  if (!borders) return hay.includes(text);
  for (let at = 0, length = 0; at < hay.length; at++) {
    length = extend({ text, borders }, length, hay.charCodeAt(at));
    if (length === text.length) return true;
  }
  return false;
}

/** How much of the needle ends at the next character, when so much of it ended at the one before. */
function extend({ text, borders }: { text: string; borders: Uint32Array }, length: number, code: number): number {
  let fitting = length;
  while (fitting > 0 && text.charCodeAt(fitting) !== code) fitting = borders[fitting - 1] ?? 0;
  return text.charCodeAt(fitting) === code ? fitting + 1 : 0;
}
