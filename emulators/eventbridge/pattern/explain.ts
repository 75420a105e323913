/** Says which fields of an event keep a pattern from matching, as data and in plain words. */
import type { CompiledPattern, FieldCondition } from './compiled-pattern.ts';
import { isJsonObject } from './compiled-pattern.ts';
import { isScalar, isScalarArray, meetsField, valueAt } from './evaluate.ts';
import { SHOWN_VALUE_ITEMS_MAX } from './limits.ts';
import { isNumber, nameOfType } from './numbers.ts';
import { showStep, showValue } from './show.ts';

export type Mismatch = FoundMismatch | AbsentMismatch | BlockedMismatch;

interface FoundMismatch {
  /** `data.oss.object.key` */
  path: string;
  /** The pattern's array as written. */
  wanted: readonly unknown[];
  found: unknown;
}

interface AbsentMismatch {
  path: string;
  wanted: readonly unknown[];
  absent: true;
  /** What is there, spelled with other capitals: `data.amount` for `data.Amount`. */
  near?: string;
}

/** The path leads on through something that has no fields. */
interface BlockedMismatch {
  path: string;
  wanted: readonly unknown[];
  /** Bounded, for many fields may lead through one long array: `data.items is [{"name":"a"}] (an array, …)`. */
  blockedBy: string;
}

/** Every field that fails, in the order the pattern lists them; undefined when the pattern matches. */
export function explainMismatch(pattern: CompiledPattern, event: unknown): Mismatch[] | undefined {
  const spellings: Spellings = new Map();
  const failures = pattern.fields.flatMap((field) => {
    const found = valueAt(event, field.path);
    return meetsField(field, found) ? [] : [toMismatch(field, found, event, spellings)];
  });
  return failures.length === 0 ? undefined : failures;
}

/** `data.oss.object.key is "a.txt"; wanted suffix ".jpg"` */
export function describeMismatch(mismatch: Mismatch): string {
  const shown = mismatch.wanted.slice(0, SHOWN_VALUE_ITEMS_MAX).map(describeAlternative);
  if (mismatch.wanted.length > SHOWN_VALUE_ITEMS_MAX) shown.push('…');
  const wanted = shown.join(' or ');
  if ('absent' in mismatch) {
    const near = mismatch.near === undefined ? '' : ` (there is ${mismatch.near}: capitals count)`;
    return `${mismatch.path} is absent${near}; wanted ${wanted}`;
  }
  if ('blockedBy' in mismatch) return `${mismatch.path} is absent: ${mismatch.blockedBy}; wanted ${wanted}`;
  const { path, found } = mismatch;
  const why =
    whyNothingMatches(found) || whyOfAnotherType(found, mismatch.wanted) || whyNotQuite(found, mismatch.wanted);
  return `${path} is ${showValue(found)}${why}; wanted ${wanted}`;
}

function toMismatch(field: FieldCondition, found: unknown, event: unknown, spellings: Spellings): Mismatch {
  const { pathText: path, wanted } = field;
  if (found !== undefined) return { path, wanted, found };
  const blockedBy = describeBlock(field.path, event);
  if (blockedBy !== undefined) return { path, wanted, blockedBy };
  const near = findNear(field.path, event, spellings);
  return near === undefined ? { path, wanted, absent: true } : { path, wanted, absent: true, near };
}

/** The first key of the path that is not there, if one is that differs in capitals alone. */
function findNear(path: readonly string[], event: unknown, spellings: Spellings): string | undefined {
  let value = event;
  for (const [depth, key] of path.entries()) {
    if (!isJsonObject(value)) return undefined;
    if (!Object.hasOwn(value, key)) {
      const near = spellingsOf(value, spellings).get(key.toLowerCase());
      return near === undefined ? undefined : [...path.slice(0, depth), near].reduce(showStep, '');
    }
    value = value[key];
  }
  return undefined;
}

/** Keys of objects in lower case: an event may have many, and a pattern many that are missing, so each object is read once. */
type Spellings = Map<object, ReadonlyMap<string, string>>;

function spellingsOf(object: Record<string, unknown>, known: Spellings): ReadonlyMap<string, string> {
  let spellings = known.get(object);
  if (!spellings) {
    spellings = new Map(Object.keys(object).map((key) => [key.toLowerCase(), key]));
    known.set(object, spellings);
  }
  return spellings;
}

