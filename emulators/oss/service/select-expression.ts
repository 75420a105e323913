/** What a SELECT says of one record: its expressions, and their values. Comparing with what is not there is never true. */

export type Operator = '||' | '+' | '-' | '*' | '/' | '%' | '=' | '<>' | '<' | '<=' | '>' | '>=' | 'and' | 'or';

export type Expression =
  | { is: 'value'; value: string | number | undefined }
  | { is: 'path'; path: readonly string[] }
  | { is: 'cast'; of: Expression; to: 'int' | 'float' | 'string' | 'bool' }
  | { is: 'not'; of: Expression }
  | { is: 'null'; of: Expression }
  | { is: 'like'; of: Expression; pattern: string; escape: string | undefined }
  | { is: 'in'; of: Expression; list: readonly Expression[] }
  | { is: 'binary'; operator: Operator; left: Expression; right: Expression };

/** Finds what a path leads to in a record; undefined where it leads nowhere. */
export type Lookup = (path: readonly string[]) => unknown;

export function evaluate(expression: Expression, lookup: Lookup): unknown {
  switch (expression.is) {
    case 'value':
      return expression.value;
    case 'path':
      return lookup(expression.path);
    case 'cast':
      return cast(evaluate(expression.of, lookup), expression.to);
    case 'not':
      return !isTrue(evaluate(expression.of, lookup));
    case 'null':
      return isNothing(evaluate(expression.of, lookup));
    case 'like':
      return isLike(textOf(evaluate(expression.of, lookup)), expression.pattern, expression.escape);
    case 'in': {
      const value = evaluate(expression.of, lookup);
      return expression.list.some((one) => compare('=', value, evaluate(one, lookup)));
    }
    case 'binary':
      return binary(expression, lookup);
    default:
      return expression satisfies never;
  }
}

export function isTrue(value: unknown): boolean {
  return value === true || (typeof value === 'string' && value.toLowerCase() === 'true');
}

export function textOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** Undefined for what is no number. */
export function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string' || !/^\s*[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?\s*$/i.test(value)) return undefined;
  return Number(value);
}

function binary({ operator, left, right }: Extract<Expression, { is: 'binary' }>, lookup: Lookup): unknown {
  const first = evaluate(left, lookup);
  if (operator === 'and') return isTrue(first) && isTrue(evaluate(right, lookup));
  if (operator === 'or') return isTrue(first) || isTrue(evaluate(right, lookup));
  const second = evaluate(right, lookup);
  if (operator === '||') return textOf(first) + textOf(second);
  const calculate = ARITHMETIC[operator];
  if (!calculate) return compare(operator, first, second);
  const [a, b] = [numberOf(first), numberOf(second)];
  const result = a === undefined || b === undefined ? Number.NaN : calculate(a, b);
  return Number.isFinite(result) ? result : undefined;
}

const ARITHMETIC: Readonly<Partial<Record<Operator, (a: number, b: number) => number>>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': (a, b) => a % b,
};

/** As numbers where either side is one, else as texts. */
function compare(operator: Operator, left: unknown, right: unknown): boolean {
  if ([left, right].some((side) => side === undefined || side === null)) return false;
  if (typeof left !== 'number' && typeof right !== 'number') return holds(operator, textOf(left), textOf(right));
  const [a, b] = [numberOf(left), numberOf(right)];
  return a !== undefined && b !== undefined && holds(operator, a, b);
}

function holds<Value extends string | number>(operator: Operator, a: Value, b: Value): boolean {
  switch (operator) {
    case '=':
      return a === b;
    case '<>':
      return a !== b;
    case '<':
      return a < b;
    case '<=':
      return a <= b;
    case '>':
      return a > b;
    default:
      return operator === '>=' && a >= b;
  }
}

function cast(value: unknown, to: 'int' | 'float' | 'string' | 'bool'): unknown {
  if (isNothing(value)) return undefined;
  if (to === 'string') return textOf(value);
  if (to === 'bool') return isTrue(value);
  const number = numberOf(value);
  return to === 'int' && number !== undefined ? Math.trunc(number) : number;
}

function isNothing(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}

/** `%` is any text, `_` any character. One pass with one place to return to: no pattern takes longer than text times pattern. */
function isLike(text: string, pattern: string, escaping: string | undefined): boolean {
  const wanted = likeParts(pattern, escaping);
  let [at, part] = [0, 0];
  let [returnAt, returnPart] = [0, -1];
  while (at < text.length) {
    const one = wanted[part];
    if (one === 'any') {
      returnPart = part++;
      returnAt = at;
    } else if (one !== undefined && (one === 'one' || one.char === text[at])) {
      at++;
      part++;
    } else if (returnPart >= 0) {
      part = returnPart + 1;
      at = ++returnAt;
    } else return false;
  }
  return wanted.slice(part).every((one) => one === 'any');
}

function likeParts(pattern: string, escaping: string | undefined): ('any' | 'one' | { char: string })[] {
  const parts: ('any' | 'one' | { char: string })[] = [];
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern[at] ?? '';
    if (char === escaping) parts.push({ char: pattern[++at] ?? '' });
    else parts.push(char === '%' ? 'any' : char === '_' ? 'one' : { char });
  }
  return parts;
}
