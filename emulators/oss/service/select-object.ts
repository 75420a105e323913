/** Carries out a SELECT over the text of an object. */
import { OssError } from '../errors.ts';
import { evaluate, isTrue, type Lookup, numberOf, textOf } from './select-expression.ts';
import { type CsvFormat, csvRecords, jsonRecords } from './select-records.ts';
import { type Column, parseSelect, type Select } from './select-sql.ts';
import { csvWriter, type Found, jsonWriter, type SelectOutput } from './select-writers.ts';

export type SelectInput = {
  lines: { first: number; last: number } | undefined;
  /** Passes over rows that have fewer columns than the header. UNVERIFIED OSS-204: that this is what is meant. */
  skipsPartial?: boolean;
} & (({ format: 'csv'; header: 'use' | 'ignore' | 'none' } & CsvFormat) | { format: 'json'; isDocument: boolean });

/** The text that answers it. */
export function selectFrom(text: string, sql: string, { input, output }: { input: SelectInput; output: SelectOutput }) {
  const select = parseSelect(sql);
  const { names, records } = input.format === 'csv' ? csvFound(text, input) : jsonFound(text, input, select);
  const write = input.format === 'csv' ? csvWriter(select, names, output) : jsonWriter(select);
  const lines: string[] = input.format === 'csv' && output.header ? [write.header()] : [];
  const matching: Found[] = [];
  for (const record of records) {
    if (lines.length + matching.length >= (select.limit ?? Number.POSITIVE_INFINITY) + (output.header ? 1 : 0)) break;
    const lookup = withoutAlias(record.lookup, select.alias);
    if (select.where && !isTrue(evaluate(select.where, lookup))) continue;
    if (isAggregate(select)) matching.push({ ...record, lookup });
    else lines.push(write.record({ ...record, lookup }));
  }
  if (isAggregate(select)) lines.push(write.values(select.columns.map((column) => aggregated(column, matching))));
  return lines.map((line) => line + output.recordDelimiter).join('');
}

function isAggregate(select: Select): select is Select & { columns: readonly Column[] } {
  return select.columns !== '*' && select.columns.some(({ aggregate }) => aggregate !== undefined);
}

function withoutAlias(lookup: Lookup, alias: string | undefined): Lookup {
  const names = ['ossobject', ...(alias === undefined ? [] : [alias.toLowerCase()])];
  return (path) => lookup(path.length > 1 && names.includes(path[0]?.toLowerCase() ?? '') ? path.slice(1) : path);
}

function csvFound(text: string, input: Extract<SelectInput, { format: 'csv' }>) {
  const rows = csvRecords(text, input)[Symbol.iterator]();
  const first = input.header === 'none' ? undefined : rows.next().value;
  const names: readonly string[] = input.header === 'use' ? (first ?? []) : [];
  const places = new Map(names.map((name, place) => [name.toLowerCase(), place]));
  const lookup = (row: readonly string[]): Lookup => {
    return ([name = '']) => row[places.get(name.toLowerCase()) ?? positionOf(name)];
  };
  const isWhole = (row: readonly string[]) => !input.skipsPartial || row.length >= names.length;
  // oss2 2.19 tests: the header is the first line of a range.
  const below = within({ [Symbol.iterator]: () => rows }, input.lines, first ? 1 : 0);
  const found = flatMap(below, (row) => (isWhole(row) ? [{ whole: row, lookup: lookup(row) }] : []));
  return { names, records: found };
}

/** `_1` is the first column. */
function positionOf(name: string): number {
  return /^_[1-9]\d{0,5}$/.test(name) ? Number(name.slice(1)) - 1 : -1;
}

function jsonFound(text: string, input: Extract<SelectInput, { format: 'json' }>, { from }: Select) {
  const below = flatMap(within(jsonRecords(text), input.lines), (record) => follow(record, from));
  const records = map(below, (whole) => ({ whole, lookup: (path: readonly string[]) => valueAt(whole, path) }));
  return { names: [], records };
}

function follow(value: unknown, steps: readonly string[]): unknown[] {
  const [step, ...rest] = steps;
  if (step === undefined) return [value];
  if (step === '*') return Array.isArray(value) ? value.flatMap((one) => follow(one, rest)) : [];
  const next = valueAt(value, [step]);
  return next === undefined ? [] : follow(next, rest);
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  let current = value;
  for (const step of path) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, step)) return undefined;
    current = Reflect.get(current, step);
  }
  return current;
}

function* within<Record>(records: Iterable<Record>, lines: SelectInput['lines'], first = 0): Iterable<Record> {
  let index = first;
  for (const record of records) {
    if (lines && index > lines.last) return;
    if (!lines || index >= lines.first) yield record;
    index++;
  }
}

function aggregated({ aggregate, value }: Column, matching: readonly Found[]): unknown {
  const found = matching
    .map(({ lookup }) => evaluate(value, lookup))
    .filter((one) => one !== undefined && one !== null);
  if (aggregate === 'count') return found.length;
  const numbers = found.map((one) => {
    const number = numberOf(one);
    if (number === undefined)
      throw new OssError('InvalidSqlParameter', {
        message: `${aggregate} takes numbers, not ${textOf(one).slice(0, 100)}.`,
      });
    return number;
  });
  const sum = numbers.reduce((total, number) => total + number, 0);
  if (aggregate === 'sum') return sum;
  if (numbers.length === 0) return undefined;
  if (aggregate === 'avg') return sum / numbers.length;
  return numbers.reduce((best, number) => ((aggregate === 'min' ? number < best : number > best) ? number : best));
}

function* map<From, To>(all: Iterable<From>, change: (one: From) => To): Iterable<To> {
  for (const one of all) yield change(one);
}

function* flatMap<From, To>(all: Iterable<From>, change: (one: From) => Iterable<To>): Iterable<To> {
  for (const one of all) yield* change(one);
}
