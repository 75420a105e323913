/** Whether one field of an event meets one condition: the meaning of every operator, in one place. */
import type {
  AnythingBut,
  CompiledPattern,
  FieldCondition,
  NumericSign,
  Operator,
  Scalar,
} from './compiled-pattern.ts';
import { mayHaveMembers } from './compiled-pattern.ts';
import { parseIpv4 } from './ipv4.ts';
import { NUMERIC_TOLERANCE } from './limits.ts';
import { isLongNumber, isNumber, textOf } from './numbers.ts';
import { hasNeedle } from './text-search.ts';

/** One pattern against one event. For many patterns build an index instead: it does not try them one by one. */
export function matchesPattern(pattern: CompiledPattern, event: unknown): boolean {
  return pattern.fields.every((field) => meetsField(field, valueAt(event, field.path)));
}

/**
 * The value at a path of literal keys; undefined is "absent".
 * UNVERIFIED EVB-195: arrays are not descended into, as the engine has it; nothing is documented on objects in arrays.
 */
export function valueAt(event: unknown, path: readonly string[]): unknown {
  let value = event;
  for (const key of path) {
    if (!mayHaveMembers(value) || !Object.hasOwn(value, key)) return undefined;
    value = value[key];
  }
  return value;
}

/**
 * Undefined means the event has no such field; only `exists: false` likes that.
 * UNVERIFIED EVB-109: also in an event with no `data` at all, where the open-source engine matches no data condition.
 */
export function meetsField(field: FieldCondition, value: unknown): boolean {
  if (value === undefined) return field.acceptsAbsent;
  if (Array.isArray(value)) return isScalarArray(value) && value.some((item) => meetsScalar(field, item));
  return isScalar(value) && meetsScalar(field, value);
}

/** An array with an object or an array in it never matches anything, not even `exists: true`. */
export function isScalarArray(values: readonly unknown[]): values is readonly Scalar[] {
  return values.every(isScalar);
}

export function isScalar(value: unknown): value is Scalar {
  return typeof value !== 'object' || value === null || isLongNumber(value);
}

/**
 * Plain values are compared in textual form, as the engine does: 80 equals "80".
 * UNVERIFIED EVB-110: the engine tells 300 from 300.0 and 3e2; parsed JSON no longer knows, so all are "300" here, and
 * longer numbers are equal where their values are.
 *
 * Operators of one object are met by one and the same element. UNVERIFIED EVB-107: nothing is documented on arrays.
 */
export function meetsScalar(field: FieldCondition, value: Scalar): boolean {
  if (value === null ? field.acceptsNull : field.exact.size > 0 && field.exact.has(textOf(value))) return true;
  return field.groups.some((group) => group.every((operator) => meetsOperator(operator, value)));
}

function meetsOperator(operator: Operator, value: Scalar): boolean {
  switch (operator.is) {
    case 'prefix':
      return typeof value === 'string' && value.startsWith(operator.text);
    case 'suffix':
      return typeof value === 'string' && value.endsWith(operator.text);
    case 'contains':
      return typeof value === 'string' && hasNeedle(value, operator);
    case 'anything-but':
      return !isExcluded(operator, value);
    case 'numeric':
      // As the engine compares, in double precision: no operand is beyond 1.0E9, and at it the tolerance is wider than what is rounded.
      return isNumber(value) && operator.comparisons.every((each) => compare(+value, each.sign, each.operand));
    case 'cidr':
      return typeof value === 'string' && isInNetwork(operator, value);
    case 'exists':
      return operator.exists;
    default:
      return operator satisfies never;
  }
}

function isExcluded(operator: AnythingBut, value: Scalar): boolean {
  if (value === null) return operator.excludesNull;
  if (operator.exact.has(textOf(value))) return true;
  if (typeof value !== 'string') return false;
  return (
    (operator.prefix !== undefined && value.startsWith(operator.prefix)) ||
    (operator.suffix !== undefined && value.endsWith(operator.suffix))
  );
}

function isInNetwork({ network, mask }: { network: number; mask: number }, text: string): boolean {
  const address = parseIpv4(text);
  return address !== undefined && (address & mask) >>> 0 === network;
}

function compare(value: number, sign: NumericSign, operand: number): boolean {
  const isEqual = Math.abs(value - operand) <= NUMERIC_TOLERANCE;
  switch (sign) {
    case '=':
      return isEqual;
    case '!=':
      return !isEqual;
    case '>':
      return !isEqual && value > operand;
    case '>=':
      return isEqual || value > operand;
    case '<':
      return !isEqual && value < operand;
    case '<=':
      return isEqual || value < operand;
    default:
      return sign satisfies never;
  }
}
