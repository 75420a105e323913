/** JSON with numbers that ECMAScript's can't hold, such as ids of 19 digits: read so that nothing is lost, written as they came. */
import { newSecret } from './ids.ts';

/** To whoever knows nothing of it, arithmetic and `JSON.stringify` among them, the nearest number; its text is all of its digits. */
export class LongNumber extends Number {
  readonly #written: string;

  constructor(written: string) {
    super(written);
    this.#written = written;
  }

  override toString(): string {
    return this.#written;
  }

  toJSON(): unknown {
    if (!isWriting) return this;
    hasMarks = true;
    return MARK + this.#written;
  }
}

// While JSON is read or written such a number is a text with a mark of this process: a sender can't write it, and nothing keeps it.
const SECRET = newSecret();
const MARK = `\u0000${SECRET}:`;
/** As `JSON.stringify` writes it. */
const WRITTEN_MARK = `"\\u0000${SECRET}:`;
const WRITTEN = new RegExp(`"\\\\u0000${SECRET}:([^"]*)"`, 'g');
/** Whether it is worth a closer look: most JSON has no number that long. Accounts in ARNs are, but stand in texts. */
const SUSPECT = /(?:^|[[:,\s])-?(?:\d[\d.]{15,}(?:[eE,\]}\s]|$)|[\d.]+[eE][+-]?\d{3})/;
/** A text, which is passed over, or a number. */
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
/** What a double-precision number always holds, down to the least that has all of its bits. */
const SURE_DIGITS = 15;
const NORMAL_MIN = 2 ** -1022;

let isWriting = false;
let hasMarks = false;

/** Throws as `JSON.parse` does. */
export function readExact(text: string): unknown {
  const plain: unknown = JSON.parse(text);
  // Only of what is JSON can the tokens be told apart, in time that grows with the text alone.
  if (!SUSPECT.test(text)) return plain;
  const marked = text.replace(TOKEN, (token) =>
    token.startsWith('"') || isHeld(token) ? token : `${WRITTEN_MARK}${token}"`,
  );
  return marked.length === text.length ? plain : unmark(JSON.parse(marked));
}

/** The JSON of what was read; undefined, which has none, is null. */
export function writeExact(value: unknown): string {
  isWriting = true;
  hasMarks = false;
  let written: string | undefined;
  try {
    written = JSON.stringify(value);
  } finally {
    isWriting = false;
  }
  return hasMarks && written !== undefined ? written.replace(WRITTEN, '$1') : (written ?? 'null');
}

/** In place, and without recursion: what is sent may nest as deep as its size allows. */
function unmark(read: unknown): unknown {
  const root = { read };
  const waiting: Record<string, unknown>[] = [root];
  for (let next = waiting.pop(); next; next = waiting.pop())
    for (const key of Object.keys(next)) {
      const value = next[key];
      if (typeof value === 'object' && value !== null) waiting.push(value as Record<string, unknown>);
      else if (typeof value === 'string' && value.startsWith(MARK))
        next[key] = new LongNumber(value.slice(MARK.length));
    }
  return root.read;
}

function isHeld(token: string): boolean {
  const [mantissa = ''] = token.split(/[eE]/);
  const digits = mantissa.replace(/[-.]/g, '').replace(/^0+/, '');
  const held = Number(token);
  if (!Number.isFinite(held)) return false;
  if (held === 0) return digits === '';
  return (digits.length <= SURE_DIGITS && Math.abs(held) >= NORMAL_MIN) || String(held) === token;
}
