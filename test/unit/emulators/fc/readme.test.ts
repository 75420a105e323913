/** The room's README and its rows say the same, and every operation of the official SDK is a row. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { rows } from '../../../../emulators/fc/operations/index.ts';
import { createOperationTable } from '../../../../src/kernel/operation-table.ts';
import { operationsTable, tableInReadme } from '../../../support/operations-table.ts';

const README = fileURLToPath(new URL('../../../../emulators/fc/README.md', import.meta.url));

test('the table of operations in the README is the one of the rows', () => {
  const table = operationsTable(rows);
  expect(tableInReadme(README, table)).toBe(table);
});

test('every operation that the SDK sends is a row, under the same method and path', () => {
  const source = readFileSync(createRequire(import.meta.url).resolve('@alicloud/fc20230330'), 'utf8');
  const calls = source.matchAll(
    /action: "(\w+)",\s*version: "[^"]*",\s*protocol: "[^"]*",\s*pathname: `([^`]*)`,\s*method: "(\w+)"/g,
  );
  const table = createOperationTable(rows);
  const found = [...calls].map(([, action = '', pathname = '', method = '']) => {
    const segments = pathname
      .replace(/\$\{[^}]*\}/g, 'x')
      .split('/')
      .filter((part) => part !== '');
    return { action, row: table.find({ method, query: [], headers: {} }, { segments })?.row.name };
  });
  expect(found.length).toBe(69);
  expect(found.filter(({ action, row }) => action !== row)).toEqual([]);
});