/** What ends the path before its last key, where something is there at all. Objects in arrays are not searched. */
function describeBlock(path: readonly string[], event: unknown): string | undefined {
  let value = event;
  for (const [depth, key] of path.entries()) {
    if (!isJsonObject(value)) {
      const why = Array.isArray(value) ? ' (an array: objects in arrays are not searched)' : '';
      return `${path.slice(0, depth).reduce(showStep, '') || 'the event'} is ${showValue(value)}${why}`;
    }
    if (!Object.hasOwn(value, key)) return undefined;
    value = value[key];
  }
  return undefined;
}

/** Shapes that surprise people, because not even `exists` matches them. */
function whyNothingMatches(found: unknown): string {
  if (Array.isArray(found)) {
    if (found.length === 0) return ' (an empty array, which nothing matches)';
    return isScalarArray(found) ? '' : ' (an array with objects or arrays in it, which nothing matches)';
  }
  return isScalar(found) ? '' : ' (an object, which nothing matches)';
}

/** Operators look at texts alone, but for `numeric`, which looks at numbers alone. */
function whyOfAnotherType(found: unknown, wanted: readonly unknown[]): string {
  const operators = wanted.filter(isJsonObject).flatMap((each) => Object.keys(each));
  if (typeof found === 'string' && operators.includes('numeric') && found.trim() !== '' && !Number.isNaN(Number(found)))
    return ' (a text, where numeric compares numbers alone)';
  const ofTexts = operators.find((operator) => TEXT_OPERATORS.has(operator));
  if (ofTexts === undefined || (!isNumber(found) && typeof found !== 'boolean')) return '';
  return ` (a ${nameOfType(found)}, where ${ofTexts} looks at texts alone)`;
}

const TEXT_OPERATORS = new Set(['prefix', 'suffix', 'contains', 'cidr']);

/** What people overlook: `IMG.JPG` for the suffix `.jpg`. */
function whyNotQuite(found: unknown, wanted: readonly unknown[]): string {
  if (typeof found !== 'string') return '';
  const lower = found.toLowerCase();
  if (wanted.some((each) => isMetInLowerCase(lower, each))) return ' (capitals count)';
  const trimmed = found.trim();
  return wanted.some((each) => typeof each === 'string' && each.trim() === trimmed) ? ' (spaces count)' : '';
}

function isMetInLowerCase(found: string, wanted: unknown): boolean {
  if (typeof wanted === 'string') return wanted.toLowerCase() === found;
  if (!isJsonObject(wanted)) return false;
  return Object.entries(wanted).every(([operator, operand]) => {
    if (typeof operand !== 'string') return false;
    const text = operand.toLowerCase();
    if (operator === 'prefix') return found.startsWith(text);
    return operator === 'suffix' && found.endsWith(text);
  });
}

function describeAlternative(wanted: unknown): string {
  if (!isJsonObject(wanted)) return showValue(wanted);
  return Object.entries(wanted)
    .map(([operator, operand]) => describeOperator(operator, operand))
    .join(' and ');
}

function describeOperator(operator: string, operand: unknown): string {
  switch (operator) {
    case 'exists':
      return operand === true ? 'any value' : 'no such field';
    case 'anything-but':
      return `anything but ${isJsonObject(operand) ? describeAlternative(operand) : describeList(operand)}`;
    case 'numeric':
      return `a number ${describeComparisons(Array.isArray(operand) ? operand : [])}`;
    default:
      return `${operator} ${showValue(operand)}`;
  }
}

function describeList(operand: unknown): string {
  if (!Array.isArray(operand)) return showValue(operand);
  const shown = operand.slice(0, SHOWN_VALUE_ITEMS_MAX).map(showValue);
  if (operand.length > SHOWN_VALUE_ITEMS_MAX) shown.push('…');
  return shown.join(', ');
}

function describeComparisons([sign, operand, secondSign, secondOperand]: readonly unknown[]): string {
  const first = `${sign} ${showValue(operand)}`;
  return secondSign === undefined ? first : `${first} and ${secondSign} ${showValue(secondOperand)}`;
}
