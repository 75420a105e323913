/** The README's settings table is the schema's, in both languages; UPDATE_README=1 writes it. */
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { ENVIRONMENT } from '../../src/cli/options.ts';
import { configSchema } from '../../src/kernel/config.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const BEGIN = '<!-- settings:begin (printed from the schema; a test compares) -->\n';
const END = '<!-- settings:end -->';

function settingsTable(): string {
  const defaults: Record<string, unknown> = configSchema.parse({});
  const variable = (key: string) =>
    Object.keys(ENVIRONMENT).find((name) => Object.keys(ENVIRONMENT[name]?.('x') ?? {})[0] === key);
  const rows = Object.entries(configSchema.shape).map(([key, schema]) => {
    const value = defaults[key];
    const shown = value === undefined ? '' : `\`${JSON.stringify(value)}\``;
    const name = variable(key);
    return `| \`${key}\` | ${schema.description ?? ''} | ${shown} | ${name ? `\`${name}\`` : ''} |`;
  });
  return ['| setting | what | default | environment |', '|---|---|---|---|', ...rows].join('\n');
}

test.each(['README.md', 'README.zh-CN.md'])('%s has the settings table of the schema', (name) => {
  const path = resolve(ROOT, name);
  const text = readFileSync(path, 'utf8');
  const [before, rest] = text.split(BEGIN);
  const after = rest?.split(END)[1];
  expect(after, `${name} has the two markers`).toBeDefined();
  const wanted = `${before}${BEGIN}${settingsTable()}\n${END}${after}`;
  if (process.env.UPDATE_README) writeFileSync(path, wanted);
  expect(readFileSync(path, 'utf8')).toBe(wanted);
});

test('every setting says what it is for', () => {
  for (const [key, schema] of Object.entries(configSchema.shape)) expect(schema.description, key).toBeTruthy();
});
