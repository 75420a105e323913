/** The records of a text: rows of CSV, or values of JSON that follow one another. */
import { OssError } from '../errors.ts';

export interface CsvFormat {
  recordDelimiter: string;
  fieldDelimiter: string;
  quote: string;
  /** Lines that begin with it are none; undefined: there are no such lines. */
  comment: string | undefined;
  /** Whether a record's end may stand within quotes. */
  quotedDelimiters: boolean;
}

export function* csvRecords(text: string, format: CsvFormat): Iterable<string[]> {
  let at = 0;
  while (at < text.length) {
    if (format.comment !== undefined && text.startsWith(format.comment, at)) {
      const end = text.indexOf(format.recordDelimiter, at);
      at = end < 0 ? text.length : end + format.recordDelimiter.length;
      continue;
    }
    const { fields, end } = csvRecord(text, at, format);
    yield fields;
    at = end;
  }
}

function csvRecord(text: string, start: number, format: CsvFormat): { fields: string[]; end: number } {
  const { recordDelimiter, fieldDelimiter, quote } = format;
  const fields: string[] = [];
  let at = start;
  for (;;) {
    const isQuoted = quote !== '' && text.startsWith(quote, at);
    const { value, end } = isQuoted ? quotedField(text, at, format) : plainField(text, at, format);
    fields.push(value);
    if (text.startsWith(fieldDelimiter, end)) at = end + fieldDelimiter.length;
    else return { fields, end: end + recordDelimiter.length };
  }
}

function plainField(text: string, at: number, { recordDelimiter, fieldDelimiter }: CsvFormat) {
  const ends = [text.indexOf(fieldDelimiter, at), lineEnd(text, at, recordDelimiter)].filter((end) => end >= 0);
  const end = Math.min(text.length, ...ends);
  return { value: text.slice(at, end), end };
}

function lineEnd(text: string, at: number, recordDelimiter: string): number {
  return text.indexOf(recordDelimiter, at);
}

/** A quote within quotes stands twice. */
function quotedField(text: string, at: number, format: CsvFormat) {
  const { quote, recordDelimiter, quotedDelimiters } = format;
  const limit = quotedDelimiters ? text.length : nonNegative(lineEnd(text, at, recordDelimiter), text.length);
  let value = '';
  let from = at + quote.length;
  for (;;) {
    const close = text.indexOf(quote, from);
    // Nothing closes it: then all that is left belongs to it.
    if (close < 0 || close >= limit) return { value: value + text.slice(from, limit), end: limit };
    value += text.slice(from, close);
    from = close + quote.length;
    if (!text.startsWith(quote, from)) break;
    value += quote;
    from += quote.length;
  }
  const rest = plainField(text, from, format);
  return { value: value + rest.value, end: rest.end };
}

function nonNegative(value: number, otherwise: number): number {
  return value < 0 ? otherwise : value;
}

/** Commas and white space stand between them. */
export function* jsonRecords(text: string): Iterable<unknown> {
  const gap = /[\s,\ufeff]*/y;
  let at = 0;
  for (;;) {
    gap.lastIndex = at;
    gap.exec(text);
    at = gap.lastIndex;
    if (at >= text.length) return;
    const end = jsonEnd(text, at);
    yield parse(text.slice(at, end), at);
    at = end;
  }
}

/** Where the value that begins at `start` ends; strings are passed over whole. */
function jsonEnd(text: string, start: number): number {
  const sign = /"(?:[^"\\]|\\.)*"|[[\]{}]|[\s,]/gsy;
  const others = /[^"[\]{}\s,]+/y;
  let depth = 0;
  let at = start;
  while (at < text.length) {
    others.lastIndex = at;
    if (others.test(text)) at = others.lastIndex;
    sign.lastIndex = at;
    const found = sign.exec(text)?.[0];
    if (found === undefined) return text.length;
    if (depth === 0 && /^[\s,]$/.test(found)) return at;
    at = sign.lastIndex;
    if (found === '{' || found === '[') depth++;
    if (found === '}' || found === ']') depth--;
    if (depth <= 0 && /^[}\]]$/.test(found)) return at;
  }
  return text.length;
}

function parse(text: string, at: number): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new OssError('InvalidJsonData', { message: `The value at character ${at + 1} is not valid JSON.` });
  }
}
