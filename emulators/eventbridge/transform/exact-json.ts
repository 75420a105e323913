/**
 * JSON with numbers that ECMAScript's can't hold, such as ids of 19 digits: read so that nothing is lost, written as they came.
 * In between such a number is a marked text, with a mark of this process: a sender can't write it, and nothing keeps it.
 */
import { newSecret } from '../../../src/kernel/ids.ts';

const SECRET = newSecret();
const MARK = `\u0000${SECRET}:`;
/** As `JSON.stringify` writes it. */
const WRITTEN_MARK = `"\\u0000${SECRET}:`;
const WRITTEN = new RegExp(`"\\\\u0000${SECRET}:([^"]*)"`, 'g');
/** Whether it is worth a closer look: most JSON has no number that long. Accounts in ARNs are, but stand in texts. */
const SUSPECT = /(?:^|[[:,\s])-?(?:\d[\d.]{15,}(?:[eE,\]}\s]|$)|[\d.]+[eE]-\d\d)/;
/** A text, which is passed over, or a number. */
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
/** What a double-precision number always holds. */
const SURE_DIGITS = 15;

/** Throws as `JSON.parse` does. */
export function readExact(text: string): unknown {
  const plain: unknown = JSON.parse(text);
  // Only of what is JSON can the tokens be told apart, in time that grows with the text alone.
  if (!SUSPECT.test(text)) return plain;
  const marked = text.replace(TOKEN, (token) =>
    token.startsWith('"') || isHeld(token) ? token : `${WRITTEN_MARK}${token}"`,
  );
  return marked.length === text.length ? plain : (JSON.parse(marked) as unknown);
}

/** The JSON of what was read, and the same as anybody else reads it. */
export function writeExact<Value>(value: Value): { text: string; value: Value } {
  const written = JSON.stringify(value) ?? '';
  if (!written.includes(WRITTEN_MARK)) return { text: written, value };
  const text = written.replace(WRITTEN, '$1');
  return { text, value: JSON.parse(text) as Value };
}

/** The digits of a number that is held as a text; undefined for any other text. */
export function exactDigits(text: string): string | undefined {
  return text.startsWith(MARK) ? text.slice(MARK.length) : undefined;
}

/** One beyond all numbers is left as it is: whoever takes none finds it. */
function isHeld(token: string): boolean {
  const [mantissa = ''] = token.split(/[eE]/);
  const digits = mantissa.replace(/[-.]/g, '').replace(/^0+/, '');
  const held = Number(token);
  if (!Number.isFinite(held)) return true;
  if (held === 0) return digits === '';
  return digits.length <= SURE_DIGITS || String(held) === token;
}
