/** The grammar of a SELECT's expressions: what binds stronger is read deeper. */
import { OssError } from '../errors.ts';
import type { Expression, Operator } from './select-expression.ts';
import type { Tokens } from './select-tokens.ts';

const DEPTH_MAX = 50;

export function expressionOf(tokens: Tokens): Expression {
  return either(tokens, 0);
}

/** What follows a name: names below it, and places in lists. */
export function stepsOf(tokens: Tokens): string[] {
  const steps: string[] = [];
  for (;;) {
    if (tokens.take('.')) steps.push(tokens.name() ?? tokens.fail('a name after the dot'));
    else if (tokens.take('[')) {
      steps.push(tokens.take('*') ? '*' : String(tokens.number()));
      tokens.expect(']');
    } else return steps;
  }
}

function either(tokens: Tokens, depth: number): Expression {
  let left = both(tokens, depth);
  while (tokens.takeWord('or')) left = joined('or', left, both(tokens, depth));
  return left;
}

function both(tokens: Tokens, depth: number): Expression {
  let left = negated(tokens, depth);
  while (tokens.takeWord('and')) left = joined('and', left, negated(tokens, depth));
  return left;
}

function negated(tokens: Tokens, depth: number): Expression {
  let isNot = false;
  while (tokens.takeWord('not')) isNot = !isNot;
  const of = compared(tokens, depth);
  return isNot ? { is: 'not', of } : of;
}

const COMPARISONS = ['<>', '!=', '<=', '>=', '=', '<', '>'] as const;

function compared(tokens: Tokens, depth: number): Expression {
  const left = calculated(tokens, depth, 0);
  if (tokens.takeWord('is')) {
    const isNot = tokens.takeWord('not');
    tokens.expectWord('null');
    return not(isNot, { is: 'null', of: left });
  }
  const operator = COMPARISONS.find((one) => tokens.take(one));
  if (operator) return joined(operator === '!=' ? '<>' : operator, left, calculated(tokens, depth, 0));
  const isNot = tokens.takeWord('not');
  if (tokens.takeWord('like')) {
    const pattern = tokens.text();
    return not(isNot, { is: 'like', of: left, pattern, escape: tokens.takeWord('escape') ? tokens.text() : undefined });
  }
  if (tokens.takeWord('between')) {
    const low = calculated(tokens, depth, 0);
    tokens.expectWord('and');
    return not(isNot, joined('and', joined('>=', left, low), joined('<=', left, calculated(tokens, depth, 0))));
  }
  if (tokens.takeWord('in')) return not(isNot, { is: 'in', of: left, list: listOf(tokens, depth) });
  return isNot ? tokens.fail('LIKE, BETWEEN or IN after NOT') : left;
}

function listOf(tokens: Tokens, depth: number): Expression[] {
  tokens.expect('(');
  const list: Expression[] = [];
  do list.push(calculated(tokens, depth + 1, 0));
  while (tokens.take(','));
  tokens.expect(')');
  return list;
}

/** The later, the more they bind. */
const BINDING: readonly (readonly Operator[])[] = [['||'], ['+', '-'], ['*', '/', '%']];

function calculated(tokens: Tokens, depth: number, level: number): Expression {
  const operators = BINDING[level];
  if (!operators) return single(tokens, depth);
  let left = calculated(tokens, depth, level + 1);
  for (;;) {
    const operator = operators.find((one) => tokens.take(one));
    if (!operator) return left;
    left = joined(operator, left, calculated(tokens, depth, level + 1));
  }
}

const CASTS = {
  int: 'int',
  integer: 'int',
  float: 'float',
  double: 'float',
  decimal: 'float',
  string: 'string',
  bool: 'bool',
} as const;

function single(tokens: Tokens, depth: number): Expression {
  if (depth > DEPTH_MAX) throw tooDeep();
  if (tokens.take('(')) {
    const inner = either(tokens, depth + 1);
    tokens.expect(')');
    return inner;
  }
  if (tokens.takeCall('cast')) {
    const of = either(tokens, depth + 1);
    tokens.expectWord('as');
    const to = tokens.name()?.toLowerCase() ?? '';
    tokens.expect(')');
    const type = Object.entries(CASTS).find(([name]) => name === to)?.[1];
    return type ? { is: 'cast', of, to: type } : tokens.fail(`a type, not ${to}`);
  }
  if (tokens.take('-')) return joined('-', { is: 'value', value: 0 }, single(tokens, depth + 1));
  for (const value of ['true', 'false']) if (tokens.takeWord(value)) return { is: 'value', value };
  if (tokens.takeWord('null')) return { is: 'value', value: undefined };
  const literal = tokens.literal();
  if (literal !== undefined) return { is: 'value', value: literal };
  const first = tokens.name() ?? tokens.fail('a value');
  return { is: 'path', path: [first, ...stepsOf(tokens)] };
}

function tooDeep(): OssError {
  return new OssError('InvalidSqlParameter', { message: `The SQL expression is nested deeper than ${DEPTH_MAX}.` });
}

function joined(operator: Operator, left: Expression, right: Expression): Expression {
  return { is: 'binary', operator, left, right };
}

function not(isNot: boolean, of: Expression): Expression {
  return isNot ? { is: 'not', of } : of;
}
