/** Turns a pattern's text (or its parsed JSON) into conditions, or says in the service's words what is wrong. */
import type { CompiledPattern, FieldCondition, Operator } from './compiled-pattern.ts';
import { isJsonObject, isPrimitive } from './compiled-pattern.ts';
import { CLOUDEVENTS_ATTRIBUTES, EXPRESSIONS_PER_FIELD_MAX, EXTENSION_NAME, PATTERN_DEPTH_MAX } from './limits.ts';
import type { Lint } from './lints.ts';
import { lintPattern } from './lints.ts';
import type { PatternErrorCode } from './messages.ts';
import { messages, PatternProblem } from './messages.ts';
import { isLongNumber, textOf } from './numbers.ts';
import { awsHint, readGroup } from './operators.ts';
import { showStep, showValue } from './show.ts';

export interface CompileOptions {
  /** Refuse several operators in one object, as the open-source engine does. */
  strictEngine?: boolean;
  /** Reads a pattern's text, where `JSON.parse` would lose digits of its numbers; throws for what is no JSON. */
  parse?: (text: string) => unknown;
}

export type CompileResult =
  | { ok: true; pattern: CompiledPattern; warnings: readonly Lint[] }
  | {
      ok: false;
      code: PatternErrorCode;
      /** To the letter what the engine says. */
      message: string;
      /** What we can add for the reader; not part of the wire. */
      hint?: string;
    };

/** Never throws: a bad pattern is an answer. A string is parsed as JSON, anything else is taken as parsed JSON. */
export function compilePattern(pattern: unknown, options: CompileOptions = {}): CompileResult {
  try {
    const fields = readPattern(typeof pattern === 'string' ? parse(pattern, options.parse) : pattern, {
      strictEngine: options.strictEngine ?? false,
    });
    return { ok: true, pattern: { fields }, warnings: lintPattern(fields) };
  } catch (problem) {
    if (!(problem instanceof PatternProblem)) throw problem;
    const { code, message, hint } = problem;
    return hint === undefined ? { ok: false, code, message } : { ok: false, code, message, hint };
  }
}

/** Gson, which the engine parses with, takes a bare word such as `abc` for a string: not an object, yet valid. */
const BARE_WORD = /^[^{}[\],:"'\s;=#/\\]+$/;

function parse(text: string, read: (text: string) => unknown = JSON.parse): unknown {
  const trimmed = text.trim();
  if (trimmed === '') throw new PatternProblem(messages.empty, { code: 'EventRuleFilterPatternEmpty' });
  try {
    return read(trimmed);
  } catch {
    throw new PatternProblem(BARE_WORD.test(trimmed) ? messages.notAnObject : messages.invalidJson);
  }
}

interface Settings {
  strictEngine: boolean;
}

/** Where a field is, in keys and as people write it. */
type Place = Pick<FieldCondition, 'path' | 'pathText'>;

const NOWHERE: Place = { path: [], pathText: '' };

function below({ path, pathText }: Place, key: string): Place {
  return { path: [...path, key], pathText: showStep(pathText, key) };
}

/** Attributes first, then `data`: with two mistakes in one pattern, this order decides which is told. */
function readPattern(pattern: unknown, settings: Settings): FieldCondition[] {
  if (!isJsonObject(pattern)) throw new PatternProblem(messages.notAnObject);
  const fields: FieldCondition[] = [];
  for (const [key, value] of Object.entries(pattern)) {
    if (key === 'data') continue;
    if (key === '$or') throw new PatternProblem(messages.unrecognizedKey(key), { hint: awsHint(key) });
    if (!Array.isArray(value)) throw new PatternProblem(messages.invalidValue(rawValue(value)));
    fields.push(readField(below(NOWHERE, key), value, settings));
    // UNVERIFIED EVB-105: whether the service takes user-defined CloudEvents extensions as keys; we do, with a warning.
    if (!CLOUDEVENTS_ATTRIBUTES.has(key) && !EXTENSION_NAME.test(key)) {
      throw new PatternProblem(messages.unrecognizedKey(key));
    }
  }
  if (Object.hasOwn(pattern, 'data')) readData(below(NOWHERE, 'data'), pattern.data, settings, fields);
  return fields;
}

function readData(place: Place, node: unknown, settings: Settings, fields: FieldCondition[]): void {
  if (place.path.length > PATTERN_DEPTH_MAX) throw overLimit('nesting depth', PATTERN_DEPTH_MAX);
  if (!isJsonObject(node)) throw new PatternProblem(messages.noDataKey);
  const entries = Object.entries(node);
  if (entries.length === 0) throw new PatternProblem(messages.noDataKey);
  for (const [key, value] of entries) {
    if (key === '$or') throw new PatternProblem(messages.unrecognizedKey(key), { hint: awsHint(key) });
    if (Array.isArray(value)) fields.push(readField(below(place, key), value, settings));
    else if (isJsonObject(value)) readData(below(place, key), value, settings, fields);
    else throw new PatternProblem(messages.invalidValue(rawValue(value)));
  }
}

function readField({ path, pathText }: Place, wanted: readonly unknown[], settings: Settings): FieldCondition {
  if (wanted.length === 0) throw new PatternProblem(messages.invalidValue('[]'));
  const exact = new Set<string>();
  const groups: Operator[][] = [];
  for (const value of wanted) {
    if (isPrimitive(value)) exact.add(textOf(value));
    else if (isJsonObject(value)) groups.push(readGroup(value, settings));
    else if (value !== null) throw new PatternProblem(messages.nestedValue(path.at(-1) ?? ''));
  }
  // UNVERIFIED EVB-106: plain values are not counted: real rules list more than five event types.
  const expressions = groups.reduce((count, group) => count + group.length, 0);
  if (expressions > EXPRESSIONS_PER_FIELD_MAX) throw overLimit(pathText, EXPRESSIONS_PER_FIELD_MAX);

  return {
    path,
    pathText,
    wanted,
    key: JSON.stringify(wanted, keepWhole),
    exact,
    acceptsNull: wanted.includes(null),
    acceptsAbsent: groups.some((group) => group.every((operator) => operator.is === 'exists' && !operator.exists)),
    groups,
  };
}

/** JSON.stringify would turn 1e999 into null, and round what is long, and so make one condition of two. */
function keepWhole(_: string, value: unknown): unknown {
  if (isLongNumber(value)) return String(value);
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
}

function overLimit(what: string, limit: number): PatternProblem {
  return new PatternProblem(messages.exceedLimit(what, limit), { code: 'EventRuleFilterPatternExceedLimit' });
}

/** A string stands bare in the message, as Gson's getAsString has it. */
function rawValue(value: unknown): string {
  return typeof value === 'string' ? value : showValue(value);
}
