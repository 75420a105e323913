/** Numbers of more digits than ECMAScript's hold, and the text that any value is compared in. */
import type { Scalar } from './compiled-pattern.ts';

/** A `Number` object whose text is all of its digits: so a reader of JSON that loses none may give them. */
export type LongNumber = object & { toString(): string; valueOf(): number };

export function isLongNumber(value: unknown): value is LongNumber {
  return value instanceof Number;
}

export function isNumber(value: unknown): value is number | LongNumber {
  return typeof value === 'number' || isLongNumber(value);
}

export function nameOfType(value: NonNullable<Scalar>): string {
  return isLongNumber(value) ? 'number' : typeof value;
}

/** Long numbers may be very long, and a scan asks again with each condition. */
const texts = new WeakMap<LongNumber, string>();

/** Equal values have equal texts, however they were written: those of ECMAScript where it has one for exactly this number. */
export function textOf(value: NonNullable<Scalar>): string {
  return typeof value === 'object' ? textOfLong(value) : String(value);
}

function textOfLong(value: LongNumber): string {
  let text = texts.get(value);
  if (text === undefined) {
    text = evenly(String(value));
    texts.set(value, text);
  }
  return text;
}

function evenly(written: string): string {
  const exact = decimalOf(written);
  if (!exact) return written;
  const nearest = String(Number(written));
  const held = decimalOf(nearest);
  const isHeld = held?.sign === exact.sign && held.digits === exact.digits && held.point === exact.point;
  return isHeld ? nearest : show(exact);
}

interface Decimal {
  sign: string;
  /** From the first that is not 0 to the last. */
  digits: string;
  /** How many of them stand before the decimal point; below 0, so many zeros stand between it and them. */
  point: number;
}

/** Undefined for what is no number of JSON, and for an exponent that no number holds. */
function decimalOf(written: string): Decimal | undefined {
  const [, sign = '', whole = '', decimals = '', exponent = '0'] = NUMBER.exec(written) ?? [];
  const all = whole + decimals;
  let first = 0;
  while (all[first] === '0') first++;
  let end = all.length;
  while (end > first && all[end - 1] === '0') end--;
  if (first === end || !Number.isSafeInteger(Number(exponent))) return undefined;
  return { sign, digits: all.slice(first, end), point: whole.length - first + Number(exponent) };
}

const NUMBER = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;

/** No double-precision number has more digits before its point; and below so many zeros ECMAScript writes an exponent. */
const PLAIN_WHOLE_MAX = 309;
const PLAIN_ZEROS_MAX = 5;

function show({ sign, digits, point }: Decimal): string {
  if (point > PLAIN_WHOLE_MAX || point < -PLAIN_ZEROS_MAX) return `${sign}0.${digits}e${point}`;
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`;
  const whole = digits.slice(0, point).padEnd(point, '0');
  return digits.length > point ? `${sign}${whole}.${digits.slice(point)}` : sign + whole;
}
