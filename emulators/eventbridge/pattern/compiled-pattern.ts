/** What a pattern is once compiled: a list of fields that must all hold, free of any event or index. */
import type { LongNumber } from './numbers.ts';
import { isLongNumber } from './numbers.ts';
import type { Needle } from './text-search.ts';

export interface CompiledPattern {
  /** In the order they stand in the pattern; ANDed. Empty: matches every event. */
  readonly fields: readonly FieldCondition[];
}

/** One field and its array of alternatives. */
export interface FieldCondition {
  readonly path: readonly string[];
  /** For people, cut where it gets long: `data.oss.object.key`. */
  readonly pathText: string;
  /** The array as written, for people. */
  readonly wanted: readonly unknown[];
  /** Equal keys at one path mean equal conditions: rules that ask the same share one evaluation. */
  readonly key: string;
  /** Plain strings, numbers and booleans, in the textual form they are compared in. */
  readonly exact: ReadonlySet<string>;
  readonly acceptsNull: boolean;
  readonly acceptsAbsent: boolean;
  /** The operator objects: one of them must hold, and in it every operator. */
  readonly groups: readonly (readonly Operator[])[];
}

export type Operator =
  | { readonly is: 'prefix'; readonly text: string }
  | { readonly is: 'suffix'; readonly text: string }
  | ({ readonly is: 'contains' } & Needle)
  | AnythingBut
  | { readonly is: 'numeric'; readonly comparisons: readonly Comparison[] }
  | { readonly is: 'cidr'; readonly network: number; readonly mask: number }
  | { readonly is: 'exists'; readonly exists: boolean };

export interface AnythingBut {
  readonly is: 'anything-but';
  readonly exact: ReadonlySet<string>;
  readonly excludesNull: boolean;
  readonly prefix: string | undefined;
  readonly suffix: string | undefined;
}

export type NumericSign = '=' | '!=' | '>' | '>=' | '<' | '<=';
export interface Comparison {
  readonly sign: NumericSign;
  readonly operand: number;
}

export type Scalar = string | number | LongNumber | boolean | null;

/** A JSON scalar that is not null: what the engine calls a primitive. */
export function isPrimitive(value: unknown): value is NonNullable<Scalar> {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' || isLongNumber(value);
}

export function isJsonObject(value: unknown): value is Record<string, unknown> {
  return mayHaveMembers(value) && !isLongNumber(value);
}

/** On a path: a long number has no members, so it needs no question of its own, which each step of each event would pay for. */
export function mayHaveMembers(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
