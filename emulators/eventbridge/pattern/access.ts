/** How an index can find a condition from an event's value without trying it: the cheapest way in for each alternative. */
import type { Comparison, FieldCondition, Operator } from './compiled-pattern.ts';
import { NUMERIC_TOLERANCE } from './limits.ts';

export type Access =
  | { readonly by: 'exact'; readonly text: string }
  | { readonly by: 'null' }
  | { readonly by: 'prefix' | 'suffix'; readonly text: string }
  | { readonly by: 'range'; readonly low: number; readonly high: number }
  /** No way in: it has to be tried whenever the field is there. */
  | { readonly by: 'scan' };

/** Every value that meets the condition is found by one of these; the reverse need not hold. */
export function accessesOf(field: FieldCondition): readonly Access[] {
  const groups = field.groups.flatMap(accessOfGroup);
  if (groups.some((access) => access.by === 'scan')) return [{ by: 'scan' }];

  const exact = [...field.exact].map((text): Access => ({ by: 'exact', text }));
  return field.acceptsNull ? [...exact, { by: 'null' }, ...groups] : [...exact, ...groups];
}

/** All operators of a group must hold, so any one of them may lead to it. */
function accessOfGroup(group: readonly Operator[]): Access[] {
  if (group.some((operator) => operator.is === 'exists' && !operator.exists)) return [];
  const affix =
    group.find((operator) => operator.is === 'prefix') ?? group.find((operator) => operator.is === 'suffix');
  if (affix) return [{ by: affix.is, text: affix.text }];

  const comparisons = group.flatMap((operator) => (operator.is === 'numeric' ? operator.comparisons : []));
  const low = Math.max(...comparisons.map(lowEnd));
  const high = Math.min(...comparisons.map(highEnd));
  const isBounded = comparisons.length > 0 && (low > -Infinity || high < Infinity);
  return [isBounded ? { by: 'range', low, high } : { by: 'scan' }];
}

/** Wider than the tolerance, so that rounding at the ends cannot hide a match; hits are tried anyway. */
const MARGIN = 4 * NUMERIC_TOLERANCE;

function lowEnd({ sign, operand }: Comparison): number {
  return sign === '>' || sign === '>=' || sign === '=' ? operand - MARGIN : -Infinity;
}

function highEnd({ sign, operand }: Comparison): number {
  return sign === '<' || sign === '<=' || sign === '=' ? operand + MARGIN : Infinity;
}
