/** Reads the operator objects of a field's array: `{"prefix":"acs."}`, alone or several in one object. */
import type { AnythingBut, Comparison, NumericSign, Operator } from './compiled-pattern.ts';
import { isJsonObject, isPrimitive } from './compiled-pattern.ts';
import { parseCidr } from './ipv4.ts';
import { NUMERIC_MAX } from './limits.ts';
import { messages, PatternProblem } from './messages.ts';
import { isNumber, textOf } from './numbers.ts';
import { makeNeedle } from './text-search.ts';

type Reader = (value: unknown) => Operator;

const readers: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['prefix', (value) => ({ is: 'prefix', text: readText('prefix', value) })],
  ['suffix', (value) => ({ is: 'suffix', text: readText('suffix', value) })],
  // UNVERIFIED EVB-103: refusals of `contains`, newer than the engine, are worded like those of prefix and suffix.
  ['contains', (value) => ({ is: 'contains', ...makeNeedle(readText('contains', value)) })],
  ['anything-but', readAnythingBut],
  ['numeric', readNumeric],
  ['cidr', readCidr],
  ['exists', readExists],
]);

const AWS_ONLY = new Set(['wildcard', 'equals-ignore-case', '$or', 'exactly']);

/** What to say beside the wire message when somebody brings a pattern from AWS. */
export function awsHint(operator: string): string | undefined {
  if (!AWS_ONLY.has(operator)) return undefined;
  return `"${operator}" belongs to AWS EventBridge; Alibaba Cloud's pattern language does not have it`;
}

/** One operator object. Several operators in it are ANDed, as in the CreateRule example of the API reference. */
export function readGroup(object: Record<string, unknown>, { strictEngine }: { strictEngine: boolean }): Operator[] {
  const entries = Object.entries(object);
  // UNVERIFIED EVB-104: the engine takes one operator only; the documented FilterPattern of CreateRule has two.
  if (entries.length === 0 || (strictEngine && entries.length > 1)) throw new PatternProblem(messages.oneConditionKey);
  return entries.map(([name, value]) => {
    const read = readers.get(name);
    if (!read) throw new PatternProblem(messages.unrecognizedCondition(name), { hint: awsHint(name) });
    return read(value);
  });
}

function readText(operator: string, value: unknown): string {
  if (typeof value !== 'string') {
    const inner = isJsonObject(value) ? Object.keys(value)[0] : undefined;
    throw new PatternProblem(messages.textOnly(operator), { hint: inner === undefined ? inner : awsHint(inner) });
  }
  if (value === '') throw new PatternProblem(messages.emptyText(operator));
  return value;
}

function readExists(value: unknown): Operator {
  if (typeof value !== 'boolean') throw new PatternProblem(messages.existsBoolean);
  return { is: 'exists', exists: value };
}

function readCidr(value: unknown): Operator {
  const range = typeof value === 'string' ? parseCidr(value) : undefined;
  if (!range) throw new PatternProblem(messages.cidr);
  return { is: 'cidr', ...range };
}

function readAnythingBut(value: unknown): AnythingBut {
  if (isJsonObject(value)) return readAnythingButAffix(value);

  const values = Array.isArray(value) ? value : [value];
  if (!values.every((item) => item === null || isPrimitive(item))) throw new PatternProblem(messages.anythingButScalar);
  return {
    is: 'anything-but',
    exact: new Set(values.filter(isPrimitive).map(textOf)),
    excludesNull: values.includes(null),
    prefix: undefined,
    suffix: undefined,
  };
}

function readAnythingButAffix(object: Record<string, unknown>): AnythingBut {
  const names = Object.keys(object);
  const foreign = names.find((name) => name !== 'prefix' && name !== 'suffix');
  if (foreign !== undefined) throw new PatternProblem(messages.anythingButNested, { hint: awsHint(foreign) });
  const [name] = names;
  if (name === undefined || names.length > 1) throw new PatternProblem(messages.oneConditionKey);

  const text = readText(name, object[name]);
  return {
    is: 'anything-but',
    exact: new Set(),
    excludesNull: false,
    prefix: name === 'prefix' ? text : undefined,
    suffix: name === 'suffix' ? text : undefined,
  };
}

function readNumeric(value: unknown): Operator {
  if (!Array.isArray(value)) throw new PatternProblem(messages.numericArray);
  if (value.length !== 2 && value.length !== 4) throw new PatternProblem(messages.numericSize);
  const comparisons = [readComparison(value[0], value[1])];
  if (value.length === 4) comparisons.push(readComparison(value[2], value[3]));
  return { is: 'numeric', comparisons };
}

/** The order of these checks is the engine's: the range is looked at before the sign. */
function readComparison(sign: unknown, operand: unknown): Comparison {
  if (typeof sign !== 'string' || !isNumber(operand)) throw new PatternProblem(messages.numericPair);
  if (!(Math.abs(Number(operand)) <= NUMERIC_MAX)) throw new PatternProblem(messages.numericRange);
  if (!isNumericSign(sign)) throw new PatternProblem(messages.numericOperator);
  return { sign, operand: Number(operand) };
}

function isNumericSign(text: string): text is NumericSign {
  return text === '=' || text === '!=' || text === '>' || text === '>=' || text === '<' || text === '<=';
}
