/** The Condition element: every documented operator, compiled once so that a check only compares. */
import { BlockList, isIP } from 'node:net';
import { nearestKey } from '../kernel/nearest-key.ts';
import { compileWildcard } from './wildcard.ts';

/** Condition keys and their values at one call: `acs:SourceIp`, `oss:Prefix` … */
export type Context = Readonly<Record<string, string>>;
export type ConditionCheck = (context: Context) => boolean;
export type CompiledConditions = { ok: true; check: ConditionCheck } | { ok: false; problems: string[] };

/** One operand of the policy, ready to compare; undefined when its text is none for this operator. */
type Operand = ((found: string) => boolean) | undefined;

interface Operator {
  operand(value: string): Operand;
  /** What an operand must be, for the sentence about one that isn't. */
  wants: string;
  /** Not…: true when no value matches, and when the key is absent. */
  negative: boolean;
}

/** Several operators: all of them. Several keys of one: all of them. Several values of a key: any of them. */
export function compileConditions(element: unknown, where: string): CompiledConditions {
  if (!isObject(element)) return { ok: false, problems: [`${where} must be an object of operators.`] };
  const problems: string[] = [];
  const checks: ConditionCheck[] = [];
  for (const [name, keys] of Object.entries(element)) {
    const operator = OPERATORS[name];
    if (!operator || !Object.hasOwn(OPERATORS, name)) problems.push(unknownOperator(where, name));
    else if (!isObject(keys)) problems.push(`${where}.${name} must be an object of condition keys.`);
    else
      for (const [key, values] of Object.entries(keys)) {
        const compiled = compileKey(operator, { key, values, where: `${where}.${name}.${key}` });
        if (typeof compiled === 'string') problems.push(compiled);
        else checks.push(compiled);
      }
  }
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, check: (context) => checks.every((check) => check(context)) };
}

function compileKey(
  operator: Operator,
  { key, values, where }: { key: string; values: unknown; where: string },
): ConditionCheck | string {
  const list: unknown[] = Array.isArray(values) ? values : [values];
  if (list.length === 0) return `${where} must have at least one value.`;
  const operands: Exclude<Operand, undefined>[] = [];
  for (const value of list) {
    if (!['string', 'number', 'boolean'].includes(typeof value)) return `${where} must be text or a list of texts.`;
    const operand = operator.operand(String(value));
    if (!operand) return `${where}: ${JSON.stringify(value)} is no ${operator.wants}.`;
    operands.push(operand);
  }
  const { negative } = operator;
  return (context) => {
    const found = context[key];
    // UNVERIFIED RAM-001: an absent key is documented nowhere; a positive operator is then false, a negative one true.
    if (found === undefined) return negative;
    // UNVERIFIED RAM-002: several values of a negative operator mean "none of them".
    return operands.some((matches) => matches(found)) !== negative;
  };
}

const text = (operand: Operator['operand'], negative = false): Operator => ({ operand, wants: 'text', negative });
const numeric = (compare: (found: number, wanted: number) => boolean, negative = false): Operator => ({
  operand: ordered(toNumber, compare),
  wants: 'number',
  negative,
});
const date = (compare: (found: number, wanted: number) => boolean, negative = false): Operator => ({
  operand: ordered(toDateMs, compare),
  wants: 'ISO 8601 date such as 2026-01-31T23:59:59Z',
  negative,
});
const address = (negative: boolean): Operator => ({
  operand: toAddressRange,
  wants: 'IP address or CIDR block',
  negative,
});

const equals: Operator['operand'] = (wanted) => (found) => found === wanted;
const equalsIgnoreCase: Operator['operand'] = (wanted) => {
  const folded = wanted.toLowerCase();
  return (found) => found.toLowerCase() === folded;
};
const isEqual = (found: number, wanted: number) => found === wanted;
const isLess = (found: number, wanted: number) => found < wanted;
const isLessOrEqual = (found: number, wanted: number) => found <= wanted;
const isGreater = (found: number, wanted: number) => found > wanted;
const isGreaterOrEqual = (found: number, wanted: number) => found >= wanted;

/** Help page "Policy structure and syntax", condition operators. */
const OPERATORS: Readonly<Record<string, Operator>> = {
  StringEquals: text(equals),
  StringNotEquals: text(equals, true),
  StringEqualsIgnoreCase: text(equalsIgnoreCase),
  StringNotEqualsIgnoreCase: text(equalsIgnoreCase, true),
  StringLike: text(compileWildcard),
  StringNotLike: text(compileWildcard, true),
  NumericEquals: numeric(isEqual),
  NumericNotEquals: numeric(isEqual, true),
  NumericLessThan: numeric(isLess),
  NumericLessThanEquals: numeric(isLessOrEqual),
  NumericGreaterThan: numeric(isGreater),
  NumericGreaterThanEquals: numeric(isGreaterOrEqual),
  DateEquals: date(isEqual),
  DateNotEquals: date(isEqual, true),
  DateLessThan: date(isLess),
  DateLessThanEquals: date(isLessOrEqual),
  DateGreaterThan: date(isGreater),
  DateGreaterThanEquals: date(isGreaterOrEqual),
  Bool: { operand: toBool, wants: 'boolean: "true" or "false"', negative: false },
  IpAddress: address(false),
  NotIpAddress: address(true),
};

function unknownOperator(where: string, name: string): string {
  const near = nearestKey(name, Object.keys(OPERATORS));
  return `${where}: ${name} is no condition operator${near ? `; did you mean ${near}?` : '.'}`;
}

/** A value of the call that is no number (or date) equals and exceeds nothing. */
function ordered(
  parse: (value: string) => number | undefined,
  compare: (found: number, wanted: number) => boolean,
): Operator['operand'] {
  return (value) => {
    const wanted = parse(value);
    if (wanted === undefined) return undefined;
    return (raw) => {
      const found = parse(raw);
      return found !== undefined && compare(found, wanted);
    };
  };
}

function toNumber(value: string): number | undefined {
  return /^[+-]?\d{1,300}(\.\d{1,300})?$/.test(value.trim()) ? Number(value) : undefined;
}

const ISO_DATE = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2}))?$/;

function toDateMs(value: string): number | undefined {
  const ms = ISO_DATE.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms;
}

function toBool(value: string): Operand {
  const wanted = value.toLowerCase();
  return wanted === 'true' || wanted === 'false' ? (found) => found.toLowerCase() === wanted : undefined;
}

/** An old page says that a lone value may not be a CIDR block; newer pages use just that, so both are taken. */
function toAddressRange(value: string): Operand {
  const [base = '', prefix, ...rest] = value.split('/');
  const family = isIP(base);
  if (family === 0 || rest.length > 0) return undefined;
  const type = family === 4 ? 'ipv4' : 'ipv6';
  const bitsMax = family === 4 ? 32 : 128;
  if (prefix !== undefined && !(/^\d{1,3}$/.test(prefix) && Number(prefix) <= bitsMax)) return undefined;
  const range = new BlockList();
  range.addSubnet(base, prefix === undefined ? bitsMax : Number(prefix), type);
  return (found) => {
    const foundFamily = isIP(found);
    return foundFamily !== 0 && range.check(found, foundFamily === 4 ? 'ipv4' : 'ipv6');
  };
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
