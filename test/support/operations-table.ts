/** The table of a room's README, read off its rows. */
import { readFileSync, writeFileSync } from 'node:fs';
import type { OperationRow } from '../../src/kernel/operation.ts';

const BEGIN = '<!-- operations: generated from the rows -->';
const END = '<!-- /operations -->';

export function operationsTable(rows: readonly Pick<OperationRow, 'name' | 'status' | 'match' | 'ram'>[]): string {
  const lines = rows.map(({ name, status, match, ram }) => {
    const query = match.query?.length ? `?${match.query.join('&').replaceAll('|', '\\|')}` : '';
    const header = match.header === undefined ? '' : `, ${match.header}`;
    const actions = ram.map(({ action }) => `\`${action}\``).join(', ');
    return `| ${name} | ${status} | \`${match.method} ${match.path}${query}\`${header} | ${actions} |`;
  });
  return ['| operation | status | request | RAM actions |', '|---|---|---|---|', ...lines].join('\n');
}

/** What stands between the marks of the file now; with UPDATE_README=1 the file is brought up to date first. */
export function tableInReadme(path: string, table: string): string {
  const text = readFileSync(path, 'utf8');
  const [begin, end] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`${path} has no place for the table: ${BEGIN} … ${END}`);
  if (process.env.UPDATE_README === '1')
    writeFileSync(path, `${text.slice(0, begin + BEGIN.length)}\n\n${table}\n\n${text.slice(end)}`);
  const now = readFileSync(path, 'utf8');
  return now.slice(now.indexOf(BEGIN) + BEGIN.length, now.indexOf(END)).trim();
}
