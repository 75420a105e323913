/** Reads a SELECT statement: columns, where the records are, what they have to satisfy, how many of them. */
import { OssError } from '../errors.ts';
import type { Expression } from './select-expression.ts';
import { expressionOf, stepsOf } from './select-grammar.ts';
import { createTokens, type Tokens } from './select-tokens.ts';

export interface Column {
  name: string;
  value: Expression;
  /** Of all records together. */
  aggregate: 'count' | 'sum' | 'avg' | 'min' | 'max' | undefined;
}

export interface Select {
  columns: readonly Column[] | '*';
  /** Below the root: names, and `*` for each of a list. */
  from: readonly string[];
  alias: string | undefined;
  where: Expression | undefined;
  limit: number | undefined;
}

const AGGREGATES = ['count', 'sum', 'avg', 'min', 'max'] as const;

export function parseSelect(text: string): Select {
  const tokens = createTokens(text);
  tokens.expectWord('select');
  const columns = tokens.take('*') ? ('*' as const) : columnsOf(tokens);
  tokens.expectWord('from');
  tokens.expectWord('ossobject');
  const from = stepsOf(tokens);
  tokens.takeWord('as');
  const alias = tokens.isWord('where', 'limit') ? undefined : tokens.name();
  const where = tokens.takeWord('where') ? expressionOf(tokens) : undefined;
  const limit = tokens.takeWord('limit') ? tokens.number() : undefined;
  tokens.expectEnd();
  return { columns, from, alias, where, limit };
}

function columnsOf(tokens: Tokens): Column[] {
  const columns: Column[] = [];
  do columns.push(columnOf(tokens, columns.length));
  while (tokens.take(','));
  if (columns.some(({ aggregate }) => aggregate) && !columns.every(({ aggregate }) => aggregate))
    throw new OssError('InvalidSqlParameter', { message: 'A column of all records stands beside one of each record.' });
  return columns;
}

function columnOf(tokens: Tokens, index: number): Column {
  const aggregate = AGGREGATES.find((name) => tokens.takeCall(name));
  let value: Expression;
  if (aggregate) {
    value = aggregate === 'count' && tokens.take('*') ? { is: 'value', value: 1 } : expressionOf(tokens);
    tokens.expect(')');
  } else value = expressionOf(tokens);
  // oss2 2.19 tests: a column is no calculation.
  if (!aggregate && value.is !== 'path') tokens.fail('the name of a column');
  let name = value.is === 'path' ? (value.path.at(-1) ?? '') : `_${index + 1}`;
  // alibabacloud-oss-v2 1.3 tests for Python: a column may be renamed twice.
  while (tokens.takeWord('as')) name = tokens.name() ?? name;
  return { name, value, aggregate };
}
