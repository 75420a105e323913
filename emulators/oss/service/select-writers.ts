/** Writes the records that a SELECT finds: as rows of CSV, or as values of JSON. */
import { type Expression, evaluate, type Lookup, textOf } from './select-expression.ts';
import type { Select } from './select-sql.ts';

export interface SelectOutput {
  recordDelimiter: string;
  fieldDelimiter: string;
  quote: string;
  header: boolean;
  /** Columns that weren't asked for stay, empty. */
  keepsColumns: boolean;
}

export interface Found {
  /** What `*` stands for. */
  whole: unknown;
  lookup: Lookup;
}

export interface Writer {
  header(): string;
  record(found: Found): string;
  values(values: readonly unknown[]): string;
}

export function csvWriter({ columns }: Select, names: readonly string[], output: SelectOutput): Writer {
  const row = (values: readonly unknown[]) =>
    values.map((value) => quoted(textOf(value), output)).join(output.fieldDelimiter);
  const asked = columns === '*' ? [] : columns;
  const wanted = new Map(asked.map((column) => [pathOf(column.value)?.toLowerCase() ?? '', column]));
  const keeps = output.keepsColumns && columns !== '*';
  const kept = (found: Found) =>
    (found.whole as readonly string[]).map((_value, index) => {
      const column = wanted.get(names[index]?.toLowerCase() ?? '') ?? wanted.get(`_${index + 1}`);
      return column ? evaluate(column.value, found.lookup) : undefined;
    });
  return {
    header: () => row(columns === '*' || keeps ? names : asked.map(({ name }) => name)),
    record(found) {
      if (columns === '*') return row(found.whole as readonly string[]);
      return row(keeps ? kept(found) : asked.map(({ value }) => evaluate(value, found.lookup)));
    },
    values: row,
  };
}

function pathOf(expression: Expression): string | undefined {
  return expression.is === 'path' ? expression.path.at(-1) : undefined;
}

function quoted(value: string, { quote, fieldDelimiter, recordDelimiter }: SelectOutput): string {
  const needsQuotes = [quote, fieldDelimiter, recordDelimiter].some((sign) => sign !== '' && value.includes(sign));
  return needsQuotes && quote !== '' ? quote + value.replaceAll(quote, quote + quote) + quote : value;
}

/** oss2 2.19 tests: what isn't there is left out. */
export function jsonWriter({ columns }: Select): Writer {
  const asked = columns === '*' ? [] : columns;
  const values = (found: readonly unknown[]) =>
    JSON.stringify(Object.fromEntries(asked.map(({ name }, index) => [name, found[index]])));
  return {
    header: () => '',
    record: (found) =>
      columns === '*' ? JSON.stringify(found.whole) : values(asked.map(({ value }) => evaluate(value, found.lookup))),
    values,
  };
}
