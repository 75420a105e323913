/** Says which fields of an event keep a pattern from matching, as data and in plain words. */
import type { CompiledPattern, FieldCondition } from './compiled-pattern.ts';
import { isJsonObject } from './compiled-pattern.ts';
import { isScalar, isScalarArray, meetsField, valueAt } from './evaluate.ts';
import { SHOWN_VALUE_ITEMS_MAX } from './limits.ts';
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
  const failures = pattern.fields.flatMap((field) => {
    const found = valueAt(event, field.path);
    return meetsField(field, found) ? [] : [toMismatch(field, found, event)];
  });
  return failures.length === 0 ? undefined : failures;
}

/** `data.oss.object.key is "a.txt"; wanted suffix ".jpg"` */
export function describeMismatch(mismatch: Mismatch): string {
  const shown = mismatch.wanted.slice(0, SHOWN_VALUE_ITEMS_MAX).map(describeAlternative);
  if (mismatch.wanted.length > SHOWN_VALUE_ITEMS_MAX) shown.push('…');
  const wanted = shown.join(' or ');
  if ('absent' in mismatch) return `${mismatch.path} is absent; wanted ${wanted}`;
  if ('blockedBy' in mismatch) return `${mismatch.path} is absent: ${mismatch.blockedBy}; wanted ${wanted}`;
  const { path, found } = mismatch;
  return `${path} is ${showValue(found)}${whyNothingMatches(found)}; wanted ${wanted}`;
}

function toMismatch(field: FieldCondition, found: unknown, event: unknown): Mismatch {
  const { pathText: path, wanted } = field;
  if (found !== undefined) return { path, wanted, found };
  const blockedBy = describeBlock(field.path, event);
  return blockedBy === undefined ? { path, wanted, absent: true } : { path, wanted, blockedBy };
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
  const first = `${sign} ${operand}`;
  return secondSign === undefined ? first : `${first} and ${secondSign} ${secondOperand}`;
}
